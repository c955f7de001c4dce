import type { OrderFacts, RefundFacts } from './order-facts.ts'

/** The money of an order's payments, as refunds take it back one after the other. */
export interface KeptMoney {
  /** Minor units that the shop has after the refunds so far. */
  amount: number
  /** Pieces that leave without money take their worth along: it went into other pieces, or was never paid. */
  traded: boolean
}

/**
 * What the shop had when nothing had been given back yet; null where nothing is known that could limit what stands.
 * @param ordered minor units of all that stood at first, whatever counts of it
 * @param owed money for pieces that an edit removed before, which the customer had paid
 */
export function moneyReceived(facts: OrderFacts, ordered: number, owed: number): KeptMoney | null {
  const { refunds, kept, outstanding, taxesIncluded } = facts
  if (kept === undefined && refunds.length === 0) return null
  let back = 0
  for (const refund of refunds) {
    if (refund.paidBack === undefined) return null
    back += refund.paidBack + (refund.withoutMoney ? worthOf(refund, taxesIncluded) : 0)
  }
  if (kept !== undefined) return { amount: kept + back, traded: true }
  // Shopify's own sum is missing: all that stands was paid but what is outstanding.
  return { amount: ordered + owed - outstanding, traded: !wasPaidBack(facts) }
}

/** Takes from the money what a refund took. */
export function takeBack(money: KeptMoney, refund: RefundFacts, taxesIncluded: boolean): void {
  money.amount -= refund.paidBack ?? 0
  if (refund.withoutMoney && money.traded) money.amount -= worthOf(refund, taxesIncluded)
}

/** Pieces left without money, and all of it was paid later. Less than all is taken for goodwill. */
function wasPaidBack({ refunds, taxesIncluded }: OrderFacts): boolean {
  let left = 0
  let settled = 0
  for (const refund of refunds) {
    const worth = worthOf(refund, taxesIncluded)
    if (refund.withoutMoney) left += worth
    else settled += Math.max(0, (refund.paidBack ?? 0) - worth - refund.withoutLines)
  }
  return settled >= left
}

function worthOf(refund: RefundFacts, taxesIncluded: boolean): number {
  return worthOfLines(refund, taxesIncluded) + refund.shipping
}

/** What the lines of a refund are worth with their tax, minor units. */
export function worthOfLines({ lines }: Pick<RefundFacts, 'lines'>, taxesIncluded: boolean): number {
  return lines.reduce((sum, { net, tax }) => sum + net + (taxesIncluded ? 0 : tax), 0)
}
