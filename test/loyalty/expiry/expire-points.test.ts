import { beforeEach, describe, expect, test, vi } from 'vitest'
import { acrossShops, withShop } from '../../../app/db/db.server.ts'
import type { ExpiryRule } from '../../../app/domain/expiry/expiry-rule.ts'
import { openAccount } from '../../../app/ledger/accounts.ts'
import { post } from '../../../app/ledger/post.ts'
import { logger } from '../../../app/logger.server.ts'
import { expirePoints } from '../../../app/loyalty/expiry/expire-points.ts'
import { warnMembers, warnOfExpiry } from '../../../app/loyalty/expiry/warn-of-expiry.ts'
import { adjustPoints } from '../../../app/loyalty/members/adjust-points.ts'
import { mergeMembers } from '../../../app/loyalty/members/merge-members.ts'
import { reinstatePoints } from '../../../app/loyalty/members/reinstate-points.ts'
import { releaseRedemption } from '../../../app/loyalty/rewards/end-redemption.ts'
import { redemptionsByCode } from '../../../app/loyalty/rewards/redemption-record.ts'
import { type Shop, shopByDomain } from '../../../app/loyalty/shop/shop-of-request.ts'
import { readHistory } from '../../../app/loyalty/surfaces/read-history.ts'
import { useDatabase } from '../../database.ts'
import { berlin, memberOf, sendWarnings, violations, warningsOf } from '../../support/expiry.ts'
import { buy, silentAdmin } from '../../support/member.ts'
import { testProgram } from '../../support/program.ts'
import { redeemCode } from '../../support/redeem-code.ts'
import { makeShop, publish } from '../../support/shop.ts'

const database = useDatabase()
const MARA = '6301'
const TILO = '6302'
const EARNING: ExpiryRule = { kind: 'after-earning', months: 12, warnDays: 30 }
const INACTIVITY: ExpiryRule = {
  kind: 'after-inactivity',
  months: 6,
  warnDays: 30,
  actions: ['order', 'redemption'],
}
let shop: Shop
let orders = 5000

async function openShop(expiry: ExpiryRule, more: { timeZone?: string } = {}) {
  // A sweep goes over all shops: those of the tests before have left.
  await database.owner().query('UPDATE shop SET uninstalled_at = now() WHERE uninstalled_at IS NULL')
  const { domain } = await makeShop(database.owner(), { program: testProgram({ expiry }), ...more })
  shop = (await shopByDomain(domain)) as Shop
}
beforeEach(() => openShop(EARNING))

/** An order whose points are available at once: its return window is long over when it is settled. */
async function earn(points: number, placedAt: string, customer = MARA) {
  const id = ++orders
  await buy(
    shop.shopId,
    { id, customer, lines: [{ price: `${points}.00` }], placedAt: new Date(berlin(placedAt)).toISOString() },
    berlin(placedAt) + 30 * 86_400_000,
  )
  return id
}
const adjust = (points: number, key: string, at: string) =>
  adjustPoints(
    { shop, customerId: MARA, points, reason: 'Kulanz', actor: 'staff:1', key, now: berlin(at) },
    silentAdmin,
  )
const warn = (at: string) => warnMembers(shop.shopId, berlin(at))
const send = (at: string) => sendWarnings(database.owner(), shop.shopId, berlin(at), shop.timeZone)
const expire = (at: string) => expirePoints(berlin(at))
const warnings = () => warningsOf(database.owner(), shop.shopId)
const balance = async (customer = MARA) => (await memberOf(shop.shopId, customer))?.balance
const history = (customer = MARA) =>
  withShop(shop.shopId, async (tx) => {
    const accountId = (await memberOf(shop.shopId, customer))?.accountId ?? 0
    return (await readHistory(tx, { shopId: shop.shopId, accountId })).lines
  })
const sound = async () => expect(await violations(shop.shopId)).toEqual([])

