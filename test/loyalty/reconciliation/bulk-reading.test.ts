import { beforeAll, describe, expect, test } from 'vitest'
import { importOrders, startImport } from '../../../app/loyalty/reconciliation/import-orders.ts'
import { reconcileOrders } from '../../../app/loyalty/reconciliation/reconcile-orders.ts'
import { bulkOrders, bulkState, startBulkOrders } from '../../../app/shopify/orders/bulk-orders.ts'
import type { ReadOrder } from '../../../app/shopify/orders/order-from-graphql.ts'
import { changedSince, ordersOfPast } from '../../../app/shopify/orders/order-pages.ts'
import { shopAdmin } from '../../../app/shopify/shop-admin.ts'
import { bulkOperations, changeBulkOperation } from '../../../dev-store/admin-api/bulk/operations.ts'
import { refund } from '../../../dev-store/deeds/order-deeds.ts'
import { useDatabase } from '../../database.ts'
import { useAdminPages } from '../../support/admin-pages.ts'
import { violations } from '../../support/expiry.ts'
import { testProgram } from '../../support/program.ts'
import { publish } from '../../support/shop.ts'

/** Very many orders are read by a bulk operation, and the book is the same as by pages. */
const ORDERS = 3_000
const database = useDatabase()
const pages = useAdminPages({ customers: 200, orders: ORDERS })
const { harness, domain } = pages
const PAGES = Number.POSITIVE_INFINITY
let shopId = 0

beforeAll(async () => {
  await pages.open('/app')
  const { rows } = await database
    .owner()
    .query('SELECT shop_id::int AS id FROM shop WHERE domain = $1', [domain])
  shopId = rows[0].id
  await publish(database.owner(), shopId, 1, testProgram(), '2026-06-01T00:00:00Z')
  // The bucket refills as fast as it is emptied: what is shown here is the book, not Shopify's limits.
  const real = globalThis.fetch
  globalThis.fetch = async (input, init) => {
    harness.pass(1_200)
    return real(input, init)
  }
}, 120_000)

async function ended(job: () => Promise<unknown>, isOver: () => Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 100; turn++) {
    await job()
    if (await isOver()) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('The reading never ended.')
}

