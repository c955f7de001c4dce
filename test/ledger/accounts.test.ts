import type pg from 'pg'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { acrossShops } from '../../app/db/db.server.ts'
import { TryAgain, type Tx } from '../../app/db/tx.ts'
import {
  type AccountKey,
  keyOf,
  loadLots,
  loadSomeLots,
  openAccount,
  openAccounts,
  sortedKeys,
} from '../../app/ledger/accounts.ts'
import { useDatabase } from '../database.ts'
import { makeShop } from '../support/shop.ts'
import { makeAccount, makeLot, overheard, UNASKED } from './support.ts'

const database = useDatabase()
let owner: pg.Pool
let shopId: number

beforeAll(() => {
  owner = database.owner()
})
beforeEach(async () => {
  shopId = (await makeShop(owner)).shopId
})

const account = (balance = {}) => makeAccount(owner, shopId, balance)
const elsewhere = async (balance = {}) => makeAccount(owner, (await makeShop(owner)).shopId, balance)
/** In a transaction of its own, undone at the end. */
const trying = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => {
  const done = new Error('undo')
  let result: T
  return acrossShops(async (tx) => {
    result = await work(tx)
    throw done
  }).catch((error) => {
    if (error !== done) throw error
    return result
  })
}

describe('the order of locks', () => {
  test('is by shop, then by account, as numbers, each once', () => {
    const keys = [
      [2, 1],
      [1, 10],
      [1, 9],
      [10, 1],
      [2, 1],
    ].map(([shop, id]) => ({ shopId: shop as number, accountId: id as number }))
    expect(sortedKeys(keys).map(keyOf)).toEqual(['1/9', '1/10', '2/1', '10/1'])
  })

  test('is the order in which balances are asked for and returned', async () => {
    const keys = [await account(), await account(), await elsewhere(), await elsewhere()]
    const found = await trying((tx) => openAccounts(tx, keys.toReversed()))
    expect([...found.keys()]).toEqual(keys.map(keyOf))
  })
})

describe('opening accounts', () => {
  test('gives drafts of their balances, without lots', async () => {
    const rich = await account({ pending: 3, available: 40, held: 5, tierId: 'gold' })
    const owing = await account({ debt: 12 })
    await account({ available: 99 })
    const found = await trying((tx) => openAccounts(tx, [owing, rich]))
    expect([...found.values()]).toEqual([
      { ...rich, pending: 3, available: 40, held: 5, debt: 0, tierId: 'gold', lots: null, newLots: [] },
      { ...owing, pending: 0, available: 0, held: 0, debt: 12, tierId: null, lots: null, newLots: [] },
    ])
  })

  test('asks nothing for nobody', async () => {
    expect(await openAccounts(UNASKED, [])).toEqual(new Map())
  })

  test('keeps everybody else from moving their points until the transaction ends', async () => {
    const key = await account({ available: 10 })
    const free = await account({ available: 10 })
    const lock = ({ accountId }: AccountKey) =>
      owner.query('SELECT 1 FROM balance WHERE shop_id = $1 AND account_id = $2 FOR UPDATE NOWAIT', [
        shopId,
        accountId,
      ])
    await trying(async (tx) => {
      await openAccounts(tx, [key])
      await expect(lock(key)).rejects.toMatchObject({ code: '55P03' })
      await lock(free)
    })
    await lock(key)
  })

  test('counts the accounts that have no balance', async () => {
    const key = await account()
    const missing = [1, 2].map((n) => ({ shopId, accountId: key.accountId + 1_000_000 + n }))
    await expect(trying((tx) => openAccounts(tx, [key, ...missing]))).rejects.toThrow(
      '2 accounts have no balance',
    )
    await expect(
      trying((tx) => openAccount(tx, { shopId, accountId: key.accountId + 5_000_000 })),
    ).rejects.toThrow('1 accounts have no balance')
  })

  test('begins again when one was merged meanwhile, and names it; an expiry leaves it out', async () => {
    const open = await account({ available: 1 })
    const merged = await account({ closed: true })
    await trying(async (tx) => {
      const attempt = openAccounts(tx, [merged, open])
      await expect(attempt).rejects.toBeInstanceOf(TryAgain)
      await expect(attempt).rejects.toThrow(`Account ${keyOf(merged)} was merged`)
      await expect(openAccounts(tx, [merged, open], 'try-again')).rejects.toBeInstanceOf(TryAgain)
      const left = await openAccounts(tx, [merged, open], 'leave-out')
      expect([...left.keys()]).toEqual([keyOf(open)])
      expect(left.get(keyOf(open))).not.toHaveProperty('closed')
    })
  })

  test('takes no other unit for points', async () => {
    const key = await account({ available: 7 })
    await owner.query(
      "INSERT INTO balance (shop_id, account_id, unit, available) VALUES ($1, $2, 'status', 500)",
      [shopId, key.accountId],
    )
    const found = await trying((tx) => openAccounts(tx, [key]))
    expect([...found.values()].map(({ available }) => available)).toEqual([7])
  })
})

