import { beforeAll, expect, test } from 'vitest'
import { withShop } from '../../../app/db/db.server.ts'
import { confirmBatch, undoBatch } from '../../../app/loyalty/imports/decide-batch.ts'
import { runBatch } from '../../../app/loyalty/imports/run-batch.ts'
import { uploadBatch } from '../../../app/loyalty/imports/upload-batch.ts'
import { adjustPoints } from '../../../app/loyalty/members/adjust-points.ts'
import { readMember } from '../../../app/loyalty/members/read-member.ts'
import { type Shop, shopByDomain } from '../../../app/loyalty/shop/shop-of-request.ts'
import { useDatabase } from '../../database.ts'
import { useAdminPages } from '../../support/admin-pages.ts'
import { violations } from '../../support/expiry.ts'
import { meet, silentAdmin } from '../../support/member.ts'
import { testProgram } from '../../support/program.ts'
import { publish } from '../../support/shop.ts'

const database = useDatabase()
const pages = useAdminPages()
const MARA = '6301'
const TILO = '6302'
const actor = 'staff:1'
let shop: Shop
let files = 0

beforeAll(async () => {
  await pages.open('/app')
  shop = (await shopByDomain(pages.domain)) as Shop
  await publish(database.owner(), shop.shopId, 1, testProgram(), '2020-01-01T00:00:00Z')
  await meet(shop.shopId, MARA, TILO)
})

async function uploaded(lines: [string, number][]): Promise<number> {
  const reason = `Datei ${++files}`
  const text = lines.map(([customer, points]) => `${customer};${points};${reason}\n`).join('')
  const bytes = new TextEncoder().encode(`kunde;punkte;grund\n${text}`)
  const now = Date.now()
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
  return batchId
}
async function post(batchId: number): Promise<number> {
  await confirmBatch({ shop, batchId, actor })
  await runBatch(shop.shopId, batchId, Date.now)
  return batchId
}
async function undo(batchId: number): Promise<void> {
  await runBatch(shop.shopId, await undoBatch({ shop, batchId, actor }), Date.now)
}
const adjust = (key: string) =>
  adjustPoints(
    { shop, customerId: MARA, points: 7, reason: 'Kulanz', actor, key, now: Date.now() },
    silentAdmin,
  )
const available = async (customerId: string) =>
  (await withShop(shop.shopId, (tx) => readMember(tx, shop.shopId, customerId)))?.balance.available

test('line 11 of file 1 and line 1 of file 11 are two things', async () => {
  const eleven = Array.from({ length: 11 }, (): [string, number] => [MARA, 1])
  const first = await post(await uploaded(eleven))
  const others: number[] = []
  while (others.length < 10) others.push(await post(await uploaded([[TILO, 5]])))
  expect(await available(MARA)).toBe(11)
  expect(await available(TILO)).toBe(50)
  await undo(first)
  expect(await available(MARA)).toBe(0)
  expect(await available(TILO)).toBe(50)
  for (const other of others) await undo(other)
  expect(await available(TILO)).toBe(0)
  expect(await violations(shop.shopId)).toEqual([])
})

test('a form cannot take the place of a line, nor of an undo', async () => {
  const batchId = await uploaded([[MARA, 40]])
  await expect(adjust(`batch-${batchId}-2`)).rejects.toMatchObject({ code: 'invalid-payload' })
  await post(batchId)
  const { rows } = await database
    .owner()
    .query('SELECT own_posting_id::text AS id FROM bulk_line WHERE batch_id = $1', [batchId])
  await expect(adjust(`undo-${rows[0].id}`)).rejects.toMatchObject({ code: 'invalid-payload' })
  await undo(batchId)
  expect(await available(MARA)).toBe(0)
  await adjust('batch_and_undo-inside')
  expect(await available(MARA)).toBe(7)
})

test('every line knows its own posting, and an undo the posting that it takes back', async () => {
  const batchId = await post(
    await uploaded([
      [TILO, 3],
      [TILO, 4],
    ]),
  )
  await undo(batchId)
  const { rows } = await database.owner().query(
    `SELECT l.line, p.source_id AS key, u.posting_id = l.own_posting_id AS "takenBack", q.source_id = 'undo-' || p.posting_id AS undone
       FROM bulk_line l
       JOIN posting p ON p.shop_id = l.shop_id AND p.posting_id = l.own_posting_id
       JOIN bulk_batch b ON b.shop_id = l.shop_id AND b.undoes = l.batch_id
       JOIN bulk_line u ON u.shop_id = l.shop_id AND u.batch_id = b.batch_id AND u.line = l.line
       JOIN posting q ON q.shop_id = u.shop_id AND q.posting_id = u.own_posting_id
      WHERE l.batch_id = $1 ORDER BY l.line`,
    [batchId],
  )
  expect(rows).toEqual(
    [2, 3].map((line) => ({ line, key: `batch-${batchId}-${line}`, takenBack: true, undone: true })),
  )
})
