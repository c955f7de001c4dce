/**
 * What can happen to an order after it was placed. Every function returns a new document and leaves the given
 * one alone; ids and times are arguments. `updatedAt` never goes back and has one-second resolution, so two
 * changes in the same second carry the same time, as in Shopify.
 */
import type {
  Dispute,
  IsoTime,
  Order,
  OrderAdjustment,
  OrderLine,
  Product,
  Refund,
  RefundLine,
  Transaction,
  Variant,
} from '../model.ts'
import { CommerceError } from './errors.ts'
import { cashRounding, taxInside } from './money.ts'
import {
  currentQuantity,
  orderTotals,
  payments,
  pendingRefund,
  refundValue,
  shippingRefunded,
  shippingTotal,
} from './order-state.ts'
import type { NextId } from './place-order.ts'

function changed(order: Order, at: IsoTime): Order {
  const next = structuredClone(order)
  next.updatedAt = at > order.updatedAt ? at : order.updatedAt
  return next
}

/** Takes what is outstanding. Throws `already-paid`, `already-cancelled`. */
export function markPaid(order: Order, at: IsoTime, nextId: NextId): Order {
  if (order.cancelledAt) throw new CommerceError('already-cancelled', `${order.name} is cancelled`)
  const { outstanding } = orderTotals(order)
  const open = order.transactions.find((one) => one.kind === 'sale' && one.status === 'pending')
  if (outstanding === 0 && !open) throw new CommerceError('already-paid', `${order.name} is paid`)
  const next = changed(order, at)
  next.transactions = next.transactions.filter((one) => one.status !== 'pending')
  next.transactions.push({
    id: nextId('OrderTransaction'),
    parentId: open?.id ?? null,
    kind: 'sale',
    status: 'success',
    gateway: order.gateway,
    amount: outstanding,
    createdAt: at,
    rounding: 0,
  })
  return next
}

export function fulfil(order: Order, at: IsoTime): Order {
  const next = changed(order, at)
  next.fulfilledAt = at
  next.closedAt = at
  return next
}

export interface OrderChange {
  add: { product: Product; variant: Variant; quantity: number }[]
  /** New number of standing pieces of a line; 0 removes it. */
  setQuantity: { lineId: number; quantity: number }[]
  note: string | null
}

/**
 * An order edit. Added pieces cost the full price. Removed pieces are written as a refund without a
 * transaction; if they were paid, what is owed stands as a "Pending refund discrepancy" until it is paid back.
 * Throws `unknown-line`, `already-cancelled`.
 */
export function editOrder(order: Order, change: OrderChange, at: IsoTime, nextId: NextId): Order {
  if (order.cancelledAt) throw new CommerceError('already-cancelled', `${order.name} is cancelled`)
  const next = changed(order, at)
  const edit: Order['edits'][number] = {
    id: nextId('OrderEdit'),
    at,
    note: change.note,
    added: [],
    removed: [],
  }
  const removals: { lineId: number; quantity: number }[] = []
  for (const { lineId, quantity } of change.setQuantity) {
    const line = lineOf(next, lineId)
    const difference = quantity - currentQuantity(next, line)
    if (difference > 0) {
      line.quantity += difference
      edit.added.push({ lineId, quantity: difference })
    } else if (difference < 0) {
      removals.push({ lineId, quantity: -difference })
    }
  }
  edit.removed = removals
  if (removals.length > 0) next.refunds.push(removalByEdit(next, removals, at, nextId))
  for (const { product, variant, quantity } of change.add) {
    const line = addedLine(next, product, variant, quantity, at, nextId)
    next.lines.push(line)
    edit.added.push({ lineId: line.id, quantity })
  }
  next.edits.push(edit)
  const open = next.transactions.find((one) => one.kind === 'sale' && one.status === 'pending')
  if (open) open.amount = orderTotals(next).outstanding
  return next
}

function removalByEdit(
  order: Order,
  removals: { lineId: number; quantity: number }[],
  at: IsoTime,
  nextId: NextId,
): Refund {
  const { received, refunded } = payments(order)
  const before = orderTotals(order).currentTotal
  const lines = refundLines(order, removals, 'no_restock', nextId)
  const removed = lines.reduce((sum, line) => sum + line.subtotal, 0)
  // Only what is paid beyond the new total is owed back.
  const owed = Math.max(0, received - refunded - Math.max(0, before - removed) - pendingRefund(order))
  return {
    id: nextId('Refund'),
    createdAt: at,
    note: null,
    lines,
    shippingLines: [],
    adjustments: owed > 0 ? [adjustment(owed, 'Pending refund discrepancy', nextId)] : [],
    transactionIds: [],
    fromEdit: true,
  }
}

