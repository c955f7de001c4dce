import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { describe, expect, test } from 'vitest'
import { acrossShops, withShop } from '../../app/db/db.server.ts'
import { storeDeliveries } from '../../app/intake/store-deliveries.ts'
import { settleOrders } from '../../app/loyalty/settlement/settle-orders.ts'
import { tidyUp } from '../../app/loyalty/upkeep/tidy-up.ts'
import { action as redeem } from '../../app/routes/proxy.panel_.redeem.ts'
import { orderFromWebhook } from '../../app/shopify/orders/order-from-webhook.ts'
import { parseBody } from '../../app/shopify/payload.ts'
import { type OrderOptions, orderPayload } from '../support/order-payload.ts'
import { answerOf, proxyCall } from '../support/shopper-requests.ts'
import { workOff } from '../support/work-off.ts'
import { type ShopLife, SMALL_REWARD, useShopLife } from './shop-life.ts'

/** `shop/redact` 48 hours after the app was removed, while Shopify still delivers. */

const shops = useShopLife()
const CUPS = { price: '10.00', quantity: 3 }
const ORDER: OrderOptions = { id: 9001, customer: 11, lines: [CUPS] }

async function rows(sql: string, ...values: unknown[]) {
  return (await shops.owner().query(sql, values)).rows
}

/** Tables in which the shop still has rows. */
async function remains({ shopId }: ShopLife): Promise<string[]> {
  const tables = await rows(
    `SELECT table_name AS name FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
      WHERE table_schema = 'public' AND column_name = 'shop_id' AND table_type = 'BASE TABLE' ORDER BY 1`,
  )
  const found = await Promise.all(
    tables.map(({ name }) =>
      rows(`SELECT '${name}' AS name FROM ${name} WHERE shop_id = $1 LIMIT 1`, shopId),
    ),
  )
  return found.flat().map(({ name }) => name)
}

async function removed(): Promise<ShopLife> {
  const life = await shops.open()
  await life.order(ORDER)
  await rows(
    `UPDATE shop SET installed_at = '2026-01-01', uninstalled_at = '2026-12-08T12:00:00Z' WHERE shop_id = $1`,
    life.shopId,
  )
  return life
}

const erase = (life: ShopLife) =>
  life.tell('shop/redact', { shop_id: 1, shop_domain: life.shop.domain }, { at: '2026-12-10T12:00:00Z' })

const message = ({ shop }: ShopLife, topic: string, body: object) => ({
  topic,
  shopDomain: shop.domain,
  webhookId: randomUUID(),
  apiVersion: null,
  triggeredAt: null,
  body: JSON.stringify(body),
})

const MESSAGES: [string, object][] = [
  ['orders/create', orderPayload({ ...ORDER, id: 9002 })],
  ['orders/updated', orderPayload({ ...ORDER, id: 9003, customer: null })],
  ['orders/updated', { id: 'no order' }],
  ['customers/update', { id: 12 }],
  ['customers/delete', { id: 12 }],
  ['some/topic', {}],
]

/** `work` in a transaction that is committed when the shop has been erased. */
async function beside(life: ShopLife, work: (client: pg.PoolClient) => Promise<unknown>) {
  const client = await shops.owner().connect()
  try {
    await client.query('BEGIN')
    await work(client)
    await erase(life)
    await client.query('COMMIT')
  } finally {
    client.release()
  }
}

/** When somebody waits for a row that another transaction holds. */
const waits = () =>
  expect
    .poll(async () => {
      const [{ n }] = await rows(
        `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      )
      return n
    })
    .toBeGreaterThan(0)

describe('A16: who asks while the shop is erased', () => {
  const press = (life: ShopLife) => {
    const json = { rewardId: SMALL_REWARD.id, price: SMALL_REWARD.cost, key: randomUUID() }
    const request = proxyCall('/panel/redeem', { shop: life.shop.domain, customer: '11', json })
    return answerOf(() => redeem({ request, params: {}, context: {} } as never))
  }

  test('A16: a press that waited for the erasure hears that the shop is gone, and so does the next', async () => {
    const life = await removed()
    let pressed: Promise<Response> | undefined
    await acrossShops(async (tx) => {
      await tx.query(`SELECT erase_shop($1, '2026-12-10T12:00:00Z')`, [life.shopId])
      pressed = press(life)
      await waits()
    })
    expect((await pressed)?.status).toBe(404)
    expect((await press(life)).status).toBe(404)
  })

  test('A16: a fault of ours in a shop that stands stays one', async () => {
    const life = await shops.open()
    await life.order(ORDER)
    await rows('ALTER TABLE balance RENAME TO balance_away')
    try {
      expect((await press(life)).status).toBe(500)
    } finally {
      await rows('ALTER TABLE balance_away RENAME TO balance')
    }
  })
})

describe('A11: what comes while its shop is erased', () => {
  test('A11: deliveries that the door stored then end at once and leave nothing', async () => {
    const life = await removed()
    await beside(life, (client) =>
      storeDeliveries(
        client as unknown as pg.Pool,
        MESSAGES.map(([topic, body]) => message(life, topic, body)),
      ),
    )
    expect(await remains(life)).toEqual(['delivery', 'inbox'])
    expect(await workOff(() => life.now)).toBe(MESSAGES.length)
    expect(await remains(life)).toEqual([])
    expect(await workOff(() => life.now)).toBe(0)
  })

  test('A11: nothing is noted of what the batch of the erasure worked off', async () => {
    const life = await removed()
    await storeDeliveries(
      shops.owner(),
      MESSAGES.map(([topic, body]) => message(life, topic, body)),
    )
    await erase(life)
    expect(await remains(life)).toEqual([])
  })

  test('A11: an order of nobody that was settled then is taken away at night, and nothing else is', async () => {
    const [life, other] = [await removed(), await shops.open()]
    await other.order(ORDER)
    const before = await remains(other)
    const facts = orderFromWebhook(
      parseBody(JSON.stringify(orderPayload({ ...ORDER, id: 9004, customer: null }))),
      life.shopId,
    )
    await beside(life, (client) =>
      settleOrders(client, [{ shopId: life.shopId, facts, origin: 'delivery' }], life.now),
    )
    expect(await remains(life)).toEqual(['order_state'])
    await tidyUp()
    expect(await remains(life)).toEqual([])
    expect(await remains(other)).toEqual(before)
    expect(await other.balance(11)).toMatchObject({ available: 30 })
  })

  test('A11: deliveries that name no shop of ours stay', async () => {
    await storeDeliveries(shops.owner(), [
      { ...message({ shop: { domain: 'nobody.myshopify.com' } } as ShopLife, 'orders/create', {}) },
    ])
    await workOff(() => Date.now())
    await tidyUp()
    expect(await rows('SELECT status FROM delivery_status WHERE shop_id = 0')).toEqual([
      { status: 'ignored' },
    ])
  })

  test('A11: no role may erase the rows of a shop at will', async () => {
    await expect(acrossShops((tx) => tx.query('SELECT erase_rows(1)'))).rejects.toThrow('permission denied')
    await expect(withShop(1, (tx) => tx.query('SELECT erase_remains()'))).rejects.toThrow('permission denied')
  })
})
