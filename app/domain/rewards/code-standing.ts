import { whollyGivenBack } from '../orders/given-back.ts'
import type { OrderFacts } from '../orders/order-facts.ts'
import { compareIds } from '../text/compare-ids.ts'

/**
 * Whose a reward code is: what the present states of all orders that carry it say, and never the way there. Money
 * decides: a paid order has used it, one that can still be paid keeps it, and one that takes no money any more, that
 * was wholly given back, or from which it took nothing off, has no use for it.
 */

/** Why an order that carries the code will never use it. */
export type DeadReason = 'order-test' | 'order-cancelled' | 'order-given-back' | 'no-discount' | 'order-gone'

/** What one order is to a code that stands on it. */
export type Claim = 'paid' | 'unpaid' | DeadReason

export interface ClaimingOrder {
  orderId: string
  /** Epoch milliseconds. */
  placedAt: number
  /** When it came to be as it is, as far as the order tells. Epoch milliseconds. */
  at: number
  claim: Claim
}

export type CodeStanding =
  /** No order carries it. */
  | { kind: 'free' }
  | { kind: 'paid' | 'unpaid'; order: ClaimingOrder }
  | { kind: 'dead'; order: ClaimingOrder; reason: DeadReason }

/** What an order is to a code that stands on it. A paid order that was deleted has been paid all the same. */
export function claimOf(
  facts: Pick<OrderFacts, 'test' | 'cancelledAt' | 'paid' | 'idleCodes' | 'kept' | 'lines' | 'refunds'>,
  code: string,
  gone: boolean,
): Claim {
  if (facts.test) return 'order-test'
  if (facts.cancelledAt !== null) return 'order-cancelled'
  if (facts.idleCodes?.some((idle) => sameCode(idle, code))) return 'no-discount'
  if (whollyGivenBack(facts) !== null) return 'order-given-back'
  if (facts.paid) return 'paid'
  return gone ? 'order-gone' : 'unpaid'
}

/** Whose the code is, of several orders of one kind the one that was placed first. */
export function codeStanding(orders: readonly ClaimingOrder[]): CodeStanding {
  const sorted = [...orders].sort((a, b) => a.placedAt - b.placedAt || compareIds(a.orderId, b.orderId))
  for (const kind of ['paid', 'unpaid'] as const) {
    const order = sorted.find(({ claim }) => claim === kind)
    if (order) return { kind, order }
  }
  const [order] = sorted
  return order ? { kind: 'dead', order, reason: order.claim as DeadReason } : { kind: 'free' }
}

/** Shopify compares codes without regard to case. */
export function sameCode(one: string, other: string): boolean {
  return one.toUpperCase() === other.toUpperCase()
}
