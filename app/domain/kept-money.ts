import type { OrderFacts, RefundFacts } from './order-facts.ts'

/**
 * The money of the payments that the shop had when nothing had been given back yet; null where nothing is known
 * that could limit what stands. From there each refund takes what it paid back.
 * @param ordered minor units of all that stood at first, whatever counts of it
 * @param owed of it money for pieces that an edit removed, which the customer had paid
 */
export function moneyReceived(facts: OrderFacts, ordered: number, owed: number): number | null {
  const { refunds, kept, outstanding } = facts
  if (kept === undefined && refunds.length === 0) return null
  let back = 0
  for (const { paidBack } of refunds) {
    if (paidBack === undefined) return null
    back += paidBack
  }
  if (kept !== undefined) return kept + back
  if (refunds.every(({ withoutMoney }) => withoutMoney)) return null
  // Shopify's own sum is missing: all that stands was paid but what is outstanding.
  return ordered + owed - outstanding - tradedIn(facts)
}

/**
 * Worth of pieces that left without money and were not paid back later: the customer had other pieces for them. A
 * payment of less than all of it is taken for goodwill.
 */
function tradedIn(facts: OrderFacts): number {
  let left = 0
  let settled = 0
  for (const refund of facts.refunds) {
    const worth = worthOfLines(refund, facts.taxesIncluded)
    if (refund.withoutMoney) left += worth
    else settled += Math.max(0, (refund.paidBack ?? 0) - worth - refund.shipping - refund.withoutLines)
  }
  return settled >= left ? 0 : left
}

/** What the lines of a refund are worth with their tax, minor units. */
export function worthOfLines({ lines }: Pick<RefundFacts, 'lines'>, taxesIncluded: boolean): number {
  return lines.reduce((sum, { net, tax }) => sum + net + (taxesIncluded ? 0 : tax), 0)
}
