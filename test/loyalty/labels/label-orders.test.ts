import { afterAll, afterEach, expect, test, vi } from 'vitest'
import { acrossShops, jobsPool, shopPool } from '../../../app/db/db.server.ts'
import { forgetProductLabels } from '../../../app/loyalty/labels/forget-product-labels.ts'
import { AWAITS_LABELS, readWantedLabels } from '../../../app/loyalty/labels/read-wanted-labels.ts'
import { importOrders, startImport } from '../../../app/loyalty/reconciliation/import-orders.ts'
import { reconcileOrders } from '../../../app/loyalty/reconciliation/reconcile-orders.ts'
import { readOneOrder } from '../../../app/loyalty/reconciliation/settle-from-shopify.ts'
import { settleAgain } from '../../../app/loyalty/settlement/settle-again.ts'
import { tidyUp } from '../../../app/loyalty/upkeep/tidy-up.ts'
import type { AdminGraphql } from '../../../app/shopify/ask-admin.ts'
import { closeShopify } from '../../../app/shopify.server.ts'
import { openHarness } from '../../dev-store/admin-harness.ts'
import { LATER, type ShopLife, useShopLife } from '../../edge-cases/shop-life.ts'

/** Campaigns on tags and collections: where the labels of an order's products come from, and who waits for them. */

const shops = useShopLife()
afterAll(closeShopify)

// Where Shopify is: the practice store's Admin API, asked only while no transaction is open.
const shopify = openHarness({ customers: 3, orders: 8 })
let isAway = false
let questions = 0
const withinTransactions: string[] = []
const admin = async (document: unknown, options?: { variables?: Record<string, unknown> }) => {
  questions++
  const busy = [jobsPool(), shopPool()].reduce((sum, pool) => sum + pool.totalCount - pool.idleCount, 0)
  if (busy > 0) withinTransactions.push(String(document))
  if (isAway) throw new Error('Admin API is away')
  return new Response(JSON.stringify(await shopify.graphql(String(document), options?.variables)))
}
vi.mock('../../../app/shopify/shop-admin.ts', () => ({ shopAdmin: async () => admin }))
afterEach(() => {
  isAway = false
  expect(withinTransactions.splice(0)).toEqual([])
})

const products = shopify.store.products.all()
const [LABELLED, PLAIN] = [
  products.find(({ tags }) => tags.includes('bio')),
  products.find(({ tags }) => !tags.includes('bio')),
].map((product) => product?.id) as [number, number]
/** Shopify has no such product (any more). */
const DELETED = 987_654_321
const CUSTOMER = 6101

const TAGGED = {
  campaigns: [
    {
      id: 'bio',
      name: { en: 'Organic weeks' },
      multiplier: '2',
      scope: { kind: 'tags' as const, tags: ['bio'] },
      tiers: [],
      window: { start: null, end: null, timeZone: 'Europe/Berlin' },
    },
  ],
}
const WAITS = { status: 'waiting' }

const line = (product: number) => ({ price: '10.00', product })
const labelledProducts = async ({ shopId }: ShopLife) =>
  (await shops.owner().query('SELECT FROM product_label WHERE shop_id = $1', [shopId])).rowCount
const jobsOf = async (life: ShopLife) => (await life.jobs('read-products')).length
/** What the worker does: the job, and then the inbox again. */
async function workOn(life: ShopLife): Promise<void> {
  await readWantedLabels(life.shopId)
  await life.tell('app/scopes_update', {})
}

test('an order whose product is not known waits for a job that reads it, and then gets its points', async () => {
  const life = await shops.open({ program: TAGGED })
  const first = await life.order({ id: 1, customer: CUSTOMER, lines: [line(LABELLED), line(PLAIN)] })
  expect(first).toMatchObject(WAITS)
  expect(await life.balance(CUSTOMER)).toBeNull()
  expect(await jobsOf(life)).toBe(1)
  await workOn(life)
  expect(await life.balance(CUSTOMER)).toMatchObject({ available: 30 })
  const asked = questions
  expect(await life.order({ id: 2, customer: CUSTOMER, lines: [line(LABELLED)] })).toMatchObject({
    status: 'done',
  })
  expect(await life.balance(CUSTOMER)).toMatchObject({ available: 50 })
  expect(questions).toBe(asked)
})

test('an order with the same unknown product on two lines waits as any other, and gets its points', async () => {
  const life = await shops.open({ program: TAGGED })
  const twice = { id: 1, customer: CUSTOMER, lines: [line(LABELLED), line(PLAIN), line(LABELLED)] }
  expect(await life.order(twice)).toMatchObject({ ...WAITS, reason: AWAITS_LABELS })
  await workOn(life)
  expect(await life.balance(CUSTOMER)).toMatchObject({ available: 50 })
})

