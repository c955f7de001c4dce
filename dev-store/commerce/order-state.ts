/** What an order amounts to now and amounted to when placed: everything derived from its document. Pure. */
import type { Cents, FinancialStatus, IsoTime, Order, OrderLine, ShippingLine } from '../model.ts'
import { CommerceError } from './errors.ts'
import { partOf, taxInside } from './money.ts'

const sum = <T>(rows: T[], value: (row: T) => number): number =>
  rows.reduce((all, row) => all + value(row), 0)

export function discountOf(line: Pick<OrderLine | ShippingLine, 'allocations'>): Cents {
  return sum(line.allocations, (allocation) => allocation.amount)
}

/** What all ordered pieces of a line cost after discounts, tax inside. */
export function netOf(line: OrderLine): Cents {
  return line.price * line.quantity - discountOf(line)
}

/** Pieces that refunds and edits took away. */
export function removedQuantity(order: Order, lineId: number): number {
  return sum(order.refunds, (refund) =>
    sum(refund.lines, (line) => (line.lineId === lineId ? line.quantity : 0)),
  )
}

export function currentQuantity(order: Order, line: OrderLine): number {
  return line.quantity - removedQuantity(order, line.id)
}

export function refundedNet(order: Order, lineId: number): Cents {
  return sum(order.refunds, (refund) =>
    sum(refund.lines, (line) => (line.lineId === lineId ? line.subtotal : 0)),
  )
}

export function currentNet(order: Order, line: OrderLine): Cents {
  return netOf(line) - refundedNet(order, line.id)
}

/** What `quantity` more pieces of the line are worth when taken back now; all of them give all that is left. */
export function refundValue(order: Order, line: OrderLine, quantity: number): Cents {
  const left = currentQuantity(order, line)
  return partOf(currentNet(order, line), quantity, left)
}

export function shippingNet(line: ShippingLine): Cents {
  return line.price - discountOf(line)
}

export function shippingTotal(order: Order): Cents {
  return sum(order.shippingLines, shippingNet)
}

export function shippingRefunded(order: Order): Cents {
  return sum(order.refunds, (refund) => sum(refund.shippingLines, (line) => line.amount))
}

/** Signed sum of all adjustments: negative when money went back beyond lines and shipping. */
export function adjustmentTotal(order: Order): Cents {
  return sum(order.refunds, (refund) => sum(refund.adjustments, (adjustment) => adjustment.amount))
}

/** Owed to the shopper since an edit removed paid lines. */
export function pendingRefund(order: Order): Cents {
  return sum(order.refunds, (refund) =>
    sum(refund.adjustments, (one) => (one.reason === 'Pending refund discrepancy' ? one.amount : 0)),
  )
}

export function duties(order: Order): Cents {
  return sum(order.lines, (line) => line.duties)
}

export interface OrderTotals {
  lineItems: Cents
  discounts: Cents
  subtotal: Cents
  shipping: Cents
  tax: Cents
  total: Cents
  currentDiscounts: Cents
  currentSubtotal: Cents
  currentShipping: Cents
  currentTax: Cents
  currentTotal: Cents
  received: Cents
  refunded: Cents
  /** Negative: owed to the shopper, after an edit that took paid goods away. */
  outstanding: Cents
}

/** The plain figures speak of the order as placed (without lines added by edits), `current…` of what stands. */
export function orderTotals(order: Order): OrderTotals {
  const placed = order.lines.filter((line) => line.addedByEditAt === null)
  const lineItems = sum(placed, (line) => line.price * line.quantity)
  const lineDiscounts = sum(placed, discountOf)
  const shipping = shippingTotal(order)
  const subtotal = lineItems - lineDiscounts
  const currentSubtotal = sum(order.lines, (line) => currentNet(order, line))
  const currentShipping = shipping - shippingRefunded(order)
  const extra = duties(order) + order.tip
  const beyond = adjustmentTotal(order) - pendingRefund(order)
  const currentTotal = currentSubtotal + currentShipping + extra + beyond
  const { received, refunded } = payments(order)
  return {
    lineItems,
    discounts: lineDiscounts + sum(order.shippingLines, discountOf),
    subtotal,
    shipping,
    tax: sum(placed, (line) => taxInside(netOf(line), line.taxRate)) + shippingTax(order, shipping),
    total: subtotal + shipping + extra,
    currentDiscounts:
      sum(order.lines, (line) => line.price * currentQuantity(order, line) - currentNet(order, line)) +
      sum(order.shippingLines, discountOf),
    currentSubtotal,
    currentShipping,
    currentTax:
      sum(order.lines, (line) => taxInside(currentNet(order, line), line.taxRate)) +
      shippingTax(order, currentShipping),
    currentTotal,
    received,
    refunded,
    outstanding: order.cancelledAt === null ? currentTotal - (received - refunded) : 0,
  }
}

function shippingTax(order: Order, amount: Cents): Cents {
  return taxInside(amount, order.shippingLines[0]?.taxRate ?? '0.19')
}

/** Money that moved, without the rounding of cash. */
export function payments(order: Order): { received: Cents; refunded: Cents } {
  const done = order.transactions.filter((one) => one.status === 'success')
  return {
    received: sum(done, (one) => (one.kind === 'sale' ? one.amount : 0)),
    refunded: sum(done, (one) => (one.kind === 'refund' ? one.amount : 0)),
  }
}

export function financialStatus(order: Order): FinancialStatus {
  const { received, refunded } = payments(order)
  if (received === 0) {
    if (order.cancelledAt !== null) return 'voided'
    // A free order (everything discounted) is paid without any money.
    return orderTotals(order).total === 0 && order.transactions.length > 0 ? 'paid' : 'pending'
  }
  if (refunded >= received) return 'refunded'
  if (refunded > 0) return 'partially_refunded'
  return orderTotals(order).outstanding > 0 ? 'partially_paid' : 'paid'
}

/** A copy to be changed. Its clock never goes back. */
export function changed(order: Order, at: IsoTime): Order {
  const next = structuredClone(order)
  next.updatedAt = at > order.updatedAt ? at : order.updatedAt
  return next
}

/** Throws `unknown-line`. */
export function lineOf(order: Order, lineId: number): OrderLine {
  const line = order.lines.find((one) => one.id === lineId)
  if (!line) throw new CommerceError('unknown-line', `${order.name} has no line ${lineId}`)
  return line
}
