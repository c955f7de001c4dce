import { beforeEach, expect, test } from 'vitest'
import { withShop } from '../../../app/db/db.server.ts'
import type { ExpiryRule } from '../../../app/domain/expiry/expiry-rule.ts'
import type { BulkKind } from '../../../app/domain/imports/bulk-line.ts'
import { addMonthsToDate, localDate } from '../../../app/domain/time/time-window.ts'
import { confirmBatch } from '../../../app/loyalty/imports/decide-batch.ts'
import { runBatch } from '../../../app/loyalty/imports/run-batch.ts'
import { uploadBatch } from '../../../app/loyalty/imports/upload-batch.ts'
import { adjustPoints, undoAdjustment } from '../../../app/loyalty/members/adjust-points.ts'
import { readMember } from '../../../app/loyalty/members/read-member.ts'
import { type Shop, shopByDomain } from '../../../app/loyalty/shop/shop-of-request.ts'
import { openMemberPage } from '../../../app/loyalty/surfaces/read-member-page.ts'
import { readPanelHistory } from '../../../app/loyalty/surfaces/read-panel.ts'
import { useDatabase } from '../../database.ts'
import { useAdminPages } from '../../support/admin-pages.ts'
import { buy, meet, silentAdmin } from '../../support/member.ts'
import { testProgram } from '../../support/program.ts'
import { publish } from '../../support/shop.ts'

/** How long points last that somebody gives by hand or with a file is said before, and in the history after. */
const database = useDatabase()
const pages = useAdminPages()
const actor = 'staff:1'
let shop: Shop
let versions = 0
let people = 6400
let customerId: string

beforeEach(async () => {
  await pages.open('/app')
  shop = (await shopByDomain(pages.domain)) as Shop
  customerId = String(++people)
  await meet(shop.shopId, customerId)
})

const EARNING = { kind: 'after-earning', months: 12, warnDays: 30 } as const
const IDLE = { kind: 'after-inactivity', months: 6, warnDays: 14, actions: ['order'] } as ExpiryRule
const rule = (expiry: ExpiryRule) =>
  publish(
    database.owner(),
    shop.shopId,
    ++versions,
    testProgram({ expiry, returnWindowDays: 0 }),
    `2020-01-01T00:00:0${versions}Z`,
  )

const give = (points: number, key = `life-${customerId}-${points}`) =>
  adjustPoints({ shop, customerId, points, reason: 'Kulanz', actor, key, now: Date.now() }, silentAdmin)

async function uploaded(kind: BulkKind, text: string): Promise<number> {
  const bytes = new TextEncoder().encode(text)
  const file = { shop, kind, fileName: 'punkte.csv', language: 'de', bytes, actor, now: Date.now() } as const
  const batchId = await uploadBatch(file)
  await runBatch(shop.shopId, batchId, Date.now)
  return batchId
}
async function post(batchId: number): Promise<void> {
  await confirmBatch({ shop, batchId, actor })
  await runBatch(shop.shopId, batchId, Date.now)
}

const page = async () => {
  const opened = await openMemberPage(shop, silentAdmin, customerId, 'de', Date.now())
  if (!opened) throw new Error('no such member')
  return opened.member
}
const latest = async () => (await page()).history[0]
const ofShopper = async () =>
  (await readPanelHistory({ shop, customerId, locale: 'en', now: Date.now() }, null)).history[0]
const html = async (batchId: number) => (await pages.open(`/app/operations/bulk/${batchId}`)).html
const inMonths = (months: number) => addMonthsToDate(localDate(Date.now(), shop.timeZone), months)
const long = (day: string, locale: string) =>
  new Date(`${day}T12:00:00Z`).toLocaleDateString(locale, { dateStyle: 'long', timeZone: 'UTC' })
const short = (day: string) => day.split('-').reverse().join('.')

