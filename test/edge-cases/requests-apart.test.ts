import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Tx } from '../../app/db/tx.ts'
import { redactCustomer } from '../../app/loyalty/upkeep/redact-customer.ts'
import { mergePayload, type OrderOptions, orderPayload } from '../support/order-payload.ts'
import { type AppProcess, startWorker, until } from '../support/processes.ts'
import { workOff } from '../support/work-off.ts'
import { type ShopLife, storeDelivery, useShopLife } from './shop-life.ts'

/** What reads much has a hand of its own: while it is stopped in the middle, orders go on. */

const shops = useShopLife()
const [MARA, ALIAS, OTHER] = [7_700_880_011, 7_700_880_012, 7_700_880_022]
const EMAIL = 'mara@beispiel.example'
const CUPS = { price: '10.00', quantity: 3 }
const PATIENCE_MS = 20_000

async function rows(sql: string, ...values: unknown[]) {
  return (await shops.owner().query(sql, values)).rows
}

const store = (life: ShopLife, topic: string, payload: object) =>
  storeDelivery(shops.owner(), life, topic, payload)

const redaction = { customer: { id: MARA, email: EMAIL, phone: null } }
const stranger: OrderOptions = { id: 9_005, customer: OTHER, lines: [CUPS] }

const waits = async (delivery: number) =>
  (await rows('SELECT FROM inbox WHERE delivery_id = $1', delivery)).length > 0
const isPosted = async ({ shopId }: ShopLife, order: number) =>
  (await rows('SELECT FROM order_state WHERE shop_id = $1 AND order_id = $2', shopId, order)).length > 0

/** Nobody gets at the table meanwhile, not even to read it. */
async function withTable(table: string, work: (reached: () => Promise<void>) => Promise<void>) {
  const holder = await shops.owner().connect()
  try {
    await holder.query(`BEGIN; LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`)
    await work(() =>
      until(`somebody waits for ${table}`, PATIENCE_MS, async () => {
        const asked = 'SELECT FROM pg_locks WHERE NOT granted AND relation = $1::regclass'
        return ((await holder.query(asked, [table])).rowCount ?? 0) > 0
      }),
    )
  } finally {
    await holder.query('ROLLBACK')
    holder.release()
  }
}

/** A member who was merged into another one, a stranger, and an export of the stranger's that names her old number. */
async function shopWithExports(): Promise<ShopLife> {
  const life = await shops.open()
  await life.order({ id: 9_001, customer: MARA, lines: [CUPS] })
  await life.order({ id: 9_002, customer: ALIAS, lines: [CUPS] })
  await life.order({ id: 9_003, customer: OTHER, lines: [CUPS] })
  await life.tell('customers/merge', mergePayload(MARA, ALIAS))
  await rows(
    `INSERT INTO data_request (shop_id, request_id, account_id, export, asked_at)
     SELECT $1, n, NULL, json_build_object('customer', 'x', 'messages', json_build_array(json_build_object('body', $2::text))), now()
       FROM generate_series(1, 3) n`,
    life.shopId,
    `siehe ${ALIAS}`,
  )
  await rows('UPDATE inbox SET not_before = now() WHERE shop_id = $1', life.shopId)
  return life
}

async function traces({ shopId }: ShopLife): Promise<unknown[]> {
  const tables = [
    'account',
    'order_state',
    'data_request',
    'delivery',
    'posting',
    'delivery_outcome',
    'inbox',
  ]
  const found = await Promise.all(
    tables.map((table) =>
      rows(
        `SELECT '${table}' AS table, t::text FROM ${table} t WHERE shop_id = $1 AND t::text ~* $2`,
        shopId,
        `${MARA}|${ALIAS}|${EMAIL}`,
      ),
    ),
  )
  return found.flat()
}

describe('A11: while a request is stopped in the middle of its reading', () => {
  let worker: AppProcess
  const begin = async () => {
    worker = await startWorker((shops.owner().options as { connectionString: string }).connectionString)
  }
  beforeEach(begin)
  afterEach(() => worker.stop())

  test.each<[string, string, object, string]>([
    ['a redaction', 'customers/redact', redaction, 'data_request'],
    [
      'a request for data',
      'customers/data_request',
      { customer: { id: MARA, email: EMAIL }, data_request: { id: 77 } },
      'data_request',
    ],
    ['a merge', 'customers/merge', mergePayload(MARA, OTHER + 1), 'earning_award'],
  ])('A11: an order of a stranger comes into the book beside %s', async (_, topic, payload, table) => {
    const life = await shopWithExports()
    await withTable(table, async (reached) => {
      const request = await store(life, topic, payload)
      await reached()
      await store(life, 'orders/updated', orderPayload(stranger))
      await until('the stranger’s order is posted', PATIENCE_MS, () => isPosted(life, 9_005))
      expect(await waits(request)).toBe(true)
    })
    await until('the request has ended', PATIENCE_MS, async () => {
      return (await rows('SELECT FROM inbox WHERE shop_id = $1', life.shopId)).length === 0
    })
    if (topic === 'customers/redact') expect(await traces(life)).toEqual([])
  })

  test('A11: whoever dies in the middle of a redaction leaves all that the next one needs to know', async () => {
    const life = await shopWithExports()
    await withTable('data_request', async (reached) => {
      await store(life, 'customers/redact', redaction)
      await reached()
      await worker.kill()
    })
    await begin()
    await until('the redaction has ended', PATIENCE_MS, async () => {
      return (await rows('SELECT FROM inbox WHERE shop_id = $1', life.shopId)).length === 0
    })
    expect(await traces(life)).toEqual([])
  })
})

