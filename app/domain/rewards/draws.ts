import { compileWindow } from '../time/time-window.ts'
import type { Reward } from './kinds.ts'
import { limitsOf } from './limits.ts'

/** When a draw ends (epoch ms, the first moment after it); null: this reward is none. */
export function drawEndOf(reward: Reward): number | null {
  if (reward.kind !== 'draw-ticket') return null
  const { offered } = limitsOf(reward)
  return offered ? compileWindow(offered).until : Number.POSITIVE_INFINITY
}
