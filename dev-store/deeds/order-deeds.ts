/** What people do with orders: the rules decide, the store keeps it, the app is told. */
import {
  assertDeletable,
  attachCustomer,
  cancelOrder,
  closeDispute,
  fulfil,
  markPaid,
  openDispute,
  takeCustomerOff,
} from '../commerce/change-order.ts'
import { editOrder, type OrderChange } from '../commerce/edit-order.ts'
import { CommerceError } from '../commerce/errors.ts'
import { type Placement, placeOrder } from '../commerce/place-order.ts'
import { type CartLine, priceCart, type Quote } from '../commerce/pricing.ts'
import { type RefundRequest, refundOrder } from '../commerce/refund-order.ts'
import { STORE_CREDIT } from '../commerce/store-credit.ts'
import type { PracticeContext } from '../context.ts'
import type { Order, StoreCreditEvent } from '../model.ts'
import type { Store } from '../store.ts'
import { debitStoreCredit, revertStoreCredit } from './store-credit-deeds.ts'
import { type OrderTopic, tellCustomer, tellDispute, tellOrder } from './tell-app.ts'

type Deeds = Pick<PracticeContext, 'store' | 'webhooks'>

/** Prices a cart as the shop would now. `shipped`: false at the till. */
export function quoteCart(
  store: Store,
  lines: CartLine[],
  codes: string[],
  customerId: number | null,
  options: { shipped: boolean; locale: 'de' | 'en'; at?: string },
): Quote {
  const { shippingPrice, freeShippingFrom } = store.shop
  const title = options.locale === 'de' ? 'Standardversand' : 'Standard shipping'
  return priceCart({
    lines,
    codes,
    discounts: store.discounts.all(),
    buyer: { customerId, segmentIds: [] },
    at: options.at ?? store.time(),
    shipping: options.shipped ? { title, price: shippingPrice, freeFrom: freeShippingFrom } : null,
  })
}

/**
 * Writes the order, its discount uses and gift cards, and takes the store credit; tells nobody (also used for the
 * shop's past). Throws what `debitStoreCredit` throws, and then nothing was bought.
 */
export function recordOrder(store: Store, placement: Placement): Order {
  const order = placeOrder(placement, store.nextId)
  takeStoreCredit(store, order)
  store.orders.put(order)
  for (const { node, code } of placement.quote.usedDiscounts) {
    const current = store.discounts.get(node.id)
    if (!current) continue
    const use = { code, orderId: order.id, customerId: order.customerId, at: placement.at }
    store.discounts.put({ ...current, uses: [...current.uses, use] })
  }
  if (order.transactions.every((one) => one.status === 'success')) issueGiftCards(store, order)
  return order
}

function takeStoreCredit(store: Store, order: Order): void {
  const paid = order.transactions.find((one) => one.gateway === STORE_CREDIT)
  if (!paid) return
  debitStoreCredit(
    store,
    { customerId: order.customerId ?? 0 },
    { amount: paid.amount, currency: order.currency },
    { event: 'ORDER_PAYMENT', orderTransactionId: paid.id },
  )
}

/** Refunds to store credit that the change brought: each reverts a part of what was taken for the order. */
function returnStoreCredit(store: Store, before: Order, after: Order, event: StoreCreditEvent): void {
  const known = new Set(before.transactions.map((one) => one.id))
  for (const refund of after.transactions) {
    if (known.has(refund.id) || refund.kind !== 'refund' || refund.gateway !== STORE_CREDIT) continue
    const debit = store.storeCreditTransactions.find(
      (one) => one.kind === 'debit' && one.orderTransactionId === refund.parentId,
    )
    if (debit?.kind !== 'debit') throw new Error(`${after.name} was not paid with store credit`)
    revertStoreCredit(store, debit, refund.amount, { event, orderTransactionId: refund.id })
  }
}

function issueGiftCards(store: Store, order: Order): void {
  if (store.giftCards.find((card) => card.orderId === order.id)) return
  for (const line of order.lines.filter((one) => one.giftCard)) {
    for (let piece = 0; piece < line.quantity; piece += 1) {
      const id = store.nextId('GiftCard')
      store.giftCards.put({
        id,
        code: `GK${String(id).slice(-8)}`,
        customerId: order.customerId,
        initial: line.price,
        balance: line.price,
        expiresOn: null,
        orderId: order.id,
        createdAt: order.updatedAt,
      })
    }
  }
}

