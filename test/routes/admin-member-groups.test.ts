import { beforeAll, describe, expect, test } from 'vitest'
import { withShop } from '../../app/db/db.server.ts'
import { listMembers } from '../../app/loyalty/members/list-members.ts'
import { readAttention, readFigures } from '../../app/loyalty/numbers/read-figures.ts'
import type { Shop } from '../../app/loyalty/shop/shop-of-request.ts'
import { loader as members } from '../../app/routes/app.members._index.tsx'
import { loader as file } from '../../app/routes/app.members.export.ts'
import { useDatabase } from '../database.ts'
import { useAdminPages } from '../support/admin-pages.ts'
import { buy } from '../support/member.ts'
import { testProgram } from '../support/program.ts'
import { redeemCode } from '../support/redeem-code.ts'
import { publish } from '../support/shop.ts'
import { adminToken, bearerCall } from '../support/shopper-requests.ts'

const database = useDatabase()
const pages = useAdminPages()
/** Numbers of customers whom the practice store does not know: their rows have no name. */
const [IN_DEBT, WITH_CODE, LONG_AWAY, PLAIN] = ['880001', '880002', '880003', '880004'] as const
const DAY = 86_400_000
let shopId = 0

beforeAll(async () => {
  await pages.open('/app')
  const { rows } = await database
    .owner()
    .query('SELECT shop_id::int AS id FROM shop WHERE domain = $1', [pages.domain])
  shopId = rows[0].id
  await publish(database.owner(), shopId, 1, testProgram(), '2020-01-01T00:00:00Z')
  const ago = (days: number) => new Date(Date.now() - days * DAY).toISOString()
  const lines = [{ price: '600.00' }]
  for (const [n, email] of ['a@beispiel.example', 'b@beispiel.example'].entries())
    await buy(shopId, { id: 8801 + n, email, placedAt: ago(2), lines: [{ price: '20.00' }] })
  for (const [n, customer] of [IN_DEBT, WITH_CODE, PLAIN].entries())
    await buy(shopId, { id: 8811 + n, customer, lines })
  await buy(shopId, { id: 8819, customer: LONG_AWAY, placedAt: ago(500), lines })
  const redeem = (customerId: string) =>
    redeemCode({
      shop: { shopId } as Shop,
      customerId,
      rewardId: 'five-off',
      price: 500,
      requestKey: 'a-member-group',
      now: Date.now(),
    })
  const { code } = await redeem(IN_DEBT)
  await buy(shopId, { id: 8821, customer: IN_DEBT, lines: [{ price: '1.00' }], codes: [code] })
  await buy(shopId, { id: 8811, customer: IN_DEBT, lines, cancelledAt: ago(0), updatedAt: ago(0) })
  await redeem(WITH_CODE)
})

const args = (request: Request) => ({ request, params: {}, context: {} }) as never
const call = async (path: string) => args(bearerCall(path, await adminToken(pages.domain)))
const list = async (query: string) =>
  ((await members(await call(`/app/members?${query}`))) as unknown as Awaited<ReturnType<typeof members>>)
    .found
const idsOf = (found: Awaited<ReturnType<typeof list>>) => found.members.map(({ customerId }) => customerId)

describe('W18: whom the home page counts is found', () => {
  test('guests with points, each with the order that she is known by', async () => {
    const found = await list('only=guests')
    expect(found.members.map(({ guestOrder, pending }) => [guestOrder?.name, pending])).toEqual([
      ['#8802', 20],
      ['#8801', 20],
    ])
    const zone = { shopId, timeZone: 'Europe/Berlin' }
    const { outstanding } = await withShop(shopId, (tx) => readFigures(tx, zone, new Date()))
    expect(found.size).toEqual({ count: outstanding.guests, more: false, pages: 1 })
    expect((await pages.open('/app/members?only=guests')).html).toContain('Gast ohne Kundenkonto')
  })

  test('members in debt', async () => {
    const found = await list('only=debt')
    expect(idsOf(found)).toEqual([IN_DEBT])
    const { inDebt } = await withShop(shopId, (tx) => readAttention(tx, shopId))
    expect(found.size.count).toBe(inDebt.members)
    expect((await pages.open('/app')).html).toContain('href="/app/members?only=debt"')
    expect((await pages.open('/app/figures')).html).toContain('href="/app/members?only=guests"')
  })

  test.each([
    ['codes', [WITH_CODE]],
    ['inactive', [LONG_AWAY]],
  ])('those with %s', async (group, expected) => {
    expect(idsOf(await list(`only=${group}`))).toEqual(expected)
  })

  test('everybody else stays in the plain list, which is counted', async () => {
    const found = await list('sort=available&dir=desc')
    expect(new Set(idsOf(found))).toEqual(new Set([IN_DEBT, WITH_CODE, LONG_AWAY, PLAIN]))
    expect(found.size.count).toBe(4)
    expect((await list(`q=${PLAIN}`)).size.count).toBe(1)
    // Polaris draws the place in the list ("Seite 1 von 1 · 4 Personen") in the browser.
    expect(found.size.pages).toBe(1)
  })

  test.each(['activity', 'available', 'pending', 'tier', 'customer'])(
    'guests can be sorted by %s',
    async (sort) => {
      expect((await list(`only=guests&sort=${sort}&dir=asc`)).members).toHaveLength(2)
    },
  )
})

