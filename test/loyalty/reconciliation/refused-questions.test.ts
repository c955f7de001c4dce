import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { compareCodes } from '../../../app/loyalty/codes/compare-codes.ts'
import { readProductLabels } from '../../../app/loyalty/labels/product-labels.ts'
import { importOrders, startImport } from '../../../app/loyalty/reconciliation/import-orders.ts'
import { reconcileOrders } from '../../../app/loyalty/reconciliation/reconcile-orders.ts'
import type { Shop } from '../../../app/loyalty/shop/shop-of-request.ts'
import { syncMembers } from '../../../app/loyalty/surfaces/sync-members.ts'
import { shopAdmin } from '../../../app/shopify/shop-admin.ts'
import type { DiscountNode } from '../../../dev-store/model.ts'
import { useDatabase } from '../../database.ts'
import { usePracticeAdmin } from '../../support/practice-admin.ts'
import { codesIn, connectPractice } from '../../support/practice-codes.ts'

/**
 * The Admin API refuses a question whenever it is asked, since one thing that it asks for cannot be read. Whoever reads
 * many says so of that one, and reads all the others.
 */
const ORDERS = 45
const database = useDatabase()
const practice = usePracticeAdmin({ customers: 60, orders: ORDERS })
const { store } = practice.harness
const sql = async (text: string, ...values: unknown[]) => (await database.owner().query(text, values)).rows
let shop: Shop
const codes = codesIn(practice, () => shop, database.owner)

beforeAll(async () => {
  shop = await connectPractice(practice, database.owner())
})

/** Refuses whatever would tell of this one. @param operations those that ask for all of it */
function refuse(gid: string, operations: RegExp, status = 200): void {
  practice.refuses = (what, asked, answer) =>
    operations.test(what) && (answer.includes(`"${gid}"`) || asked.includes(`"${gid}"`)) && status
}
const discountGid = ({ code }: { code: string }) =>
  `gid://shopify/DiscountCodeNode/${(store.discountByCode(code) as DiscountNode).id}`

