import { beforeAll, describe, expect, test } from 'vitest'
import { acrossShops, withShop } from '../../app/db/db.server.ts'
import type { Program } from '../../app/domain/program/program.ts'
import { loadLots } from '../../app/ledger/accounts.ts'
import { post } from '../../app/ledger/post.ts'
import type { Delivery } from '../../app/loyalty/inbox/inbox.ts'
import { mergeMembers } from '../../app/loyalty/members/merge-members.ts'
import { readActivity } from '../../app/loyalty/numbers/read-activity.ts'
import { latestOrderThatCame, readAttention, readFigures } from '../../app/loyalty/numbers/read-figures.ts'
import { releaseRedemption } from '../../app/loyalty/rewards/end-redemption.ts'
import { lockRedemption, type ReturnReason } from '../../app/loyalty/rewards/redemption-record.ts'
import type { Shop } from '../../app/loyalty/shop/shop-of-request.ts'
import { redactCustomer } from '../../app/loyalty/upkeep/redact-customer.ts'
import { useDatabase } from '../database.ts'
import { useAdminPages } from '../support/admin-pages.ts'
import { buy } from '../support/member.ts'
import { refundOfLine } from '../support/order-payload.ts'
import { testProgram } from '../support/program.ts'
import { redeemCode } from '../support/redeem-code.ts'
import { makeShop, publish } from '../support/shop.ts'

const database = useDatabase()
const pages = useAdminPages()
const DAY = 86_400_000
const ago = (days: number) => new Date(Date.now() - days * DAY).toISOString()
let shopId = 0

beforeAll(async () => {
  await pages.open('/app')
  const { rows } = await database
    .owner()
    .query('SELECT shop_id::int AS id FROM shop WHERE domain = $1', [pages.domain])
  shopId = rows[0].id
  await publish(database.owner(), shopId, 1, testProgram(), '2020-01-01T00:00:00Z')
  const lines = (price: string) => ({ lines: [{ price }] })
  await buy(shopId, { id: 5001, customer: 1, placedAt: ago(45), ...lines('200.00') })
  await buy(shopId, { id: 5002, customer: 1, placedAt: ago(20), ...lines('100.00') })
  await buy(shopId, { id: 5003, customer: 2, placedAt: ago(2), ...lines('49.90') })
  await buy(shopId, { id: 5004, customer: 3, placedAt: ago(1), ...lines('0.50') })
  // A till sale without a customer: nobody has its points.
  await buy(shopId, { id: 5007, customer: null, placedAt: ago(1), ...lines('80.00') })
  // Half of an order of this period goes back.
  await buy(shopId, {
    id: 5005,
    customer: 2,
    placedAt: ago(3),
    updatedAt: ago(1),
    lines: [{ price: '30.00', quantity: 2, current: 1 }],
    refunds: [refundOfLine(5005, { id: 1, amount: '30.00', at: ago(1) })],
  })
  const other = await makeShop(database.owner(), { program: testProgram() })
  await buy(other.shopId, { id: 5006, customer: 1, placedAt: ago(1), ...lines('999.00') })
})

const redact = (shop: number, customer: number) =>
  acrossShops((tx) =>
    redactCustomer(tx, { shopId: shop } as Delivery, { customer: { id: customer } }, Date.now()),
  )

/** The app may ask Shopify for this shop. */
const connect = (domain: string) =>
  database.owner().query(
    `INSERT INTO "Session" (id, shop, state, "accessToken", scope, expires)
     VALUES ($1, $2, '', 'shpat_other', 'read_orders', now() + interval '1 year')`,
    [`offline_${domain}`, domain],
  )

const figures = () =>
  withShop(shopId, (tx) => readFigures(tx, { shopId, timeZone: 'Europe/Berlin' }, new Date()))