function addedLine(
  order: Order,
  product: Product,
  variant: Variant,
  quantity: number,
  at: IsoTime,
  nextId: NextId,
): OrderLine {
  return {
    id: nextId('LineItem'),
    productId: product.id,
    variantId: variant.id,
    title: product.title[order.locale],
    variantTitle: product.variants.length > 1 ? variant.title[order.locale] : null,
    sku: variant.sku,
    vendor: product.vendor,
    grams: variant.grams,
    requiresShipping: variant.requiresShipping,
    giftCard: product.giftCard,
    taxable: !product.giftCard,
    taxRate: product.taxRate,
    price: variant.price,
    quantity,
    allocations: [],
    duties: 0,
    properties: [],
    addedByEditAt: at,
  }
}

export interface RefundRequest {
  lines: { lineId: number; quantity: number }[]
  /** Cents of shipping to give back. */
  shipping: number
  /** Money to give back; null = what lines and shipping are worth. More or less becomes an adjustment. */
  amount: number | null
  note: string | null
  restockType?: RefundLine['restockType']
}

/**
 * Gives money back: by line, shipping, an amount without lines, or together. An order that is not paid only
 * loses the lines. Throws `nothing-to-refund`, `unknown-line`, `quantity-too-large`, `amount-too-large`.
 */
export function refundOrder(order: Order, request: RefundRequest, at: IsoTime, nextId: NextId): Order {
  const next = changed(order, at)
  const lines = refundLines(next, request.lines, request.restockType ?? 'return', nextId)
  const shippingLeft = shippingTotal(next) - shippingRefunded(next)
  if (request.shipping > shippingLeft || request.shipping < 0) {
    throw new CommerceError('amount-too-large', `Only ${shippingLeft} cents of shipping can be refunded`)
  }
  const worth = lines.reduce((sum, line) => sum + line.subtotal, 0) + request.shipping
  const { received, refunded } = payments(next)
  const available = received - refunded
  const amount = request.amount ?? Math.min(worth, available)
  if (amount > available || amount < 0) {
    throw new CommerceError('amount-too-large', `Only ${available} cents can be refunded`)
  }
  if (amount === 0 && lines.length === 0) throw new CommerceError('nothing-to-refund', 'Nothing to refund')
  const paying = amount > 0 ? refundTransaction(next, amount, at, nextId) : null
  const shippingLine = next.shippingLines[0]
  next.refunds.push({
    id: nextId('Refund'),
    createdAt: at,
    note: request.note,
    lines,
    shippingLines:
      request.shipping > 0 && shippingLine
        ? [
            {
              id: nextId('RefundShippingLine'),
              shippingLineId: shippingLine.id,
              amount: request.shipping,
              tax: taxInside(request.shipping, shippingLine.taxRate),
            },
          ]
        : [],
    adjustments: received > 0 ? discrepancies(order, amount - worth, nextId) : [],
    transactionIds: paying ? [paying.id] : [],
    fromEdit: false,
  })
  if (paying) {
    next.transactions.push(paying)
    next.refundCashRounding += paying.rounding
  }
  return next
}

/** `beyond`: money given back minus what lines and shipping are worth. First settles what an edit left owed. */
function discrepancies(order: Order, beyond: number, nextId: NextId): OrderAdjustment[] {
  if (beyond === 0) return []
  const settled = beyond > 0 ? Math.min(beyond, pendingRefund(order)) : 0
  const rest = beyond - settled
  const rows: OrderAdjustment[] = []
  if (settled !== 0) rows.push(adjustment(-settled, 'Pending refund discrepancy', nextId))
  if (rest !== 0) rows.push(adjustment(-rest, 'Refund discrepancy', nextId))
  return rows
}

function adjustment(amount: number, reason: OrderAdjustment['reason'], nextId: NextId): OrderAdjustment {
  return { id: nextId('OrderAdjustment'), kind: 'refund_discrepancy', amount, tax: 0, reason }
}

function refundTransaction(order: Order, amount: number, at: IsoTime, nextId: NextId): Transaction {
  const paid = order.transactions.find((one) => one.kind === 'sale' && one.status === 'success')
  return {
    id: nextId('OrderTransaction'),
    parentId: paid?.id ?? null,
    kind: 'refund',
    status: 'success',
    gateway: order.gateway,
    amount,
    createdAt: at,
    rounding: order.gateway === 'cash' ? cashRounding(amount) : 0,
  }
}

