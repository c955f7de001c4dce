import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterPostgres,
  RateLimiterRes,
  RLWrapperTimeouts,
} from 'rate-limiter-flexible'
import { logger } from '../logger.server.ts'
import { seldom } from '../seldom.ts'

/**
 * How much somebody may ask for in a minute, counted over all web processes: first in the memory of this one, which is
 * enough for almost everybody, and beyond that in a table (docs/decisions/0025-who-may-ask-how-much.md).
 */
export interface RequestLimit {
  /** Tells one limit's keys from another's. */
  name: string
  perMinute: number
  /** So much of it a process counts in its memory alone. */
  unwritten: number
}

/** Takes `count` under the key. @returns 0, or after how many seconds it is worth asking again */
export type Take = (key: string, count?: number) => Promise<number>

/** `pg.Pool` as far as the library needs it, as a role that may write the counts. */
export interface CountingPool {
  query(statement: { name?: string; text: string; values: unknown[] }): Promise<unknown>
}

const MINUTE_S = 60
/** Nobody waits longer to be counted. */
const PATIENCE_MS = 500

/**
 * @param pool asked for each time: it may be another one after a while
 * @param patienceMs so long a request waits to be counted
 */
export function createLimit(
  { name, perMinute, unwritten }: RequestLimit,
  pool: () => CountingPool,
  patienceMs = PATIENCE_MS,
): Take {
  const here = new RateLimiterMemory({ points: unwritten, duration: MINUTE_S })
  const everywhere = countedInTable({ name, perMinute }, pool, patienceMs)
  return async (key, count = 1) => {
    const counted = await outcome(here, key, count)
    if (counted.consumedPoints <= unwritten) return 0
    // The first time beyond, what nobody else has heard of is told as well.
    const untold = counted.consumedPoints - count <= unwritten ? counted.consumedPoints : count
    const all = await outcome(everywhere, key, untold)
    if (!all.refused) return 0
    const wait = Math.max(1, Math.ceil(all.msBeforeNext / 1000))
    // Until then this process asks nobody, also when its own minute ends before.
    await here.block(key, wait)
    return wait
  }
}

/** A database that fails or is slow refuses nobody: then this process counts alone. */
function countedInTable(
  { name, perMinute }: Omit<RequestLimit, 'unwritten'>,
  pool: () => CountingPool,
  patienceMs: number,
) {
  const limit = { points: perMinute, duration: MINUTE_S }
  const shared = new RateLimiterPostgres({
    ...limit,
    storeClient: { query: (statement: Parameters<CountingPool['query']>[0]) => pool().query(statement) },
    storeType: 'pool',
    tableName: 'request_count',
    // Our migrations make the table, our tidy-up empties it.
    tableCreated: true,
    clearExpiredByTimeout: false,
    keyPrefix: name,
    inMemoryBlockOnConsumed: perMinute + 1,
  })
  const answered = new RLWrapperTimeouts({ limiter: shared, timeoutMs: patienceMs })
  const alone = new RateLimiterMemory(limit)
  return {
    consume: (key: string, count: number) =>
      answered.consume(key, count).catch((error: unknown) => {
        if (error instanceof RateLimiterRes) throw error
        countsAlone({ reason: error instanceof Error ? error.message : String(error) })
        return alone.consume(key, count)
      }),
  }
}

const countsAlone = seldom((facts) => logger.warn(facts, 'requests are counted in this process only'))

/** The library throws what it refuses. */
async function outcome(limiter: Pick<RateLimiterAbstract, 'consume'>, key: string, count: number) {
  try {
    return Object.assign(await limiter.consume(key, count), { refused: false })
  } catch (refusal) {
    if (refusal instanceof RateLimiterRes) return Object.assign(refusal, { refused: true })
    throw refusal
  }
}
