import type { ProgramIssue } from '../../document/program-issue.ts'
import { compileWindow } from '../../time/time-window.ts'
import type { Reward } from '../kinds.ts'
import { limitsOf } from '../limits.ts'

/** When a draw ends (epoch ms, the first moment after it); null: this reward is none. */
export function drawEndOf(reward: Reward): number | null {
  if (reward.kind !== 'draw-ticket') return null
  const { offered } = limitsOf(reward)
  return offered ? compileWindow(offered).until : Number.POSITIVE_INFINITY
}

/**
 * Draws that are over and would go on in the next version of the program: tickets of the old one would take part in the
 * new one.
 * @param now epoch ms
 */
export function reopenedDraws(
  before: readonly Reward[],
  after: readonly Reward[],
  now: number,
): ProgramIssue[] {
  return after.flatMap((reward, i) => {
    const former = before.find(({ id }) => id === reward.id)
    const [was, is] = [former ? drawEndOf(former) : null, drawEndOf(reward)]
    if (was === null || is === null || now < was || is <= was) return []
    const message = `the draw "${reward.id}" is over; a new one is a new reward`
    return [{ path: `rewards.${i}.limits.offered.end`, code: 'draw-over', message, values: {} }]
  })
}
