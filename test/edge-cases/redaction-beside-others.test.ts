import { describe, expect, test } from 'vitest'
import { acrossShops } from '../../app/db/db.server.ts'
import type { Tx } from '../../app/db/tx.ts'
import { auditLedger } from '../../app/loyalty/audit/audit-ledger.ts'
import { adjustPoints } from '../../app/loyalty/members/adjust-points.ts'
import { mergeMembers } from '../../app/loyalty/members/merge-members.ts'
import { settleOrders } from '../../app/loyalty/settlement/settle-orders.ts'
import { redactAgain } from '../../app/loyalty/upkeep/redact-again.ts'
import { redactCustomer } from '../../app/loyalty/upkeep/redact-customer.ts'
import { guestHash, orderFromWebhook } from '../../app/shopify/orders/order-from-webhook.ts'
import { parseBody } from '../../app/shopify/payload.ts'
import { mergePayload, type OrderOptions, orderPayload } from '../support/order-payload.ts'
import { type ShopLife, useShopLife } from './shop-life.ts'

const shops = useShopLife()
const [MARA, OTHER] = [7_700_880_011, 7_700_880_022]
const EMAIL = 'mara@beispiel.example'
const CUPS = { price: '10.00', quantity: 3 }
const NEWER = { updatedAt: '2026-11-06T10:00:00Z' }

async function rows(sql: string, ...values: unknown[]) {
  return (await shops.owner().query(sql, values)).rows
}

/** What the worker does with a request to redact, in a transaction of the test's own. */
const redact = (tx: Tx, life: ShopLife, id = MARA) =>
  redactCustomer(
    tx,
    {
      shopId: life.shopId,
      shopErased: false,
      deliveryId: 0,
      shopDomain: life.shop.domain,
      topic: 'customers/redact',
      triggeredAt: null,
      body: '{}',
      attempts: 0,
      linkCut: false,
    },
    { customer: { id, email: EMAIL, phone: null } },
    life.now,
  )

const settle = (tx: Tx, { shopId, now }: ShopLife, order: OrderOptions) => {
  const facts = orderFromWebhook(parseBody(JSON.stringify(orderPayload(order))), shopId)
  return settleOrders(tx, [{ shopId, facts, origin: 'delivery' }], now)
}

