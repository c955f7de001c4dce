/** One year of trade: who bought what and when, and what became of it. */
import { cancelOrder, markPaid } from '../commerce/change-order.ts'
import { editOrder } from '../commerce/edit-order.ts'
import { CommerceError } from '../commerce/errors.ts'
import { currentQuantity, payments } from '../commerce/order-state.ts'
import type { CartLine } from '../commerce/pricing.ts'
import { refundOrder } from '../commerce/refund-order.ts'
import { quoteCart, recordOrder } from '../deeds/order-deeds.ts'
import { type Customer, isoTime, type Order, type Product } from '../model.ts'
import type { Store } from '../store.ts'
import type { Person } from './people.ts'
import type { Random } from './random.ts'

const DAY = 24 * 3600 * 1000
const HOUR = 3600 * 1000

export interface YearOptions {
  /** Midnight (epoch milliseconds) that ends the year. */
  today: number
  orders: number
  random: Random
}

interface FollowUp {
  at: number
  orderId: number
  what: 'pay' | 'refund-lines' | 'refund-amount' | 'refund-shipping' | 'edit' | 'cancel' | 'refund-owed'
}

interface Buyer {
  customer: Customer
  weight: number
  since: number
  favourites: number[]
}

export function seedYear(store: Store, persons: Person[], options: YearOptions): void {
  const { random, today } = options
  const buyers = persons.map((person) => register(store, person, today, random))
  const moments = orderMoments(options)
  const events: { at: number; write: () => void }[] = buyers.map((buyer) => ({
    at: Date.parse(buyer.customer.createdAt),
    write: () =>
      note(store, { topic: 'customers/create', customer: buyer.customer }, buyer.customer.createdAt),
  }))
  const followUps: FollowUp[] = []
  for (const at of moments) {
    const order = buyOnce(store, buyers, at, random)
    const snapshot = structuredClone(order)
    events.push({
      at,
      write: () => note(store, { topic: 'orders/create', order: snapshot }, order.createdAt),
    })
    followUps.push(...fates(order, at, random).filter((fate) => fate.at < today - HOUR))
  }
  // What an edit leaves owed is paid back later, so new fates appear while old ones are worked off.
  const queue = followUps.sort((a, b) => a.at - b.at || a.orderId - b.orderId)
  for (let fate = queue.shift(); fate; fate = queue.shift()) {
    const order = befall(store, fate, random)
    if (!order) continue
    const at = fate.at
    events.push({ at, write: () => note(store, { topic: 'orders/updated', order }, order.updatedAt) })
    if (fate.what === 'edit' && order.refunds.some((refund) => refund.adjustments.length > 0)) {
      queue.push({ at: at + 2 * HOUR, orderId: order.id, what: 'refund-owed' })
      queue.sort((a, b) => a.at - b.at || a.orderId - b.orderId)
    }
  }
  events.sort((a, b) => a.at - b.at)
  for (const event of events) event.write()
  closeOld(store, today)
}

type Told =
  | { topic: 'customers/create'; customer: Customer }
  | { topic: 'orders/create' | 'orders/updated'; order: Order }

function note(store: Store, told: Told, at: string): void {
  store.historyEvents.put({ id: store.nextId('HistoryEvent'), at, ...told })
}

function register(store: Store, person: Person, today: number, random: Random): Buyer {
  // Half were customers before the year began.
  const since = person.sample
    ? today - 370 * DAY + random.between(0, 20) * DAY
    : today - 380 * DAY + Math.max(0, (random.next() - 0.45) * 1.75) * 375 * DAY
  const at = isoTime(Math.min(since + random.between(7 * 60, 22 * 60) * 60_000, today - HOUR))
  const customer: Customer = {
    id: store.nextId('Customer'),
    firstName: person.firstName,
    lastName: person.lastName,
    email: person.email,
    phone: null,
    locale: person.locale,
    tags: random.chance(0.15) ? ['newsletter'] : [],
    note: null,
    acceptsMarketing: random.chance(0.4),
    address: person.address,
    createdAt: at,
    updatedAt: at,
    sample: person.sample,
  }
  store.customers.put(customer)
  const collections = store.collections.all()
  const favourites = [random.pick(collections).id, random.pick(collections).id]
  return { customer, weight: person.weight, since: Date.parse(at), favourites }
}

