import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { schemaForWebhook } from 'shopify-webhook-schemas'
import { describe, expect, it } from 'vitest'
import { openDispute } from '../../dev-store/commerce/change-order.ts'
import { orderTotals } from '../../dev-store/commerce/order-state.ts'
import { refundOrder } from '../../dev-store/commerce/refund-order.ts'
import {
  collectionDeletePayload,
  collectionPayload,
  productPayload,
  shopPayload,
} from '../../dev-store/payload/catalogue-payload.ts'
import {
  customerDeletePayload,
  customerMergePayload,
  customerPayload,
  privacyPayload,
} from '../../dev-store/payload/customer-payload.ts'
import { disputePayload } from '../../dev-store/payload/dispute-payload.ts'
import { orderPayload } from '../../dev-store/payload/order-payload.ts'
import { localTime } from '../../dev-store/payload/shared.ts'
import { pickFields } from '../../dev-store/webhooks/subscriptions.ts'
import { order, smallShop } from './support.ts'

const VERSION = '2026-07'
const ajv = new Ajv2020({ strict: false, allErrors: true, verbose: true })
addFormats.default(ajv)

function faults(topic: string, payload: unknown): string[] {
  const validate = ajv.compile(schemaForWebhook(VERSION, topic))
  // What is sent is JSON: dates and undefined members have gone through it.
  validate(JSON.parse(JSON.stringify(payload)))
  // The schemas were inferred from one or a few examples: a list that was empty there allows no entry, a text
  // that was there may never be null. Both are too strict to be meant.
  return (validate.errors ?? [])
    .filter((one) => one.keyword !== 'false schema' && !(one.keyword === 'type' && one.data === null))
    .map((one) => `${one.instancePath} ${one.message}`)
}

const { store } = smallShop({ orders: 400, customers: 60 })
const customers = store.customers.all()
const [customer] = customers
if (!customer) throw new Error('no customer')