test('orders of one batch that want the same unknown product wait together, and none is tried alone', async () => {
  const life = await shops.open({ program: TAGGED })
  await life.orders([1, 2].map((id) => ({ id, customer: CUSTOMER, lines: [line(LABELLED)] })))
  const { rows } = await shops
    .owner()
    .query(
      'SELECT count(*)::int AS waiting, count(DISTINCT xmin::text)::int AS transactions FROM inbox WHERE shop_id = $1',
      [life.shopId],
    )
  expect(rows).toEqual([{ waiting: 2, transactions: 1 }])
})

test('a product that Shopify no longer knows has no labels, and nobody waits for it twice', async () => {
  const life = await shops.open({ program: TAGGED })
  expect(await life.order({ id: 1, customer: CUSTOMER, lines: [line(DELETED)] })).toMatchObject(WAITS)
  await workOn(life)
  expect(await life.order({ id: 2, customer: CUSTOMER, lines: [line(DELETED)] })).toMatchObject({
    status: 'done',
  })
  expect(await life.balance(CUSTOMER)).toMatchObject({ available: 20 })
})

test('while Shopify is away only orders with unknown products wait; products that change meanwhile are read anew', async () => {
  const life = await shops.open({ program: TAGGED })
  await life.order({ id: 1, customer: CUSTOMER, lines: [line(PLAIN)] })
  await workOn(life)
  isAway = true
  expect(await life.order({ id: 2, customer: CUSTOMER, lines: [line(LABELLED)] })).toMatchObject(WAITS)
  await expect(readWantedLabels(life.shopId)).rejects.toThrow('away')
  expect(await life.order({ id: 3, customer: CUSTOMER, lines: [line(PLAIN)] })).toMatchObject({
    status: 'done',
  })
  await acrossShops((tx) => forgetProductLabels(tx, life.shopId, null))
  isAway = false
  await workOn(life)
  expect(await life.balance(CUSTOMER)).toMatchObject({ available: 40 })
})

test('whoever reads orders from Shopify asks for their products before, never within a transaction', async () => {
  const past = { from: Date.parse('2025-01-01T00:00:00Z'), award: true, actor: 'test', now: LATER }
  const order = shopify.store.orders.all()[0]
  for (const read of [
    (life: ShopLife) => readOneOrder(life.shopId, String(order?.id), () => LATER),
    (life: ShopLife) => reconcileOrders(life.shopId, () => LATER, { kind: 'manual', days: 400 }),
    async (life: ShopLife) => {
      await startImport(admin as AdminGraphql, { shop: life.shop, ...past })
      await importOrders(life.shopId, () => LATER)
    },
  ]) {
    const life = await shops.open({ program: TAGGED })
    await read(life)
    expect(await labelledProducts(life)).toBeGreaterThan(0)
  }
})

const tagsOf = (id: number, tags: string[]) => {
  const product = shopify.store.products.get(id) as (typeof products)[number]
  shopify.store.products.put({ ...product, tags })
}
const age = (life: ShopLife, hours: number) =>
  shops
    .owner()
    .query(
      `UPDATE product_label SET read_at = now() - make_interval(hours => $2) WHERE shop_id = $1 AND read_at IS NOT NULL`,
      [life.shopId, hours],
    )

test('R5: labels of yesterday are not believed: the order waits until they are read anew', async () => {
  const life = await shops.open({ program: TAGGED })
  await life.order({ id: 1, customer: CUSTOMER, lines: [line(PLAIN)] })
  await workOn(life)
  expect(await life.balance(CUSTOMER)).toMatchObject({ available: 10 })
  const before = shopify.store.products.get(PLAIN)?.tags as string[]
  tagsOf(PLAIN, ['bio']) // and the message of it is lost
  try {
    await age(life, 26)
    expect(await life.order({ id: 2, customer: CUSTOMER, lines: [line(PLAIN)] })).toMatchObject(WAITS)
    await workOn(life)
    expect(await life.balance(CUSTOMER)).toMatchObject({ available: 30 })
  } finally {
    tagsOf(PLAIN, before)
  }
})

