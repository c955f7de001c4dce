import type { OrderFacts } from './order-facts.ts'

/**
 * Since when nothing is left of an order: all pieces have left it, money went back, and of the payments
 * nothing is the shop's to keep. Null while anything stands, or where nobody was paid back (an edit that empties an order).
 * @returns epoch ms of the last refund that paid anything back
 */
export function whollyGivenBack(facts: Pick<OrderFacts, 'kept' | 'lines' | 'refunds'>): number | null {
  if (facts.kept !== 0 || facts.lines.some(({ currentQuantity }) => currentQuantity > 0)) return null
  const paid = facts.refunds.filter(({ paidBack }) => (paidBack ?? 0) > 0)
  return paid.length === 0 ? null : Math.max(...paid.map(({ at }) => at))
}