describe('W18: the list as a file', () => {
  const download = async (query: string, locale = 'de') => {
    const answer = (await file(await call(`/app/members/export?locale=${locale}&${query}`))) as Response
    expect(answer.headers.get('Content-Disposition')).toContain('stammgast-members.csv')
    return (await answer.text()).split('\r\n')
  }

  test('has numbers and points as filtered, and no name', async () => {
    const lines = await download('only=debt')
    expect(lines[0]).toBe(
      'Kundennummer;Bestellung des Gasts;Verfügbar;Im Rückstand;Vorgemerkt;Reserviert;Stufe;Letzte Aktivität',
    )
    expect(lines[1]).toMatch(/^880001;;0;499;0;0;;\d{4}-\d{2}-\d{2}$/)
    expect(lines.slice(2)).toEqual([''])
    expect((await download('only=guests', 'en'))[1]).toMatch(/^,#8802,0,0,20,0,,/)
  })

  test('has everybody, whatever page the list is on', async () => {
    expect(await download('sort=available&after=999999999_1&page=7')).toHaveLength(6)
  })
})

describe('owner 1: points that are owed', () => {
  test('stand beside nothing available, in the list and on the member’s page', async () => {
    expect((await list('only=debt')).members[0]).toMatchObject({ available: 0, debt: 499 })
    const { html } = await pages.open('/app/members?only=debt')
    expect(html).toContain('499 im Rückstand')
    expect(html).not.toMatch(/[-−]499/)
    expect((await pages.open(`/app/members/${IN_DEBT}`)).html).toMatch(/Verfügbar<\/p><p[^>]*>0 Punkte/)
  })

  test('come last where the list is sorted by what is available', async () => {
    expect(idsOf(await list('sort=available&dir=desc')).at(-1)).toBe(IN_DEBT)
  })
})

test('owner 4: home and list tell the same points, those in open rewards apart', async () => {
  const zone = { shopId, timeZone: 'Europe/Berlin' }
  const { outstanding } = await withShop(shopId, (tx) => readFigures(tx, zone, new Date()))
  const everybody = [...(await list('')).members, ...(await list('only=guests')).members]
  const sum = (of: 'available' | 'held' | 'pending') => everybody.reduce((total, one) => total + one[of], 0)
  expect(outstanding).toMatchObject({ available: sum('available'), held: 500, pending: sum('pending') })
  expect((await pages.open('/app/figures')).html).toContain(
    '500 in offenen Prämien oder beanstandeten Bestellungen',
  )
})

test('owner 8: twelve months of inactivity are reckoned from the time that the caller says', async () => {
  const inactive = (now: Date) =>
    withShop(shopId, (tx) =>
      listMembers(tx, {
        shopId,
        sort: 'customer',
        descending: false,
        tier: null,
        levels: [],
        entryLevel: null,
        group: 'inactive',
        limit: 50,
        now,
      }),
    )
  expect((await inactive(new Date(Date.now() - 300 * DAY))).members).toEqual([])
  expect((await inactive(new Date(Date.now() + 400 * DAY))).members).toHaveLength(4)
})

test('W18: who never did anything is inactive a year after we first met', async () => {
  const never = '990000077'
  await database.owner().query(
    `WITH a AS (INSERT INTO account (shop_id, customer_id, created_at)
                VALUES ($1, $2, now() - interval '13 months') RETURNING account_id)
     INSERT INTO balance (shop_id, account_id) SELECT $1, account_id FROM a`,
    [shopId, never],
  )
  expect(new Set(idsOf(await list('only=inactive')))).toEqual(new Set([LONG_AWAY, never]))
  await database
    .owner()
    .query(
      `UPDATE account SET created_at = now() - interval '11 months' WHERE shop_id = $1 AND customer_id = $2`,
      [shopId, never],
    )
  expect(idsOf(await list('only=inactive'))).toEqual([LONG_AWAY])
})