describe('the figures of the home page', () => {
  test('count this shop’s points by when things happened, net of what went back', async () => {
    const { current, previous } = await figures()
    expect(current).toEqual({
      earned: 100 + 49 + 30,
      redeemed: 0,
      activeMembers: 2,
      activeGuests: 0,
      orders: 3,
    })
    expect(previous).toEqual({ earned: 200, redeemed: 0, activeMembers: 1, activeGuests: 0, orders: 1 })
  })

  test('show every one of the last 30 days, and the days sum to the period', async () => {
    const { days, current } = await figures()
    expect(days).toHaveLength(30)
    expect(new Set(days.map(({ day }) => day)).size).toBe(30)
    expect(days.reduce((sum, day) => sum + day.earned - day.takenBack, 0)).toBe(current.earned)
  })

  test('W21: no day is below zero: what went back stands apart', async () => {
    const { shopId: other } = await makeShop(database.owner(), { program: testProgram() })
    const order = { id: 5501, customer: 1, placedAt: ago(10), lines: [{ price: '60.00' }] }
    await buy(other, order)
    await buy(other, { ...order, cancelledAt: ago(1), updatedAt: ago(1) })
    const zone = { shopId: other, timeZone: 'Europe/Berlin' }
    const { days, current } = await withShop(other, (tx) => readFigures(tx, zone, new Date()))
    const some = days.filter(({ earned, takenBack }) => earned !== 0 || takenBack !== 0)
    expect(some.map(({ earned, takenBack }) => [earned, takenBack])).toEqual([
      [60, 0],
      [0, 60],
    ])
    expect(current.earned).toBe(0)
  })

  test('tell what members hold', async () => {
    const { outstanding } = await figures()
    expect(outstanding).toEqual({ available: 300, held: 0, pending: 49 + 30, members: 2, guests: 0 })
  })

  test('have 30 days also late in the evening, weeks after the clocks went back', async () => {
    const berlin = { shopId, timeZone: 'Europe/Berlin' }
    const { days } = await withShop(shopId, (tx) => readFigures(tx, berlin, new Date('2026-11-21T22:19Z')))
    expect([days.length, days[0]?.day, days.at(-1)?.day]).toEqual([30, '2026-10-23', '2026-11-21'])
  })

  test('are drawn with what the points are worth', async () => {
    const { html } = await pages.open('/app/figures')
    expect(html).toContain('379 Punkte')
    // 379 points at 5 € for 500.
    expect(html).toContain('3,79\u00a0€')
  })

  test('have only their place in the server’s page, beside this shop’s latest orders', async () => {
    const { status, html } = await pages.open('/app')
    expect(status).toBe(200)
    expect(html).toContain('role="status" aria-label="Die Zahlen werden geladen"')
    expect(html).not.toContain('379 Punkte')
    expect(html).toContain('#5003')
    expect(html).not.toContain('#5006')
  })
})

test('where more points went back than came, the figures before stand as a number: no share of less than nothing', async () => {
  const { shopId: other, domain } = await makeShop(database.owner(), { program: testProgram() })
  await connect(domain)
  const order = { id: 5201, customer: 1, placedAt: ago(70), lines: [{ price: '60.00' }] }
  await buy(other, order)
  await buy(other, { ...order, cancelledAt: ago(40), updatedAt: ago(40) })
  await buy(other, { id: 5202, customer: 1, placedAt: ago(5), lines: [{ price: '20.00' }] })
  const { html } = await pages.open('/app/figures', { shop: domain })
  expect(html).toContain('in den 30 Tagen davor: -60')
  expect(html).not.toContain('weniger als in den 30 Tagen davor')
})