/** Share of the year's trade by month: quiet summers, strong weeks before Christmas. */
const MONTHS = [0.75, 0.75, 0.9, 0.95, 0.95, 0.8, 0.7, 0.75, 0.95, 1.1, 1.75, 2.2]
const WEEKDAYS = [1.25, 1, 0.95, 0.95, 1, 0.9, 1.05]
const HOURS = [1, 0, 0, 0, 0, 1, 3, 5, 7, 9, 10, 10, 9, 8, 8, 9, 10, 12, 15, 18, 16, 10, 5, 2]

function orderMoments({ today, orders, random }: YearOptions): number[] {
  const days = Array.from({ length: 365 }, (_, index) => {
    const date = new Date(today - (365 - index) * DAY)
    const late = date.getUTCMonth() === 11 && date.getUTCDate() > 22 ? 0.35 : 1
    // The shop grows: half as much again by the end of the year.
    return (MONTHS[date.getUTCMonth()] ?? 1) * (WEEKDAYS[date.getUTCDay()] ?? 1) * late * (1 + index / 730)
  })
  return Array.from({ length: orders }, () => {
    const day = today - (365 - random.weighted(days)) * DAY
    return day + random.weighted(HOURS) * HOUR + random.between(0, 3599) * 1000
  }).sort((a, b) => a - b)
}

function buyOnce(store: Store, buyers: Buyer[], at: number, random: Random): Order {
  const time = isoTime(at)
  const till = random.chance(0.15)
  const guest = random.chance(till ? 0.4 : 0.07)
  const buyer = guest ? null : drawBuyer(buyers, at, random)
  const customer = buyer?.customer ?? null
  const locale = customer?.locale ?? (random.chance(0.1) ? 'en' : 'de')
  const lines = random.chance(0.015) ? giftCardCart(store, random) : fillCart(store, buyer, at, random)
  const codes = till || !random.chance(0.16) ? [] : [random.pick(['WILLKOMMEN10', 'FUENFER', 'VERSANDFREI'])]
  const quote = quoteCart(store, lines, codes, customer?.id ?? null, { shipped: !till, locale, at: time })
  const guestName = `gast${random.between(1, 160)}`
  return recordOrder(store, {
    quote,
    source: till ? 'pos' : 'web',
    customerId: customer?.id ?? null,
    email: customer?.email ?? (till ? null : `${guestName}@example.org`),
    locale,
    currency: 'EUR',
    gateway: till ? 'cash' : random.chance(0.09) ? 'Vorkasse' : 'shopify_payments',
    at: time,
    address: till ? null : (customer?.address ?? null),
    test: random.chance(0.001),
    presentment: !till && random.chance(0.01) ? { currency: 'CHF', rate: '0.95' } : null,
  })
}

function drawBuyer(buyers: Buyer[], at: number, random: Random): Buyer | null {
  const weights = buyers.map((buyer) => (buyer.since < at ? buyer.weight : 0))
  return weights.some((weight) => weight > 0) ? (buyers[random.weighted(weights)] ?? null) : null
}

function giftCardCart(store: Store, random: Random): CartLine[] {
  const product = store.products.find((one) => one.giftCard) as Product
  return [{ product, variant: random.pick(product.variants), quantity: 1 }]
}

function fillCart(store: Store, buyer: Buyer | null, at: number, random: Random): CartLine[] {
  const month = new Date(at).getUTCMonth()
  const products = store.products.filter((one) => !one.giftCard)
  const weights = products.map((product) => {
    const popular = product.tags.includes('bestseller') ? 3 : 1
    const season = product.tags.includes('saison') ? (month >= 9 ? 2.5 : 0.5) : 1
    const advent = product.handle.startsWith('adventskalender') && month !== 9 && month !== 10 ? 0.02 : 1
    const liked = product.collectionIds.some((id) => buyer?.favourites.includes(id)) ? 3 : 1
    const cheap = (product.variants[0]?.price ?? 0) > 6000 ? 0.35 : 1
    return popular * season * advent * liked * cheap
  })
  const lines: CartLine[] = []
  const wanted = 1 + random.weighted([38, 30, 18, 9, 5])
  while (lines.length < wanted) {
    const index = random.weighted(weights)
    const product = products[index] as Product
    weights[index] = 0
    const cheap = (product.variants[0]?.price ?? 0) < 2000
    const quantity = cheap ? 1 + random.weighted([70, 20, 6, 4]) : 1
    lines.push({ product, variant: random.pick(product.variants), quantity })
  }
  return lines
}