test('R5: the nightly reading refreshes labels, those of today excepted, and no hourly one does', async () => {
  const life = await shops.open({ program: TAGGED })
  await life.order({ id: 1, customer: CUSTOMER, lines: [line(PLAIN)] })
  await workOn(life)
  const before = shopify.store.products.get(PLAIN)?.tags as string[]
  tagsOf(PLAIN, ['bio'])
  try {
    const awardOf = async (id: number) => {
      const earlier = (await life.balance(CUSTOMER))?.available as number
      expect(await life.order({ id, customer: CUSTOMER, lines: [line(PLAIN)] })).toMatchObject({
        status: 'done',
      })
      return ((await life.balance(CUSTOMER))?.available as number) - earlier
    }
    await reconcileOrders(life.shopId, () => LATER, { kind: 'nightly', days: 1 })
    expect(await awardOf(2)).toBe(10)
    await age(life, 13)
    await reconcileOrders(life.shopId, () => LATER, { kind: 'hourly' })
    expect(await awardOf(3)).toBe(10)
    await reconcileOrders(life.shopId, () => LATER, { kind: 'nightly', days: 1 })
    expect(await awardOf(4)).toBe(20)
  } finally {
    tagsOf(PLAIN, before)
  }
})

test('A5: what Shopify no longer knows is dropped by the nightly reading, and an order of it still gets its points', async () => {
  const life = await shops.open({ program: TAGGED })
  await life.order({ id: 1, customer: CUSTOMER, lines: [line(PLAIN), line(DELETED)] })
  await workOn(life)
  expect(await labelledProducts(life)).toBe(2)
  await age(life, 13)
  await reconcileOrders(life.shopId, () => LATER, { kind: 'nightly', days: 1 })
  expect(await labelledProducts(life)).toBe(1)
  expect(await life.order({ id: 2, customer: CUSTOMER, lines: [line(DELETED)] })).toMatchObject(WAITS)
  // While it is wanted it stays, whoever reads meanwhile.
  await reconcileOrders(life.shopId, () => LATER, { kind: 'nightly', days: 1 })
  await workOn(life)
  expect(await life.balance(CUSTOMER)).toMatchObject({ available: 30 })
})

test('A5: labels that nobody believes any more are tidied away, those that an order waits for are not', async () => {
  const life = await shops.open({ program: TAGGED })
  await life.order({ id: 1, customer: CUSTOMER, lines: [line(PLAIN)] })
  await workOn(life)
  expect(await life.order({ id: 2, customer: CUSTOMER, lines: [line(LABELLED)] })).toMatchObject(WAITS)
  await age(life, 7 * 24 - 1)
  await tidyUp()
  expect(await labelledProducts(life)).toBe(2)
  await age(life, 7 * 24 + 1)
  await tidyUp()
  expect(await labelledProducts(life)).toBe(1)
  await workOn(life)
  expect(await life.balance(CUSTOMER)).toMatchObject({ available: 30 })
})

test('R6: a product in more collections than one answer holds has all of them', async () => {
  const { collections, products: goods } = shopify.store
  const [example] = collections.all()
  const ids = Array.from({ length: 310 }, (_, n) => 900_000_001 + n)
  for (const id of ids) collections.put({ ...example, id, handle: `kategorie-${id}` } as never)
  const product = goods.get(PLAIN) as (typeof products)[number]
  goods.put({ ...product, collectionIds: ids })
  try {
    const [bio] = TAGGED.campaigns
    const scope = { kind: 'collections' as const, ids: [String(ids.at(-1))] }
    const life = await shops.open({ program: { campaigns: [{ ...bio, scope }] as never } })
    await life.order({ id: 1, customer: CUSTOMER, lines: [line(PLAIN)] })
    await workOn(life)
    expect(await life.balance(CUSTOMER)).toMatchObject({ available: 20 })
  } finally {
    goods.put(product)
    for (const id of ids) collections.delete(id)
  }
})

test('orders from before the program are labelled when it is published for their day', async () => {
  const life = await shops.open({ program: TAGGED, from: '2026-12-01T00:00:00Z' })
  await life.order({ id: 1, customer: CUSTOMER, lines: [line(LABELLED)] })
  await workOn(life)
  expect(await life.balance(CUSTOMER)).toMatchObject({ available: 0 })
  await acrossShops((tx) => forgetProductLabels(tx, life.shopId, null))
  await life.publish(2, TAGGED, '2026-10-01T00:00:00Z')
  expect(await settleAgain(life.shopId, () => LATER)).toBe(1)
  expect(await life.balance(CUSTOMER)).toMatchObject({ available: 20 })
})

test('a shop without such campaigns asks for nothing', async () => {
  const life = await shops.open()
  const asked = questions
  expect(await life.order({ id: 1, customer: CUSTOMER, lines: [line(LABELLED)] })).toMatchObject({
    status: 'done',
  })
  expect(questions).toBe(asked)
  expect(await jobsOf(life)).toBe(0)
})
