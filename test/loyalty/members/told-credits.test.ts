import { beforeAll, expect, test } from 'vitest'
import { acrossShops, withShop } from '../../../app/db/db.server.ts'
import type { Source } from '../../../app/domain/earning/sources.ts'
import type { BulkKind } from '../../../app/domain/imports/bulk-line.ts'
import { award } from '../../../app/loyalty/earning/award.ts'
import { expirePoints } from '../../../app/loyalty/expiry/expire-points.ts'
import { warnMembers } from '../../../app/loyalty/expiry/warn-of-expiry.ts'
import { confirmBatch, undoBatch } from '../../../app/loyalty/imports/decide-batch.ts'
import { runBatch } from '../../../app/loyalty/imports/run-batch.ts'
import { uploadBatch } from '../../../app/loyalty/imports/upload-batch.ts'
import { adjustPoints } from '../../../app/loyalty/members/adjust-points.ts'
import { reinstatePoints } from '../../../app/loyalty/members/reinstate-points.ts'
import { readActivity, tellActivity } from '../../../app/loyalty/numbers/read-activity.ts'
import { type Shop, shopByDomain } from '../../../app/loyalty/shop/shop-of-request.ts'
import { openMemberPage, readMemberHistory } from '../../../app/loyalty/surfaces/read-member-page.ts'
import { readPanelHistory } from '../../../app/loyalty/surfaces/read-panel.ts'
import { exportCustomer } from '../../../app/loyalty/upkeep/compliance.ts'
import { type Locale, wording } from '../../../app/wording.ts'
import { useDatabase } from '../../database.ts'
import { useAdminPages } from '../../support/admin-pages.ts'
import { sendWarnings } from '../../support/expiry.ts'
import { meet, silentAdmin } from '../../support/member.ts'
import { testProgram } from '../../support/program.ts'
import { publish } from '../../support/shop.ts'

/** A line of a history says which credit it speaks of, where the credit lapsed or was taken back. */
const DAY_MS = 86_400_000
const database = useDatabase()
const pages = useAdminPages()
const actor = 'staff:1'
const sources: Source[] = [
  { source: 'sign-up', points: 100, active: true },
  { source: 'newsletter', points: 50, active: true, confirmedOnly: true },
]
let shop: Shop

beforeAll(async () => {
  await pages.open('/app')
  shop = (await shopByDomain(pages.domain)) as Shop
  const expiry = { kind: 'after-earning', months: 1, warnDays: 7 } as const
  await publish(database.owner(), shop.shopId, 1, testProgram({ expiry, sources }), '2020-01-01T00:00:00Z')
})

const give = (customerId: string, points: number, reason: string, now = Date.now()) =>
  adjustPoints(
    { shop, customerId, points, reason, actor, key: `told-${customerId}-${points}`, now },
    silentAdmin,
  )

async function posted(kind: BulkKind, text: string, fileName: string): Promise<number> {
  const bytes = new TextEncoder().encode(text)
  const batchId = await uploadBatch({ shop, kind, fileName, language: 'de', bytes, actor, now: Date.now() })
  await runBatch(shop.shopId, batchId, Date.now)
  await confirmBatch({ shop, batchId, actor })
  await runBatch(shop.shopId, batchId, Date.now)
  return batchId
}

async function lapse(): Promise<void> {
  await warnMembers(shop.shopId, Date.now() + 25 * DAY_MS)
  await sendWarnings(database.owner(), shop.shopId, Date.now() + 25 * DAY_MS)
  await expirePoints(Date.now() + 45 * DAY_MS)
}

const ofMerchant = async (customerId: string, locale: Locale = 'de') =>
  (await readMemberHistory(shop, customerId, locale, null)).history
const ofShopper = async (customerId: string, locale: Locale = 'de') =>
  (await readPanelHistory({ shop, customerId, locale, now: Date.now() }, null)).history

const long = (at: number, locale: Locale) =>
  new Date(at).toLocaleDateString(locale, { dateStyle: 'long', timeZone: 'Europe/Berlin' })
/** "2026-11-03" in Berlin. */
const iso = (at: number) => new Date(at).toLocaleDateString('sv', { timeZone: 'Europe/Berlin' })

