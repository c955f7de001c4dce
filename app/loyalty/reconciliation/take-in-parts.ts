import { takeApart } from '../../db/sweep.ts'
import type { LeftOrder } from '../../domain/orders/order-facts.ts'
import type { ReadOrder } from '../../shopify/orders/order-from-graphql.ts'
import type { ReadPage } from '../../shopify/orders/order-pages.ts'

/** What of a page goes into the book in one transaction. */
export interface PagePart {
  orders: readonly ReadOrder[]
  /** To be noted: they stay in the book as they are. */
  left: LeftOrder[]
  /** The last of its page: with it the page has been read. */
  ends: boolean
}

/**
 * Takes a page at once, or order by order where one of them cannot be settled; that one is noted with why. A page that
 * was cut off in between is read again and repairs nothing twice.
 * @param take in a transaction of its own; false when the page is no longer this process's to take
 */
export async function takeInParts(
  { orders, left }: ReadPage,
  take: (part: PagePart) => Promise<boolean>,
): Promise<boolean> {
  let isOurs = true
  let hasEnded = false
  const failed = await takeApart(
    orders,
    async (some) => {
      if (!isOurs) return
      hasEnded = some === orders
      isOurs = await take({ orders: some, left: hasEnded ? left : [], ends: hasEnded })
    },
    { what: 'an order', ids: ({ facts: { orderId } }) => ({ orderId }) },
  )
  if (!isOurs || hasEnded) return isOurs
  const noted = failed.map(({ one: { facts }, reason }) => {
    return { orderId: facts.orderId, name: facts.name, problem: reason }
  })
  return take({ orders: [], left: [...left, ...noted], ends: true })
}