test('owner 2: points given by hand tell their last day before they are given, and in both histories after', async () => {
  await rule(EARNING)
  const on = inMonths(12)
  expect((await page()).givenNow).toEqual({ on, idleMonths: null })
  await give(30)
  expect((await latest())?.detail).toContain(`Gültig bis zum ${long(on, 'de')}`)
  expect((await ofShopper())?.detail).toContain(`Valid until ${long(on, 'en')}`)
  const member = await withShop(shop.shopId, (tx) => readMember(tx, shop.shopId, customerId))
  expect(member?.lots).toMatchObject([{ expiresOn: on }])
  // Points that a taken back deduction brings again last as long as new ones.
  await give(-10)
  const { postingId } = (await latest()) ?? {}
  await undoAdjustment({ shop, customerId, postingId: String(postingId), actor, now: Date.now() })
  expect((await latest())?.detail).toContain(`Gültig bis zum ${long(on, 'de')}`)
  expect((await page()).history[1]?.detail.join()).not.toContain('Gültig')
})

test('owner 2: by inactivity they tell after how many months of it, and the day if nothing more happens', async () => {
  await rule(IDLE)
  expect((await page()).givenNow).toEqual({ on: inMonths(6), idleMonths: 6 })
  await give(30)
  expect((await latest())?.detail).toContain('Verfallen nach 6 Monaten ohne Aktivität')
  expect((await ofShopper())?.detail).toContain('Expire after 6 months without activity')
})

test('owner 2: what never lapses, and what repaid a debt, tells no day', async () => {
  await rule({ kind: 'never' })
  expect((await page()).givenNow).toBeNull()
  await give(30)
  expect((await latest())?.detail).toEqual(['Grund: Kulanz', expect.stringContaining('Gebucht durch')])
  await rule(EARNING)
  await buy(shop.shopId, { id: 9401, customer: customerId, lines: [{ price: '100.00' }] })
  await give(-130)
  const cancelledAt = new Date().toISOString()
  await buy(shop.shopId, {
    id: 9401,
    customer: customerId,
    lines: [{ price: '100.00' }],
    cancelledAt,
    updatedAt: cancelledAt,
  })
  await give(100)
  expect((await latest())?.detail.join()).not.toContain('Gültig')
})

test('owner 2: a file tells how long its points last before they are posted, and each line in the history after', async () => {
  await rule(EARNING)
  const adjustment = await uploaded('adjustment', `kunde;punkte;grund\n${customerId};40;Messe\n`)
  const day = short(inMonths(12))
  expect(await html(adjustment)).toContain(`Diese Punkte gelten bis ${day} und verfallen danach.`)
  await post(adjustment)
  expect(await html(adjustment)).not.toContain('Diese Punkte gelten')
  expect((await latest())?.detail).toContain(`Gültig bis zum ${long(inMonths(12), 'de')}`)

  await rule(IDLE)
  const earned = short(localDate(Date.now() - 3 * 86_400_000, shop.timeZone))
  const again = await uploaded('adjustment', `kunde;punkte;grund\n${customerId};41;Messe\n`)
  expect(await html(again)).toMatch(
    /Diese Punkte verfallen nach 6 Monaten ohne Aktivität. Geschieht nichts mehr/,
  )
  const dated = `${customerId};42;${earned};31.12.2099`
  const import_ = await uploaded('import', `kunde;punkte;verdient am;gültig bis\n${dated}\n`)
  expect(await html(import_)).toContain('Diese Punkte verfallen nach 6 Monaten ohne Aktivität.<')
  await post(import_)
  expect((await latest())?.detail).toEqual(
    expect.arrayContaining([
      'Verfallen nach 6 Monaten ohne Aktivität',
      'Mindestens gültig bis zum 31. Dezember 2099',
    ]),
  )

  await rule({ kind: 'never' })
  const lasting = await uploaded('adjustment', `kunde;punkte;grund\n${customerId};43;Messe\n`)
  expect(await html(lasting)).toContain('Diese Punkte verfallen nach Ihrem jetzigen Programm nicht.')
  const takes = await uploaded('adjustment', `kunde;punkte;grund\n${customerId};-5;Berichtigung\n`)
  expect(await html(takes)).not.toContain('Diese Punkte')
})
