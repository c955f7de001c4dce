import type pg from 'pg'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { withShop } from '../../app/db/db.server.ts'
import type { Tx } from '../../app/db/tx.ts'
import type { Lot, LotShare } from '../../app/domain/account/lots.ts'
import { type AccountKey, type OpenAccount, openAccount } from '../../app/ledger/accounts.ts'
import { endHold, openDisputeHolds, originsOfHold, writeHold } from '../../app/ledger/holds.ts'
import { useDatabase } from '../database.ts'
import { makeShop } from '../support/shop.ts'
import { makeAccount, makeLot, UNASKED } from './support.ts'

const database = useDatabase()
let owner: pg.Pool
let shopId: number
let key: AccountKey
let lots: number[]

const EARNED = Date.parse('2026-03-28T23:30:00.125Z')
const NOW = Date.parse('2026-05-12T10:00:00.250Z')
const END = Date.parse('2026-06-11T10:00:00.750Z')
const ORDER = '7000000000000000042'

beforeAll(() => {
  owner = database.owner()
})
beforeEach(async () => {
  shopId = (await makeShop(owner)).shopId
  key = await makeAccount(owner, shopId, { available: 50 })
  lots = [
    await makeLot(owner, key, { remaining: 20, orderId: ORDER, earnedAt: EARNED, expiresOn: '2027-03-29' }),
    await makeLot(owner, key, { remaining: 30, earnedAt: EARNED + 1, awardId: 3 }),
  ]
})

/** Work on the account, locked and loaded. */
const inside = <T>(work: (tx: Tx, account: OpenAccount) => Promise<T>, of = key): Promise<T> =>
  withShop(of.shopId, async (tx) => work(tx, await openAccount(tx, of)))
const share = (account: OpenAccount, n: number, amount: number): LotShare => ({
  lot: account.lots?.find(({ lotId }) => lotId === lots[n]) as Lot,
  amount,
})
const reward = (first: number, second: number) =>
  inside((tx, account) =>
    writeHold(tx, account, {
      shares: [share(account, 0, first), share(account, 1, second)],
      createdAt: NOW,
      expiresAt: END,
    }),
  )
const dispute = (orderId: string) =>
  inside((tx, account) =>
    writeHold(tx, account, { kind: 'dispute', orderId, shares: [share(account, 0, 7)], createdAt: NOW }),
  )
const end = (holdId: number, outcome: 'captured' | 'released' | 'expired' = 'captured', of = key) =>
  inside((tx, account) => endHold(tx, account, holdId, outcome, END), of)

async function stored(holdId: number) {
  const { rows } = await owner.query(
    `SELECT account_id::int AS "accountId", amount::int, kind, order_id::text AS "orderId", outcome,
            extract(epoch FROM created_at) * 1000 AS created, extract(epoch FROM expires_at) * 1000 AS expires,
            extract(epoch FROM ended_at) * 1000 AS ended
       FROM hold WHERE shop_id = $1 AND hold_id = $2`,
    [shopId, holdId],
  )
  const { created, expires, ended, ...row } = rows[0]
  const time = (text: string | null) => (text === null ? null : Number(text))
  return { ...row, created: time(created), expires: time(expires), ended: time(ended) }
}

describe('a hold', () => {
  test('reserves the sum of its parts until its end, part by part', async () => {
    const holdId = await reward(12, 30)
    expect(await stored(holdId)).toEqual({
      accountId: key.accountId,
      amount: 42,
      kind: 'redemption',
      orderId: null,
      outcome: null,
      created: NOW,
      expires: END,
      ended: null,
    })
    const { rows } = await owner.query(
      `SELECT lot_id::int AS lot, amount::int FROM hold_lot WHERE shop_id = $1 AND hold_id = $2 ORDER BY lot_id`,
      [shopId, holdId],
    )
    expect(rows).toEqual([
      { lot: lots[0], amount: 12 },
      { lot: lots[1], amount: 30 },
    ])
  })

  test('of a chargeback belongs to the order and has no end of its own', async () => {
    expect(await stored(await dispute(ORDER))).toMatchObject({
      amount: 7,
      kind: 'dispute',
      orderId: ORDER,
      expires: null,
    })
  })

  test('that the database does not confirm is an error', async () => {
    const silent = { query: async () => ({ rows: [] }) } as unknown as Tx
    await inside(async (_, account) => {
      const hold = { shares: [share(account, 0, 1)], createdAt: NOW, expiresAt: END }
      await expect(writeHold(silent, account, hold)).rejects.toThrow('The hold was not written')
    })
  })
})