describe('points expire after a warning', () => {
  test('warned from 30 days before, sent, and gone when the last valid day is over', async () => {
    await earn(120, '2026-03-15 10:00')
    expect(await warn('2027-02-12 23:59')).toBe(0)
    expect(await warn('2027-02-13 00:01')).toBe(1)
    expect(await warnings()).toEqual([
      { lapsesOn: '2027-03-15', points: 120, lots: 1, sent: false, validUntil: null, outcome: null },
    ])
    await send('2027-02-13 00:05')
    expect(await expire('2027-03-15 23:59')).toBe(0)
    expect(await balance()).toMatchObject({ available: 120 })
    expect(await expire('2027-03-16 00:00')).toBe(1)
    expect(await balance()).toMatchObject({ available: 0, debt: 0 })
    expect((await warnings())[0]).toMatchObject({ sent: true, validUntil: '2027-03-15', outcome: 'lapsed' })
    await sound()
  })

  test('a member is warned once, however often the job runs', async () => {
    await earn(120, '2026-03-15 10:00')
    expect(await warn('2027-02-13 08:00')).toBe(1)
    expect(await warn('2027-02-13 08:00')).toBe(0)
    await send('2027-02-13 09:00')
    expect(await warn('2027-02-14 08:00')).toBe(0)
    expect(await Promise.all([warn('2027-02-15 08:00'), warn('2027-02-15 08:00')])).toEqual([0, 0])
    expect(await warnings()).toHaveLength(1)
  })

  test('two jobs at once warn once', async () => {
    for (let n = 0; n < 20; n++) await earn(10, '2026-03-15 10:00', String(7000 + n))
    const counts = await Promise.all([1, 2, 3, 4].map(() => warn('2027-02-13 08:00')))
    expect(counts.reduce((a, b) => a + b)).toBe(20)
    expect(await warnings()).toHaveLength(20)
  })

  test('the clock looks through a shop once a local day', async () => {
    await earn(120, '2026-03-15 10:00')
    await warnOfExpiry(berlin('2027-02-13 00:03'))
    await earn(30, '2026-03-14 10:00')
    await warnOfExpiry(berlin('2027-02-13 01:03'))
    expect((await warnings()).map(({ points }) => points)).toEqual([120])
    await warnOfExpiry(berlin('2027-02-14 00:03'))
    expect((await warnings()).map(({ points }) => points)).toEqual([120, 30])
  })

  test('nothing expires without a warning that was sent (invariant 13)', async () => {
    await earn(120, '2026-03-15 10:00')
    expect(await expire('2028-01-01 12:00')).toBe(0)
    await warn('2027-02-13 08:00')
    expect(await expire('2028-01-01 12:00')).toBe(0)
    expect(await balance()).toMatchObject({ available: 120 })
  })

  test('a late warning gives a later day: never less than the promised days', async () => {
    await earn(120, '2026-03-15 10:00')
    await warn('2027-03-10 08:00')
    expect(await warnings()).toMatchObject([{ lapsesOn: '2027-04-09' }])
    await send('2027-03-20 08:00')
    expect(await warnings()).toMatchObject([{ validUntil: '2027-04-19' }])
    expect(await expire('2027-04-19 12:00')).toBe(0)
    expect(await expire('2027-04-20 12:00')).toBe(1)
    await sound()
  })

  test('points that appear late are warned of by themselves', async () => {
    await earn(120, '2026-03-15 10:00')
    await warn('2027-02-13 08:00')
    await earn(30, '2026-03-15 11:00')
    await warn('2027-02-13 09:00')
    expect(await warnings()).toMatchObject([{ points: 150, lots: 2 }])
    await send('2027-02-13 10:00')
    await earn(7, '2026-03-15 12:00')
    await warn('2027-02-13 11:00')
    expect(await warnings()).toMatchObject([
      { points: 150 },
      { points: 7, lapsesOn: '2027-03-16', sent: false },
    ])
    expect(await expire('2027-03-16 00:10')).toBe(2)
    expect(await balance()).toMatchObject({ available: 7 })
    await sound()
  })

  test('expiry on again after the rule was never: the days begin with the new warning', async () => {
    await earn(120, '2026-03-15 10:00')
    await warn('2027-02-13 08:00')
    await send('2027-02-13 09:00')
    await publish(
      database.owner(),
      shop.shopId,
      2,
      testProgram({ expiry: { kind: 'never' } }),
      '2027-03-01T00:00:00Z',
    )
    expect(await expire('2027-03-16 08:00')).toBe(0)
    expect(await warnings()).toMatchObject([{ outcome: 'withdrawn' }])
    await publish(database.owner(), shop.shopId, 3, testProgram({ expiry: EARNING }), '2027-05-01T00:00:00Z')
    await warn('2027-05-02 08:00')
    await send('2027-05-02 08:00')
    expect(await expire('2027-06-01 22:30')).toBe(0)
    expect(await expire('2027-06-01 23:30')).toBe(1)
    await sound()
  })
})

