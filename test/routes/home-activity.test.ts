import { beforeAll, expect, test } from 'vitest'
import type { BulkKind } from '../../app/domain/imports/bulk-line.ts'
import { expirePoints } from '../../app/loyalty/expiry/expire-points.ts'
import { warnOfExpiry } from '../../app/loyalty/expiry/warn-of-expiry.ts'
import { confirmBatch, undoBatch } from '../../app/loyalty/imports/decide-batch.ts'
import { runBatch } from '../../app/loyalty/imports/run-batch.ts'
import { uploadBatch } from '../../app/loyalty/imports/upload-batch.ts'
import { adjustPoints } from '../../app/loyalty/members/adjust-points.ts'
import { maturePoints } from '../../app/loyalty/settlement/mature-points.ts'
import { type Shop, shopByDomain } from '../../app/loyalty/shop/shop-of-request.ts'
import { useDatabase } from '../database.ts'
import { useAdminPages } from '../support/admin-pages.ts'
import { berlin, sendWarnings } from '../support/expiry.ts'
import { buy, meet, silentAdmin } from '../support/member.ts'
import { testProgram } from '../support/program.ts'
import { publish } from '../support/shop.ts'

const database = useDatabase()
const pages = useAdminPages()
const MARA = '6301'
const actor = 'staff:1'
let shop: Shop

beforeAll(async () => {
  await pages.open('/app')
  shop = (await shopByDomain(pages.domain)) as Shop
  const expiry = { kind: 'after-earning', months: 12, warnDays: 30 } as const
  await publish(
    database.owner(),
    shop.shopId,
    1,
    testProgram({ expiry, returnWindowDays: 0 }),
    '2020-01-01T00:00:00Z',
  )
  await meet(shop.shopId, MARA)
})

async function posted(kind: BulkKind, text: string, fileName: string): Promise<number> {
  const bytes = new TextEncoder().encode(text)
  const batchId = await uploadBatch({ shop, kind, fileName, language: 'de', bytes, actor, now: Date.now() })
  await runBatch(shop.shopId, batchId, Date.now)
  await confirmBatch({ shop, batchId, actor })
  await runBatch(shop.shopId, batchId, Date.now)
  return batchId
}

/** What is told of the latest postings, in both languages, without tags. */
async function latest(): Promise<[german: string, english: string]> {
  const told = async (locale: 'de' | 'en') =>
    (await pages.open('/app', { locale })).html.replace(/<!--.*?-->/g, '').replace(/<[^>]+>/g, '|')
  return [await told('de'), await told('en')]
}

test('owner 7: the latest say which file something came from and was taken back with', async () => {
  const import_ = await posted(
    'import',
    `kunde;punkte;verdient am\n${MARA};250;03.05.2026\n`,
    'alt-"app".csv',
  )
  await posted('adjustment', `kunde;punkte;grund\n${MARA};30;Messe\n`, 'messe.csv')
  await runBatch(shop.shopId, await undoBatch({ shop, batchId: import_, actor }), Date.now)
  const [german, english] = await latest()
  expect(german).toMatch(/\|Übernommen aus „alt-[^|]+csv“\|/)
  expect(german).toMatch(/\|Übernahme aus „alt-[^|]+csv“ zurückgenommen\|/)
  expect(german).toContain('|Geändert mit „messe.csv“: Messe|')
  expect(english).toMatch(/\|Import from “alt-[^|]+csv” taken back\|/)
})

test('owner 7: the latest say why somebody changed points by hand', async () => {
  const key = 'by-hand-1'
  await adjustPoints(
    { shop, customerId: MARA, points: 7, reason: 'Kulanz', actor, key, now: Date.now() },
    silentAdmin,
  )
  const [german, english] = await latest()
  expect(german).toContain('|Von Hand geändert: Kulanz|')
  expect(english).toContain('|Adjusted by hand: Kulanz|')
})

test('owner 7: the latest say which points lapsed, and when their last day was', async () => {
  const placedAt = '2025-03-10T10:00:00Z'
  await buy(shop.shopId, { id: 7701, customer: MARA, placedAt, lines: [{ price: '37.00' }] })
  await maturePoints(Date.now())
  await warnOfExpiry(berlin('2026-02-10 00:03'))
  await sendWarnings(database.owner(), shop.shopId, berlin('2026-02-10 12:00'), shop.timeZone)
  expect(await expirePoints(berlin('2026-04-01 00:03'))).toBe(1)
  const [german, english] = await latest()
  expect(german).toMatch(/\|Punkte aus Bestellung #7701 verfallen · letzter Tag war der \d\d\.\d\d\.2026\|/)
  expect(english).toMatch(/\|Points from order #7701 expired · their last day was \w+ \d+, 2026\|/)
})
