import { beforeEach, describe, expect, test, vi } from 'vitest'
import { acrossShops } from '../../app/db/db.server.ts'
import { auditLedger } from '../../app/loyalty/audit/audit-ledger.ts'
import { runBatch } from '../../app/loyalty/imports/run-batch.ts'
import { uploadBatch } from '../../app/loyalty/imports/upload-batch.ts'
import { askForGuestPoints, claimGuestPoints } from '../../app/loyalty/members/claim-guest-points.ts'
import { settleOrders } from '../../app/loyalty/settlement/settle-orders.ts'
import { redactAgain } from '../../app/loyalty/upkeep/redact-again.ts'
import { tidyUp } from '../../app/loyalty/upkeep/tidy-up.ts'
import { jobCatalogue } from '../../app/queue/catalogue.ts'
import { enqueue } from '../../app/queue/enqueue.ts'
import { guestHash, orderFromWebhook } from '../../app/shopify/orders/order-from-webhook.ts'
import { parseBody } from '../../app/shopify/payload.ts'
import { openHarness } from '../dev-store/admin-harness.ts'
import { mergePayload, type OrderOptions, orderPayload } from '../support/order-payload.ts'
import { type ShopLife, useShopLife } from './shop-life.ts'

const shops = useShopLife()

// Where Shopify is: the practice store's Admin API. What happens while it is asked is said by the test.
const shopify = openHarness({ customers: 3, orders: 0 })
let whileAsked: (() => Promise<unknown>) | null = null
vi.mock('../../app/shopify/shop-admin.ts', () => ({
  shopAdmin: async () => async (document: unknown, options?: { variables?: Record<string, unknown> }) => {
    const answer = await shopify.graphql(String(document), options?.variables)
    const happens = whileAsked
    whileAsked = null
    await happens?.()
    return new Response(JSON.stringify(answer))
  },
}))
const [mara, tilo] = shopify.store.customers.all().map(({ id, email }) => ({ id, email })) as [
  { id: number; email: string },
  { id: number; email: string },
]
const CUPS = { price: '10.00', quantity: 3 }
const SOURCES = [
  { source: 'sign-up' as const, points: 100, active: true },
  { source: 'newsletter' as const, points: 50, active: true, confirmedOnly: true },
]
const open = () => shops.open({ from: '2026-10-01T00:00:00Z', program: { sources: SOURCES } })
const rows = async (sql: string, ...values: unknown[]) => (await shops.owner().query(sql, values)).rows
const redact = (life: ShopLife, { id, email }: typeof mara = mara) =>
  life.tell('customers/redact', { customer: { id, email, phone: null } })

/** Accounts, orders, lines and jobs that name her. */
async function returned({ shopId }: ShopLife, { id, email }: typeof mara = mara): Promise<string[]> {
  const found = await rows(
    `SELECT 'account' AS what FROM account WHERE shop_id = $1 AND (customer_id = $2 OR guest_hash = $3)
     UNION ALL SELECT 'order ' || order_id FROM order_state
      WHERE shop_id = $1 AND (facts ->> 'customerId' = $2::text OR facts ->> 'guestHash' = $3)
     UNION ALL SELECT 'line' FROM bulk_line WHERE shop_id = $1 AND (customer_id = $2 OR email = $4)
     UNION ALL SELECT 'job' FROM graphile_worker._private_jobs
      WHERE payload ->> 'shopId' = $1::text AND payload ->> 'customerId' = $2::text`,
    shopId,
    id,
    guestHash(shopId, email),
    email,
  )
  return found.map(({ what }) => what)
}

const settle = ({ shopId, now }: ShopLife, order: OrderOptions) => {
  const facts = orderFromWebhook(parseBody(JSON.stringify(orderPayload(order))), shopId)
  return acrossShops((tx) => settleOrders(tx, [{ shopId, facts, origin: 'read' }], now))
}

beforeEach(() => {
  whileAsked = null
})