describe('a hold ends exactly once (invariant 10)', () => {
  test('and gives back its parts, on the lots of the open account', async () => {
    const holdId = await reward(12, 30)
    await inside(async (tx, account) => {
      const shares = await endHold(tx, account, holdId, 'released', END)
      expect(shares).toEqual([share(account, 0, 12), share(account, 1, 30)])
      expect(shares?.[1]?.lot).toBe(account.lots?.find(({ lotId }) => lotId === lots[1]))
    })
    expect(await stored(holdId)).toMatchObject({ outcome: 'released', ended: END })
  })

  test('a second end moves nothing and changes nothing', async () => {
    const holdId = await reward(1, 1)
    expect(await end(holdId, 'expired')).toHaveLength(2)
    expect(await end(holdId, 'captured')).toBeNull()
    expect(await stored(holdId)).toMatchObject({ outcome: 'expired' })
  })

  test("not by another account, and not by another shop's", async () => {
    const holdId = await reward(1, 1)
    const other = await makeAccount(owner, shopId)
    const far = await makeAccount(owner, (await makeShop(owner)).shopId)
    expect(await end(holdId, 'captured', other)).toBeNull()
    expect(await end(holdId, 'captured', far)).toBeNull()
    expect(await stored(holdId)).toMatchObject({ outcome: null, ended: null })
  })

  test('leaves other holds of the account open', async () => {
    const [one, two] = [await reward(1, 1), await reward(2, 2)]
    expect((await end(two))?.map(({ amount }) => amount)).toEqual([2, 2])
    expect(await stored(one)).toMatchObject({ outcome: null })
  })

  test('and not on a lot that is closed; lot and hold are named', async () => {
    const holdId = await reward(1, 1)
    await owner.query('UPDATE lot SET remaining = 0, closed = true WHERE shop_id = $1 AND lot_id = $2', [
      shopId,
      lots[1],
    ])
    await expect(end(holdId)).rejects.toThrow(`Lot ${lots[1]} of hold ${holdId} is not open`)
    expect(await stored(holdId)).toMatchObject({ outcome: null })
  })

  test('and not on an account whose lots are not loaded', async () => {
    const holdId = await reward(1, 1)
    await inside(async (tx, account) => {
      account.lots = null
      await expect(endHold(tx, account, holdId, 'captured', END)).rejects.toThrow(
        `Lot ${lots[0]} of hold ${holdId} is not open`,
      )
    })
  })
})

describe('the open holds of chargebacks', () => {
  const open = (...orderIds: string[]) =>
    withShop(shopId, (tx) =>
      openDisputeHolds(
        tx,
        orderIds.map((orderId) => ({ shopId, orderId })),
      ),
    )

  test('are found by shop and order', async () => {
    const [one, two] = [await dispute(ORDER), await dispute('43')]
    await dispute('44')
    const found = await open(ORDER, '43', '99')
    expect([...found].map(([name, { holdId }]) => [name, holdId]).sort()).toEqual(
      [
        [`${shopId}/${ORDER}`, one],
        [`${shopId}/43`, two],
      ].sort(),
    )
  })

  test('are no longer open when they have ended', async () => {
    const holdId = await dispute(ORDER)
    await end(holdId, 'released')
    expect(await open(ORDER)).toEqual(new Map())
  })

  test('are not asked for without orders', async () => {
    expect(await openDisputeHolds(UNASKED, [])).toEqual(new Map())
  })
})

test('where the points of a hold came from: moment, last day, order and gift of each part', async () => {
  const holdId = await reward(12, 30)
  await reward(5, 0 + 1)
  expect(await withShop(shopId, (tx) => originsOfHold(tx, shopId, holdId))).toEqual([
    { amount: 12, earnedAt: EARNED, expiresOn: '2027-03-29', orderId: ORDER, awardId: null },
    { amount: 30, earnedAt: EARNED + 1, expiresOn: null, orderId: null, awardId: 3 },
  ])
})
