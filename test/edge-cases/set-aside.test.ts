import { describe, expect, test } from 'vitest'
import { acrossShops } from '../../app/db/db.server.ts'
import { readReason } from '../../app/loyalty/inbox/reason.ts'
import { settleOrders } from '../../app/loyalty/settlement/settle-orders.ts'
import { orderFromWebhook } from '../../app/shopify/orders/order-from-webhook.ts'
import { parseBody } from '../../app/shopify/payload.ts'
import { lineId, orderPayload } from '../support/order-payload.ts'
import { testProgram } from '../support/program.ts'
import { LATER, useShopLife } from './shop-life.ts'

/** Orders that cannot be judged are set aside with a reason; how amounts are read that have too many decimals. */
const shops = useShopLife()

const without = (field: string, change: object = {}) => {
  const payload: Record<string, unknown> = orderPayload({ id: 1, customer: 1, ...change })
  delete payload[field]
  return payload
}

describe('A body that lacks a list', () => {
  test.each(['line_items', 'refunds'])(
    'R7c: is set aside where that is %s, and changes nothing',
    async (field) => {
      const life = await shops.open()
      await life.order({ id: 1, customer: 1 })
      const reason = `${field} is undefined; it must be a list`
      const cut = without(field, { updatedAt: '2026-11-02T10:00:00Z' })
      expect(await life.tell('orders/updated', cut)).toEqual({ status: 'quarantined', reason })
      expect(await life.balance(1)).toMatchObject({ available: 49 })
      expect(readReason(reason)).toEqual({ code: 'missing', field })
    },
  )

  test('R7c: of refunds is taken where there can be none: of a new order, and of an unpaid one', async () => {
    const life = await shops.open()
    expect(await life.tell('orders/create', without('refunds'))).toMatchObject({ status: 'done' })
    expect(await life.balance(1)).toMatchObject({ available: 49 })
    const unpaid = without('refunds', { id: 2, customer: 2, status: 'pending' })
    expect(await life.tell('orders/updated', unpaid)).toMatchObject({ status: 'done' })
  })
})

describe('An order in another currency than the shop’s', () => {
  const yen = { id: 1, customer: 1, currency: 'JPY', lines: [{ price: '10000' }] }

  test('R14: is set aside with a reason that says both', async () => {
    const life = await shops.open()
    const reason = `currency is "JPY"; it must be "EUR", the shop's own`
    expect(await life.order(yen)).toEqual({ status: 'quarantined', reason })
    expect(await life.balance(1)).toBeNull()
    expect(readReason(reason)).toEqual({ code: 'currency', value: 'JPY', currency: 'EUR' })
  })

  test('R14: is worth nothing when it is read, also once a program is published for its day', async () => {
    for (const program of [undefined, {}]) {
      const life = await shops.open(program && { program })
      const facts = orderFromWebhook(parseBody(JSON.stringify(orderPayload(yen))), life.shopId)
      for (const origin of ['read', 'again'] as const) {
        await acrossShops((tx) => settleOrders(tx, [{ shopId: life.shopId, facts, origin }], LATER))
        expect(await life.balance(1)).toMatchObject({ available: 0, pending: 0 })
      }
      await life.publish(7, testProgram(), '2020-01-01T00:00:00Z')
      await acrossShops((tx) => settleOrders(tx, [{ shopId: life.shopId, facts, origin: 'again' }], LATER))
      expect(await life.balance(1)).toMatchObject({ available: 0, pending: 0 })
    }
  })

  test('R14: stays what it was judged as when the shop changes its currency', async () => {
    const life = await shops.open()
    await life.order({ id: 1, customer: 1 })
    await shops.owner().query(`UPDATE shop SET currency = 'CHF' WHERE shop_id = $1`, [life.shopId])
    const facts = orderFromWebhook(
      parseBody(JSON.stringify(orderPayload({ id: 1, customer: 1, updatedAt: '2026-11-02T10:00:00Z' }))),
      life.shopId,
    )
    await acrossShops((tx) => settleOrders(tx, [{ shopId: life.shopId, facts, origin: 'read' }], LATER))
    expect(await life.balance(1)).toMatchObject({ available: 49 })
  })
})