/** Throws CommerceError `empty-cart`. */
export function buy(deeds: Deeds, placement: Placement): Order {
  const order = recordOrder(deeds.store, placement)
  const paid = order.transactions.every((one) => one.status === 'success')
  tellOrder(deeds, order, paid ? ['orders/create', 'orders/paid', 'orders/updated'] : ['orders/create'])
  const customer = order.customerId === null ? undefined : deeds.store.customers.get(order.customerId)
  if (customer) {
    const touched = deeds.store.customers.put({ ...customer, updatedAt: order.createdAt })
    tellCustomer(deeds, touched, 'customers/update')
  }
  return order
}

/** Throws CommerceError when the order is unknown to the store or the rules refuse. */
function change(deeds: Deeds, orderId: number, topics: OrderTopic[], apply: (order: Order) => Order): Order {
  const order = deeds.store.orders.get(orderId)
  if (!order) throw new CommerceError('unknown-order', `There is no order ${orderId}`)
  const next = deeds.store.orders.put(apply(order))
  tellOrder(deeds, next, [...topics, 'orders/updated'])
  return next
}

export function payOrder(deeds: Deeds, orderId: number): Order {
  const { store } = deeds
  return change(deeds, orderId, ['orders/paid'], (order) => {
    const paid = markPaid(order, store.time(), store.nextId)
    issueGiftCards(store, paid)
    return paid
  })
}

export function fulfilOrder(deeds: Deeds, orderId: number): Order {
  return change(deeds, orderId, ['orders/fulfilled'], (order) => fulfil(order, deeds.store.time()))
}

export function changeOrder(deeds: Deeds, orderId: number, edit: OrderChange): Order {
  const { store } = deeds
  return change(deeds, orderId, ['orders/edited'], (order) =>
    editOrder(order, edit, store.time(), store.nextId),
  )
}

export function refund(deeds: Deeds, orderId: number, request: RefundRequest): Order {
  const { store } = deeds
  return change(deeds, orderId, [], (order) => {
    const refunded = refundOrder(order, request, store.time(), store.nextId)
    returnStoreCredit(store, order, refunded, 'ORDER_REFUND')
    return refunded
  })
}

export function cancel(deeds: Deeds, orderId: number, reason: NonNullable<Order['cancelReason']>): Order {
  const { store } = deeds
  return change(deeds, orderId, ['orders/cancelled'], (order) => {
    const cancelled = cancelOrder(order, reason, store.time(), store.nextId)
    returnStoreCredit(store, order, cancelled, 'ORDER_CANCELLATION')
    return cancelled
  })
}

export function giveOrderTo(deeds: Deeds, orderId: number, customerId: number): Order {
  const customer = deeds.store.customer(customerId)
  if (!customer) throw new CommerceError('unknown-customer', `There is no customer ${customerId}`)
  return change(deeds, orderId, [], (order) =>
    attachCustomer(order, customer.id, customer.email, deeds.store.time()),
  )
}

export function takeOrderFromCustomer(deeds: Deeds, orderId: number): Order {
  return change(deeds, orderId, [], (order) => takeCustomerOff(order, deeds.store.time()))
}

/** Throws `not-deletable` for a paid order that is not cancelled. */
export function deleteOrder(deeds: Deeds, orderId: number): void {
  const order = deeds.store.orders.get(orderId)
  if (!order) throw new CommerceError('unknown-order', `There is no order ${orderId}`)
  assertDeletable(order)
  deeds.store.orders.delete(orderId)
  deeds.webhooks.emit('orders/delete', { id: orderId }, `Order/${orderId}`)
}

export function dispute(deeds: Deeds, orderId: number, step: 'open' | 'won' | 'lost'): Order {
  const { store } = deeds
  const order = store.orders.get(orderId)
  if (!order) throw new CommerceError('unknown-order', `There is no order ${orderId}`)
  const at = store.time()
  const result = step === 'open' ? openDispute(order, at, store.nextId) : closeDispute(order, step, at)
  store.orders.put(result.order)
  tellDispute(deeds, result.order, result.dispute, step === 'open' ? 'disputes/create' : 'disputes/update')
  tellOrder(deeds, result.order, ['orders/updated'])
  return result.order
}