test('W21: a credit that lapsed is named in both histories, by its day, its reason and its file', async () => {
  const [hand, file, moved] = ['6301', '6302', '6303'] as const
  await meet(shop.shopId, hand, file, moved)
  await give(hand, 40, 'Messe Köln')
  await posted('adjustment', `kunde;punkte;grund\n${file};30;Gewinnspiel\n`, 'gewinner.csv')
  const earned = Date.now() - 5 * DAY_MS
  await posted('import', `kunde;punkte;verdient am\n${moved};250;${iso(earned)}\n`, 'alt.csv')
  await lapse()
  const today = { de: long(Date.now(), 'de'), en: long(Date.now(), 'en') }

  const [byHand] = await ofMerchant(hand)
  expect(byHand?.title).toBe(`40 Punkte aus der Gutschrift vom ${today.de} verfallen`)
  expect(byHand?.detail.slice(0, 2)).toEqual([
    `Gutschrift vom ${today.de}`,
    'Grund der Gutschrift: Messe Köln',
  ])
  expect((await ofMerchant(hand, 'en'))[0]).toMatchObject({
    title: `40 points of the credit of ${today.en} expired`,
    detail: expect.arrayContaining([`Credit of ${today.en}`, 'Reason of the credit: Messe Köln']),
  })
  expect((await ofMerchant(file))[0]?.detail).toEqual(
    expect.arrayContaining(['Grund der Gutschrift: Gewinnspiel', 'Aus der Datei „gewinner.csv“']),
  )
  expect((await ofMerchant(moved))[0]).toMatchObject({
    title: '250 Punkte aus dem bisherigen Programm verfallen',
    detail: expect.arrayContaining([
      `Aus dem bisherigen Programm, verdient am ${long(earned, 'de')}`,
      'Aus der Datei „alt.csv“',
    ]),
  })

  // The shopper reads the same but for the file, which is the merchant's.
  const [told] = await ofShopper(file)
  expect(told?.text).toBe(`30 Punkte aus der Gutschrift vom ${today.de} verfallen`)
  expect(told?.detail.slice(0, 2)).toEqual([
    `Gutschrift vom ${today.de}`,
    'Grund der Gutschrift: Gewinnspiel',
  ])
  expect(told?.detail.join()).not.toContain('gewinner.csv')
  expect((await ofShopper(moved, 'en'))[0]?.detail[0]).toBe(
    `From the previous program, earned on ${long(earned, 'en')}`,
  )
})

async function subscribe(customerId: string, at = Date.now()): Promise<void> {
  const told = { state: 'subscribed', level: 'confirmed_opt_in' }
  const occasion = { customerId, source: 'newsletter', key: 'subscribed', at, told } as const
  expect(await acrossShops((tx) => award(tx, shop.shopId, occasion, at))).toBe('given')
}

test('points for a behaviour say what they are for: where they came, lie, lapse and come back', async () => {
  const id = '6320'
  await meet(shop.shopId, id)
  await subscribe(id)
  await give(id, 40, 'Messe Köln')
  const page = async (locale: Locale) =>
    (await openMemberPage(shop, silentAdmin, id, locale, Date.now()))?.member
  const german = await page('de')
  expect(german).toMatchObject({ earned: 50, earnedBesideOrders: 50 })
  expect(german?.lots.map(({ from }) => from).sort()).toEqual(['Newsletter abonniert', null])
  expect((await page('en'))?.lots.map(({ from }) => from)).toContain('Newsletter subscribed')
  const given = (history: { title: string; detail: string[] }[] = []) =>
    history.find(({ title }) => /^Newsletter/.test(title))?.detail
  expect(given(german?.history)).toEqual([
    'Für das Newsletter-Abo. Diese Punkte gibt es einmal je Person.',
    'Gerechnet nach Programmversion 1',
  ])
  expect((await ofShopper(id, 'en'))[1]).toMatchObject({
    text: 'Newsletter subscribed',
    detail: ['For subscribing to the newsletter. These points are given once per person.'],
  })

  await lapse()
  const today = { de: long(Date.now(), 'de'), en: long(Date.now(), 'en') }
  const lapsed = (await ofMerchant(id)).find(({ title }) => title.includes('Newsletter'))
  expect(lapsed?.title).toBe('50 Punkte für den Newsletter verfallen')
  expect(lapsed?.detail[0]).toBe(`Newsletter abonniert am ${today.de}`)
  expect((await ofShopper(id, 'en')).find(({ text }) => text.includes('newsletter'))).toMatchObject({
    text: '50 points for the newsletter expired',
    detail: expect.arrayContaining([`Newsletter subscribed on ${today.en}`]),
  })
  const home = async (locale: Locale) => {
    const words = wording(locale, { timeZone: shop.timeZone, currency: shop.currency })
    const latest = await withShop(shop.shopId, (tx) => readActivity(tx, shop.shopId, 20))
    return tellActivity(latest, words).map(({ text }) => text)
  }
  expect((await home('de')).join()).toContain('Punkte für den Newsletter verfallen')
  expect((await home('en')).join()).toContain('Points for the newsletter expired')

  await reinstatePoints({
    shop,
    customerId: id,
    postingId: String(lapsed?.postingId),
    reason: 'Kulanz',
    lastDay: null,
    actor,
    now: Date.now(),
  })
  expect((await ofMerchant(id))[0]?.detail).toEqual(
    expect.arrayContaining([`Newsletter abonniert am ${today.de}`, 'Grund: Kulanz']),
  )
  expect((await page('de'))?.lots.map(({ from }) => from)).toEqual(['Newsletter abonniert'])
  const entries = await exported(id)
  expect(entries.find(({ kind }) => kind === 'award')?.source).toBe('newsletter')
  expect(entries.find(({ kind }) => kind === 'adjustment')?.source).toBeNull()
})

