import { logger } from '../logger.server.ts'
import { isOutage } from './connections.ts'

/** Work that is due: in slices, and so that one that cannot be done holds up no other. */

export interface Failed<T> {
  one: T
  error: unknown
  /** Its message. */
  reason: string
}

const TOO_SLOW = '57014'

/** The database is away, overloaded or too slow: to go on with the next one would help nobody. */
const liesWithNone = (error: unknown) => isOutage(error) || (error as { code?: string }).code === TOO_SLOW

interface Each<T> {
  /** What one of them is called in the log, "an order". */
  what: string
  /** Which one, for the log: our own ids, never words of a person. */
  ids: (one: T) => object
}

/**
 * Takes one after the other. What fails is left to whoever tries again, and told in the log.
 * @param take one of them, in transactions of its own
 * @param loops how many go side by side
 * @returns those that could not be taken
 * @throws when the database is out of reach: that is the fault of none of them
 */
export async function eachAlone<T>(
  all: readonly T[],
  take: (one: T) => Promise<unknown>,
  { what, ids, loops = 1 }: Each<T> & { loops?: number },
): Promise<Failed<T>[]> {
  const failed: Failed<T>[] = []
  const waiting = [...all]
  const loop = async () => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
      try {
        await take(one)
      } catch (error) {
        if (liesWithNone(error)) throw error
        const reason = (error as Error).message
        logger.error({ ...ids(one), reason }, `${what} was left out`)
        failed.push({ one, error, reason })
      }
    }
  }
  await Promise.all(Array.from({ length: loops }, loop))
  return failed
}

/**
 * Takes all at once. Where that fails they are taken one by one.
 * @param take in a transaction of its own; the first time with `all` itself
 * @returns those that could not be taken
 * @throws when the database is out of reach
 */
export async function takeApart<T>(
  all: readonly T[],
  take: (some: readonly T[]) => Promise<unknown>,
  each: Each<T>,
): Promise<Failed<T>[]> {
  try {
    await take(all)
    return []
  } catch (error) {
    if (all.length === 0 || liesWithNone(error)) throw error
    logger.warn(
      { count: all.length, reason: (error as Error).message },
      `${each.what}: taken one by one, for all at once failed`,
    )
  }
  return eachAlone(all, (one) => take([one]), each)
}

interface Sweep<T> {
  /**
   * What is due behind `last` in a fixed order, the first of it; from the beginning when there is no last. What becomes
   * due behind it meanwhile is taken with it.
   */
  due: (last: T | undefined) => Promise<T[]>
  /** How many `due` finds at most: fewer are the last ones. Absent: only nothing is the end, for work that takes long. */
  size?: number
  /** Does a slice, and says what is left of it. What another process did meanwhile is no longer due: look under the lock. */
  work: (slice: T[]) => Promise<Failed<T>[]>
}

/**
 * Goes once through all that is due, slice by slice. Nothing is met twice, so what could not be done ends no sweep and
 * keeps none from its end.
 * @returns what could not be done
 */
export async function sweep<T>({ due, size = 1, work }: Sweep<T>): Promise<Failed<T>[]> {
  const failed: Failed<T>[] = []
  for (let last: T | undefined; ; ) {
    const slice = await due(last)
    failed.push(...(await work(slice)))
    if (slice.length < size) return failed
    last = slice.at(-1)
  }
}

/** @throws the first of these errors: the job is tried again, when all others are done */
export function throwFirst(failed: readonly Failed<unknown>[]): void {
  if (failed[0]) throw failed[0].error
}
