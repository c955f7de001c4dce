/**
 * How often one shopper may ask, counted in this process: a brake against loops and scripts, not a lock. What must
 * not happen twice is guarded by keys in the database.
 */
interface Bucket {
  tokens: number
  at: number
}

export interface RateLimit {
  /** So many at once … */
  burst: number
  /** … and so many a minute from then on. */
  perMinute: number
}

const MOST_BUCKETS = 20_000

export function createRateLimiter(limit: RateLimit) {
  const buckets = new Map<string, Bucket>()
  /** Takes one; false when there is none left. `now` in epoch milliseconds. */
  return function take(key: string, now: number): boolean {
    const known = buckets.get(key)
    const refilled = known
      ? known.tokens + (Math.max(0, now - known.at) * limit.perMinute) / 60_000
      : limit.burst
    const tokens = Math.min(limit.burst, refilled)
    // Re-inserting keeps the map in the order of use: the first key is the one unused for the longest time.
    buckets.delete(key)
    if (buckets.size >= MOST_BUCKETS) buckets.delete(buckets.keys().next().value as string)
    buckets.set(key, { tokens: tokens >= 1 ? tokens - 1 : tokens, at: now })
    return tokens >= 1
  }
}