test('guests are no members: they are counted apart, and one who was claimed or merged counts once', async () => {
  const { shopId: other, domain } = await makeShop(database.owner(), { program: testProgram() })
  const lines = [{ price: '20.00' }]
  await buy(other, { id: 5101, customer: 1, placedAt: ago(1), lines })
  await buy(other, { id: 5102, customer: 2, placedAt: ago(1), lines })
  for (const [n, email] of ['a@beispiel.example', 'b@beispiel.example', 'c@beispiel.example'].entries())
    await buy(other, { id: 5103 + n, email, placedAt: ago(2), lines })
  const zone = { shopId: other, timeZone: 'Europe/Berlin' }
  const counted = async () => {
    const { current, outstanding } = await withShop(other, (tx) => readFigures(tx, zone, new Date()))
    const { activeMembers, activeGuests } = current
    return [activeMembers, activeGuests, outstanding.members, outstanding.guests]
  }
  expect(await counted()).toEqual([2, 3, 2, 3])
  await acrossShops((tx) => mergeMembers(tx, other, { keptId: '1', deletedId: '2' }, Date.now(), Date.now()))
  expect(await counted()).toEqual([1, 3, 1, 3])
  await connect(domain)
  const { html } = await pages.open('/app/figures', { shop: domain })
  expect(html).toContain('Bei 1 Mitglied und 3 Gästen ohne Kundenkonto')
  expect(html).toContain('dazu 3 Gäste ohne Kundenkonto')
  const english = await pages.open('/app/figures', { shop: domain, locale: 'en' })
  expect(english.html).toContain('Held by 1 member and 3 guests without an account')
})

test('the guide names the latest order that somebody has points of', async () => {
  expect(await withShop(shopId, (tx) => latestOrderThatCame(tx, shopId))).toEqual({
    name: '#5005',
    earned: true,
  })
})

test.each([
  [
    'de',
    /In einem Entwicklungsshop: .*Bogus-Gateway.*Testbestellung.*nie Punkte.*Manuelle Zahlungsarten und Bestellentwürfe/,
    'Bestellung #5801 ist angekommen. Sie ist eine Testbestellung und bringt deshalb keine Punkte',
  ],
  [
    'en',
    /In a development store: .*Bogus Gateway.*test order.*never earns points.*manual payment methods and draft orders/,
    'Order #5801 has arrived. It is a test order and therefore earns no points',
  ],
])(
  'W14: the guide’s last step says what works in a development store, and a test order ends it (%s)',
  async (locale, works, came) => {
    const { shopId: other, domain } = await makeShop(database.owner(), { program: testProgram() })
    await database.owner().query(
      `INSERT INTO "Session" (id, shop, state, "accessToken", scope, expires)
     VALUES ($1, $2, '', 'shpat_other', 'read_orders', now() + interval '1 year')`,
      [`offline_${domain}`, domain],
    )
    const home = async () => (await pages.open('/app', { shop: domain, locale })).html
    expect(await home()).toMatch(works)
    await buy(other, { id: 5801, customer: 1, placedAt: ago(1), test: true, lines: [{ price: '20.00' }] })
    expect(await withShop(other, (tx) => latestOrderThatCame(tx, other))).toEqual({
      name: '#5801',
      earned: false,
    })
    const after = await home()
    expect(after).toContain(came)
    expect(after).not.toMatch(works)
    // An order that earned is worth more to see, however many test orders follow it.
    await buy(other, { id: 5800, customer: 1, placedAt: ago(2), lines: [{ price: '20.00' }] })
    expect(await withShop(other, (tx) => latestOrderThatCame(tx, other))).toEqual({
      name: '#5800',
      earned: true,
    })
  },
)

test('the latest activity names the order and what the member has more or less', async () => {
  const activity = await withShop(shopId, (tx) => readActivity(tx, shopId))
  const named = activity.map(({ order, customerId, points }) => [order?.name, customerId, points])
  expect(named).toContainEqual(['#5003', '2', 49])
  expect(named).toContainEqual(['#5005', '2', 30])
  expect(activity.every(({ kind }) => kind !== 'maturity')).toBe(true)
})

