import { isOutage } from '../database/connections.ts'
import type { LeftOrder } from '../domain/order-facts.ts'
import { logger } from '../logger.server.ts'
import type { ReadOrder, ReadPage } from '../shopify/order-from-graphql.ts'

/** What of a page goes into the book in one transaction. */
export interface PagePart {
  orders: ReadOrder[]
  /** To be noted: they stay in the book as they are. */
  left: LeftOrder[]
  /** The last of its page: with it the page has been read. */
  ends: boolean
}

/**
 * Takes a page at once. Where that fails it is taken order by order, so that one that cannot be settled is left out,
 * with why, and holds up no other; a page that was cut off in between is read again and repairs nothing twice. When
 * the database is out of reach, that is no order's fault: the page fails as a whole.
 * @param take in a transaction of its own; false when the page is no longer this process's to take
 */
export async function takeInParts(
  { orders, left }: ReadPage,
  take: (part: PagePart) => Promise<boolean>,
): Promise<boolean> {
  try {
    return await take({ orders, left, ends: true })
  } catch (error) {
    if (orders.length === 0 || isOutage(error)) throw error
    logger.warn(
      { orders: orders.length, reason: (error as Error).message },
      'a page failed; going order by order',
    )
  }
  const failed: LeftOrder[] = []
  for (const order of orders) {
    try {
      if (!(await take({ orders: [order], left: [], ends: false }))) return false
    } catch (error) {
      if (isOutage(error)) throw error
      const { orderId, name } = order.facts
      const { message } = error as Error
      logger.error({ orderId, reason: message }, 'an order was left out')
      failed.push({ orderId, name, problem: message })
    }
  }
  return take({ orders: [], left: [...left, ...failed], ends: true })
}