describe('A11: a job that asks Shopify', () => {
  test.each([['with an account'], ['without one']])(
    'A11: about guest points %s brings nobody back who was redacted meanwhile',
    async (account) => {
      const life = await open()
      if (account === 'with an account') await life.order({ id: 1, customer: mara.id, lines: [CUPS] })
      await life.order({ id: 2, email: mara.email, lines: [CUPS] })
      whileAsked = () => redact(life)
      expect(await claimGuestPoints(life.shopId, String(mara.id), life.now)).toBe('redacted')
      expect(await returned(life)).toEqual([])
      const points = await rows(
        `SELECT sum(available)::int AS n FROM balance WHERE shop_id = $1`,
        life.shopId,
      )
      expect(points).toEqual([{ n: account === 'with an account' ? 60 : 30 }])
      expect(await rows('SELECT 1 FROM earning_award WHERE shop_id = $1', life.shopId)).toEqual([])
    },
  )

  test('A11: it waits no more when she is redacted, nor is what failed for good kept', async () => {
    const life = await open()
    expect(await askForGuestPoints(life.shopId, String(mara.id), life.now)).toBe(true)
    expect(await askForGuestPoints(life.shopId, String(tilo.id), life.now)).toBe(true)
    await rows(
      `UPDATE graphile_worker._private_jobs SET attempts = max_attempts, key = NULL WHERE payload ->> 'customerId' = $1`,
      String(mara.id),
    )
    await acrossShops((tx) =>
      enqueue(tx, 'claim-guest-points', { shopId: life.shopId, customerId: String(mara.id) }),
    )
    expect(await returned(life)).toEqual(['account', 'job', 'job'])
    await redact(life)
    expect(await returned(life)).toEqual([])
    expect(await life.jobs('claim-guest-points')).toEqual([
      { shopId: life.shopId, customerId: String(tilo.id) },
    ])
    // A page that was asked for before and answers after: nobody is asked for.
    expect(await askForGuestPoints(life.shopId, String(mara.id), life.now)).toBe(false)
    expect(await returned(life)).toEqual([])
  })

  test('A11: every job that names a customer says so in the field that a redaction looks at', () => {
    const fields = Object.values(jobCatalogue).flatMap(({ payload }) => Object.keys(payload.shape))
    expect([...new Set(fields)].toSorted()).toEqual([
      'accountId',
      'batchId',
      'customerId',
      'days',
      'goesOn',
      'kind',
      'orderId',
      'redemptionId',
      'shopId',
    ])
  })
})

describe('A11: an order that was placed before and is read after a redaction', () => {
  test.each<[string, OrderOptions]>([
    ['a customer', { id: 7, customer: mara.id, email: mara.email, lines: [CUPS] }],
    ['a guest', { id: 7, email: mara.email.toUpperCase(), lines: [CUPS] }],
  ])('A11: of %s is nobody’s, and one that is placed later is hers', async (_, order) => {
    const life = await open()
    await redact(life)
    await settle(life, { ...order, updatedAt: '2027-01-02T10:00:00Z' })
    expect(await returned(life)).toEqual([])
    expect(
      await rows('SELECT account_id, worth::int FROM order_state WHERE shop_id = $1', life.shopId),
    ).toEqual([{ account_id: null, worth: 30 }])
    life.now = Date.parse('2027-01-05T10:00:00Z')
    await settle(life, { ...order, id: 8, placedAt: '2027-01-03T10:00:00Z' })
    expect(await returned(life)).toEqual(['account', 'order 8'])
  })

  test('A11: that stood with somebody else gives the points back', async () => {
    const life = await open()
    await life.order({ id: 7, customer: tilo.id, lines: [CUPS] })
    expect(await life.balance(tilo.id)).toMatchObject({ available: 30 })
    await redact(life)
    await settle(life, { id: 7, customer: mara.id, lines: [CUPS], updatedAt: '2026-12-02T10:00:00Z' })
    expect(await returned(life)).toEqual([])
    expect(await life.balance(tilo.id)).toMatchObject({ available: 0 })
  })
})

describe('A11: what Shopify told before and comes after a redaction', () => {
  const BEFORE = '2026-11-20T10:00:00Z'
  const AFTER = '2026-12-12T10:00:00Z'
  const opened = {
    id: mara.id,
    state: 'enabled',
    verified_email: true,
    email: mara.email,
    updated_at: BEFORE,
  }
  const consented = {
    customer_id: mara.id,
    email_marketing_consent: {
      state: 'subscribed',
      opt_in_level: 'confirmed_opt_in',
      consent_updated_at: BEFORE,
    },
  }
  test.each([
    ['customers/create', opened],
    ['customers/enable', opened],
    ['customers/update', opened],
    ['customers_email_marketing_consent/update', consented],
  ])('A11: %s makes no account', async (topic, payload) => {
    const life = await open()
    await redact(life)
    const ending = await life.tell(topic, payload, { at: BEFORE })
    expect(ending).toEqual({ status: 'ignored', reason: 'The customer was redacted since' })
    expect(await returned(life)).toEqual([])
  })

  test('A11: what is told later does', async () => {
    const life = await open()
    await redact(life)
    life.now = Date.parse(AFTER) + 60_000
    await life.tell('customers/create', { ...opened, updated_at: AFTER }, { at: AFTER })
    expect(await life.balance(mara.id)).toMatchObject({ available: 100 })
    expect(await returned(life)).toEqual(['account'])
  })

  test('A11: a merge into her takes the other one away, a merge of her moves nothing', async () => {
    const life = await open()
    await life.order({ id: 1, customer: tilo.id, lines: [CUPS] })
    await redact(life)
    const ending = await life.tell('customers/merge', mergePayload(tilo.id, mara.id), { at: BEFORE })
    expect(ending).toEqual({ status: 'ignored', reason: 'The customer was redacted since' })
    expect(await life.balance(tilo.id)).toMatchObject({ available: 30 })
    await life.tell('customers/merge', mergePayload(mara.id, tilo.id), { at: BEFORE })
    expect(await returned(life)).toEqual([])
    expect(await returned(life, tilo)).toEqual([])
  })
})