test('W21: what was given back after it lapsed names its credit beside the new reason', async () => {
  const id = '6304'
  await meet(shop.shopId, id)
  await give(id, 12, 'Beratung')
  await lapse()
  const [lapsed] = await ofMerchant(id)
  await reinstatePoints({
    shop,
    customerId: id,
    postingId: String(lapsed?.postingId),
    reason: 'Kulanz',
    lastDay: null,
    actor,
    now: Date.now(),
  })
  expect((await ofMerchant(id))[0]?.detail).toEqual(
    expect.arrayContaining(['Grund der Gutschrift: Beratung', 'Grund: Kulanz']),
  )
})

test('W21: two credits of one moment are told apart by their points, and not at all where they are alike', async () => {
  const [apart, alike] = ['6305', '6306'] as const
  await meet(shop.shopId, apart, alike)
  const day = iso(Date.now() - 3 * DAY_MS)
  await posted(
    'import',
    `kunde;punkte;verdient am\n${apart};70;${day}\n${alike};50;${day}\n`,
    'filiale-nord.csv',
  )
  await posted(
    'import',
    `kunde;punkte;verdient am\n${apart};90;${day}\n${alike};50;${day}\n`,
    'filiale-sued.csv',
  )
  await lapse()
  const lapsed = (await ofMerchant(apart)).filter(({ points }) => points < 0)
  expect(lapsed.find(({ points }) => points === -70)?.detail).toContain('Aus der Datei „filiale-nord.csv“')
  expect(lapsed.find(({ points }) => points === -90)?.detail).toContain('Aus der Datei „filiale-sued.csv“')
  for (const { title, detail } of (await ofMerchant(alike)).filter(({ points }) => points < 0)) {
    expect(title).toBe('50 Punkte verfallen')
    expect(detail.join()).not.toContain('filiale')
  }
})

test('W21: a credit that is taken back with its file is named in both histories', async () => {
  const [given, brought] = ['6307', '6308'] as const
  await meet(shop.shopId, given, brought)
  const adjusted = await posted('adjustment', `kunde;punkte;grund\n${given};30;Messe\n`, 'messe.csv')
  const earned = Date.now() - 2 * DAY_MS
  const imported = await posted(
    'import',
    `kunde;punkte;verdient am\n${brought};80;${iso(earned)}\n`,
    'alt2.csv',
  )
  for (const batchId of [adjusted, imported])
    await runBatch(shop.shopId, await undoBatch({ shop, batchId, actor }), Date.now)
  const today = long(Date.now(), 'de')
  expect((await ofMerchant(given))[0]).toMatchObject({
    title: `Gutschrift vom ${today} zurückgenommen`,
    points: -30,
    detail: expect.arrayContaining(['Grund: Messe', 'Aus der Datei „messe.csv“']),
  })
  expect((await ofMerchant(brought))[0]).toMatchObject({
    title: 'Übernahme zurückgenommen',
    points: -80,
    detail: expect.arrayContaining([
      `Aus dem bisherigen Programm, verdient am ${long(earned, 'de')}`,
      'Aus der Datei „alt2.csv“',
    ]),
  })
  expect((await ofShopper(given))[0]).toMatchObject({
    text: `Gutschrift vom ${today} zurückgenommen`,
    detail: ['Grund: Messe'],
  })
  expect((await ofShopper(given, 'en'))[0]?.text).toBe(`Credit of ${long(Date.now(), 'en')} taken back`)
})

interface Exported {
  kind: string
  at: string
  earned: string | null
  source: string | null
}

/** The entries of a person's export. */
function exported(customerId: string): Promise<Exported[]> {
  const payload = { customer: { id: Number(customerId) }, data_request: { id: Number(customerId) } }
  return withShop(shop.shopId, async (tx) => {
    await exportCustomer(tx, shop.shopId, payload, Date.now())
    const { rows } = await tx.query<{ entries: Exported[] }>(
      `SELECT export -> 'entries' AS entries FROM data_request WHERE shop_id = $1 AND request_id = $2`,
      [shop.shopId, customerId],
    )
    return rows[0]?.entries ?? []
  })
}

test('W21: a person’s export names the moment of the credit that lapsed', async () => {
  const id = '6309'
  await meet(shop.shopId, id)
  await give(id, 15, 'Export')
  await lapse()
  const entries = await exported(id)
  const credit = entries.find(({ kind }) => kind === 'adjustment')
  const lapsed = entries.find(({ kind }) => kind === 'expiry')
  expect(credit?.earned).toBeNull()
  expect(Date.parse(lapsed?.earned ?? '')).toBe(Date.parse(credit?.at ?? ''))
})