describe('The comparison of codes', () => {
  beforeEach(async () => {
    await sql('DELETE FROM code_comparison')
    await sql('DELETE FROM code_finding')
    await sql('DELETE FROM unknown_discount')
    await sql('DELETE FROM redemption')
    for (const { id } of store.discounts.all()) store.discounts.delete(id)
  })
  const night = async () => {
    await sql(`UPDATE redemption SET changed_at = changed_at - interval '3 hours'`)
    practice.harness.pass(60_000)
    await compareCodes(shop.shopId, codes.now)
  }
  const findings = () =>
    sql(
      `SELECT r.code, f.why, f.problem, f.settled_at IS NOT NULL AS settled
         FROM code_finding f JOIN redemption r USING (shop_id, redemption_id) ORDER BY f.redemption_id`,
    )
  const run = async () =>
    (
      await sql('SELECT failed, whole_at IS NOT NULL AS whole, compared, whole AS codes FROM code_comparison')
    )[0]

  test.each([200, 500])('D1: goes on behind a code that cannot be read (%s), and says so', async (status) => {
    const open = [await codes.open(), await codes.open(), await codes.open(), await codes.open()]
    const [, unread, , gone] = open as [
      (typeof open)[0],
      (typeof open)[0],
      (typeof open)[0],
      (typeof open)[0],
    ]
    codes.removeDiscount(gone)
    refuse(discountGid(unread), /^(DiscountsByIds|DiscountByCode)$/, status)
    await night()
    expect(await run()).toMatchObject({ failed: false, whole: true })
    const why = status === 200 ? 'INTERNAL_SERVER_ERROR' : '500'
    expect(await findings()).toEqual([
      {
        code: unread.code,
        why: 'unread',
        problem: `Shopify's Admin API gave no answer for it (${why})`,
        settled: false,
      },
      { code: gone.code, why: 'missing', problem: null, settled: false },
    ])
    practice.refuses = () => false
    await night()
    expect((await findings())[0]).toMatchObject({ code: unread.code, settled: true })
  })

  test('D1: keeps what it has seen of a code that differs, while it cannot be read', async () => {
    const code = await codes.open()
    const node = store.discountByCode(code.code) as DiscountNode
    store.discounts.put({ ...node, usageLimit: 9 })
    await night()
    refuse(discountGid(code), /^(DiscountsByIds|DiscountByCode)$/)
    await night()
    expect(await findings()).toMatchObject([{ why: 'other-terms', problem: null, settled: false }])
  })

  test('D1: many codes that cannot be read hold up no round for longer than a few nights', async () => {
    const open = []
    for (let i = 0; i < 8; i++) open.push(await codes.open())
    const gids = open.map(discountGid)
    practice.refuses = (what, asked, answer) =>
      /^(DiscountsByIds|DiscountByCode)$/.test(what) &&
      gids.some((gid) => answer.includes(gid) || asked.includes(gid)) &&
      500
    for (let nights = 0; nights < 6; nights++) {
      await sql(`UPDATE redemption SET changed_at = changed_at - interval '3 hours'`)
      practice.harness.pass(60_000)
      await compareCodes(shop.shopId, codes.now, 5)
    }
    expect(await findings()).toHaveLength(8)
    expect(await run()).toMatchObject({ failed: false, whole: true })
  })

  test('D1: notes nothing when Shopify refuses everything: that is no fault of any code', async () => {
    await codes.open()
    practice.refuses = () => 500
    await expect(night()).rejects.toThrow('500')
    expect(await run()).toMatchObject({ failed: true, whole: false })
    expect(await findings()).toEqual([])
  })

  test.each([
    [/^CodesInForce$/, 'told by its number'],
    [/^(CodesInForce|NumbersInForce)$/, 'not told at all'],
  ])(
    'D1: the search for unknown discounts goes on behind one that cannot be read (%s: %s)',
    async (asked) => {
      const made = []
      for (let i = 0; i < 5; i++) made.push(await codes.open())
      const nodes = made
        .map(({ code }) => store.discountByCode(code) as DiscountNode)
        .sort((a, b) => a.id - b.id)
      await sql('DELETE FROM redemption')
      const unread = nodes[2] as DiscountNode
      refuse(`gid://shopify/DiscountCodeNode/${unread.id}`, asked)
      await night()
      await night()
      expect(await run()).toMatchObject({ failed: false })
      const told = await sql(
        'SELECT discount_id::text AS id, code, problem FROM unknown_discount WHERE settled_at IS NULL ORDER BY discount_id',
      )
      expect(told).toEqual(
        nodes.map((node) =>
          node === unread
            ? { id: String(node.id), code: '', problem: expect.stringContaining('gave no answer') }
            : { id: String(node.id), code: node.codes[0]?.code, problem: null },
        ),
      )
      practice.refuses = () => false
      await night()
      expect(await sql('SELECT 1 FROM unknown_discount WHERE problem IS NOT NULL')).toEqual([])
    },
  )
})