describe('loading lots', () => {
  const EARNED = Date.parse('2026-03-28T23:30:00.125Z')

  test('gives every open lot of each account, and no closed one', async () => {
    const [one, two] = [await account({ available: 30, held: 5 }), await account()]
    const order = '7000000000000000042'
    const first = await makeLot(owner, one, {
      orderId: order,
      earnedAt: EARNED,
      expiresOn: '2027-03-31',
      earned: 50,
      remaining: 25,
      held: 5,
    })
    const second = await makeLot(owner, one, { remaining: 10, earnedAt: EARNED + 1, awardId: 3 })
    await makeLot(owner, one, { remaining: 0, earned: 8 })
    await trying(async (tx) => {
      const accounts = await openAccounts(tx, [one, two])
      await loadLots(tx, accounts.values())
      const lots = accounts.get(keyOf(one))?.lots?.toSorted((a, b) => (a.lotId ?? 0) - (b.lotId ?? 0))
      expect(lots).toEqual([
        {
          lotId: first,
          orderId: order,
          awardId: null,
          earnedAt: EARNED,
          expiresOn: '2027-03-31',
          earned: 50,
          remaining: 25,
          held: 5,
          changed: false,
        },
        {
          lotId: second,
          orderId: null,
          awardId: 3,
          earnedAt: EARNED + 1,
          expiresOn: null,
          earned: 10,
          remaining: 10,
          held: 0,
          changed: false,
        },
      ])
      expect(accounts.get(keyOf(two))?.lots).toEqual([])
    })
  })

  test('leaves alone what is loaded, and asks nothing when all are', async () => {
    const key = await account({ available: 4 })
    await makeLot(owner, key, { remaining: 4 })
    await trying(async (tx) => {
      const draft = await openAccount(tx, key)
      expect(draft.lots).toHaveLength(1)
      const lots = draft.lots
      await loadLots(UNASKED, [draft])
      expect(draft.lots).toBe(lots)
    })
    await loadLots(UNASKED, [])
  })

  test('asks once for many accounts', async () => {
    const keys = [await account(), await account(), await elsewhere()]
    await trying(async (tx) => {
      const accounts = await openAccounts(tx, keys)
      const { tx: heard, asked } = overheard(tx)
      await loadLots(heard, accounts.values())
      expect(asked).toHaveLength(1)
    })
  })

  test('of one account comes with its lock', async () => {
    const key = await account({ available: 4, pending: 2 })
    const lotId = await makeLot(owner, key, { remaining: 4 })
    const draft = await trying((tx) => openAccount(tx, key))
    expect(draft).toMatchObject({ ...key, available: 4, pending: 2, newLots: [] })
    expect(draft.lots?.map((lot) => lot.lotId)).toEqual([lotId])
  })
})

describe('loading only the lots that lapse', () => {
  test('gives those, with their moments, in their order, and says that others are missing', async () => {
    const key = await account({ available: 30 })
    const moment = Date.parse('2026-10-25T00:59:59.999Z')
    const first = await makeLot(owner, key, { remaining: 10, earnedAt: moment, expiresOn: '2026-12-31' })
    const second = await makeLot(owner, key, { remaining: 15, orderId: '99', earned: 20, held: 3 })
    await makeLot(owner, key, { remaining: 5 })
    await trying(async (tx) => {
      const accounts = await openAccounts(tx, [key])
      await loadSomeLots(tx, accounts, [
        { ...key, lotId: second },
        { ...key, lotId: first },
      ])
      const draft = accounts.get(keyOf(key))
      expect(draft?.someLots).toBe(true)
      expect(draft?.lots).toEqual([
        {
          lotId: first,
          orderId: null,
          earnedAt: moment,
          expiresOn: '2026-12-31',
          earned: 10,
          remaining: 10,
          held: 0,
          changed: false,
        },
        expect.objectContaining({ lotId: second, orderId: '99', earned: 20, remaining: 15, held: 3 }),
      ])
    })
  })

  test("leaves out a closed lot, another account's and another shop's", async () => {
    const [key, other, far] = [await account({ available: 2 }), await account(), await elsewhere()]
    const closed = await makeLot(owner, key, { remaining: 0, earned: 9 })
    const others = await makeLot(owner, other, { remaining: 9 })
    const fars = await makeLot(owner, far, { remaining: 9 })
    await trying(async (tx) => {
      const accounts = await openAccounts(tx, [key])
      await loadSomeLots(tx, accounts, [
        { ...key, lotId: closed },
        { ...key, lotId: others },
        { ...key, lotId: fars },
        { ...other, lotId: others },
      ])
      expect(accounts.get(keyOf(key))?.lots).toEqual([])
    })
  })

  test('asks nothing when no lot is named', async () => {
    const key = await account({ available: 2 })
    const accounts = await trying((tx) => openAccounts(tx, [key]))
    await loadSomeLots(UNASKED, accounts, [])
    expect(accounts.get(keyOf(key))).toMatchObject({ lots: [], someLots: true })
  })
})
