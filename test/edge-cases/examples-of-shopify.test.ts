import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readSubscriptions } from '../../dev-store/webhooks/subscriptions.ts'
import { namedShop } from '../deep/poison.ts'
import { type ShopLife, useShopLife } from './shop-life.ts'

/**
 * Shopify's own example of every topic the app subscribes to, through the door. The examples' numbers are rounded as
 * JavaScript rounds them, so only what also names itself by a global id is known by it.
 */
const shops = useShopLife()

const ORDER = '820982911946154508'
const CUSTOMER = '706405506930370084'
const done = { status: 'done', reason: null }
const ignored = (reason: string) => ({ status: 'ignored', reason })

interface Case {
  /** What is told before. */
  after?: string[]
  /** Undefined: the delivery is gone with the shop. */
  ends: { status: string; reason: string | null } | undefined
  /** What the database holds then. */
  holds?: [sql: string, value: unknown]
}

const CASES: Record<string, Case> = {
  'orders/create': {
    ends: done,
    // Of the example, cancelled on the day it was placed, nothing is worth a point; but it is known, to the last digit.
    holds: ['SELECT order_id::text || worth FROM order_state WHERE shop_id = $1', `${ORDER}0`],
  },
  'orders/updated': { after: ['orders/create'], ends: ignored('This state of the order is known') },
  'orders/delete': {
    ends: ignored('The order is not known'),
    holds: ['SELECT count(*)::int FROM order_state WHERE shop_id = $1', 0],
  },
  'customers/create': {
    ends: done,
    holds: ['SELECT customer_id::text FROM account WHERE shop_id = $1', CUSTOMER],
  },
  // The example's state is "disabled": no account was opened.
  'customers/enable': {
    ends: done,
    holds: ['SELECT customer_id::text FROM account WHERE shop_id = $1', CUSTOMER],
  },
  'customers/update': {
    after: ['customers/create'],
    ends: done,
    holds: ['SELECT count(*)::int FROM account WHERE shop_id = $1', 1],
  },
  'customers/delete': {
    after: ['customers/create'],
    ends: ignored('Points stay until the customer asks for erasure'),
    holds: ['SELECT customer_id::text FROM account WHERE shop_id = $1', CUSTOMER],
  },
  'customers/merge': {
    ends: ignored('The merge is "failed", not completed'),
    holds: ['SELECT count(*)::int FROM account WHERE shop_id = $1', 0],
  },
  'customers_email_marketing_consent/update': {
    ends: ignored('The program gives no points for it'),
    holds: ['SELECT count(*)::int FROM earning_occasion WHERE shop_id = $1', 0],
  },
  'disputes/create': {
    after: ['orders/create'],
    ends: done,
    holds: ['SELECT order_id::text || standing FROM dispute WHERE shop_id = $1', '820982911946154500open'],
  },
  'disputes/update': {
    after: ['disputes/create'],
    ends: ignored('This standing of the dispute is known'),
  },
  'products/update': { ends: done },
  'products/delete': { ends: done },
  'collections/update': { ends: done },
  'collections/delete': { ends: done },
  'shop/update': { ends: done, holds: ['SELECT name FROM shop WHERE shop_id = $1', 'Super Toys'] },
  'app/uninstalled': {
    ends: done,
    holds: ['SELECT uninstalled_at IS NOT NULL FROM shop WHERE shop_id = $1', true],
  },
  'app/scopes_update': { ends: ignored('Scopes are read when they are needed') },
  'customers/data_request': {
    ends: done,
    holds: ['SELECT count(*)::int FROM data_request WHERE shop_id = $1', 1],
  },
  'customers/redact': { ends: done },
  'shop/redact': {
    after: ['app/uninstalled'],
    ends: undefined,
    holds: ['SELECT count(*)::int FROM program WHERE shop_id = $1', 0],
  },
}

test('every topic of shopify.app.toml has its case', () => {
  const { list } = readSubscriptions(join(import.meta.dirname, '../..'))
  expect(Object.keys(CASES).sort()).toEqual(list.map(({ topic }) => topic).sort())
})

test.each(Object.entries(CASES))("Shopify's example of %s", async (topic, { after = [], ends, holds }) => {
  const life = await shops.open({ currency: 'USD' })
  const tell = (one: string) =>
    life.tell(one, namedShop(one, life.shop.domain), { at: new Date(Date.now() + 1_000).toISOString() })
  for (const earlier of after) expect((await tell(earlier)).status).toBe('done')
  expect(await tell(topic)).toEqual(ends)
  if (holds) expect(await onlyValue(life, holds[0])).toEqual(holds[1])
})

async function onlyValue(life: ShopLife, sql: string): Promise<unknown> {
  const { rows } = await shops.owner().query({ text: sql, values: [life.shopId], rowMode: 'array' })
  expect(rows).toHaveLength(1)
  return rows[0]?.[0]
}
