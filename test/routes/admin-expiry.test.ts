import { beforeAll, describe, expect, test } from 'vitest'
import { addDaysToDate, addMonthsToDate, localDate } from '../../app/domain/time/time-window.ts'
import { expirePoints } from '../../app/loyalty/expiry/expire-points.ts'
import { warnMembers } from '../../app/loyalty/expiry/warn-of-expiry.ts'
import { syncMembers } from '../../app/loyalty/surfaces/sync-members.ts'
import { action as change, loader as member } from '../../app/routes/app.members.$customerId.tsx'
import { useDatabase } from '../database.ts'
import { useAdminPages } from '../support/admin-pages.ts'
import { violations } from '../support/expiry.ts'
import { buy } from '../support/member.ts'
import { testProgram } from '../support/program.ts'
import { publish } from '../support/shop.ts'
import { adminToken, bearerCall } from '../support/shopper-requests.ts'

const database = useDatabase()
const pages = useAdminPages()
const DAY_MS = 86_400_000
const BERLIN = 'Europe/Berlin'
const now = Date.now()
let shopId = 0
let customerId = ''

beforeAll(async () => {
  await pages.open('/app') // the token is exchanged, the shop is made
  const { rows } = await database
    .owner()
    .query('SELECT shop_id::int AS id FROM shop WHERE domain = $1', [pages.domain])
  shopId = rows[0].id
  const expiry = { kind: 'after-earning' as const, months: 12, warnDays: 30 }
  await publish(database.owner(), shopId, 1, testProgram({ expiry }), '2020-01-01T00:00:00Z')
  const { data } = await pages.harness.graphql('{ customers(first: 1) { nodes { id } } }')
  customerId = data.customers.nodes[0].id.split('/').pop()
  const placedAt = new Date(now - 355 * DAY_MS).toISOString()
  await buy(shopId, { id: 8801, customer: customerId, lines: [{ price: '120.00' }], placedAt })
})

const args = (request: Request, params = {}) => ({ request, params, context: {} }) as never
const call = async (form?: Record<string, string>) =>
  args(
    await bearerCall(
      `/app/members/${customerId}?locale=de`,
      await adminToken(pages.domain),
      form ? { form } : {},
    ),
    {
      customerId,
    },
  )
const show = async () =>
  ((await member(await call())) as unknown as Awaited<ReturnType<typeof member>>).member
const send = async (form: Record<string, string>) =>
  (await change(await call(form))) as unknown as { ok?: boolean; data?: { refused: string } }
const metafield = async () => {
  const { data } = await pages.harness.graphql(
    `{ customer(id: "gid://shopify/Customer/${customerId}") {
         metafield(namespace: "$app:stammgast", key: "membership") { value } } }`,
  )
  return JSON.parse(data.customer.metafield?.value ?? 'null')
}
const lastDay = localDate(now + 30 * DAY_MS, BERLIN)

