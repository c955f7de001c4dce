import { beforeEach, describe, expect, test } from 'vitest'
import { withShop } from '../../../app/db/db.server.ts'
import { ensureAccounts } from '../../../app/ledger/ensure-accounts.ts'
import { runBatch } from '../../../app/loyalty/imports/run-batch.ts'
import { uploadBatch } from '../../../app/loyalty/imports/upload-batch.ts'
import { adjustPoints } from '../../../app/loyalty/members/adjust-points.ts'
import { listMembers, type MemberQuery } from '../../../app/loyalty/members/list-members.ts'
import { readMember } from '../../../app/loyalty/members/read-member.ts'
import { currentProgram } from '../../../app/loyalty/program/programs.ts'
import { type Shop, shopByDomain } from '../../../app/loyalty/shop/shop-of-request.ts'
import { membershipMetafield } from '../../../app/loyalty/surfaces/membership-view.ts'
import { readHistory } from '../../../app/loyalty/surfaces/read-history.ts'
import { useDatabase } from '../../database.ts'
import { buy, silentAdmin } from '../../support/member.ts'
import { refundOfLine } from '../../support/order-payload.ts'
import { testProgram } from '../../support/program.ts'
import { redeemCode } from '../../support/redeem-code.ts'
import { makeShop } from '../../support/shop.ts'

const database = useDatabase()
const MARA = '6401'
let shop: Shop

const program = testProgram({
  tiers: {
    basis: 'spend',
    window: { kind: 'lifetime' },
    levels: [
      { id: 'silver', name: { de: 'Silber', en: 'Silver' }, threshold: '100', multiplier: '1' },
      { id: 'gold', name: { de: 'Gold', en: 'Gold' }, threshold: '1000', multiplier: '1' },
    ],
  },
})

beforeEach(async () => {
  const { domain } = await makeShop(database.owner(), { program })
  shop = (await shopByDomain(domain)) as Shop
})

const read = (customerId = MARA) => withShop(shop.shopId, (tx) => readMember(tx, shop.shopId, customerId))

