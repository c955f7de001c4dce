import { worthOfLines } from '../../domain/orders/kept-money.ts'
import type { OrderFacts, RefundFacts } from '../../domain/orders/order-facts.ts'

/** What an order says of its money, whichever way it was read: its payments, and what its refunds gave back. */

/** Statuses under which money has come in, in full or in part. */
export const PAID: ReadonlySet<string> = new Set(['paid', 'partially_paid', 'partially_refunded', 'refunded'])

/** What an order says of its payments, minor units. */
export interface Sums {
  /** What stands of the order's price by Shopify's own sum; null where it is not told. */
  total: number | null
  /** What of it is not paid yet. */
  outstanding: number
  /** Something happened to the order since it was created. */
  changed: boolean
}

type Parts = Pick<
  OrderFacts,
  'taxesIncluded' | 'lines' | 'shipping' | 'shippingTax' | 'duties' | 'dutiesTax' | 'tips' | 'refunds'
>

/**
 * The payments by Shopify's status and sums. Whoever creates an order by the API can call it `paid` without
 * payments that match; the word stands until something happens to the order, and payments that Shopify never saw it
 * cannot sum up. So it is believed of an order just created and of one without any payment, and else the sums are.
 * `refunded` says that nothing is left of what came in, be that the whole price or a deposit.
 * @param status as in webhooks
 */
export function paymentsOf(
  status: string,
  sums: Sums,
  parts: Parts,
): Pick<OrderFacts, 'paid' | 'outstanding' | 'kept'> {
  const paid = PAID.has(status)
  const outstanding = Math.max(0, sums.outstanding)
  if (!paid || !sumsCount(status, sums, parts)) return { paid, outstanding: 0 }
  if (status === 'refunded') return { paid, outstanding, kept: 0 }
  if (sums.total === null) return { paid, outstanding }
  return { paid, outstanding, kept: Math.max(0, sums.total - outstanding) }
}

function sumsCount(status: string, { total, outstanding, changed }: Sums, parts: Parts): boolean {
  if (status === 'paid') return changed && outstanding > 0 && outstanding < (total ?? standing(parts))
  // "Partially refunded" without a refund contradicts itself: its sums belong to another state of the order.
  return status !== 'partially_refunded' || parts.refunds.length > 0
}

/** What stands of an order's price, reckoned from its parts. */
function standing(parts: Parts): number {
  const onTop = (tax: number) => (parts.taxesIncluded ? 0 : tax)
  const { shipping, shippingTax, duties, tips } = parts
  let sum = shipping + onTop(shippingTax) + duties + onTop(parts.dutiesTax) + tips
  for (const { net, tax, quantity, currentQuantity } of parts.lines)
    if (quantity > 0) sum += Math.floor(((net + onTop(tax)) * currentQuantity) / quantity)
  return sum
}

/** Whether the money of a refund moved: Shopify writes some without any, and a payment can fail. */
export type Moved = 'money' | 'none' | 'failed'

/** @param statuses of the refund's payments, lower case; null where they are not told */
export function movedBy(statuses: readonly unknown[] | null): Moved {
  if (statuses === null) return 'money'
  if (statuses.length === 0) return 'none'
  return statuses.every((status) => status === 'failure' || status === 'error') ? 'failed' : 'money'
}

/** A refund as it was read. */
export interface RefundAmounts {
  lines: RefundFacts['lines']
  /** Without its tax. */
  shipping: number
  /** Shopify's "refund discrepancy": below zero what was paid back beyond the lines, above it what was kept back. */
  discrepancy: number
  moved: Moved
}

type Back = Pick<RefundFacts, 'withoutLines' | 'shipping' | 'withoutMoney' | 'paidBack'>

/**
 * What each refund of an order gave back, fed with them in their order. What was kept back before is settled first:
 * whether a later payment gives a fee back or is goodwill, nothing says
 * (docs/decisions/0018-a-fee-kept-and-given-back.md).
 */
export function refundsBack(taxesIncluded: boolean): (refund: RefundAmounts) => Back {
  let keptBack = 0
  return ({ lines, shipping, discrepancy, moved }) => {
    const worth = worthOfLines({ lines }, taxesIncluded) + shipping
    keptBack += moved === 'failed' ? worth : Math.max(0, discrepancy)
    if (moved !== 'money')
      return { withoutLines: 0, shipping: moved === 'failed' ? 0 : shipping, withoutMoney: true, paidBack: 0 }
    const beyond = Math.max(0, -discrepancy)
    const settled = Math.min(keptBack, beyond)
    keptBack -= settled
    return { withoutLines: beyond - settled, shipping, paidBack: Math.max(0, worth - discrepancy) }
  }
}

/** Tax on the duties that stand: of what was charged at first, so much as of the duties themselves. */
export function dutiesTax(duties: number, charged: { duties: number; tax: number }): number {
  if (duties >= charged.duties) return duties === 0 ? 0 : charged.tax
  return Math.floor((charged.tax * duties) / charged.duties)
}
