import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { withShop } from '../../../app/db/db.server.ts'
import { auditLedger } from '../../../app/loyalty/audit/audit-ledger.ts'
import { confirmImport, undoImport } from '../../../app/loyalty/reconciliation/decide-import.ts'
import { estimateImport, importOrders } from '../../../app/loyalty/reconciliation/import-orders.ts'
import { reconcileOrders } from '../../../app/loyalty/reconciliation/reconcile-orders.ts'
import { shopByDomain } from '../../../app/loyalty/shop/shop-of-request.ts'
import {
  type ReconciliationView,
  readImports,
  readReconciliations,
} from '../../../app/loyalty/upkeep/read-operations.ts'
import { shopAdmin } from '../../../app/shopify/shop-admin.ts'
import { cancel, takeOrderFromCustomer } from '../../../dev-store/deeds/order-deeds.ts'
import type { Order } from '../../../dev-store/model.ts'
import { useDatabase } from '../../database.ts'
import { useAdminPages } from '../../support/admin-pages.ts'
import { testProgram } from '../../support/program.ts'
import { publish } from '../../support/shop.ts'

/** Deliveries that were lost, of orders that are out of the ordinary: what is read must not stand still at them. */
const database = useDatabase()
const pages = useAdminPages({ customers: 12, orders: 40 })
const { harness, domain } = pages
const FROM = Date.parse('2020-01-01T00:00:00Z')
const PAGES = Number.POSITIVE_INFINITY
const WAYS = [
  ['page by page', PAGES],
  ['from the file of a bulk operation', 1],
] as const
let shopId = 0
let shopify: typeof fetch

const rows = async (sql: string, ...values: unknown[]) =>
  (await database.owner().query(sql, [shopId, ...values])).rows
const untouched = (): Order[] =>
  harness.store.orders
    .all()
    .filter(
      ({ customerId, cancelledAt, refunds, lines }) =>
        customerId && !cancelledAt && refunds.length === 0 && lines.length > 0,
    )
const pointsOf = async (order: Order): Promise<number> =>
  (await rows('SELECT worth::int FROM order_state WHERE shop_id = $1 AND order_id = $2', order.id))[0]
    ?.worth ?? 0
const earning = async (): Promise<Order[]> => {
  const found = await rows('SELECT order_id::text AS id FROM order_state WHERE shop_id = $1 AND worth > 0')
  const ids = new Set(found.map(({ id }) => id))
  return untouched().filter(({ id }) => ids.has(String(id)))
}
const readUntil = async (): Promise<Date> =>
  (await rows('SELECT orders_read_until AS until FROM shop WHERE shop_id = $1'))[0].until
const latestRun = async () =>
  (await withShop(shopId, (tx) => readReconciliations(tx, shopId, 1)))[0] as ReconciliationView
const latestImport = async () => (await withShop(shopId, (tx) => readImports(tx, shopId, 1)))[0]
const shown = async (path: string, locale: 'de' | 'en' = 'de') =>
  (await pages.open(`/app/operations${path}`, { locale })).html

/** @returns the run, ended; Shopify's bulk operation takes a moment */
async function reconcile(bulkFrom = PAGES): Promise<ReconciliationView> {
  await reconcileOrders(shopId, Date.now, { kind: 'manual', days: 3650 }, bulkFrom)
  for (let turn = 0; turn < 100 && !(await latestRun()).finishedAt; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    await reconcileOrders(shopId, Date.now, { goesOn: true }, bulkFrom)
  }
  return latestRun()
}

/** The database refuses this one order, as a fault of ours would. */
async function refuse(order: Order): Promise<void> {
  await database.owner().query(`
    CREATE OR REPLACE FUNCTION refuse_one() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN IF NEW.order_id = ${order.id} THEN RAISE 'a fault with order %', NEW.name; END IF; RETURN NEW; END $$;
    CREATE OR REPLACE TRIGGER refuse_one BEFORE INSERT OR UPDATE ON order_state
      FOR EACH ROW EXECUTE FUNCTION refuse_one()`)
}