describe('an expiry with its warning, step by step', () => {
  test('before the warning the points already have the days that a warning of today would give', async () => {
    expect((await show()).lots).toMatchObject([{ expiresOn: lastDay }])
  })

  test('a warning that waits is shown as not announced', async () => {
    await warnMembers(shopId, now)
    const { lapses, lots } = await show()
    expect(lapses).toEqual([{ on: lastDay, points: 120, toldAt: null }])
    expect(lots, 'one day everywhere: the one that holds').toMatchObject([{ expiresOn: lastDay }])
    expect(await expirePoints(now + 60 * DAY_MS)).toBe(0)
  })

  test('writing the metafield tells the member and is recorded with its time', async () => {
    await syncMembers(shopId, () => now)
    expect(await metafield()).toMatchObject({ available: 120, expiring: { points: 120, on: lastDay } })
    const { lapses, lots } = await show()
    expect(lapses).toEqual([{ on: lastDay, points: 120, toldAt: now }])
    expect(lots).toMatchObject([{ expiresOn: lastDay }])
    const { rows } = await database.owner().query('SELECT sent_by, valid_until::text FROM expiry_warning')
    expect(rows).toEqual([{ sent_by: 'metafield', valid_until: lastDay }])
  })

  test.each([
    ['de', 'E-Mails verschickt Stammgast noch nicht'],
    ['en', 'Stammgast does not send emails yet'],
  ])(
    'W7: the member’s page says that the announcement is only a text in the shop (%s)',
    async (locale, text) => {
      const { html } = await pages.open(`/app/members/${customerId}`, { locale })
      expect(html).toContain(text)
    },
  )

  test('the points lapse after the day, and the storefront is told', async () => {
    const after = now + 31 * DAY_MS
    expect(await expirePoints(now + 29 * DAY_MS)).toBe(0)
    expect(await expirePoints(after)).toBe(1)
    await syncMembers(shopId, () => after)
    const shown = await metafield()
    expect(shown).toMatchObject({ available: 0 })
    expect(shown).not.toHaveProperty('expiring')
    const { history, lapses, lots } = await show()
    expect(lapses).toEqual([])
    expect(lots).toEqual([])
    expect(history[0]).toMatchObject({
      title: '120 Punkte aus Bestellung #8801 verfallen',
      points: -120,
      reinstatable: true,
      undone: false,
    })
    expect(history[0]?.detail[0]).toMatch(/^Verdient mit Bestellung #8801 vom /)
  })

  test('the merchant gives them back once, with a reason and a new last day', async () => {
    const { history } = await show()
    const form = {
      intent: 'reinstate',
      postingId: String(history[0]?.postingId),
      reason: 'Kulanz nach Reise',
      lastDay: localDate(now + 90 * DAY_MS, BERLIN),
    }
    expect((await send({ ...form, reason: '' })).data).toMatchObject({ refused: 'reason-missing' })
    expect((await send({ ...form, lastDay: '2020-01-01' })).data).toMatchObject({
      refused: 'invalid-payload',
    })
    expect(await send(form)).toMatchObject({ ok: true })
    expect(await send(form)).toMatchObject({ ok: true })
    const shown = await show()
    expect(shown.balance.available).toBe(120)
    expect(shown.lots).toMatchObject([{ remaining: 120, expiresOn: form.lastDay }])
    expect(shown.history[0]).toMatchObject({ title: 'Verfallene Punkte zurückgegeben', points: 120 })
    expect(shown.history[1]).toMatchObject({
      title: '120 Punkte aus Bestellung #8801 verfallen',
      reinstatable: false,
      undone: true,
    })
    expect(await violations(shopId)).toEqual([])
  })

  test('a member whom Shopify refuses is not told, and keeps the points', async () => {
    await buy(shopId, {
      id: 8802,
      customer: '999000999000',
      lines: [{ price: '70.00' }],
      placedAt: new Date(now - 355 * DAY_MS).toISOString(),
    })
    await warnMembers(shopId, now + 1)
    await syncMembers(shopId, () => now + 2)
    expect(await expirePoints(now + 200 * DAY_MS)).toBe(0)
    const { rows } = await database
      .owner()
      .query(
        'SELECT sent_at FROM expiry_warning JOIN account USING (shop_id, account_id) WHERE customer_id = 999000999000',
      )
    expect(rows).toEqual([{ sent_at: null }])
  })
})

test('the rules page offers the expiry rule with an example for points of today', async () => {
  const german = new Intl.DateTimeFormat('de', { dateStyle: 'medium', timeZone: 'UTC' })
  const day = (date: string) => german.format(Date.parse(date))
  const from = localDate(Date.now(), BERLIN)
  const on = addMonthsToDate(from, 12)
  const { html } = await pages.open('/app/program/rules?locale=de')
  expect(html).toContain('Wann Punkte verfallen')
  expect(html).toContain(
    `Punkte vom ${day(from)} verfallen nach dem ${day(on)}. Ankündigung ab ${day(addDaysToDate(on, -30))}.`,
  )
})
