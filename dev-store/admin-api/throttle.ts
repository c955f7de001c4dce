/** The leaky bucket of the Admin API: 2,000 points that refill with 100 a second, as on a standard plan. */

export const MAXIMUM = 2000
export const RESTORE_RATE = 100

export type ThrottleStatus = { maximumAvailable: number; currentlyAvailable: number; restoreRate: number }

export class Throttle {
  #available = MAXIMUM
  #at: number
  readonly #now: () => number

  /** @param now epoch milliseconds */
  constructor(now: () => number) {
    this.#now = now
    this.#at = now()
  }

  #refill(): void {
    const now = this.#now()
    this.#available = Math.min(MAXIMUM, this.#available + (Math.max(0, now - this.#at) / 1000) * RESTORE_RATE)
    this.#at = now
  }

  /** Takes what a query asks for; false when there is not enough, and nothing is taken. */
  take(points: number): boolean {
    this.#refill()
    if (this.#available < points) return false
    this.#available -= points
    return true
  }

  /** Gives back what a query asked for and did not use. */
  giveBack(points: number): void {
    this.#refill()
    this.#available = Math.min(MAXIMUM, this.#available + points)
  }

  drain(): void {
    this.#available = 0
    this.#at = this.#now()
  }

  status(): ThrottleStatus {
    this.#refill()
    return {
      maximumAvailable: MAXIMUM,
      currentlyAvailable: Math.floor(this.#available),
      restoreRate: RESTORE_RATE,
    }
  }
}

const throttles = new WeakMap<object, Throttle>()

/** The bucket of a shop: one for all that ask. */
export function throttleOf(store: { now: () => number }): Throttle {
  let throttle = throttles.get(store)
  if (!throttle) {
    throttle = new Throttle(store.now)
    throttles.set(store, throttle)
  }
  return throttle
}
