/**
 * What can happen to an order after it was placed. Every function returns a new document and leaves the given
 * one alone; ids and times are arguments. `updatedAt` never goes back and has one-second resolution, so two
 * changes in the same second carry the same time, as in Shopify.
 */
import type { Dispute, IsoTime, Order, Transaction } from '../model.ts'
import { CommerceError } from './errors.ts'
import {
  changed,
  currentQuantity,
  orderTotals,
  payments,
  shippingRefunded,
  shippingTotal,
} from './order-state.ts'
import type { NextId } from './place-order.ts'
import { otherGateway, refundOrder } from './refund-order.ts'

/** Takes what is outstanding. Throws `already-paid`, `already-cancelled`. */
export function markPaid(order: Order, at: IsoTime, nextId: NextId): Order {
  if (order.cancelledAt) throw new CommerceError('already-cancelled', `${order.name} is cancelled`)
  const { outstanding } = orderTotals(order)
  const open = order.transactions.find((one) => one.kind === 'sale' && one.status === 'pending')
  if (outstanding <= 0 && !open) throw new CommerceError('already-paid', `${order.name} is paid`)
  const next = changed(order, at)
  next.transactions = next.transactions.filter((one) => one.status !== 'pending')
  next.transactions.push({
    id: nextId('OrderTransaction'),
    parentId: open?.id ?? null,
    kind: 'sale',
    status: 'success',
    gateway: otherGateway(order),
    amount: Math.max(0, outstanding),
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

/** Takes the customer off an order, and the e-mail address with it. Throws `no-customer`. */
export function takeCustomerOff(order: Order, at: IsoTime): Order {
  if (order.customerId === null) throw new CommerceError('no-customer', `${order.name} has no customer`)
  const next = changed(order, at)
  next.customerId = null
  next.email = null
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