test('A11: what names her and was written while a redaction read goes as well', async () => {
  const life = await shopWithExports()
  await store(life, 'customers/redact', redaction)
  await withTable('data_request', async (reached) => {
    const working = workOff(() => life.now)
    await reached()
    // The book has been read by now.
    await rows(
      `UPDATE order_state SET name = $2 WHERE shop_id = $1 AND order_id = 9003`,
      life.shopId,
      `#1 ${EMAIL}`,
    )
    void working.catch(() => {})
  })
  await until('the redaction has ended', PATIENCE_MS, async () => {
    await workOff(() => life.now)
    return (await rows('SELECT FROM inbox WHERE shop_id = $1', life.shopId)).length === 0
  })
  expect(await traces(life)).toEqual([])
})

test('A11: a redaction reads an export of strangers once', async () => {
  const life = await shops.open()
  await life.order({ id: 9_001, customer: MARA, lines: [CUPS] })
  await rows(
    `INSERT INTO data_request (shop_id, request_id, account_id, export, asked_at)
     SELECT $1, n, NULL, json_build_object('customer', 'x', 'entries', '[]'::json, 'lines', '[]'::json, 'orders', '[]'::json,
              'messages', (SELECT json_agg(json_build_object('body', md5(n || '/' || m))) FROM generate_series(1, 2000) m)), now()
       FROM generate_series(1, 20) n`,
    life.shopId,
  )
  const client = await shops.owner().connect()
  /** Pieces of long values that are fetched by what is done, in a transaction of its own that is undone. */
  const pieces = async (work: (tx: Tx) => Promise<unknown>): Promise<number> => {
    const read = async () => {
      await client.query('SELECT pg_stat_force_next_flush(), pg_stat_clear_snapshot()')
      const { rows: counts } = await client.query(
        `SELECT (toast_blks_hit + toast_blks_read)::int AS n FROM pg_statio_user_tables WHERE relname = 'data_request'`,
      )
      return counts[0].n
    }
    const before = await read()
    await client.query('BEGIN')
    await work(client)
    await client.query('ROLLBACK')
    return (await read()) - before
  }
  try {
    const once = await pieces((tx) => tx.query('SELECT sum(length(export::text)) FROM data_request'))
    const delivery = {
      ...{ shopId: life.shopId, deliveryId: 0, shopDomain: 'x', topic: 'customers/redact', body: '{}' },
      ...{ shopErased: false, triggeredAt: null, attempts: 0, linkCut: false },
    }
    expect(once).toBeGreaterThan(100)
    const redacting = await pieces((tx) => redactCustomer(tx, delivery, redaction, life.now))
    expect(redacting).toBeGreaterThan(0.9 * once)
    expect(redacting).toBeLessThan(1.5 * once)
  } finally {
    client.release()
  }
})

test('A11: a merge that comes to a redaction says what it is about until it ends', async () => {
  const life = await shops.open()
  await life.order({ id: 9_001, customer: MARA, lines: [CUPS] })
  await life.order({ id: 9_002, customer: ALIAS, lines: [CUPS] })
  await life.tell('customers/redact', redaction)
  // An order of the other one cannot be worked off yet.
  await store(life, 'orders/updated', orderPayload({ id: 9_006, customer: ALIAS, lines: [CUPS] }))
  await rows(
    `UPDATE inbox SET attempts = 1, not_before = now() + interval '1 minute' WHERE shop_id = $1`,
    life.shopId,
  )
  const merge = await store(life, 'customers/merge', mergePayload(MARA, ALIAS))
  await workOff(() => life.now)
  await workOff(() => life.now)
  const [{ body }] = await rows('SELECT body FROM delivery WHERE delivery_id = $1', merge)
  expect([await waits(merge), JSON.parse(body)]).toEqual([
    true,
    expect.objectContaining(mergePayload(MARA, ALIAS)),
  ])
  await until('both have ended', PATIENCE_MS, async () => {
    await rows('UPDATE inbox SET not_before = now() WHERE shop_id = $1', life.shopId)
    await workOff(() => life.now)
    return (await rows('SELECT FROM inbox WHERE shop_id = $1', life.shopId)).length === 0
  })
  expect(await rows('SELECT FROM delivery_outcome WHERE delivery_id = $1', merge)).toEqual([])
  expect(await traces(life)).toEqual([])
})

test('A18: a stored code that is none keeps nobody’s redaction from its end', async () => {
  const life = await shops.open()
  await life.order({ id: 9_001, customer: MARA, lines: [CUPS] })
  await life.order({ id: 9_003, customer: OTHER, lines: [CUPS] })
  await rows(
    `UPDATE order_state SET facts = (facts::jsonb || '{"discountCodes": [null, 7, {"code": "X"}]}')::json
      WHERE shop_id = $1 AND order_id = 9003`,
    life.shopId,
  )
  await life.tell('customers/redact', redaction)
  expect(await traces(life)).toEqual([])
  // The audit, which names such a row, would find it.
  await rows(
    `UPDATE order_state SET facts = (facts::jsonb || '{"discountCodes": []}')::json WHERE shop_id = $1 AND order_id = 9003`,
    life.shopId,
  )
})
