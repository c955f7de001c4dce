import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { acrossShops, readShop, withShop } from '../../../app/db/db.server.ts'
import { reopenedDraws } from '../../../app/domain/rewards/given/draws.ts'
import { ticketNumbers } from '../../../app/domain/rewards/given/ticket-numbers.ts'
import { asKind, type Reward } from '../../../app/domain/rewards/kinds.ts'
import { NO_LIMITS } from '../../../app/domain/rewards/limits.ts'
import { isDomainError } from '../../../app/domain/text/errors.ts'
import { auditLedger } from '../../../app/loyalty/audit/audit-ledger.ts'
import { takeBack } from '../../../app/loyalty/codes/take-back.ts'
import { mergeMembers } from '../../../app/loyalty/members/merge-members.ts'
import { readMember } from '../../../app/loyalty/members/read-member.ts'
import { openDraws } from '../../../app/loyalty/pages/open-draws.ts'
import { redeemReward } from '../../../app/loyalty/rewards/redeem-reward.ts'
import { type Shop, shopByDomain } from '../../../app/loyalty/shop/shop-of-request.ts'
import { redactCustomer } from '../../../app/loyalty/upkeep/redact-customer.ts'
import { loader as member } from '../../../app/routes/app.members.$customerId.tsx'
import { loader as file } from '../../../app/routes/app.members.draws_.$id.ts'
import { loader as panel } from '../../../app/routes/proxy.panel.ts'
import { useDatabase } from '../../database.ts'
import { useAdminPages } from '../../support/admin-pages.ts'
import { settle } from '../../support/member.ts'
import { testProgram } from '../../support/program.ts'
import { publish } from '../../support/shop.ts'
import { adminToken, answerOf, bearerCall, proxyCall } from '../../support/shopper-requests.ts'

/** Points become tickets of a prize draw: each with a number of its own, until the draw ends. */
const database = useDatabase()
const pages = useAdminPages()
const COST = 20
const STAFF = 'staff:92100000001'
const [fiveOff] = testProgram().rewards as [Reward]
const END = '2099-12-24T18:00'
const OVER = Date.parse('2099-12-24T17:00:00Z') // 18:00 in Berlin
const draw = (id: string, more: object = {}, limits: object = {}): Reward =>
  ({
    ...asKind(fiveOff, 'draw-ticket'),
    id,
    name: { de: `Verlosung ${id}`, en: `Draw ${id}` },
    cost: COST,
    tickets: 1,
    limits: { ...NO_LIMITS, offered: { start: null, end: END, timeZone: 'Europe/Berlin' }, ...limits },
    ...more,
  }) as Reward

let shop: Shop
let customers: string[] = []
let orders = 93_000
let draws = 0
let id: string

beforeAll(async () => {
  await pages.open('/app') // the token is exchanged, the shop is made
  shop = (await shopByDomain(pages.domain)) as Shop
  const answer = await pages.harness.graphql('{ customers(first: 5) { nodes { id } } }')
  customers = answer.data.customers.nodes.map(({ id }: { id: string }) => id.split('/').pop())
  const rewards = [
    fiveOff,
    ...Array.from({ length: 20 }, (_, n) => draw(`draw-${n + 1}`)),
    draw('three', { tickets: 3 }),
    draw('few', { tickets: 2 }, { perMember: { times: 3, per: 'ever' }, stock: 10 }),
  ]
  await publish(database.owner(), shop.shopId, 1, testProgram({ rewards }), '2020-01-01T00:00:00Z')
})

beforeEach(() => {
  id = `draw-${++draws}`
})

afterEach(async () => {
  expect((await acrossShops(auditLedger)).filter(({ violations }) => violations > 0)).toEqual([])
})

async function give(customer: string, points: number) {
  const order = { id: ++orders, customer, lines: [{ price: `${points}.00` }] }
  await withShop(shop.shopId, (tx) => settle(tx, shop.shopId, order as never))
}

let keys = 0
const redeem = (customerId: string, rewardId = id, now = Date.now(), requestKey = `ticket-key-${++keys}`) =>
  redeemReward({ shop, customerId, rewardId, price: COST, requestKey, now })
async function ticket(customerId = customers[0] as string, rewardId = id) {
  await give(customerId, COST)
  return redeem(customerId, rewardId)
}
const revoke = (redemptionId: number, now = Date.now()) =>
  takeBack({ shopId: shop.shopId, redemptionId, actor: STAFF, now })
const numbers = async (rewardId = id) => {
  const { rows } = await database
    .owner()
    .query('SELECT number FROM draw_ticket WHERE shop_id = $1 AND draw = $2 ORDER BY number', [
      shop.shopId,
      rewardId,
    ])
  return rows.map(({ number }) => number)
}
const points = (customerId = customers[0] as string) =>
  readShop(shop.shopId, async (tx) => {
    const found = await readMember(tx, shop.shopId, customerId)
    return { available: found?.balance.available ?? 0, redeemed: found?.redeemed ?? 0 }
  })