test('A11: a file whose lines are being posted brings nobody back', async () => {
  const life = await open()
  const batchId = await uploadBatch({
    shop: life.shop,
    kind: 'import',
    fileName: 'punkte.csv',
    bytes: new TextEncoder().encode(
      `customer;points;reason;earned\n${mara.id};5;Umzug;2026-10-01\n${tilo.id};7;Umzug;2026-10-01\n`,
    ),
    language: 'de',
    actor: 'staff:1',
    now: life.now,
  })
  await rows(`UPDATE bulk_line SET status = 'ready', problem = NULL WHERE batch_id = $1`, batchId)
  await rows(`UPDATE bulk_batch SET status = 'running' WHERE batch_id = $1`, batchId)
  const [line] = await rows(
    'SELECT * FROM bulk_line WHERE batch_id = $1 AND customer_id = $2',
    batchId,
    mara.id,
  )
  await redact(life)
  // As a worker sees it that read the line just before.
  await rows(
    `INSERT INTO bulk_line SELECT * FROM json_populate_record(NULL::bulk_line, $1)`,
    JSON.stringify({ ...line, shop_id: life.shopId }),
  )
  await runBatch(life.shopId, batchId, () => life.now)
  expect(await returned(life)).toEqual([])
  expect(await life.balance(tilo.id)).toMatchObject({ available: 7 })
})

describe('A11: the mark of a redaction', () => {
  test('A11: is a hash, and goes after thirty days', async () => {
    const life = await open()
    await redact(life)
    const marks = () => rows('SELECT who FROM forgotten_person WHERE shop_id = $1', life.shopId)
    expect((await marks()).every(({ who }) => who.length === 32)).toBe(true)
    expect(await marks()).not.toEqual([])
    await rows(
      `UPDATE forgotten_person SET redacted_at = now() - interval '29 days' WHERE shop_id = $1`,
      life.shopId,
    )
    await tidyUp()
    expect(await marks()).not.toEqual([])
    await rows(
      `UPDATE forgotten_person SET redacted_at = now() - interval '31 days' WHERE shop_id = $1`,
      life.shopId,
    )
    await tidyUp()
    expect(await marks()).toEqual([])
  })

  test('A11: is not set on an address that somebody else has claimed', async () => {
    const life = await open()
    await life.order({ id: 2, email: mara.email, lines: [CUPS] })
    expect(await claimGuestPoints(life.shopId, String(mara.id), life.now)).toBe('claimed')
    await redact(life, { id: tilo.id, email: mara.email })
    expect(await redactAgain()).toBe(0)
    await life.order({ id: 3, email: mara.email, lines: [CUPS] })
    expect(await life.balance(mara.id)).toMatchObject({ available: 60 })
  })

  test('A11: shows the audit whom an older version brought back, and the night takes her away', async () => {
    const life = await open()
    await redact(life)
    await rows(
      `WITH born AS (INSERT INTO account (shop_id, customer_id, guest_hash) VALUES ($1, $2, NULL), ($1, NULL, $3) RETURNING account_id)
       INSERT INTO balance (shop_id, account_id) SELECT $1, account_id FROM born`,
      life.shopId,
      mara.id,
      guestHash(life.shopId, mara.email),
    )
    // What it brought was merged into somebody else's since.
    await settle(life, { id: 4, customer: tilo.id, lines: [CUPS] })
    await rows(
      `UPDATE order_state SET facts = (facts::jsonb || jsonb_build_object('customerId', $2::text))::json WHERE shop_id = $1`,
      life.shopId,
      String(mara.id),
    )
    const broken = async () => (await acrossShops(auditLedger)).filter(({ violations }) => violations > 0)
    expect(await broken()).toMatchObject([{ invariant: 16, violations: 2 }])
    expect(await redactAgain()).toBe(2)
    expect(await broken()).toEqual([])
    expect(await returned(life)).toEqual([])
  })
})
