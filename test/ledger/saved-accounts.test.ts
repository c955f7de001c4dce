import type pg from 'pg'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { withShop } from '../../app/db/db.server.ts'
import {
  awardAvailable,
  awardPending,
  expireLot,
  reverseAvailable,
} from '../../app/domain/account/account.ts'
import { type AccountKey, openAccount, openAccounts } from '../../app/ledger/accounts.ts'
import { post } from '../../app/ledger/post.ts'
import { useDatabase } from '../database.ts'
import { makeShop } from '../support/shop.ts'
import { AT, balanceOf, makeAccount, makeLot, ORDER, origin, posting, UNASKED, write } from './support.ts'

const database = useDatabase()
let owner: pg.Pool
let shopId: number

beforeAll(() => {
  owner = database.owner()
})
beforeEach(async () => {
  shopId = (await makeShop(owner)).shopId
})

const postings = async () => (await owner.query('SELECT 1 FROM posting WHERE shop_id = $1', [shopId])).rows
const balance = (key: AccountKey) => balanceOf(owner, key)
const lotsOf = async ({ accountId }: AccountKey) =>
  (
    await owner.query(
      `SELECT lot_id::int AS "lotId", order_id::text AS "orderId", (extract(epoch FROM earned_at) * 1000)::float8 AS at,
              expires_on::text AS "expiresOn", earned::int, remaining::int, held::int, closed, award_id::int AS "awardId",
              xmin::text AS written
         FROM lot WHERE shop_id = $1 AND account_id = $2 ORDER BY lot_id`,
      [shopId, accountId],
    )
  ).rows

describe('the accounts that were touched', () => {
  test('are saved as they are now, each for itself', async () => {
    const [one, two] = [await makeAccount(owner, shopId), await makeAccount(owner, shopId, { available: 5 })]
    await makeLot(owner, two, { remaining: 5, orderId: '43' })
    const untouched = await makeAccount(owner, shopId, { pending: 8 })
    await withShop(shopId, async (tx) => {
      const first = await openAccount(tx, one)
      const second = await openAccount(tx, two)
      await post(
        tx,
        [first, second],
        [
          posting(one, awardPending(first, 20)),
          posting(two, reverseAvailable(second, 12, '43'), { sourceId: '43' }),
        ],
      )
    })
    expect(await balance(one)).toEqual({ pending: 20, available: 0, held: 0, debt: 0 })
    expect(await balance(two)).toEqual({ pending: 0, available: 0, held: 0, debt: 7 })
    expect(await balance(untouched)).toMatchObject({ pending: 8 })
  })

  test("are saved with the member's tier, and lose it when she has none", async () => {
    const [climbing, falling] = [
      await makeAccount(owner, shopId),
      await makeAccount(owner, shopId, { tierId: 'gold' }),
    ]
    await withShop(shopId, async (tx) => {
      const accounts = [await openAccount(tx, climbing), await openAccount(tx, falling)] as const
      accounts[0].tierId = 'silver'
      accounts[1].tierId = null
      await post(tx, accounts, [])
    })
    const { rows } = await owner.query(
      'SELECT tier_id AS tier FROM balance WHERE shop_id = $1 ORDER BY account_id',
      [shopId],
    )
    expect(rows).toEqual([{ tier: 'silver' }, { tier: null }])
  })

  test('must be sound, or nothing is written', async () => {
    const key = await makeAccount(owner, shopId)
    const wrong = write(key, (account) => {
      const moves = awardPending(account, 20)
      account.available = 3
      return [posting(key, moves)]
    })
    await expect(wrong).rejects.toThrow('Unsound account: lots hold 0 (0 held), balance 3 + 0')
    expect(await postings()).toEqual([])
    const account = await withShop(shopId, (tx) => openAccount(tx, key))
    await expect(post(UNASKED, [{ ...account, debt: -1 }], [])).rejects.toThrow('debt -1')
  })

  test('keep a balance of another unit as it is', async () => {
    const key = await makeAccount(owner, shopId)
    await owner.query(
      "INSERT INTO balance (shop_id, account_id, unit, pending) VALUES ($1, $2, 'status', 500)",
      [shopId, key.accountId],
    )
    await write(key, (account) => [posting(key, awardPending(account, 1))])
    const { rows } = await owner.query(
      "SELECT pending::int FROM balance WHERE shop_id = $1 AND account_id = $2 AND unit = 'status'",
      [shopId, key.accountId],
    )
    expect(rows).toEqual([{ pending: 500 }])
  })

  test('may be none: then nothing is asked', async () => {
    await post(UNASKED, [], [])
  })
})

describe('lots', () => {
  test('are born with the moment, the order and the last day of their points', async () => {
    const key = await makeAccount(owner, shopId, { debt: 30 })
    await write(key, (account) => [
      posting(key, [
        ...awardAvailable(account, 100, origin),
        ...awardAvailable(account, 8, { orderId: null, awardId: 3, earnedAt: AT + 1, expiresOn: null }),
      ]),
    ])
    const common = { lotId: expect.any(Number), held: 0, closed: false, written: expect.any(String) }
    expect(await lotsOf(key)).toEqual([
      {
        ...common,
        orderId: ORDER,
        awardId: null,
        at: AT,
        expiresOn: '2027-03-29',
        earned: 100,
        remaining: 70,
      },
      { ...common, orderId: null, awardId: 3, at: AT + 1, expiresOn: null, earned: 8, remaining: 8 },
    ])
  })

  test('born and emptied in one posting are closed at once', async () => {
    const key = await makeAccount(owner, shopId)
    await write(key, (account) => {
      const earned = awardAvailable(account, 10, origin)
      const lapsed = account.newLots.flatMap((lot) => expireLot(account, lot))
      return [posting(key, earned), posting(key, lapsed, { kind: 'expiry' })]
    })
    expect(await lotsOf(key)).toMatchObject([{ earned: 10, remaining: 0, closed: true }])
  })

  test('are saved when they changed, closed when they are empty, and left alone otherwise', async () => {
    const key = await makeAccount(owner, shopId, { available: 60 })
    const far = await makeAccount(owner, shopId, { available: 9 })
    for (const remaining of [10, 20, 30]) await makeLot(owner, key, { remaining, orderId: `${remaining}` })
    await makeLot(owner, far, { remaining: 9 })
    const before = await lotsOf(key)
    await write(key, (account) => {
      const moves = [...reverseAvailable(account, 10, '10'), ...reverseAvailable(account, 5, '20')]
      return [posting(key, moves)]
    })
    const after = await lotsOf(key)
    expect(after).toMatchObject([
      { orderId: '10', earned: 10, remaining: 0, closed: true },
      { orderId: '20', earned: 20, remaining: 15, closed: false },
      { orderId: '30', earned: 30, remaining: 30, closed: false },
    ])
    expect(after.map(({ written }, i) => written !== before[i].written)).toEqual([true, true, false])
    expect(await lotsOf(far)).toMatchObject([{ remaining: 9 }])
  })

  test('need not be loaded for an award', async () => {
    const key = await makeAccount(owner, shopId)
    await withShop(shopId, async (tx) => {
      const [account] = (await openAccounts(tx, [key])).values()
      expect(account).toHaveProperty('lots', null)
      if (account) await post(tx, [account], [posting(key, awardAvailable(account, 3, origin))])
    })
    expect(await lotsOf(key)).toMatchObject([{ remaining: 3 }])
  })
})