describe('webhook payloads', () => {
  it('have the shape that Shopify documents for orders', () => {
    const complete = store.orders.filter(
      (one) => one.customerId !== null && one.shippingAddress !== null && one.refunds.length === 0,
    )
    expect(complete.length).toBeGreaterThan(200)
    for (const one of complete) {
      const payload = orderPayload(one, store.customer(one.customerId as number) ?? null, store.shop)
      expect(faults('orders/create', payload), one.name).toEqual([])
      expect(faults('orders/updated', payload), one.name).toEqual([])
    }
  })

  it('have the shape that Shopify documents for refunds', () => {
    const refunded = store.orders.filter((one) =>
      one.refunds.some((refund) => refund.transactionIds.length > 0),
    )
    expect(refunded.length).toBeGreaterThan(10)
    for (const one of refunded) {
      const { refunds } = orderPayload(one, null, store.shop)
      for (const refund of refunds.filter((row) => row.transactions.length > 0)) {
        // The example that the schema was inferred from has no shipping refund and always lines.
        const comparable = { ...refund, refund_shipping_lines: [] }
        expect(faults('refunds/create', comparable), one.name).toEqual([])
      }
    }
  })

  it('have the shape that Shopify documents for everything else', () => {
    const { shop } = store
    expect(faults('customers/create', customerPayload(customer, shop))).toEqual([])
    expect(faults('customers/delete', customerDeletePayload(customer))).toEqual([])
    expect(faults('customers/merge', { ...customerMergePayload(1, 2), errors: [] })).toEqual([])
    for (const topic of ['customers/redact', 'customers/data_request'] as const) {
      expect(faults(topic, privacyPayload(topic, customer, [1, 2], shop, 3))).toEqual([])
    }
    for (const product of store.products.values()) {
      expect(faults('products/update', productPayload(product, shop))).toEqual([])
    }
    for (const collection of store.collections.values()) {
      expect(faults('collections/update', collectionPayload(collection, shop))).toEqual([])
      expect(faults('collections/delete', collectionDeletePayload(collection))).toEqual([])
    }
    expect(faults('app/uninstalled', shopPayload(shop))).toEqual([])
    const disputed = openDispute(order(store, [['lindenhonig', 1]]), store.time(), store.nextId)
    expect(faults('disputes/create', disputePayload(disputed.order, disputed.dispute, shop))).toEqual([])
  })

  it('carry totals that agree with their own lines', () => {
    for (const one of store.orders.values()) {
      const payload = orderPayload(one, null, store.shop)
      const lines = payload.line_items.filter((_, index) => one.lines[index]?.addedByEditAt === null)
      const cents = (text: string) => Math.round(Number(text) * 100)
      const gross = lines.reduce((sum, line) => sum + cents(line.price) * line.quantity, 0)
      const taken = lines
        .flatMap((line) => line.discount_allocations)
        .reduce((sum, row) => sum + cents(row.amount), 0)
      expect(cents(String(payload.subtotal_price)), one.name).toBe(gross - taken)
      const codes = payload.discount_codes.reduce((sum, row) => sum + cents(row.amount), 0)
      expect(cents(String(payload.total_discounts)), one.name).toBe(codes)
    }
  })

  it('say zero for what a cancelled order is worth', () => {
    const cancelled = store.orders.filter((one) => one.cancelledAt !== null)
    expect(cancelled.length).toBeGreaterThan(3)
    for (const one of cancelled) {
      const payload = orderPayload(one, null, store.shop)
      expect(payload.current_total_price).toBe('0.00')
      expect(payload.line_items.every((line) => line.current_quantity === 0)).toBe(true)
      expect(['refunded', 'voided']).toContain(payload.financial_status)
    }
  })

  it('show both currencies when the shopper paid in another one', () => {
    const placed = { ...order(store, [['lindenhonig', 1]]), presentment: { currency: 'CHF', rate: '0.95' } }
    const payload = orderPayload(placed, null, store.shop)
    expect(payload.total_price_set).toEqual({
      shop_money: { amount: '13.80', currency_code: 'EUR' },
      presentment_money: { amount: '13.11', currency_code: 'CHF' },
    })
    expect(payload.presentment_currency).toBe('CHF')
  })

  it('put refunded shipping into refund_shipping_lines and not into adjustments', () => {
    const request = { lines: [], shipping: 490, amount: null, note: null }
    const placed = refundOrder(order(store, [['lindenhonig', 1]]), request, store.time(), store.nextId)
    expect(orderTotals(placed).currentShipping).toBe(0)
    const [refund] = orderPayload(placed, null, store.shop).refunds
    expect(refund?.order_adjustments).toEqual([])
    expect(refund?.refund_shipping_lines).toMatchObject([
      { full_refund: true, subtotal_amount_set: { shop_money: { amount: '4.90' } } },
    ])
  })

  it('tell times in the shop’s zone, summer and winter', () => {
    expect(localTime('2026-07-01T10:00:00Z', 'Europe/Berlin')).toBe('2026-07-01T12:00:00+02:00')
    expect(localTime('2026-12-31T23:30:00Z', 'Europe/Berlin')).toBe('2027-01-01T00:30:00+01:00')
    expect(localTime('2026-03-29T00:59:59Z', 'Europe/Berlin')).toBe('2026-03-29T01:59:59+01:00')
    expect(localTime('2026-03-29T01:00:00Z', 'Europe/Berlin')).toBe('2026-03-29T03:00:00+02:00')
  })

  it('keep only the included fields, inside lists and objects too', () => {
    const payload = {
      id: 1,
      email: 'x',
      customer: { id: 2, email: 'y' },
      lines: [{ id: 3, price: '1' }],
      gone: null,
    }
    expect(pickFields(payload, ['id', 'customer.id', 'lines.id', 'gone'])).toEqual({
      id: 1,
      customer: { id: 2 },
      lines: [{ id: 3 }],
      gone: null,
    })
    expect(pickFields(payload, null)).toBe(payload)
  })
})
