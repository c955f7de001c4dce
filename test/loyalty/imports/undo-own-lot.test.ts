import { beforeEach, expect, test } from 'vitest'
import { withShop } from '../../../app/db/db.server.ts'
import { confirmBatch, undoBatch } from '../../../app/loyalty/imports/decide-batch.ts'
import { runBatch } from '../../../app/loyalty/imports/run-batch.ts'
import { uploadBatch } from '../../../app/loyalty/imports/upload-batch.ts'
import { adjustPoints, undoAdjustment } from '../../../app/loyalty/members/adjust-points.ts'
import { readMember } from '../../../app/loyalty/members/read-member.ts'
import { type Shop, shopByDomain } from '../../../app/loyalty/shop/shop-of-request.ts'
import { useDatabase } from '../../database.ts'
import { useAdminPages } from '../../support/admin-pages.ts'
import { meet, silentAdmin } from '../../support/member.ts'
import { testProgram } from '../../support/program.ts'
import { publish } from '../../support/shop.ts'

const database = useDatabase()
const pages = useAdminPages()
const DAY_MS = 86_400_000
const actor = 'staff:1'
let shop: Shop
let customers = 6_800

beforeEach(async () => {
  await pages.open('/app')
  shop = (await shopByDomain(pages.domain)) as Shop
  await publish(database.owner(), shop.shopId, 1, testProgram(), '2020-01-01T00:00:00Z').catch(() => {})
})

async function give(customerId: string, points: number, now: number) {
  await meet(shop.shopId, customerId)
  const key = `lot-${customerId}-${now}`
  await adjustPoints({ shop, customerId, points, reason: 'Kulanz', actor, key, now }, silentAdmin)
}
/** What is left of each lot, the oldest first. */
const left = async (customerId: string) =>
  (await withShop(shop.shopId, (tx) => readMember(tx, shop.shopId, customerId)))?.lots.map(
    ({ remaining }) => remaining,
  )

test('taking a file back takes from the lot that each credit made, not from an older one of the same size', async () => {
  const customerId = String(++customers)
  const now = Date.now()
  await give(customerId, 40, now - 300 * DAY_MS)
  const bytes = new TextEncoder().encode(`kunde;punkte;grund\n${customerId};40;Datei\n`)
  const batchId = await uploadBatch({
    shop,
    kind: 'adjustment',
    fileName: 'a.csv',
    language: 'de',
    bytes,
    actor,
    now,
  })
  await runBatch(shop.shopId, batchId, Date.now)
  await confirmBatch({ shop, batchId, actor })
  await runBatch(shop.shopId, batchId, () => now - 100 * DAY_MS)
  await give(customerId, 40, now)
  const earned = async () =>
    (await withShop(shop.shopId, (tx) => readMember(tx, shop.shopId, customerId)))?.lots.map(({ earnedAt }) =>
      Math.round((now - earnedAt.getTime()) / DAY_MS),
    )
  expect(await earned()).toEqual([300, 100, 0])
  await runBatch(shop.shopId, await undoBatch({ shop, batchId, actor }), Date.now)
  expect(await earned()).toEqual([300, 0])
})

test('so does taking a single credit back; what is missing there comes from the others', async () => {
  const customerId = String(++customers)
  const now = Date.now()
  await give(customerId, 30, now - 300 * DAY_MS)
  await give(customerId, 50, now - DAY_MS)
  const { rows } = await database
    .owner()
    .query(`SELECT max(posting_id)::text AS id FROM posting WHERE shop_id = $1`, [shop.shopId])
  // Ten of the older points are spent first, as always.
  await give(customerId, -10, now)
  expect(await left(customerId)).toEqual([20, 50])
  await undoAdjustment({ shop, customerId, postingId: rows[0].id, actor, now })
  expect(await left(customerId)).toEqual([20])
})