describe('A refund after the shop has changed its currency', () => {
  const order = { id: 1, customer: 1, lines: [{ price: '49.90', quantity: 2 }] }
  /** As Shopify tells it: the line's piece, what the bank gave back, and the state with both. */
  const refunded = {
    ...order,
    status: 'partially_refunded',
    lines: [{ price: '49.90', quantity: 2, current: 1 }],
    refunds: [
      {
        id: 7,
        admin_graphql_api_id: 'gid://shopify/Refund/7',
        created_at: '2026-11-02T10:00:00Z',
        refund_line_items: [
          {
            id: 8,
            line_item_id: lineId(1),
            quantity: 1,
            subtotal: 49.9,
            subtotal_set: {
              shop_money: { amount: '49.90', currency_code: 'EUR' },
              presentment_money: { amount: '49.90', currency_code: 'EUR' },
            },
            total_tax: 0,
            total_tax_set: { shop_money: { amount: '0.00', currency_code: 'EUR' } },
          },
        ],
        refund_shipping_lines: [],
        order_adjustments: [],
        transactions: [{ id: 9, status: 'success' }],
      },
    ],
    updatedAt: '2026-11-02T10:00:00Z',
  }
  const toYen = (shopId: number) =>
    shops.owner().query(`UPDATE shop SET currency = 'JPY' WHERE shop_id = $1`, [shopId])

  test('D2: is judged in the currency of its order', async () => {
    const life = await shops.open()
    await life.order(order)
    expect(await life.balance(1)).toMatchObject({ available: 99 })
    await toYen(life.shopId)
    expect(await life.order(refunded)).toEqual({ status: 'done', reason: null })
    expect(await life.balance(1)).toMatchObject({ available: 49 })
    // What is told again, and a state from before, change nothing.
    expect(await life.order(refunded)).toMatchObject({ status: 'ignored' })
    expect(await life.tell('orders/create', orderPayload(order))).toMatchObject({ status: 'ignored' })
    expect(await life.balance(1)).toMatchObject({ available: 49 })
  })

  test('D2: that comes before its order is set aside with it, and counts once the order was read', async () => {
    const life = await shops.open()
    await toYen(life.shopId)
    const reason = `currency is "EUR"; it must be "JPY", the shop's own`
    expect(await life.order(refunded)).toEqual({ status: 'quarantined', reason })
    expect(await life.tell('orders/create', orderPayload(order))).toEqual({ status: 'quarantined', reason })
    const facts = orderFromWebhook(parseBody(JSON.stringify(orderPayload(order))), life.shopId)
    await acrossShops((tx) => settleOrders(tx, [{ shopId: life.shopId, facts, origin: 'read' }], LATER))
    expect(await life.order(refunded)).toEqual({ status: 'done', reason: null })
    // No program of the shop has ever judged euros of that day.
    expect(await life.balance(1)).toMatchObject({ available: 0, pending: 0 })
  })

  test('D2: says another currency than its order has, and is set aside', async () => {
    const life = await shops.open()
    await life.order(order)
    await toYen(life.shopId)
    const other = { ...refunded, currency: 'CHF' }
    expect(await life.order(other)).toMatchObject({ status: 'quarantined' })
    expect(await life.balance(1)).toMatchObject({ available: 99 })
  })
})

describe('Amounts with more decimals than the currency', () => {
  test.each([
    ['20.00', '1.005', 'EUR', 19],
    ['20.00', '1.009', 'EUR', 19],
    ['20.019', undefined, 'EUR', 20],
    ['1000.9', '0.9', 'JPY', 1000],
  ])(
    'R15: are cut towards zero, each by itself: %s less %s %s',
    async (price, discount, currency, points) => {
      const life = await shops.open({ currency })
      const lines = [{ price, ...(discount && { discount }) }]
      expect(await life.order({ id: 1, customer: 1, currency, lines })).toMatchObject({ status: 'done' })
      expect(await life.balance(1)).toMatchObject({ available: points })
    },
  )

  test('R15: lose nothing to the binary fractions of JSON numbers', async () => {
    const life = await shops.open()
    const payload = orderPayload({ id: 1, customer: 1 })
    for (const line of payload.line_items)
      Object.assign(line, { price: 66.999_999_999_999_99, price_set: null })
    expect(await life.tell('orders/updated', payload)).toMatchObject({ status: 'done' })
    expect(await life.balance(1)).toMatchObject({ available: 67 })
  })
})
