import { setTimeout as pause } from 'node:timers/promises'
import { type Started, wordsOf } from './processes.ts'

/** How a supervisor behaves; other times for tests. */
export interface Patience {
  /** Whoever has run so long could start; its end is a mishap. */
  stoodAfterMs: number
  firstPauseMs: number
  longestPauseMs: number
}

const PATIENCE: Patience = { stoodAfterMs: 10_000, firstPauseMs: 1_000, longestPauseMs: 10_000 }

/**
 * Starts a program, and again whenever it ends by itself, after a pause that grows as long as it does not stand. One
 * that has never stood cannot start at all (a wrong variable, a taken port): then there is nothing to wait for.
 * @param start starts it once
 */
export function keepRunning(start: () => Started, patience = PATIENCE) {
  const ending = new AbortController()
  let program = start()

  async function keep(): Promise<never> {
    let hasStood = false
    let wait = patience.firstPauseMs
    while (true) {
      const since = performance.now()
      const code = await program.ended
      if (ending.signal.aborted) return new Promise(() => {})
      const stood = performance.now() - since >= patience.stoodAfterMs
      hasStood ||= stood
      const words = wordsOf(program, code)
      if (!hasStood) throw new Error(words)
      if (stood) wait = patience.firstPauseMs
      console.error(`${words}\nIt is started again in ${wait / 1_000} s.`)
      await pause(wait, undefined, { signal: ending.signal }).catch(() => {})
      if (ending.signal.aborted) return new Promise(() => {})
      wait = Math.min(wait * 2, patience.longestPauseMs)
      program = start()
    }
  }
  return {
    /** Rejects with its last words when it cannot start. */
    failed: keep(),
    stop: async () => {
      ending.abort()
      await program.stop()
    },
  }
}