/** Shopify says of one order something else from now on, in answers and files. */
function says(order: Order, change: (node: Record<string, unknown>) => void): void {
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    if ('id' in value && value.id === `gid://shopify/Order/${order.id}` && 'processedAt' in value)
      change(value as Record<string, unknown>)
    for (const inner of Object.values(value)) walk(inner)
  }
  const changed = (text: string) => {
    if (text.trim() === '') return text
    const value = JSON.parse(text)
    walk(value)
    return JSON.stringify(value)
  }
  globalThis.fetch = async (input, init) => {
    const answer = await shopify(input, init)
    const isFile = String(input).endsWith('.jsonl')
    const text = await answer.text()
    const body = isFile ? text.split('\n').map(changed).join('\n') : changed(text)
    return new Response(body, { status: answer.status, headers: { 'content-type': 'application/json' } })
  }
}

beforeAll(async () => {
  await pages.open('/app')
  shopId = (await database.owner().query('SELECT shop_id::int AS id FROM shop WHERE domain = $1', [domain]))
    .rows[0].id
  const real = globalThis.fetch
  // The bucket refills as fast as it is emptied: Shopify's limits are not what is shown here.
  globalThis.fetch = async (input, init) => {
    harness.pass(1_200)
    return real(input, init)
  }
  shopify = globalThis.fetch
  // Published now: what the shop has sold so far is from before it.
  await publish(database.owner(), shopId, 1, testProgram(), new Date().toISOString())
}, 60_000)

beforeEach(() => harness.pass(60_000))

afterEach(async () => {
  globalThis.fetch = shopify
  await database.owner().query('DROP TRIGGER IF EXISTS refuse_one ON order_state')
  await reconcile()
  expect((await withShop(shopId, auditLedger)).filter(({ violations }) => violations > 0)).toEqual([])
})

describe('An import of past orders', () => {
  test.each(WAYS)(
    'B1: %s leaves one that fails and one that cannot be read, and takes the others',
    async (_, bulkFrom) => {
      const [fails, unread] = untouched() as [Order, Order]
      const shop = await shopByDomain(domain)
      if (!shop) throw new Error('The shop is not known.')
      const ended = async (status: string) => {
        for (let turn = 0; turn < 100 && (await latestImport())?.status !== status; turn++) {
          await importOrders(shopId, Date.now, bulkFrom)
          await new Promise((resolve) => setTimeout(resolve, 50))
        }
        return latestImport()
      }
      await refuse(fails)
      says(unread, (node) => {
        node.processedAt = 'gestern'
      })
      await estimateImport(await shopAdmin(domain), {
        shop,
        from: FROM,
        award: true,
        actor: 'staff:1',
        now: Date.now(),
      })
      const problems = [fails, unread]
        .sort((a, b) => a.id - b.id)
        .map(({ name }) => ({ name, problem: { reason: { code: name === fails.name ? 'other' : 'field' } } }))
      const estimated = await ended('estimated')
      expect(estimated).toMatchObject({ checked: 40, left: 2, error: null, problems })
      expect(await shown('/past-orders')).toContain('2 Bestellungen ließen sich nicht verarbeiten')
      await confirmImport({ shopId, importId: estimated?.id ?? 0, actor: 'staff:1' })
      // By now it can be read.
      globalThis.fetch = shopify
      expect(await ended('done')).toMatchObject({
        checked: 40,
        left: 1,
        problems: [{ name: fails.name }],
      })
      expect(await shown('/past-orders')).toContain('1 Bestellung ließ sich nicht verarbeiten')
      const unjudged = await rows('SELECT 1 FROM order_state WHERE shop_id = $1 AND program_version IS NULL')
      expect(unjudged.length).toBeLessThanOrEqual(1)
    },
  )
})