test('W21: the latest say when they were booked, of when they are, and which reward', async () => {
  const { shopId: other } = await makeShop(database.owner(), { program: testProgram() })
  await buy(other, { id: 5401, customer: 1, placedAt: ago(60), lines: [{ price: '600.00' }] })
  const wish = {
    customerId: '1',
    rewardId: 'five-off',
    price: 500,
    requestKey: 'a-latest-one',
    now: Date.now(),
  }
  await redeemCode({ shop: { shopId: other } as Shop, ...wish })
  const [redemption, order] = await withShop(other, (tx) => readActivity(tx, other))
  expect(redemption).toMatchObject({ redemption: { rewardName: { de: '5 € Rabatt' } }, points: -500 })
  expect(order).toMatchObject({ kind: 'order', order: { name: '#5401' } })
  expect(Date.now() - Number(order?.bookedAt)).toBeLessThan(600_000)
  expect(Date.now() - Number(order?.at)).toBeGreaterThan(59 * 86_400_000)
})

const MATTERS: [ReturnReason, string | null, string, string][] = [
  [
    'lapsed',
    null,
    'Code für „5 € Rabatt“ abgelaufen, Punkte zurück',
    'Code for “€5 off” lapsed, points back',
  ],
  [
    'failed',
    null,
    '„5 € Rabatt“ ließ sich nicht erstellen, Punkte zurück',
    '“€5 off” could not be created, points back',
  ],
  [
    'not-allowed',
    null,
    '„5 € Rabatt“ ließ sich nicht erstellen: Der App fehlen Zugriffsrechte. Punkte zurück',
    '“€5 off” could not be created: the app lacks access rights. Points back',
  ],
  [
    'cancelled',
    'shopper',
    'Code für „5 € Rabatt“ von der Kundschaft zurückgegeben',
    'Code for “€5 off” given back by the customer',
  ],
  [
    'cancelled',
    'staff:7',
    'Code für „5 € Rabatt“ vom Shop zurückgenommen',
    'Code for “€5 off” taken back by the shop',
  ],
  [
    'order-cancelled',
    null,
    'Bestellung mit „5 € Rabatt“ storniert oder nicht bezahlt, Punkte zurück',
    'Order with “€5 off” cancelled or not paid, points back',
  ],
]

test.each(MATTERS)(
  'the latest say truly why the points of a code came back: %s by %s',
  async (reason, endingBy, german, english) => {
    const { shopId: other, domain } = await makeShop(database.owner(), { program: testProgram() })
    await database.owner().query(
      `INSERT INTO "Session" (id, shop, state, "accessToken", scope, expires)
       VALUES ($1, $2, '', 'shpat_other', 'read_orders', now() + interval '1 year')`,
      [`offline_${domain}`, domain],
    )
    await buy(other, { id: 5402, customer: 1, placedAt: ago(60), lines: [{ price: '600.00' }] })
    const wish = { customerId: '1', rewardId: 'five-off', price: 500, requestKey: 'comes-back' }
    await redeemCode({ shop: { shopId: other } as Shop, ...wish, now: Date.now() })
    await withShop(other, async (tx) => {
      const { rows } = await tx.query<{ id: number }>(
        'UPDATE redemption SET ending_by = $2 WHERE shop_id = $1 RETURNING redemption_id AS id',
        [other, endingBy],
      )
      const locked = await lockRedemption(tx, { shopId: other, redemptionId: Number(rows[0]?.id) })
      if (!locked) throw new Error('The code is gone')
      const { account, redemption } = locked
      await loadLots(tx, [account])
      const back = await releaseRedemption(tx, account, redemption, reason, Date.now())
      await post(tx, [account], back ?? [])
    })
    const home = async (locale: 'de' | 'en') => (await pages.open('/app', { shop: domain, locale })).html
    expect(await home('de')).toContain(german)
    expect(await home('en')).toContain(english)
  },
)

test('what needs attention: deliveries that nobody understood, and debts', async () => {
  expect(await withShop(shopId, (tx) => readAttention(tx, shopId))).toEqual({
    quarantined: 0,
    inDebt: { members: 0, points: 0 },
    codesToSee: 0,
    toDo: 0,
  })
  await database.owner().query(
    `WITH stored AS (INSERT INTO delivery (shop_id, webhook_id, topic, shop_domain, body)
                     VALUES ($1, 'w1', 'orders/updated', $2, '{}') RETURNING shop_id, delivery_id)
     INSERT INTO delivery_outcome (shop_id, delivery_id, status, reason, attempts)
     SELECT shop_id, delivery_id, 'quarantined', 'no id', 1 FROM stored`,
    [shopId, pages.domain],
  )
  expect((await withShop(shopId, (tx) => readAttention(tx, shopId))).quarantined).toBe(1)
  const { html } = await pages.open('/app', { locale: 'en' })
  expect(html).toContain('1 message from Shopify could not be processed')
})