const args = (request: Request, params = {}) => ({ request, params, context: {} }) as never
const inPanel = async (locale = 'de', customer = customers[0] as string) => {
  const call = proxyCall('/panel', { shop: shop.domain, customer, query: { locale } })
  return (await answerOf(() => panel(args(call)))).json()
}
const view = async (rewardId = id, now = Date.now()) =>
  (await openDraws(shop, 'de', now)).draws.find((one) => one.id === rewardId)
const csv = async (rewardId = id, locale = 'de') => {
  const request = bearerCall(
    `/app/members/draws/${rewardId}?locale=${locale}`,
    await adminToken(shop.domain),
    {},
  )
  return (await (await file(args(request, { id: rewardId }))).text())
    .replace('\uFEFF', '')
    .trimEnd()
    .split('\r\n')
}
const pageOf = async (customerId = customers[0] as string) => {
  const request = bearerCall(`/app/members/${customerId}?locale=de`, await adminToken(shop.domain), {})
  const page = (await member(args(request, { customerId }))) as unknown as Awaited<ReturnType<typeof member>>
  return page.member
}

test.each([
  [[], ''],
  [[7], '7'],
  [[1, 2, 3, 7, 9, 10], '1–3, 7, 9–10'],
])('numbers %j are told as "%s"', (given, told) => {
  expect(ticketNumbers(given)).toBe(told)
})

describe('a ticket', () => {
  test('is hers with the click, with the next number, and she sees her numbers', async () => {
    const start = await points()
    await ticket(customers[1])
    await ticket()
    await ticket()
    expect(await points()).toEqual({ ...start, redeemed: start.redeemed + 2 * COST })
    expect(await numbers()).toEqual([1, 2, 3])
    for (const [locale, told] of [
      ['de', 'Ihre Losnummern: 2–3. Die Verlosung endet am 24. Dezember 2099.'],
      ['en', 'Your ticket numbers: 2–3. The draw ends on December 24, 2099.'],
    ] as const) {
      const mine = (await inPanel(locale)).codes.filter(
        ({ rewardId }: { rewardId: string }) => rewardId === id,
      )
      expect(mine).toHaveLength(1)
      expect(mine[0]).toMatchObject({ given: told, code: null })
    }
    const [line] = (await pageOf()).history
    expect(line?.title).toBe('1 Los erhalten')
    expect(line?.detail.join(' ')).toContain('Losnummer 3')
  })

  test('of 64 clients at once each gets a number of its own, and none is left out', async () => {
    const members = Array.from({ length: 8 }, (_, n) => `72000000008${n}0`)
    for (const one of members) await give(one, 5 * COST)
    const wishes = Array.from({ length: 64 }, (_, n) => redeem(members[n % 8] as string, 'three'))
    const ends = await Promise.allSettled(wishes)
    const got = ends.filter(({ status }) => status === 'fulfilled')
    expect(got).toHaveLength(40)
    for (const end of ends)
      if (end.status === 'rejected') expect(isDomainError(end.reason, 'not-enough-points')).toBe(true)
    expect(await numbers('three')).toEqual(Array.from({ length: 120 }, (_, n) => n + 1))
    expect(await view('three')).toMatchObject({ tickets: 120, members: 8 })
  })

  test('one click many times is one ticket', async () => {
    await give(customers[0] as string, 5 * COST)
    const clicks = Array.from({ length: 16 }, () =>
      redeem(customers[0] as string, id, Date.now(), `one-${id}`),
    )
    await Promise.all(clicks)
    expect(await numbers()).toEqual([1])
  })

  test('the limits of the reward hold: so many for each, so many in all', async () => {
    const members = Array.from({ length: 5 }, (_, n) => `72000000009${n}0`)
    for (const one of members) await give(one, 10 * COST)
    const wishes = Array.from({ length: 40 }, (_, n) => redeem(members[n % 5] as string, 'few'))
    const ends = await Promise.allSettled(wishes)
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(10)
    expect(await view('few')).toMatchObject({ tickets: 20 })
  })
})

describe('the end of the draw', () => {
  test('is a moment: no ticket from then on, and none is taken back', async () => {
    const { redemptionId } = await ticket()
    await give(customers[0] as string, 2 * COST)
    await redeem(customers[0] as string, id, OVER - 1)
    await expect(redeem(customers[0] as string, id, OVER)).rejects.toMatchObject({
      code: 'reward-unavailable',
      details: { reason: 'over' },
    })
    await expect(revoke(redemptionId, OVER)).rejects.toMatchObject({ code: 'reward-not-open' })
    expect(await numbers()).toEqual([1, 2])
    await revoke(redemptionId, OVER - 1)
    expect(await view(id, OVER - 1)).toMatchObject({ over: false, endsAt: new Date(OVER) })
    expect(await view(id, OVER)).toMatchObject({ over: true, tickets: 1, takenBack: 1 })
  })
})

