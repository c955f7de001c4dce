import type pg from 'pg'
import { until } from '../support/processes.ts'
import { inboxCounts } from './book.ts'

/** How long deliveries stood still after each fault, milliseconds. */
export interface RecoveryTimes {
  /** Until a delivery ended again (or none was waiting). */
  progress: { median: number; longest: number }
  /** Until all that came in meanwhile had ended. */
  drained: { median: number; longest: number }
}

/** A fault lasts no longer than this: issue's limit for coming back. */
export const RECOVERY_MS = 60_000

export function recoveryTimes() {
  const progress: number[] = []
  const drained: number[] = []
  return {
    /**
     * Waits until everything has ended, and notes how long that took.
     * @param fault `at`: when it struck (performance.now()), `ended`: how many deliveries had ended by then
     * @param owner asks for the pool each time: a server that was started again has another
     */
    async measure(
      owner: () => pg.Pool,
      fault: { name: string; at: number; ended: number },
      every?: () => Promise<void>,
    ): Promise<void> {
      let moved: number | null = null
      await until(`everything has ended after: ${fault.name}`, RECOVERY_MS, async () => {
        await every?.()
        const { waiting = 0, ...ended } = await inboxCounts(owner())
        if (moved === null && (waiting === 0 || sum(ended) > fault.ended))
          moved = performance.now() - fault.at
        return waiting === 0
      })
      progress.push(moved ?? 0)
      drained.push(performance.now() - fault.at)
    },
    times: (): RecoveryTimes => ({ progress: figures(progress), drained: figures(drained) }),
  }
}

/** Deliveries that have come to an end, whichever. */
export async function countEnded(owner: pg.Pool): Promise<number> {
  const { waiting: _, ...ended } = await inboxCounts(owner)
  return sum(ended)
}

const sum = (counts: Record<string, number>) => Object.values(counts).reduce((total, n) => total + n, 0)
const figures = (times: number[]) => ({
  median: times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0,
  longest: Math.max(0, ...times),
})

/** "median 0.4 s, longest 2.1 s" */
export const inSeconds = ({ median, longest }: { median: number; longest: number }) =>
  `median ${(median / 1_000).toFixed(1)} s, longest ${(longest / 1_000).toFixed(1)} s`
