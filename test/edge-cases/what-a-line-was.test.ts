import { describe, expect, test } from 'vitest'
import { acrossShops } from '../../app/db/db.server.ts'
import { settleOrders } from '../../app/loyalty/settlement/settle-orders.ts'
import { orderFromWebhook } from '../../app/shopify/orders/order-from-webhook.ts'
import { parseBody } from '../../app/shopify/payload.ts'
import { type OrderOptions, orderPayload } from '../support/order-payload.ts'
import { LATER, type ShopLife, useShopLife } from './shop-life.ts'

/** A line of an order stays what was bought, whatever becomes of the product. */
const shops = useShopLife()

const TEA = 7555001
const always = { start: null, end: null, timeZone: 'Europe/Berlin' }
const campaign = (id: string, multiplier: string, scope: object) =>
  ({ id, name: { de: id }, multiplier, scope, tiers: [], window: always }) as never
const DOUBLE = { campaigns: [campaign('double', '2', { kind: 'products', ids: [String(TEA)] })] }
const TRIPLE = { campaigns: [campaign('triple', '3', { kind: 'tags', tags: ['bio'] })] }

/** The order's payload with what Shopify blanks on the lines of a deleted product. */
function deleted(options: OrderOptions, blank: object = { product_id: null }) {
  const payload = orderPayload(options)
  for (const line of payload.line_items) Object.assign(line, blank)
  return payload
}

async function labelled(life: ShopLife, productId: number, tags: string[]) {
  await shops
    .owner()
    .query(`INSERT INTO product_label (shop_id, product_id, collections, tags) VALUES ($1, $2, '{}', $3)`, [
      life.shopId,
      productId,
      tags,
    ])
}

const read = (life: ShopLife, payload: object) =>
  acrossShops((tx) => {
    const facts = orderFromWebhook(parseBody(JSON.stringify(payload)), life.shopId)
    return settleOrders(tx, [{ shopId: life.shopId, facts, origin: 'read' }], LATER)
  })

describe('A product that is deleted', () => {
  const bought = { id: 1, customer: 1, lines: [{ price: '100.00', product: TEA }] }
  const later = { ...bought, updatedAt: '2026-11-02T10:00:00Z' }

  test('R3: leaves its old orders their points, told by a delivery and read', async () => {
    const life = await shops.open({ program: DOUBLE })
    await life.order(bought)
    expect(await life.balance(1)).toMatchObject({ available: 200 })
    await life.tell('orders/updated', deleted(later))
    expect(await life.balance(1)).toMatchObject({ available: 200 })
    await read(life, deleted({ ...later, updatedAt: '2026-11-03T10:00:00Z' }))
    expect(await life.balance(1)).toMatchObject({ available: 200 })
    expect(await life.history(1)).toHaveLength(1)
  })

  test('R3: leaves them the labels they had', async () => {
    const life = await shops.open({ program: TRIPLE })
    await labelled(life, TEA, ['bio'])
    await life.order(bought)
    expect(await life.balance(1)).toMatchObject({ available: 300 })
    await life.tell('products/delete', { id: TEA })
    await life.tell('orders/updated', deleted(later))
    expect(await life.balance(1)).toMatchObject({ available: 300 })
  })

  test('R3: leaves a gift card a gift card, and a line its title', async () => {
    const life = await shops.open()
    await life.order({ ...bought, lines: [{ price: '100.00', giftCard: true }, { price: '10.00' }] })
    expect(await life.balance(1)).toMatchObject({ available: 10 })
    const blank = { product_id: null, gift_card: false, title: '' }
    const options = { ...later, lines: [{ price: '100.00' }, { price: '10.00' }] }
    await life.tell('orders/updated', deleted(options, blank))
    expect(await life.balance(1)).toMatchObject({ available: 10 })
    const { rows } = await shops
      .owner()
      .query(`SELECT facts -> 'lines' AS lines FROM order_state WHERE shop_id = $1`, [life.shopId])
    expect(rows[0].lines.map((line: unknown[]) => line[2])).toEqual(['Ware 1', 'Ware 2'])
  })

  test('R3: of two lines of one order each keeps its own', async () => {
    const life = await shops.open({ program: DOUBLE })
    const lines = [
      { price: '100.00', product: TEA },
      { price: '10.00', product: 7001 },
    ]
    await life.order({ ...bought, lines })
    await life.tell('orders/updated', deleted({ ...later, lines }))
    expect(await life.balance(1)).toMatchObject({ available: 210 })
  })

  test('R3: a state that was told twice stays known, and raises no doubt', async () => {
    const life = await shops.open({ program: DOUBLE })
    await life.order(bought)
    await life.tell('orders/updated', deleted(later))
    expect(await life.tell('orders/updated', deleted(later))).toEqual({
      status: 'ignored',
      reason: 'This state of the order is known',
    })
    expect(await life.jobs('read-order')).toEqual([])
  })

  test('R4: beside an equal tip its line is goods and not the tip', async () => {
    for (const firstSeen of ['before', 'after']) {
      const life = await shops.open()
      const order = { id: 1, customer: 1, lines: [{ price: '50.00' }, { price: '5.00' }], tip: '5.00' }
      if (firstSeen === 'before') {
        await life.order(order)
        expect(await life.balance(1)).toMatchObject({ available: 55 })
      }
      await life.tell('orders/updated', deleted({ ...order, updatedAt: '2026-11-02T10:00:00Z' }))
      expect(await life.balance(1), firstSeen).toMatchObject({ available: 55 })
    }
  })
})