test('an end may be moved before it has come, and not afterwards', () => {
  const ends = (end: string) => [
    draw('one', {}, { offered: { start: null, end, timeZone: 'Europe/Berlin' } }),
  ]
  const moved = (from: string, to: string) =>
    reopenedDraws(ends(from), ends(to), Date.parse('2026-12-24T17:00:00Z')).map(({ path }) => path)
  const path = 'rewards.0.limits.offered.end'
  expect(moved('2026-12-24T18:00', '2027-01-24T18:00')).toEqual([path])
  expect(moved('2026-12-24T18:01', '2027-01-24T18:00')).toEqual([])
  expect(moved('2026-12-24T18:00', '2026-12-24T18:00')).toEqual([])
  expect(moved('2026-12-24T18:00', '2026-12-01T18:00')).toEqual([])
  expect(reopenedDraws([fiveOff], ends('2027-01-24T18:00'), Date.now())).toEqual([])
})

describe('taken back', () => {
  test('by staff, once however often: the points are back, and its number is nobody’s again', async () => {
    const start = await points()
    const { redemptionId } = await ticket()
    const shown = (await pageOf()).codes.find((one) => one.id === String(redemptionId))
    expect(shown).toMatchObject({ kind: 'draw-ticket', revocable: true, made: 'Losnummer 1' })
    await Promise.all([revoke(redemptionId), revoke(redemptionId), revoke(redemptionId)])
    expect(await points()).toEqual({ ...start, available: start.available + COST })
    await ticket()
    expect(await numbers()).toEqual([1, 2])
    expect(await csv()).toEqual([
      'Losnummer;Kundennummer;"Eingelöst am"'.replaceAll('"', ''),
      expect.stringMatching(/^2;/),
    ])
    expect(await view()).toMatchObject({ tickets: 1, takenBack: 1, members: 1 })
    const mine = (await inPanel()).codes.filter(({ rewardId }: { rewardId: string }) => rewardId === id)
    expect(mine).toMatchObject([{ given: expect.stringContaining('Losnummer: 2.') }])
  })

  test('and redeemed and taken back at once: tickets and points agree', async () => {
    const customer = '7200000000951'
    await give(customer, 10 * COST)
    const got = await Promise.all(Array.from({ length: 5 }, () => redeem(customer)))
    await Promise.all([
      ...got.flatMap(({ redemptionId }) => [revoke(redemptionId), revoke(redemptionId)]),
      ...Array.from({ length: 5 }, () => redeem(customer)),
    ])
    expect(await points(customer)).toEqual({ available: 5 * COST, redeemed: 5 * COST })
    expect(await view()).toMatchObject({ tickets: 5, takenBack: 5 })
    expect(await numbers()).toHaveLength(10)
  })
})

describe('the list to draw from', () => {
  test('has numbers of tickets and customers, in order, and no names', async () => {
    for (const customer of [customers[2], customers[1], customers[2]]) await ticket(customer)
    const day = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Berlin' }).format(new Date())
    expect(await csv(id, 'en')).toEqual([
      'Ticket number,Customer number,Redeemed on',
      `1,${customers[2]},${day}`,
      `2,${customers[1]},${day}`,
      `3,${customers[2]},${day}`,
    ])
    expect(await csv('no-draw', 'en')).toEqual(['Ticket number,Customer number,Redeemed on'])
    for (const none of ['\0', '../x', 'a'.repeat(5_000)])
      await expect(csv(none)).rejects.toMatchObject({ status: 404 })
  })

  test('a member who became another one has her tickets still; one who is redacted is no customer', async () => {
    const [gone, kept, redacted] = ['7200000000961', '7200000000962', '7200000000963']
    for (const customer of [gone, kept, redacted]) await ticket(customer)
    const merge = { keptId: kept, deletedId: gone }
    await acrossShops((tx) => mergeMembers(tx, shop.shopId, merge, Date.now(), Date.now()))
    const person = { customer: { id: Number(redacted), email: null, phone: null } }
    const delivery = {
      shopId: shop.shopId,
      shopDomain: shop.domain,
      deliveryId: 0,
      attempts: 0,
      triggeredAt: null,
    }
    await acrossShops((tx) => redactCustomer(tx, delivery as never, person, Date.now()))
    expect((await csv()).slice(1).map((line) => line.split(';')[1])).toEqual([kept, kept, ''])
    const mine = (await inPanel('de', kept)).codes.filter(
      ({ rewardId }: { rewardId: string }) => rewardId === id,
    )
    expect(mine).toMatchObject([{ given: expect.stringContaining('Losnummern: 1–2.') }])
  })
})