describe('what expires', () => {
  test('only what is left of a lot, and lots with a later day stay', async () => {
    await earn(600, '2026-03-15 10:00')
    await earn(300, '2026-09-01 10:00')
    await adjust(-250, 'take-250-away', '2026-10-01 10:00')
    await warn('2027-02-13 08:00')
    await send('2027-02-13 09:00')
    expect(await warnings()).toMatchObject([{ points: 350 }])
    expect(await expire('2027-03-16 08:00')).toBe(1)
    expect(await balance()).toMatchObject({ available: 300 })
    expect((await history())[0]).toMatchObject({ kind: 'expiry', points: -350 })
    await sound()
  })

  test('held points stay, and are warned of anew when they come back', async () => {
    await earn(620, '2026-03-15 10:00')
    await warn('2027-02-13 08:00')
    await send('2027-02-13 09:00')
    await redeemCode({
      shop,
      customerId: MARA,
      rewardId: 'five-off',
      price: 500,
      requestKey: 'held-over-expiry',
      now: berlin('2027-03-10 10:00'),
    })
    expect(await expire('2027-03-16 08:00')).toBe(1)
    expect(await balance()).toMatchObject({ available: 0, held: 500 })
    const member = await memberOf(shop.shopId, MARA)
    expect(member?.lots).toMatchObject([{ remaining: 500, held: 500 }])
    await sound()
    expect(await warn('2027-03-17 08:00')).toBe(0)
    await acrossShops(async (tx) => {
      const account = await openAccount(tx, { shopId: shop.shopId, accountId: member?.accountId ?? 0 })
      const { rows } = await tx.query('SELECT code FROM redemption WHERE shop_id = $1', [shop.shopId])
      const [redemption] = await redemptionsByCode(tx, [{ shopId: shop.shopId, code: rows[0].code }])
      if (!redemption) throw new Error('no redemption')
      const postings = await releaseRedemption(tx, account, redemption, 'lapsed', berlin('2027-04-10 08:00'))
      await post(tx, [account], postings ?? [])
    })
    expect(await balance()).toMatchObject({ available: 500, held: 0 })
    expect(await expire('2027-04-11 08:00')).toBe(0)
    expect(await warn('2027-04-11 08:00')).toBe(1)
    await send('2027-04-11 08:00')
    expect(await expire('2027-05-11 22:00')).toBe(0)
    expect(await expire('2027-05-12 08:00')).toBe(1)
    expect(await balance()).toMatchObject({ available: 0, held: 0 })
    await sound()
  })

  test('a second sweep finds nothing, and two at once share the work', async () => {
    for (let n = 0; n < 12; n++) await earn(10 + n, '2026-03-15 10:00', String(7100 + n))
    await warn('2027-02-13 08:00')
    await send('2027-02-13 09:00')
    const counts = await Promise.all([1, 2, 3].map(() => expire('2027-03-16 08:00')))
    expect(counts.reduce((a, b) => a + b)).toBe(12)
    expect(await expire('2027-03-16 08:00')).toBe(0)
    const { rows } = await database
      .owner()
      .query(`SELECT count(*)::int AS n FROM posting WHERE kind = 'expiry' AND shop_id = $1`, [shop.shopId])
    expect(rows).toEqual([{ n: 12 }])
    await sound()
  })

  test('shops that are swept side by side are all counted', async () => {
    const ready = async () => {
      for (let n = 0; n < 6; n++) await earn(10, '2026-03-15 10:00', String(7200 + n))
      await warn('2027-02-13 08:00')
      await send('2027-02-13 09:00')
    }
    await ready()
    const { domain } = await makeShop(database.owner(), { program: testProgram({ expiry: EARNING }) })
    shop = (await shopByDomain(domain)) as Shop
    await ready()
    expect(await expire('2027-03-16 08:00')).toBe(12)
  })

  test('one unsound account lets nothing lapse and holds up nobody: the log and the audit name it', async () => {
    for (const customer of [MARA, TILO, '6303']) await earn(40, '2026-03-15 10:00', customer)
    await warn('2027-02-13 08:00')
    await send('2027-02-13 09:00')
    const set = (available: number) =>
      database.owner().query(
        `UPDATE balance b SET available = $2 FROM account a
          WHERE a.shop_id = $1 AND a.customer_id = ${TILO} AND b.shop_id = $1 AND b.account_id = a.account_id`,
        [shop.shopId, available],
      )
    await set(10)
    const errors = vi.spyOn(logger, 'error')
    expect(await expire('2027-03-16 00:00')).toBe(2)
    expect(await balance(MARA)).toMatchObject({ available: 0 })
    expect(await balance('6303')).toMatchObject({ available: 0 })
    expect((await warnings()).map(({ outcome }) => outcome)).toEqual(['lapsed', null, 'lapsed'])
    expect(errors.mock.calls).toHaveLength(1)
    expect(errors.mock.calls[0]?.[0]).toMatchObject({ shopId: shop.shopId, warningId: expect.any(Number) })
    errors.mockRestore()
    expect((await violations(shop.shopId)).length).toBeGreaterThan(0)
    // Once it is put right, the next sweep takes it along.
    await set(40)
    expect(await expire('2027-03-16 00:00')).toBe(1)
    await sound()
  })

  test('a shop whose program cannot be read keeps no other one from being warned, or its points from lapsing', async () => {
    const client = await database.owner().connect()
    await client.query('SET session_replication_role = replica') // published versions cannot be changed
    await client.query(`UPDATE program SET document = '{}' WHERE shop_id = $1`, [shop.shopId])
    await client.query('RESET session_replication_role')
    client.release()
    const { domain } = await makeShop(database.owner(), { program: testProgram({ expiry: EARNING }) })
    shop = (await shopByDomain(domain)) as Shop
    await earn(40, '2026-03-15 10:00')
    await expect(warnOfExpiry(berlin('2027-02-13 08:00'))).rejects.toThrow()
    expect(await warnings()).toHaveLength(1)
    await send('2027-02-13 09:00')
    await expire('2027-03-16 00:00')
    expect(await balance()).toMatchObject({ available: 0 })
  })

  test('more than a slice is swept in slices', async () => {
    await earn(1, '2026-03-15 10:00')
    const { accountId = 0 } = (await memberOf(shop.shopId, MARA)) ?? {}
    await database.owner().query(
      `WITH a AS (INSERT INTO account (shop_id, customer_id) SELECT $1, 900000 + n FROM generate_series(1, 5200) n
                  RETURNING account_id),
            b AS (INSERT INTO balance (shop_id, account_id, available) SELECT $1, account_id, 5 FROM a),
            l AS (INSERT INTO lot (shop_id, account_id, earned_at, expires_on, earned, remaining)
                  SELECT $1, account_id, '2026-03-15', '2027-03-15', 5, 5 FROM a),
            p AS (INSERT INTO posting (shop_id, account_id, kind, source_id, part, version, event_at, actor, digest)
                  SELECT $1, account_id, 'import', account_id::text, 'points', 1, '2026-03-15', 'test', 0 FROM a
                  RETURNING posting_id, account_id)
       INSERT INTO entry (shop_id, account_id, posting_id, source, destination, amount, available_after, pending_after, event_at)
       SELECT $1, account_id, posting_id, 'adjusted', 'available', 5, 5, 0, '2026-03-15' FROM p`,
      [shop.shopId],
    )
    expect(accountId).toBeGreaterThan(0)
    expect(await warn('2027-02-13 08:00')).toBe(5201)
    await send('2027-02-13 09:00')
    expect(await expire('2027-03-16 08:00')).toBe(5201)
    await sound()
  }, 60_000)

  test('points of a merged account are warned of under the account that has them now', async () => {
    await earn(120, '2026-03-15 10:00', TILO)
    await earn(50, '2026-12-15 10:00', MARA)
    await warn('2027-02-13 08:00')
    await send('2027-02-13 09:00')
    await withShop(shop.shopId, (tx) =>
      mergeMembers(
        tx,
        shop.shopId,
        { keptId: MARA, deletedId: TILO },
        berlin('2027-03-01 10:00'),
        berlin('2027-03-01 10:00'),
      ),
    )
    expect(await expire('2027-03-16 08:00')).toBe(0)
    expect(await balance()).toMatchObject({ available: 170 })
    await warn('2027-03-16 09:00')
    await send('2027-03-16 09:00')
    expect(await expire('2027-04-16 08:00')).toBe(1)
    expect(await balance()).toMatchObject({ available: 50 })
    await sound()
  })

  test("a guest's points wait for her", async () => {
    await buy(shop.shopId, { id: ++orders, email: 'gast@example.com', placedAt: '2026-03-15T10:00:00+01:00' })
    expect(await warn('2027-12-01 08:00')).toBe(0)
  })
})