describe('A reconciliation', () => {
  test('B1: repairs an order taken off its customer whose delivery was lost, and the watermark moves', async () => {
    const [order] = (await earning()) as [Order]
    const before = await readUntil()
    takeOrderFromCustomer(harness.context, order.id)
    expect(await reconcile()).toMatchObject({
      error: null,
      repaired: 1,
      findings: [{ name: order.name, why: 'taken-off' }],
    })
    expect((await readUntil()).getTime()).toBeGreaterThan(before.getTime())
  })

  test.each(WAYS)(
    'B1: %s leaves an order that fails with its reason, and repairs those beside it',
    async (_, bulkFrom) => {
      const [fails, beside] = (await earning()) as [Order, Order]
      const held = await pointsOf(fails)
      for (const { id } of [fails, beside]) cancel(harness.context, id, 'other')
      await refuse(fails)
      const before = await readUntil()
      expect(await reconcile(bulkFrom)).toMatchObject({
        error: null,
        checked: 40,
        repaired: 1,
        left: 1,
        findings: [
          {
            name: fails.name,
            why: 'left',
            before: held,
            after: held,
            problem: { reason: { code: 'other' }, sentence: `a fault with order ${fails.name}` },
          },
          { name: beside.name, why: 'cancelled', after: 0, problem: null },
        ],
      })
      expect((await readUntil()).getTime()).toBeGreaterThan(before.getTime())
      expect(await pointsOf(beside)).toBe(0)
      expect(await shown('/reconciliation')).toContain('1 nicht verbucht')
      expect(await shown('/reconciliation', 'en')).toContain(`a fault with order ${fails.name}`)
      expect(await shown('')).toContain('1 nicht verbucht')
    },
  )

  test.each(WAYS)('B1: %s leaves an order that cannot be read', async (_, bulkFrom) => {
    const [unread, beside] = (await earning()) as [Order, Order]
    cancel(harness.context, beside.id, 'other')
    says(unread, (node) => {
      node.processedAt = 'gestern'
    })
    expect(await reconcile(bulkFrom)).toMatchObject({
      error: null,
      checked: 40,
      repaired: 1,
      left: 1,
      findings: [
        {
          name: unread.name,
          why: 'left',
          problem: { reason: { code: 'field', field: 'processedAt', value: '"gestern"', allowed: 'time' } },
        },
        { name: beside.name, why: 'cancelled' },
      ],
    })
    expect(await shown('/reconciliation')).toContain('Das Feld „processedAt“ enthält')
  })

  test('B2: notes an order whose newer state cannot be counted, and that it stays as it was', async () => {
    const [order] = (await earning()) as [Order]
    const held = await pointsOf(order)
    expect(held).toBeGreaterThan(0)
    const much = { shopMoney: { amount: '2000000000000.00', currencyCode: 'EUR' } }
    says(order, (node) => {
      const { nodes } = node.lineItems as { nodes: Record<string, unknown>[] }
      Object.assign(node, { updatedAt: new Date(Date.now() + 86_400_000), currentTotalPriceSet: much })
      Object.assign(nodes[0] ?? {}, { originalUnitPriceSet: much, discountAllocations: [] })
    })
    expect(await reconcile()).toMatchObject({
      repaired: 0,
      left: 1,
      findings: [
        {
          name: order.name,
          why: 'left',
          before: held,
          after: held,
          problem: { reason: { code: 'uncountable' } },
        },
      ],
    })
    expect(await pointsOf(order)).toBe(held)
    expect(await shown('/reconciliation')).toContain('mehr Punkte, als sich zählen lassen')
  })
})

describe('An import that is taken back', () => {
  test('B1: leaves the points of an order that fails, and takes back those of all others', async () => {
    const [fails, beside] = (await earning()) as [Order, Order]
    const held = await pointsOf(fails)
    await refuse(fails)
    const [{ id: importId }] = (await rows(
      'SELECT import_id::int AS id FROM order_import_order WHERE shop_id = $1 AND order_id = $2',
      fails.id,
    )) as [{ id: number }]
    const ofImport = async () =>
      (await withShop(shopId, (tx) => readImports(tx, shopId))).find(({ id }) => id === importId)
    await undoImport({ shopId, importId, actor: 'staff:1' })
    await importOrders(shopId, Date.now)
    expect(await ofImport()).toMatchObject({ status: 'undone', given: 0, error: null })
    expect((await ofImport())?.problems).toContainEqual(expect.objectContaining({ name: fails.name }))
    expect([await pointsOf(fails), await pointsOf(beside)]).toEqual([held, 0])
  })
})