async function bulkFile(search: string): Promise<string> {
  const graphql = await shopAdmin(domain)
  const operation = (await startBulkOrders(graphql, search)) ?? ''
  for (;;) {
    const state = await bulkState(graphql, operation)
    if (state.is === 'ready') return state.url ?? ''
    if (state.is === 'lost') throw new Error(state.why)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** What the book holds of the orders, and every entry; ids of the book's own left out. */
async function book() {
  const { rows } = await database.owner().query(
    `SELECT order_id, account_id, updated_at, program_version, digest, worth, posted_pending, posted_available, facts
       FROM order_state WHERE shop_id = $1 ORDER BY order_id`,
    [shopId],
  )
  const { rows: entries } = await database
    .owner()
    .query('SELECT count(*)::int AS entries, sum(amount)::int AS moved FROM entry WHERE shop_id = $1', [
      shopId,
    ])
  return { orders: rows, entries: entries[0] }
}

test('the file tells each order as its page does', async () => {
  const graphql = await shopAdmin(domain)
  const search = changedSince(new Date('2020-01-01T00:00:00Z'))
  const byPage = new Map<string, ReadOrder>()
  for (let after: string | null = null; ; ) {
    const page = await ordersOfPast(graphql, search, after, shopId)
    for (const order of page.orders) byPage.set(order.facts.orderId, order)
    if (page.next === null) break
    after = page.next
  }
  expect(byPage.size).toBe(ORDERS)
  const url = await bulkFile(search)
  const inFile = new Map<string, ReadOrder>()
  const sizes: number[] = []
  for await (const page of bulkOrders(graphql, { url, skip: 0, size: 250 }, shopId)) {
    sizes.push(page.orders.length)
    for (const order of page.orders) inFile.set(order.facts.orderId, order)
  }
  expect(inFile).toEqual(byPage)
  expect([...inFile.values()].filter(({ facts }) => facts.refunds.length > 0).length).toBeGreaterThan(50)
  expect(sizes).toEqual(Array.from({ length: ORDERS / 250 }, () => 250))
  // Beginning in the midst, nothing is told twice and nothing left out.
  const rest: string[] = []
  for await (const page of bulkOrders(graphql, { url, skip: 2_790, size: 100 }, shopId))
    rest.push(...page.orders.map(({ facts }) => facts.orderId))
  expect(rest).toEqual([...inFile.keys()].slice(2_790))
}, 240_000)

describe('the import of past orders', () => {
  test('goes on after a kill where the book stands, and pages then find nothing to repair', async () => {
    const { rows } = await database.owner().query('SELECT * FROM shop WHERE shop_id = $1', [shopId])
    const shop = { shopId, domain, currency: rows[0].currency, timeZone: rows[0].time_zone }
    const graphql = await shopAdmin(domain)
    const from = Date.parse('2020-01-01T00:00:00Z')
    const wish = { shop, from, award: true, actor: 'staff:1', now: Date.now() + 86_400_000 }
    expect(await startImport(graphql, wish as never)).toEqual({ total: ORDERS })
    const state = async () =>
      (
        await database
          .owner()
          .query('SELECT status, cursor, checked FROM order_import WHERE shop_id = $1', [shopId])
      ).rows[0]
    await importOrders(shopId, Date.now)
    expect(await state()).toMatchObject({
      status: 'running',
      cursor: expect.stringMatching(/^bulk\/\d+\/0$/),
      checked: 0,
    })
    // The file ends in the midst of a line, as when a connection breaks.
    const whole = globalThis.fetch
    globalThis.fetch = async (input, init) => {
      const answer = await whole(input, init)
      if (!String(input).endsWith('.jsonl')) return answer
      const text = await answer.text()
      return new Response(text.slice(0, Math.floor(text.length / 2)))
    }
    await new Promise((resolve) => setTimeout(resolve, 500))
    await expect(importOrders(shopId, Date.now)).rejects.toThrow(/JSON/)
    globalThis.fetch = whole
    const half = await state()
    expect(half.checked).toBeGreaterThan(500)
    expect(half.checked).toBeLessThan(2_500)
    expect(half.cursor).toBe(`bulk/${half.cursor.split('/')[1]}/${half.checked}`)
    await ended(
      () => importOrders(shopId, Date.now),
      async () => (await state()).status === 'done',
    )
    expect(await state()).toMatchObject({ checked: ORDERS })
    expect(bulkOperations(harness.store)).toHaveLength(2)
    const before = await book()
    expect(before.orders).toHaveLength(ORDERS)
    const again = await reconcileOrders(shopId, Date.now, { kind: 'manual', days: 3650 }, PAGES)
    expect(again).toEqual({ checked: ORDERS, repaired: 0 })
    expect(await book()).toEqual(before)
    expect(await violations(shopId)).toEqual([])
  }, 240_000)
})

describe('reconciliation', () => {
  const runs = async () =>
    (
      await database
        .owner()
        .query(
          'SELECT kind, checked, repaired, cursor, total, finished_at, error FROM reconciliation WHERE shop_id = $1 ORDER BY reconciliation_id DESC',
          [shopId],
        )
    ).rows

  test('waits while Shopify works, then finds a lost refund among them all', async () => {
    const order = harness.store.orders
      .all()
      .find((one) => one.customerId && one.lines.length > 0 && !one.cancelledAt && one.refunds.length === 0)
    if (!order) throw new Error('There is no order to refund.')
    refund(harness.context, order.id, {
      lines: [{ lineId: order.lines[0]?.id ?? 0, quantity: 1 }],
      shipping: 0,
      amount: null,
      note: null,
    })
    expect(await reconcileOrders(shopId, Date.now, { kind: 'manual', days: 3650 })).toEqual({
      checked: 0,
      repaired: 0,
    })
    expect((await runs())[0]).toMatchObject({
      finished_at: null,
      total: ORDERS,
      cursor: expect.stringMatching(/^bulk\//),
    })
    const { rows } = await database
      .owner()
      .query(`SELECT payload, run_at > now() AS later FROM graphile_worker._private_jobs WHERE key = $1`, [
        `reconcile-orders:${shopId}`,
      ])
    expect(rows).toEqual([{ payload: { shopId, goesOn: true }, later: true }])
    let found = { checked: 0, repaired: 0 }
    await ended(
      async () => {
        found = await reconcileOrders(shopId, Date.now, { goesOn: true })
      },
      async () => (await runs())[0].finished_at !== null,
    )
    expect(found).toEqual({ checked: ORDERS, repaired: 1 })
    expect((await runs())[0]).toMatchObject({
      kind: 'manual',
      checked: ORDERS,
      repaired: 1,
      cursor: null,
      error: null,
    })
    expect(await reconcileOrders(shopId, Date.now, { goesOn: true })).toEqual({ checked: 0, repaired: 0 })
    expect(await violations(shopId)).toEqual([])
  }, 120_000)

  test('reads pages when the operation fails', async () => {
    await reconcileOrders(shopId, Date.now, { kind: 'manual', days: 3650 })
    const operation = bulkOperations(harness.store).at(-1)
    changeBulkOperation(harness.store, operation?.id ?? 0, {
      status: 'FAILED',
      errorCode: 'INTERNAL_SERVER_ERROR',
    })
    const found = await reconcileOrders(shopId, Date.now, { goesOn: true })
    expect(found).toEqual({ checked: ORDERS, repaired: 0 })
    expect((await runs())[0]).toMatchObject({ checked: ORDERS, error: null, finished_at: expect.any(Date) })
  }, 120_000)
})