describe('the day is the day of the shop', () => {
  test.each([
    ['Pacific/Kiritimati', '2027-03-15T10:00:00Z'],
    ['America/Los_Angeles', '2027-03-16T07:00:00Z'],
    // Berlin changes to summer time on 28 March 2027: midnight is 22:00 UTC from then on.
    ['Europe/Berlin', '2027-03-15T23:00:00Z'],
  ])('in %s the 15th is over at %s', async (timeZone, midnight) => {
    await openShop(EARNING, { timeZone })
    await earn(120, '2026-03-15 12:00')
    const noon = Date.parse('2027-02-10T12:00:00Z')
    for (let day = 0; day < 6; day++) {
      await warnMembers(shop.shopId, noon + day * 86_400_000)
      await sendWarnings(database.owner(), shop.shopId, noon + day * 86_400_000, timeZone)
    }
    const [warning] = await warnings()
    const lastDay = warning?.validUntil ?? ''
    const over = Date.parse(midnight) + (Date.parse(lastDay) - Date.parse('2027-03-15'))
    expect(await expirePoints(over - 1)).toBe(0)
    expect(await expirePoints(over)).toBe(1)
    await sound()
  })

  test('over the change to summer time: 00:00 of the 29th in Berlin is 22:00 UTC of the 28th', async () => {
    await earn(120, '2026-03-28 12:00')
    await warn('2027-02-26 08:00')
    await send('2027-02-26 08:00')
    expect(await expirePoints(Date.parse('2027-03-28T21:59:59Z'))).toBe(0)
    expect(await expirePoints(Date.parse('2027-03-28T22:00:00Z'))).toBe(1)
    await sound()
  })
})

