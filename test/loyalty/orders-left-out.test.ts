import { beforeAll, expect, test } from 'vitest'
import { withShop } from '../../app/db.server.ts'
import { auditLedger } from '../../app/loyalty/audit-ledger.ts'
import { readReconciliations } from '../../app/loyalty/read-operations.ts'
import { reconcileOrders } from '../../app/loyalty/read-orders.ts'
import { takeOrderFromCustomer } from '../../dev-store/deeds/order-deeds.ts'
import type { Order } from '../../dev-store/model.ts'
import { useDatabase } from '../database.ts'
import { useAdminPages } from '../support/admin-pages.ts'
import { testProgram } from '../support/program.ts'
import { publish } from '../support/shop.ts'

/** Deliveries that were lost, of orders that are out of the ordinary: what is read must not stand still at them. */
const database = useDatabase()
const pages = useAdminPages({ customers: 12, orders: 40 })
const { harness, domain } = pages
let shopId = 0

const rows = async (sql: string, ...values: unknown[]) =>
  (await database.owner().query(sql, [shopId, ...values])).rows
const untouched = (): Order[] =>
  harness.store.orders
    .all()
    .filter(({ customerId, cancelledAt, refunds }) => customerId && !cancelledAt && refunds.length === 0)
const reconcile = () => reconcileOrders(shopId, Date.now, { kind: 'manual', days: 3650 })
const latestRun = async () => (await withShop(shopId, (tx) => readReconciliations(tx, shopId, 1)))[0]
const readUntil = async (): Promise<Date> =>
  (await rows('SELECT orders_read_until AS until FROM shop WHERE shop_id = $1'))[0].until
const sound = async () =>
  expect((await withShop(shopId, auditLedger)).filter(({ violations }) => violations > 0)).toEqual([])

beforeAll(async () => {
  await pages.open('/app')
  shopId = (await database.owner().query('SELECT shop_id::int AS id FROM shop WHERE domain = $1', [domain]))
    .rows[0].id
  await publish(database.owner(), shopId, 1, testProgram(), '2020-01-01T00:00:00Z')
  await reconcile()
}, 60_000)

test('B1: an order taken off its customer whose delivery was lost is repaired, and the watermark moves', async () => {
  const [order] = untouched() as [Order]
  const before = await readUntil()
  takeOrderFromCustomer(harness.context, order.id)
  expect(await reconcile()).toMatchObject({ repaired: 1 })
  expect(await latestRun()).toMatchObject({ error: null, findings: [{ name: order.name, why: 'taken-off' }] })
  expect((await readUntil()).getTime()).toBeGreaterThan(before.getTime())
  await sound()
})