function fates(order: Order, at: number, random: Random): FollowUp[] {
  const later = (low: number, high: number) => at + random.between(low * 60, high * 60) * 60_000
  const fate = (what: FollowUp['what'], when: number): FollowUp => ({ at: when, orderId: order.id, what })
  const list: FollowUp[] = []
  if (order.gateway === 'Vorkasse') {
    if (random.chance(0.08)) return [fate('cancel', later(96, 240))]
    list.push(fate('pay', later(18, 120)))
  }
  const luck = random.next()
  if (luck < 0.02) list.push(fate('cancel', later(1, 30)))
  else if (luck < 0.06) list.push(fate('refund-lines', later(100, 480)))
  else if (luck < 0.07) list.push(fate('refund-amount', later(100, 400)))
  else if (luck < 0.076) list.push(fate('refund-shipping', later(100, 300)))
  else if (luck < 0.092 && order.source === 'web') list.push(fate('edit', later(1, 20)))
  // Some come back twice with the same order.
  if (luck > 0.025 && luck < 0.032) list.push(fate('refund-lines', later(490, 700)))
  return list
}

/** Applies a fate; null when the order cannot suffer it any more. */
function befall(store: Store, fate: FollowUp, random: Random): Order | null {
  const order = store.orders.get(fate.orderId)
  if (!order) return null
  const at = isoTime(fate.at)
  const refund = { lines: [], shipping: 0, amount: null, note: null }
  try {
    const next = (() => {
      switch (fate.what) {
        case 'pay':
          return markPaid(order, at, store.nextId)
        case 'cancel':
          return cancelOrder(order, random.pick(['customer', 'inventory', 'other']), at, store.nextId)
        case 'edit':
          return editOrder(order, someEdit(store, order, random), at, store.nextId)
        case 'refund-lines':
          return refundOrder(order, { ...refund, lines: someLines(order, random) }, at, store.nextId)
        case 'refund-amount':
          return refundOrder(order, { ...refund, amount: goodwill(order) }, at, store.nextId)
        case 'refund-shipping':
          return refundOrder(order, { ...refund, shipping: shippingPaid(order) }, at, store.nextId)
        case 'refund-owed':
          return refundOrder(order, { ...refund, amount: owed(order) }, at, store.nextId)
      }
    })()
    return structuredClone(store.orders.put(next))
  } catch (error) {
    if (error instanceof CommerceError) return null
    throw error
  }
}

function someLines(order: Order, random: Random): { lineId: number; quantity: number }[] {
  const left = order.lines.filter((line) => currentQuantity(order, line) > 0)
  if (left.length === 0) return []
  const line = random.pick(left)
  return [{ lineId: line.id, quantity: random.between(1, currentQuantity(order, line)) }]
}

function someEdit(store: Store, order: Order, random: Random) {
  const line = random.pick(order.lines)
  const product = random.pick(store.products.filter((one) => !one.giftCard))
  if (random.chance(0.6)) {
    const quantity = Math.max(0, currentQuantity(order, line) - 1)
    return { add: [], setQuantity: [{ lineId: line.id, quantity }], note: null }
  }
  const variant = random.pick(product.variants)
  return { add: [{ product, variant, quantity: 1 }], setQuantity: [], note: null }
}

function goodwill(order: Order): number {
  const { received, refunded } = payments(order)
  return Math.min(500, Math.floor((received - refunded) / 4))
}

function shippingPaid(order: Order): number {
  return order.shippingLines.reduce(
    (sum, line) => sum + line.price - line.allocations.reduce((all, one) => all + one.amount, 0),
    0,
  )
}

function owed(order: Order): number {
  return order.refunds.flatMap((refund) => refund.adjustments).reduce((sum, one) => sum + one.amount, 0)
}

/** What was paid more than four days ago has long been sent. The app is not told of it again. */
function closeOld(store: Store, today: number): void {
  for (const order of store.orders.all()) {
    if (Date.parse(order.createdAt) > today - 4 * DAY || order.cancelledAt || order.fulfilledAt) continue
    if (payments(order).received === 0) continue
    const at = isoTime(Date.parse(order.createdAt) + 2 * DAY)
    store.orders.put({ ...order, fulfilledAt: at, closedAt: at })
  }
}