describe('after inactivity', () => {
  beforeEach(() => openShop(INACTIVITY))

  test('all points lapse some months after the last counted action', async () => {
    await earn(100, '2026-01-10 10:00')
    await earn(20, '2026-05-10 10:00')
    expect(await warn('2026-10-10 08:00')).toBe(0)
    expect(await warn('2026-10-11 08:00')).toBe(1)
    await send('2026-10-11 08:00')
    expect(await warnings()).toMatchObject([{ points: 120, lapsesOn: '2026-11-10' }])
    expect(await expire('2026-11-11 08:00')).toBe(2)
    expect(await balance()).toMatchObject({ available: 0 })
    await sound()
  })

  test('an order after the warning keeps them, and the next warning comes in its own time', async () => {
    await earn(100, '2026-05-10 10:00')
    await warn('2026-10-11 08:00')
    await send('2026-10-11 08:00')
    await earn(20, '2026-10-20 10:00')
    expect(await expire('2026-11-11 08:00')).toBe(0)
    expect(await warnings()).toMatchObject([{ outcome: 'withdrawn' }])
    expect(await warn('2027-03-21 08:00')).toBe(1)
    await send('2027-03-21 08:00')
    expect(await warnings()).toMatchObject([{}, { points: 120, lapsesOn: '2027-04-20' }])
    await sound()
  })

  test('an adjustment counts only where the program says so', async () => {
    const give = (key: string) => adjust(5, key, '2026-10-01 10:00')
    await earn(100, '2026-05-10 10:00')
    await give('not-an-activity')
    await warn('2026-10-11 08:00')
    // The gift itself lives its own six months.
    expect(await warnings()).toMatchObject([{ points: 100 }])
    await openShop({ ...INACTIVITY, actions: ['adjustment'] })
    await earn(100, '2026-05-10 10:00')
    await give('an-activity')
    expect(await warn('2026-10-11 08:00')).toBe(0)
    expect(await warn('2027-03-02 08:00')).toBe(1)
    expect(await warnings()).toMatchObject([{ points: 105 }])
  })
})