describe('reading a member', () => {
  test('tells balance, totals, lots and codes', async () => {
    await buy(shop.shopId, { id: 7401, customer: MARA, lines: [{ price: '600.00' }] })
    const yesterday = new Date(Date.now() - 86_400_000).toISOString()
    await buy(shop.shopId, { id: 7402, customer: MARA, lines: [{ price: '49.90' }], placedAt: yesterday })
    const wish = {
      shop,
      customerId: MARA,
      rewardId: 'five-off',
      price: 500,
      requestKey: 'read-member-1',
      now: Date.now(),
    }
    const { code } = await redeemCode(wish)
    const member = await read()
    expect(member).toMatchObject({
      customerId: MARA,
      balance: { available: 100, pending: 49, held: 500, debt: 0 },
      earned: 649,
      redeemed: 0,
      lots: [{ orderId: '7401', orderName: '#7401', earned: 600, remaining: 600, held: 500 }],
      codes: [{ code, status: 'preparing', rewardName: { de: '5 € Rabatt' }, cost: 500 }],
    })
    expect([...(member?.taken.keys() ?? [])]).toEqual(['five-off'])
  })

  test('counts earned net of refunds, and tells the running balance after each line', async () => {
    const lines = [{ price: '29.90' }, { price: '20.00' }]
    await buy(shop.shopId, { id: 7403, customer: MARA, lines })
    const at = new Date().toISOString()
    await buy(shop.shopId, {
      id: 7403,
      customer: MARA,
      lines: [{ price: '29.90', current: 0 }, { price: '20.00' }],
      refunds: [refundOfLine(7403, { id: 1, amount: '29.90', at })],
      status: 'partially_refunded',
      updatedAt: at,
    })
    const member = await read()
    expect(member).toMatchObject({ earned: 20, balance: { available: 20 } })
    const page = await withShop(shop.shopId, (tx) =>
      readHistory(tx, { shopId: shop.shopId, accountId: member?.accountId ?? 0 }),
    )
    expect(page.lines).toMatchObject([
      { points: -29, before: 49, after: { available: 20 }, order: { name: '#7403' }, programVersion: 1 },
      { points: 49, before: 0, after: { available: 49 } },
    ])
    expect(page.lines[0]).toMatchObject({ why: { points: 20 } })
  })

  test('an id that was merged away leads to the survivor, over several merges', async () => {
    await buy(shop.shopId, { id: 7404, customer: '6402', lines: [{ price: '10.00' }] })
    await buy(shop.shopId, { id: 7405, customer: '6403', lines: [{ price: '10.00' }] })
    await buy(shop.shopId, { id: 7406, customer: MARA, lines: [{ price: '30.00' }] })
    const merge = (from: string, into: string) =>
      database.owner().query(
        `UPDATE account SET merged_into = (SELECT account_id FROM account WHERE shop_id = $1 AND customer_id = $3)
          WHERE shop_id = $1 AND customer_id = $2`,
        [shop.shopId, from, into],
      )
    await merge('6402', '6403')
    await merge('6403', MARA)
    expect(await read('6402')).toMatchObject({ customerId: MARA, balance: { available: 30 } })
    expect((await read())?.earned).toBe(50)
    expect((await read())?.steps).toHaveLength(3)
  })

  test('since when, and when last: what was brought along counts from its own day, not from the import', async () => {
    const day = (text: string) => new Date(`${text}T00:00:00+02:00`)
    const withHistory = async (customerId: string, earnedOn: string) => {
      const bytes = new TextEncoder().encode(`kunde;punkte;verdient am\n${customerId};80;${earnedOn}\n`)
      const file = {
        shop,
        kind: 'import',
        fileName: 'a.csv',
        language: 'de',
        bytes,
        actor: 'staff:1',
        now: Date.now(),
      } as const
      await withShop(shop.shopId, (tx) =>
        ensureAccounts(tx, [{ shopId: shop.shopId, customerId, guestHash: null, toldAt: Date.now() }]),
      )
      const batchId = await uploadBatch(file)
      await database.owner().query(`UPDATE bulk_line SET status = 'ready' WHERE batch_id = $1`, [batchId])
      await database.owner().query(`UPDATE bulk_batch SET status = 'running' WHERE batch_id = $1`, [batchId])
      await runBatch(shop.shopId, batchId, Date.now)
    }
    const activeAt = async (customerId: string) => {
      const query = {
        shopId: shop.shopId,
        sort: 'activity',
        descending: true,
        tier: null,
        levels: [],
        entryLevel: null,
        limit: 50,
        now: new Date(),
      } as const
      const { members } = await withShop(shop.shopId, (tx) => listMembers(tx, query))
      return members.find((member) => member.customerId === customerId)?.activeAt
    }
    await withHistory('6410', '2025-05-03')
    expect((await read('6410'))?.since).toEqual(day('2025-05-03'))
    expect(await activeAt('6410')).toEqual(day('2025-05-03'))
    // An order before it makes her a member for longer; one after it is her last activity.
    const placedAt = '2025-04-01T10:00:00.000Z'
    await buy(shop.shopId, { id: 7411, customer: '6410', lines: [{ price: '10.00' }], placedAt })
    expect((await read('6410'))?.since).toEqual(new Date(placedAt))
    // Who has neither was first met the day the account was made.
    await withShop(shop.shopId, (tx) =>
      ensureAccounts(tx, [{ shopId: shop.shopId, customerId: '6412', guestHash: null, toldAt: Date.now() }]),
    )
    expect(Date.now() - Number((await read('6412'))?.since)).toBeLessThan(60_000)
    // To have been met is not to have been active.
    expect(await activeAt('6412')).toBeNull()
  })

  test('nobody, and nobody of another shop', async () => {
    await buy(shop.shopId, { id: 7407, customer: MARA, lines: [{ price: '10.00' }] })
    expect(await read('1')).toBeNull()
    expect(await read("1' OR true")).toBeNull()
    expect(await read('99999999999999999999')).toBeNull()
    const other = await makeShop(database.owner(), { program })
    expect(await withShop(other.shopId, (tx) => readMember(tx, shop.shopId, MARA))).toBeNull()
    expect(await withShop(other.shopId, (tx) => readMember(tx, other.shopId, MARA))).toBeNull()
  })

  test('the metafield carries what the storefront shows', async () => {
    await buy(shop.shopId, { id: 7408, customer: MARA, lines: [{ price: '120.00' }] })
    const now = Date.now()
    const metafield = await withShop(shop.shopId, async (tx) => {
      const member = await readMember(tx, shop.shopId, MARA)
      if (!member) throw new Error('no member')
      return membershipMetafield(await currentProgram(tx, shop), member, now, new Set())
    })
    expect(metafield).toEqual({
      v: 1,
      available: 120,
      pending: 0,
      debt: 0,
      tier: { id: 'silver', name: { de: 'Silber', en: 'Silver' } },
      nextTier: {
        name: { de: 'Gold', en: 'Gold' },
        threshold: '1000',
        missing: { basis: 'spend', amount: '880.00' },
      },
      nextReward: { name: { de: '5 € Rabatt', en: '€5 off' }, cost: 500, missing: 380 },
      pointName: program.pointName,
    })
  })
})

