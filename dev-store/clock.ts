/**
 * The clock of the practice shop. It runs as fast as the real one and can be moved ahead: to see points lapse, codes
 * end, return windows close. It never goes back, as no shop's clock does: what has happened stays in the past.
 *
 * The app's processes follow it without knowing (see practice-clock.ts).
 */
import type { Store } from './store.ts'

export const STEPS = ['hour', 'day', 'week', 'month', 'year'] as const
export type Step = (typeof STEPS)[number]

const HOUR_MS = 3_600_000
const FIXED = { hour: HOUR_MS, day: 24 * HOUR_MS, week: 7 * 24 * HOUR_MS }
/** So long the app's processes have to hear of a move before the page is answered. */
const SPREAD_MS = 400

/** Milliseconds by which a step moves the clock; months and years by the calendar, to the month's last day at most. */
export function stepLength(step: Step, now: number): number {
  if (step === 'hour' || step === 'day' || step === 'week') return FIXED[step]
  const from = new Date(now)
  const months = step === 'month' ? 1 : 12
  const last = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + months + 1, 0)).getUTCDate()
  const to = new Date(now)
  to.setUTCDate(1)
  to.setUTCMonth(from.getUTCMonth() + months)
  to.setUTCDate(Math.min(from.getUTCDate(), last))
  return to.getTime() - now
}

export class PracticeClock {
  #store: Store
  #waiting = new Set<() => void>()

  constructor(store: Store) {
    this.#store = store
  }

  /** Moves the clock, and gives whoever follows it a moment to hear of that. */
  async move(step: Step): Promise<void> {
    const by = stepLength(step, this.#store.now())
    this.#store.clockOffset += by
    this.#keepInstallationAlive(by)
    this.#store.flush()
    for (const tell of this.#waiting) tell()
    await new Promise((resolve) => setTimeout(resolve, SPREAD_MS))
  }

  /** Resolves with the offset (ms) when it differs from the known one, or after a while with the same. */
  async offsetAfter(known: number, wait = 20_000): Promise<number> {
    if (this.#store.clockOffset === known) {
      await new Promise<void>((resolve) => {
        const done = () => {
          clearTimeout(timer)
          this.#waiting.delete(done)
          resolve()
        }
        const timer = setTimeout(done, wait)
        timer.unref()
        this.#waiting.add(done)
      })
    }
    return this.#store.clockOffset
  }

  /** A running app would have renewed its access in the time that was skipped. */
  #keepInstallationAlive(by: number): void {
    const { installation } = this.#store
    this.#store.installation = {
      ...installation,
      tokens: installation.tokens.map((token) =>
        token.refreshTokenExpiresAt === null
          ? token
          : { ...token, refreshTokenExpiresAt: token.refreshTokenExpiresAt + Math.floor(by / 1000) },
      ),
    }
  }
}