describe('The reading of orders', () => {
  const known = async () =>
    (
      await sql('SELECT order_id::text AS id FROM order_state WHERE order_id < 4000000 OR order_id > 5000000')
    ).map(({ id }) => id as string)
  const left = () =>
    sql(
      `SELECT order_id::text AS id, order_name AS name, problem FROM reconciliation_finding WHERE why = 'left'`,
    )
  const placed = () =>
    store.orders
      .all()
      .map(({ id }) => String(id))
      .sort()
  const refunded = () => {
    const order = store.orders.find(({ refunds }) => refunds.length > 0) ?? store.orders.all()[20]
    if (!order) throw new Error('The practice shop has no orders')
    return order
  }
  const forget = async () => {
    for (const table of ['entry', 'posting', 'lot', 'order_state', 'reconciliation'])
      await sql(`TRUNCATE ${table} CASCADE`)
  }
  beforeEach(async () => {
    // What is shown here is no limit of Shopify's: the bucket is full again before each question.
    practice.at = () => practice.harness.pass(20_000)
    await forget()
  })
  const read = (bulkFrom?: number) =>
    reconcileOrders(shop.shopId, codes.now, { kind: 'manual', days: 900 }, bulkFrom)
  const lastRun = async () =>
    (await sql('SELECT error, finished_at IS NOT NULL AS over FROM reconciliation ORDER BY 1 LIMIT 1'))[0]

  test.each([
    [/^(OrdersChanged|OrdersByIds)$/, 200],
    [/^(OrdersChanged|OrdersByIds)$/, 502],
  ])('D1: leaves one that cannot be read with why, and goes on (%s, %s)', async (operations, status) => {
    const order = refunded()
    refuse(`gid://shopify/Order/${order.id}`, operations, status)
    await read()
    expect(await lastRun()).toEqual({ error: null, over: true })
    expect((await known()).sort()).toEqual(placed().filter((id) => id !== String(order.id)))
    expect(await left()).toEqual([
      { id: String(order.id), name: order.name, problem: expect.stringContaining('gave no answer') },
    ])
  })

  test('D1: begins again behind a part of the list of which nothing is told, and says which part', async () => {
    const order = refunded()
    refuse(`gid://shopify/Order/${order.id}`, /^(OrdersChanged|OrdersByIds|OrdersListed)$/)
    await read()
    expect(await lastRun()).toEqual({ error: null, over: true })
    expect((await known()).sort()).toEqual(placed().filter((id) => id !== String(order.id)))
    expect(await left()).toEqual([{ id: '0', name: '', problem: expect.stringContaining('changed from') }])
  })

  test('D1: by a bulk operation leaves one that cannot be read, too', async () => {
    const order = refunded()
    refuse(`gid://shopify/Order/${order.id}`, /^OrdersByIds$/)
    for (let turn = 0; turn < 50 && !(await lastRun())?.over; turn++) {
      await reconcileOrders(
        shop.shopId,
        codes.now,
        turn === 0 ? { kind: 'manual', days: 900 } : { goesOn: true },
        1,
      )
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    expect((await known()).sort()).toEqual(placed().filter((id) => id !== String(order.id)))
    expect(await left()).toMatchObject([{ id: String(order.id), name: order.name }])
  })

  test('D1: of an import goes on behind a cursor that is refused, also where another process has kept it', async () => {
    let cursor: string | null = null
    practice.refuses = (what, asked, answer) => {
      if (what === 'OrdersChanged' && answer)
        cursor ??= JSON.parse(answer).data?.orders.pageInfo.endCursor ?? null
      return cursor !== null && asked.includes(`"after":${JSON.stringify(cursor)}`) && 500
    }
    const graphql = await shopAdmin(shop.domain)
    const from = Date.parse('2020-01-01T00:00:00Z')
    await startImport(graphql, { shop, from, award: true, actor: 'staff:1', now: codes.now() })
    await importOrders(shop.shopId, codes.now)
    expect(cursor).not.toBeNull()
    expect(await sql('SELECT status, error FROM order_import')).toEqual([{ status: 'done', error: null }])
    expect((await known()).sort()).toEqual(placed())
    expect(await sql('SELECT order_id::text AS id FROM order_import_problem')).toEqual([{ id: '0' }])

    await forget()
    await sql(`UPDATE order_import SET status = 'running', cursor = $1, finished_at = NULL`, cursor)
    await importOrders(shop.shopId, codes.now)
    expect(await sql('SELECT status, error FROM order_import')).toEqual([{ status: 'done', error: null }])
    expect((await known()).sort()).toEqual(placed())
  })
})

test('D1: products beside one that cannot be read get their labels, and that one keeps those it had', async () => {
  const products = store.products.all().slice(0, 7)
  const ids = products.map(({ id }) => String(id))
  const unread = ids[3] as string
  const admin = () => shopAdmin(shop.domain)
  await sql(
    `INSERT INTO product_label (shop_id, product_id, collections, tags, read_at) VALUES ($1, $2, '{}', '{kept}', NULL)`,
    shop.shopId,
    unread,
  )
  refuse(`gid://shopify/Product/${unread}`, /^ProductTraits$/)
  const labels = await readProductLabels(shop.shopId, ids, admin)
  for (const { id, tags } of products)
    expect(labels.get(String(id))?.tags).toEqual(String(id) === unread ? ['kept'] : tags)
  practice.asked.length = 0
  await readProductLabels(shop.shopId, ids, admin)
  expect(practice.asked).toEqual([])
})

test('D1: members beside one whose metafield cannot be written get theirs', async () => {
  const members = [await codes.member(), await codes.member(), await codes.member()]
  const [, refused] = members
  refuse(`gid://shopify/Customer/${refused?.id}`, /^SetMetafields$/, 500)
  await syncMembers(shop.shopId, codes.now)
  expect(await sql('SELECT 1 FROM member_to_sync')).toEqual([])
  const written = members.filter(({ id }) => {
    const owned = store.metafieldsOf('CUSTOMER', id)
    return owned.length > 0
  })
  expect(written).toEqual(members.filter((member) => member !== refused))
})