test('what a redacted person held is no longer counted: nobody can redeem it', async () => {
  const { shopId: other } = await makeShop(database.owner(), { program: testProgram() })
  for (const customer of [1, 2])
    await buy(other, { id: 5300 + customer, customer, placedAt: ago(1), lines: [{ price: '30.00' }] })
  const zone = { shopId: other, timeZone: 'Europe/Berlin' }
  const figuresNow = () => withShop(other, (tx) => readFigures(tx, zone, new Date()))
  expect((await figuresNow()).outstanding).toEqual({
    available: 0,
    held: 0,
    pending: 60,
    members: 2,
    guests: 0,
  })
  await redact(other, 2)
  const { outstanding, current } = await figuresNow()
  expect(outstanding).toEqual({ available: 0, held: 0, pending: 30, members: 1, guests: 0 })
  // What was earned in the period stays what it was.
  expect(current.earned).toBe(60)
})

test('who owes points is counted while she is a customer of the shop', async () => {
  const { shopId: other } = await makeShop(database.owner(), { program: testProgram() })
  const inDebt = async () => (await withShop(other, (tx) => readAttention(tx, other))).inDebt
  const order = { lines: [{ price: '600.00' }] }
  for (const customer of [1, 2]) {
    await buy(other, { id: 5200 + customer, customer, ...order })
    const wish = {
      customerId: String(customer),
      rewardId: 'five-off',
      price: 500,
      requestKey: 'owes-points',
      now: Date.now(),
    }
    const { code } = await redeemCode({ shop: { shopId: other } as Shop, ...wish })
    await buy(other, { id: 5210 + customer, customer, lines: [{ price: '1.00' }], codes: [code] })
    await buy(other, { id: 5200 + customer, customer, ...order, cancelledAt: ago(0), updatedAt: ago(0) })
  }
  expect(await inDebt()).toEqual({ members: 2, points: 2 * 499 })
  await redact(other, 2)
  expect(await inDebt()).toEqual({ members: 1, points: 499 })
})

test('settings are kept, and only known ones are taken', async () => {
  expect((await pages.send('/app/settings', { guideDismissed: true })).status).toBe(200)
  expect((await pages.open('/app')).html).not.toContain('In drei Schritten startklar')
  expect((await pages.send('/app/settings', { admin: true })).status).toBe(400)
  const { rows } = await database.owner().query('SELECT settings FROM shop WHERE shop_id = $1', [shopId])
  expect(rows[0].settings).toEqual({ guideDismissed: true })
  expect((await pages.open('/app/settings', { locale: 'en' })).html).toContain('Show first steps again')
})

test('W6: what the points are worth names the reward it is reckoned with, and what may cost more', async () => {
  const [five] = testProgram().rewards
  const percent = { ...five, id: 'ten', kind: 'percent-off', percent: 10 } as Program['rewards'][number]
  const told = async (version: number, rewards: unknown[]) => {
    const program = testProgram({ rewards: rewards as Program['rewards'] })
    await publish(database.owner(), shopId, version, program, new Date().toISOString())
    return (await pages.open('/app/figures')).html
  }
  expect(await told(2, [five])).toContain('kostete Sie das rund 3,79\u00a0€ (gerechnet mit „5 € Rabatt“).')
  expect(await told(3, [five, percent])).toContain(
    '(gerechnet mit „5 € Rabatt“; Prämien ohne festen Betrag können mehr kosten).',
  )
  expect(await told(4, [percent])).toContain('Keine Prämie hat einen festen Betrag')
  expect(await told(5, [])).toContain('Zurzeit ist keine Prämie aktiv')
})
