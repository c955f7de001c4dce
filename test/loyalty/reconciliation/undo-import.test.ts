import { beforeAll, expect, test } from 'vitest'
import { withShop } from '../../../app/db/db.server.ts'
import { expirePoints } from '../../../app/loyalty/expiry/expire-points.ts'
import { warnMembers } from '../../../app/loyalty/expiry/warn-of-expiry.ts'
import { adjustPoints } from '../../../app/loyalty/members/adjust-points.ts'
import { readMember } from '../../../app/loyalty/members/read-member.ts'
import { currentProgram } from '../../../app/loyalty/program/programs.ts'
import { confirmImport, undoImport } from '../../../app/loyalty/reconciliation/decide-import.ts'
import { estimateImport, importOrders } from '../../../app/loyalty/reconciliation/import-orders.ts'
import { type Shop, shopByDomain } from '../../../app/loyalty/shop/shop-of-request.ts'
import { programWording } from '../../../app/loyalty/surfaces/describe-program.ts'
import { explainEntry } from '../../../app/loyalty/surfaces/explain-entry.ts'
import { readHistory } from '../../../app/loyalty/surfaces/read-history.ts'
import { syncMembers } from '../../../app/loyalty/surfaces/sync-members.ts'
import { readImports } from '../../../app/loyalty/upkeep/read-operations.ts'
import { shopAdmin } from '../../../app/shopify/shop-admin.ts'
import { useDatabase } from '../../database.ts'
import { useAdminPages } from '../../support/admin-pages.ts'
import { violations } from '../../support/expiry.ts'
import { silentAdmin } from '../../support/member.ts'
import { testProgram } from '../../support/program.ts'
import { publish } from '../../support/shop.ts'

const DAY_MS = 86_400_000
const database = useDatabase()
const pages = useAdminPages({ customers: 6, orders: 30 })
const actor = 'staff:7'
let shop: Shop

beforeAll(async () => {
  await pages.open('/app')
  shop = (await shopByDomain(pages.domain)) as Shop
  const expiry = { kind: 'after-earning' as const, months: 1, warnDays: 7 }
  // Published now: every order of the shop is from before it.
  await publish(database.owner(), shop.shopId, 1, testProgram({ expiry }), new Date().toISOString())
})

const work = () => importOrders(shop.shopId, Date.now)
const latest = async () => (await withShop(shop.shopId, (tx) => readImports(tx, shop.shopId, 1)))[0]
const member = (customerId: string) => withShop(shop.shopId, (tx) => readMember(tx, shop.shopId, customerId))
const balance = async (customerId: string) => (await member(customerId))?.balance
const adjust = (customerId: string, points: number, key: string) =>
  adjustPoints({ shop, customerId, points, reason: 'Im Laden', actor, key, now: Date.now() }, silentAdmin)

/** Customers by how many points the import gave them, most first. */
async function receivers(): Promise<{ id: string; available: number }[]> {
  const { rows } = await database.owner().query(
    `SELECT a.customer_id::text AS id, b.available::int FROM account a JOIN balance b USING (shop_id, account_id)
      WHERE a.shop_id = $1 AND a.customer_id IS NOT NULL AND b.available > 0 ORDER BY b.available DESC, id`,
    [shop.shopId],
  )
  return rows
}

test('W3: what an import gave is taken back as a whole, once; what is spent or lapsed stays so and nobody owes', async () => {
  const from = Date.parse('2020-01-01T00:00:00Z')
  await estimateImport(await shopAdmin(shop.domain), { shop, from, award: true, actor, now: Date.now() })
  await work()
  const estimate = await latest()
  expect(estimate).toMatchObject({ status: 'estimated', given: 0 })
  expect(await receivers()).toEqual([])
  const decision = { shopId: shop.shopId, importId: estimate?.id ?? 0, actor }
  await expect(undoImport(decision)).rejects.toMatchObject({ code: 'batch-state' })
  await confirmImport(decision)
  await work()
  const given = await latest()
  expect(given).toMatchObject({ status: 'done', points: estimate?.points, expectedPoints: estimate?.points })

  const [spender, lapser, other] = await receivers()
  if (!spender || !lapser || !other) throw new Error('too few members have points')
  // One has spent nearly all; one's points have lapsed, and she has others since.
  await adjust(spender.id, -(spender.available - 3), 'spends-nearly-all')
  await warnMembers(shop.shopId, Date.now())
  await database.owner().query(
    `DELETE FROM expiry_warning WHERE shop_id = $1 AND account_id <>
       (SELECT account_id FROM account WHERE shop_id = $1 AND customer_id = $2)`,
    [shop.shopId, lapser.id],
  )
  await syncMembers(shop.shopId, Date.now)
  await expirePoints(Date.now() + 40 * DAY_MS)
  expect(await balance(lapser.id)).toMatchObject({ available: 0, debt: 0 })
  await adjust(lapser.id, 50, 'has-others-since')

  await undoImport(decision)
  await undoImport(decision)
  await Promise.all([work(), work()])
  await undoImport(decision)
  await work()

  expect(await balance(spender.id)).toMatchObject({ available: 0, debt: 0, pending: 0 })
  expect(await balance(lapser.id)).toMatchObject({ available: 50, debt: 0, pending: 0 })
  expect(await balance(other.id)).toMatchObject({ available: 0, debt: 0, pending: 0 })
  const undone = await latest()
  const kept = spender.available - 3 + lapser.available
  expect(undone).toMatchObject({ status: 'undone', given: 0, undone: given?.given, kept })
  expect((undone?.takenBack ?? 0) + kept).toBe(given?.points)
  const { rows } = await database.owner().query(
    `SELECT count(*)::int AS orders, sum(worth)::int AS worth FROM order_state
        WHERE shop_id = $1 AND facts ->> 'history' = 'true'`,
    [shop.shopId],
  )
  expect(rows[0]).toEqual({ orders: given?.given, worth: 0 })
  expect(await violations(shop.shopId)).toEqual([])
})

test('W3: each order tells what became of it, and the member why the spent points stayed', async () => {
  const { rows } = await database
    .owner()
    .query(
      `SELECT account_id::int AS id FROM posting WHERE shop_id = $1 AND kind = 'adjustment' AND source_id LIKE 'undo-import-%'`,
      [shop.shopId],
    )
  const { lines } = await withShop(shop.shopId, (tx) =>
    readHistory(tx, { shopId: shop.shopId, accountId: rows[0].id, limit: 100, bookkeeping: true }),
  )
  expect(lines[0]).toMatchObject({ kind: 'adjustment', actor, reason: expect.stringContaining('Übernahme') })
  const reversed = lines.flatMap((line) => (line.kind === 'order' && line.points < 0 ? [line] : []))
  expect(reversed.length).toBeGreaterThan(0)
  expect(reversed.every(({ why }) => why?.zero === 'history')).toBe(true)
  const words = programWording('de', shop, await withShop(shop.shopId, (tx) => currentProgram(tx, shop)))
  for (const line of reversed) {
    const { title, detail } = explainEntry(line, words, 'merchant')
    expect(title).toBe(`Punkte für frühere Bestellung ${line.order?.name} zurückgenommen`)
    expect(detail.join(' ')).toContain(`am ${words.date(line.bookedAt.getTime())} zurückgenommen`)
  }
})
