import { logger } from '../logger.server.ts'
import { isOutage } from './connections.ts'

export interface Failed<T> {
  one: T
  reason: string
}

/**
 * Takes all at once. Where that fails they are taken one by one, so that one that cannot be taken holds up no other.
 * When the database is out of reach that is the fault of none of them, and it fails as a whole.
 * @param take in a transaction of its own; the first time with `all` itself
 * @param idOf for the log
 * @returns those that could not be taken
 */
export async function takeApart<T>(
  all: readonly T[],
  take: (some: readonly T[]) => Promise<unknown>,
  idOf: (one: T) => string,
): Promise<Failed<T>[]> {
  try {
    await take(all)
    return []
  } catch (error) {
    if (all.length === 0 || isOutage(error)) throw error
    logger.warn({ orders: all.length, reason: (error as Error).message }, 'orders failed; taking one by one')
  }
  const failed: Failed<T>[] = []
  for (const one of all) {
    try {
      await take([one])
    } catch (error) {
      if (isOutage(error)) throw error
      const reason = (error as Error).message
      logger.error({ orderId: idOf(one), reason }, 'an order was left out')
      failed.push({ one, reason })
    }
  }
  return failed
}