async function somebodyWaits(): Promise<boolean> {
  const [{ n }] = await rows(
    `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  )
  return n > 0
}

/** `second` begins when `first` has done all its work and not committed it, and has to wait. */
async function beside(first: (tx: Tx) => Promise<unknown>, second: () => Promise<unknown>): Promise<void> {
  let other: Promise<unknown> = Promise.resolve()
  await acrossShops(async (tx) => {
    await first(tx)
    other = second()
    other.catch(() => {})
    await expect.poll(somebodyWaits, { timeout: 10_000 }).toBe(true)
  })
  await other
}

/** Orders of redacted accounts that name somebody, and orders of anybody's that name her. */
async function named({ shopId }: ShopLife, id = MARA) {
  const hash = guestHash(shopId, EMAIL)
  return rows(
    `SELECT o.order_id::int AS order, a.customer_id::text AS customer FROM order_state o LEFT JOIN account a USING (shop_id, account_id)
      WHERE o.shop_id = $1 AND (o.facts ->> 'customerId' = $2 OR o.facts ->> 'guestHash' = $3) ORDER BY 1`,
    shopId,
    String(id),
    hash,
  )
}

describe('a redaction and a settlement at the same time', () => {
  test.each<[string, OrderOptions]>([
    ['a customer', { id: 1, customer: MARA, lines: [CUPS] }],
    ['a guest', { id: 1, email: EMAIL, lines: [CUPS] }],
  ])('A11: a new state of an order of %s that waits for the redaction names nobody', async (_, order) => {
    const life = await shops.open()
    await life.order(order)
    const newer = { ...order, lines: [{ ...CUPS, quantity: 4 }], ...NEWER }
    await beside(
      (tx) => redact(tx, life),
      () => acrossShops((tx) => settle(tx, life, newer)),
    )
    expect(await named(life)).toEqual([])
    const accounts = await rows(
      'SELECT available::int FROM account JOIN balance USING (shop_id, account_id) WHERE account.shop_id = $1',
      life.shopId,
    )
    expect(accounts).toEqual([{ available: 40 }])
  })

  test.each([
    ['was placed before is nobody’s', { placedAt: '2026-11-01T10:00:00Z' }, []],
    // Whoever buys again is a new customer, until the redaction comes again.
    [
      'is placed later is of a new customer',
      { placedAt: '2026-12-11T10:00:00Z' },
      [{ order: 2, customer: String(MARA) }],
    ],
  ])('A11: an order that waits for the redaction and %s', async (_, when, names) => {
    const life = await shops.open()
    await life.order({ id: 1, customer: MARA, lines: [CUPS] })
    await beside(
      (tx) => redact(tx, life),
      () => acrossShops((tx) => settle(tx, life, { id: 2, customer: MARA, lines: [CUPS], ...when })),
    )
    expect(await named(life)).toEqual(names)
    expect((await life.balance(MARA)) === null).toBe(names.length === 0)
    const [redacted] = await rows(
      'SELECT available::int FROM account JOIN balance USING (shop_id, account_id) WHERE shop_id = $1 AND account.redacted_at IS NOT NULL',
      life.shopId,
    )
    expect(redacted).toEqual({ available: 30 })
  })

  test('A11: of who was merged away before, nothing comes to the one who stayed', async () => {
    const life = await shops.open()
    await life.order({ id: 1, customer: MARA, lines: [CUPS] })
    await life.order({ id: 2, customer: OTHER, lines: [CUPS] })
    await life.tell('customers/merge', mergePayload(OTHER, MARA))
    await beside(
      (tx) => redact(tx, life),
      () => acrossShops((tx) => settle(tx, life, { id: 3, customer: MARA, lines: [CUPS] })),
    )
    expect(await named(life)).toEqual([])
    expect(await life.balance(OTHER)).toMatchObject({ available: 60 })
  })

  test('A11: a redaction that waits for a settlement takes away what that wrote', async () => {
    const life = await shops.open()
    await life.order({ id: 1, customer: MARA, lines: [CUPS] })
    await beside(
      async (tx) => {
        await settle(tx, life, { id: 1, customer: MARA, lines: [CUPS], ...NEWER })
        await settle(tx, life, { id: 2, customer: MARA, lines: [CUPS] })
      },
      () => acrossShops((tx) => redact(tx, life)),
    )
    expect(await named(life)).toEqual([])
    expect(await life.balance(MARA)).toBeNull()
  })

  test.each<[string, OrderOptions]>([
    ['a customer', { id: 1, customer: MARA, lines: [CUPS] }],
    ['a guest', { id: 1, email: EMAIL, lines: [CUPS] }],
  ])('A11: no first order of %s brings an account, whichever of the two waits', async (_, order) => {
    const first = await shops.open()
    await beside(
      (tx) => settle(tx, first, order),
      () => acrossShops((tx) => redact(tx, first)),
    )
    const second = await shops.open()
    await beside(
      (tx) => redact(tx, second),
      () => acrossShops((tx) => settle(tx, second, order)),
    )
    for (const life of [first, second]) {
      expect(await named(life)).toEqual([])
      expect(
        await rows('SELECT 1 FROM account WHERE shop_id = $1 AND redacted_at IS NULL', life.shopId),
      ).toEqual([])
    }
  })

  test('A11: nobody adjusts the points of a person who was redacted meanwhile', async () => {
    const life = await shops.open()
    await life.order({ id: 1, customer: MARA, lines: [CUPS] })
    const adjusting = beside(
      (tx) => redact(tx, life),
      () =>
        adjustPoints(
          {
            shop: life.shop,
            customerId: String(MARA),
            points: 5,
            reason: 'Kulanz für Mara',
            key: crypto.randomUUID(),
            actor: 'staff:1',
            now: life.now,
          },
          () => Promise.reject(new Error('Shopify is asked')),
        ),
    )
    await expect(adjusting).rejects.toThrow('has no account')
    const adjusted = await rows(
      `SELECT a.redacted_at, a.customer_id::text AS customer FROM posting p JOIN account a USING (shop_id, account_id)
        WHERE p.shop_id = $1 AND p.kind = 'adjustment'`,
      life.shopId,
    )
    expect(adjusted).toEqual([])
  })

  test('A11: a merge that comes first takes the redaction along', async () => {
    const life = await shops.open()
    await life.order({ id: 1, customer: MARA, lines: [CUPS] })
    await life.order({ id: 2, customer: OTHER, lines: [CUPS] })
    await beside(
      (tx) =>
        mergeMembers(tx, life.shopId, { keptId: String(MARA), deletedId: String(OTHER) }, life.now, life.now),
      () => acrossShops((tx) => redact(tx, life)),
    )
    expect(
      await rows('SELECT 1 FROM account WHERE shop_id = $1 AND redacted_at IS NULL', life.shopId),
    ).toEqual([])
    expect(await named(life)).toEqual([])
  })
})

test('A11: what names somebody on a redacted account all the same is taken away at night', async () => {
  const life = await shops.open()
  await life.order({ id: 1, customer: MARA, lines: [CUPS] })
  await life.order({ id: 2, customer: OTHER, lines: [CUPS] })
  await acrossShops((tx) => redact(tx, life))
  await rows(
    `UPDATE order_state SET facts = (facts::jsonb || jsonb_build_object('customerId', $2::text))::json
      WHERE shop_id = $1 AND order_id = 1`,
    life.shopId,
    String(MARA),
  )
  const broken = async () => (await acrossShops(auditLedger)).filter(({ violations }) => violations > 0)
  expect((await broken()).map(({ invariant }) => invariant)).toEqual([16])
  expect(await redactAgain()).toBe(1)
  expect(await broken()).toEqual([])
  expect(await named(life)).toEqual([])
  expect(await named(life, OTHER)).toEqual([{ order: 2, customer: String(OTHER) }])
  expect(await redactAgain()).toBe(0)
})