describe('listing members', () => {
  const list = (query: Partial<MemberQuery>) =>
    withShop(shop.shopId, (tx) =>
      listMembers(tx, {
        shopId: shop.shopId,
        sort: 'available',
        descending: true,
        tier: null,
        levels: ['silver', 'gold'],
        entryLevel: null,
        limit: 3,
        now: new Date(),
        ...query,
      }),
    )
  const idsOf = (members: { customerId: string | null }[]) =>
    members.map(({ customerId }) => customerId ?? '')

  beforeEach(async () => {
    // Customers 6501…6508 with 10, 20, 20, 150, 150, 1200, 5 and 5 points.
    const prices = [10, 20, 20, 150, 150, 1200, 5, 5]
    for (const [n, price] of prices.entries())
      await buy(shop.shopId, { id: 7500 + n, customer: String(6501 + n), lines: [{ price: `${price}.00` }] })
  })

  test.each(['available', 'pending', 'tier', 'activity', 'customer'] as const)(
    'by %s: all members once, forward and back, in both directions',
    async (sort) => {
      for (const descending of [true, false]) {
        const seen: string[][] = []
        let page = await list({ sort, descending })
        seen.push(idsOf(page.members))
        expect(page.hasPrevious).toBe(false)
        while (page.hasNext) {
          page = await list({ sort, descending, after: page.last })
          seen.push(idsOf(page.members))
        }
        const all = seen.flat()
        expect(all).toHaveLength(8)
        expect(new Set(all).size).toBe(8)
        const back = await list({ sort, descending, before: page.first })
        expect(idsOf(back.members)).toEqual(seen.at(-2))
        expect(back.hasNext).toBe(true)
        const whole = await list({ sort, descending, limit: 100 })
        expect(idsOf(whole.members)).toEqual(all)
      }
    },
  )

  test('sorts by what it says', async () => {
    const { members } = await list({ limit: 100 })
    expect(members.map(({ available }) => available)).toEqual([1200, 150, 150, 20, 20, 10, 5, 5])
    const byTier = await list({ sort: 'tier', limit: 3 })
    expect(byTier.members.map(({ tierId }) => tierId)).toEqual(['gold', 'silver', 'silver'])
  })

  test('filters by tier and by customers', async () => {
    expect(idsOf((await list({ tier: 'gold' })).members)).toEqual(['6506'])
    expect((await list({ tier: 'none', limit: 100 })).members).toHaveLength(5)
    expect(idsOf((await list({ customerIds: ['6504', '1'] })).members)).toEqual(['6504'])
    expect((await list({ customerIds: [] })).members).toEqual([])
  })

  test('a cursor that somebody made up is no cursor', async () => {
    expect(idsOf((await list({ after: "1'; DROP TABLE account" })).members)).toHaveLength(3)
  })

  test('what a member owes stands below zero', async () => {
    const customerId = '6599'
    await buy(shop.shopId, { id: 7599, customer: customerId, lines: [{ price: '50.00' }] })
    const adjustment = { shop, customerId, points: -50, reason: 'Abzug', actor: 'staff:1', now: Date.now() }
    await adjustPoints({ ...adjustment, key: 'list-debt-1' }, silentAdmin)
    const cancelledAt = new Date().toISOString()
    await buy(shop.shopId, {
      id: 7599,
      customer: customerId,
      lines: [{ price: '50.00' }],
      cancelledAt,
      updatedAt: cancelledAt,
    })
    expect((await list({ descending: false, limit: 1 })).members).toMatchObject([
      { customerId, available: 0, debt: 50 },
    ])
  })
})