function refundLines(
  order: Order,
  wanted: { lineId: number; quantity: number }[],
  restockType: RefundLine['restockType'],
  nextId: NextId,
): RefundLine[] {
  return wanted
    .filter((one) => one.quantity !== 0)
    .map(({ lineId, quantity }) => {
      const line = lineOf(order, lineId)
      const left = currentQuantity(order, line)
      if (quantity < 0 || quantity > left) {
        throw new CommerceError(
          'quantity-too-large',
          `Line ${lineId} has ${left} pieces left, not ${quantity}`,
        )
      }
      const subtotal = refundValue(order, line, quantity)
      const tax = taxInside(subtotal, line.taxRate)
      return { id: nextId('RefundLineItem'), lineId, quantity, subtotal, tax, restockType }
    })
}

function lineOf(order: Order, lineId: number): OrderLine {
  const line = order.lines.find((one) => one.id === lineId)
  if (!line) throw new CommerceError('unknown-line', `${order.name} has no line ${lineId}`)
  return line
}

/** Takes back every piece and all money that is left. Throws `already-cancelled`. */
export function cancelOrder(
  order: Order,
  reason: NonNullable<Order['cancelReason']>,
  at: IsoTime,
  nextId: NextId,
): Order {
  if (order.cancelledAt) throw new CommerceError('already-cancelled', `${order.name} is cancelled already`)
  const lines = order.lines
    .map((line) => ({ lineId: line.id, quantity: currentQuantity(order, line) }))
    .filter((line) => line.quantity > 0)
  const { received, refunded } = payments(order)
  const shipping = shippingTotal(order) - shippingRefunded(order)
  let next = changed(order, at)
  if (lines.length > 0 || received > refunded) {
    const request = {
      lines,
      shipping,
      amount: received - refunded,
      note: null,
      restockType: 'cancel' as const,
    }
    next = refundOrder(next, request, at, nextId)
  }
  next.transactions = next.transactions.map((one) => (one.status === 'pending' ? voided(one) : one))
  next.cancelledAt = at
  next.closedAt = at
  next.cancelReason = reason
  return next
}

function voided(transaction: Transaction): Transaction {
  return { ...transaction, kind: 'void', status: 'success' }
}

/** Shopify deletes only orders that are cancelled, closed or never paid. Throws `not-deletable`. */
export function assertDeletable(order: Order): void {
  const { received, refunded } = payments(order)
  if (!order.cancelledAt && received > refunded && !order.test) {
    throw new CommerceError('not-deletable', `${order.name} is paid; cancel it first`)
  }
}

/** Gives an order without a customer (till, guest) to one. Throws `has-customer`. */
export function attachCustomer(order: Order, customerId: number, email: string, at: IsoTime): Order {
  if (order.customerId !== null)
    throw new CommerceError('has-customer', `${order.name} has a customer already`)
  const next = changed(order, at)
  next.customerId = customerId
  next.email = email
  return next
}

/** A chargeback over what was paid. Throws `dispute-open`, `nothing-to-refund` when nothing was paid. */
export function openDispute(order: Order, at: IsoTime, nextId: NextId): { order: Order; dispute: Dispute } {
  if (order.disputes.some((one) => one.finalizedOn === null)) {
    throw new CommerceError('dispute-open', `${order.name} is disputed already`)
  }
  const { received, refunded } = payments(order)
  if (received <= refunded) throw new CommerceError('nothing-to-refund', `${order.name} holds no money`)
  const dispute: Dispute = {
    id: nextId('Dispute'),
    type: 'chargeback',
    amount: received - refunded,
    reason: 'fraudulent',
    status: 'needs_response',
    initiatedAt: at,
    finalizedOn: null,
  }
  const next = changed(order, at)
  next.disputes.push(dispute)
  return { order: next, dispute }
}

/** Throws `no-open-dispute`. */
export function closeDispute(
  order: Order,
  outcome: 'won' | 'lost',
  at: IsoTime,
): { order: Order; dispute: Dispute } {
  const next = changed(order, at)
  const dispute = next.disputes.find((one) => one.finalizedOn === null)
  if (!dispute) throw new CommerceError('no-open-dispute', `${order.name} has no open dispute`)
  dispute.status = outcome
  dispute.finalizedOn = at
  return { order: next, dispute }
}