describe('giving expired points back', () => {
  const again = (postingId: number | undefined, more = {}) =>
    reinstatePoints({
      shop,
      customerId: MARA,
      postingId: String(postingId),
      reason: 'War im Krankenhaus',
      lastDay: '2027-06-30',
      actor: 'staff:9',
      now: berlin('2027-03-20 10:00'),
      ...more,
    })
  const lapsed = async () => {
    const order = await earn(120, '2026-03-15 10:00')
    await warn('2027-02-13 08:00')
    await send('2027-02-13 09:00')
    await expire('2027-03-16 08:00')
    return { order, postingId: (await history())[0]?.postingId }
  }

  test('with reason, actor and a new last day, once (invariant 19)', async () => {
    const { order, postingId } = await lapsed()
    await again(postingId)
    await again(postingId)
    await Promise.all([again(postingId), again(postingId)])
    expect(await balance()).toMatchObject({ available: 120 })
    expect((await memberOf(shop.shopId, MARA))?.lots).toMatchObject([
      { orderId: String(order), expiresOn: '2027-06-30', remaining: 120 },
    ])
    const [line, expiry] = await history()
    expect(line).toMatchObject({
      kind: 'reinstatement',
      points: 120,
      actor: 'staff:9',
      reason: 'War im Krankenhaus',
    })
    expect(expiry).toMatchObject({ kind: 'expiry', undone: true })
    await sound()
    // The new day has a warning of its own.
    expect(await warn('2027-05-31 08:00')).toBe(1)
  })

  test('W1: sent again with another day or reason it is an error, for it was done otherwise', async () => {
    const { postingId } = await lapsed()
    await again(postingId)
    for (const other of [{ lastDay: '2027-07-31' }, { reason: 'Ein anderer Grund' }])
      await expect(again(postingId, other)).rejects.toMatchObject({ code: 'key-conflict' })
    expect(await balance()).toMatchObject({ available: 120 })
  })

  test('is refused without a reason, for a day in the past, for what is no expiry of the member', async () => {
    const { postingId } = await lapsed()
    for (const reason of [' ', '\u200b\u200e\u2800'])
      await expect(again(postingId, { reason })).rejects.toMatchObject({ code: 'reason-missing' })
    for (const lastDay of ['2027-03-19', '2027-02-30', 'soon', '2099-01-01'])
      await expect(again(postingId, { lastDay })).rejects.toMatchObject({ code: 'invalid-payload' })
    await earn(5, '2026-12-01 10:00', TILO)
    await expect(again(postingId, { customerId: TILO })).rejects.toMatchObject({ code: 'invalid-payload' })
    const orderPosting = (await history())[1]?.postingId
    await expect(again(orderPosting)).rejects.toMatchObject({ code: 'invalid-payload' })
    expect(await balance()).toMatchObject({ available: 0 })
  })
})

describe('the audit (invariant 13) finds', () => {
  const broken = async () => (await violations(shop.shopId)).map(({ invariant }) => invariant)

  test('an expiry without a warning, and one whose warning came too late', async () => {
    await earn(120, '2026-03-15 10:00')
    await warn('2027-02-13 08:00')
    await send('2027-02-13 09:00')
    await expire('2027-03-16 08:00')
    await sound()
    const owner = database.owner()
    const change = (sql: string) =>
      owner.query(
        `BEGIN; ALTER TABLE expiry_warning DISABLE TRIGGER sent_warning_stays; ${sql};
         ALTER TABLE expiry_warning ENABLE TRIGGER sent_warning_stays; COMMIT`,
      )
    await change(`UPDATE expiry_warning SET sent_at = sent_at + interval '3 days', valid_until = valid_until + 3
                   WHERE shop_id = ${shop.shopId}`)
    expect(await broken()).toEqual([13])
    await change(`UPDATE expiry_warning SET sent_at = sent_at - interval '3 days', valid_until = valid_until - 3,
                   lots = '{1}' WHERE shop_id = ${shop.shopId}`)
    expect(await broken()).toEqual([13])
  })

  test('what was sent cannot be changed', async () => {
    await earn(120, '2026-03-15 10:00')
    await warn('2027-02-13 08:00')
    await send('2027-02-13 09:00')
    await expect(
      database
        .owner()
        .query('UPDATE expiry_warning SET valid_until = valid_until + 1 WHERE shop_id = $1', [shop.shopId]),
    ).rejects.toThrow(/was sent/)
  })
})
