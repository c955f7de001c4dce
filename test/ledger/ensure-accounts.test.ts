import type pg from 'pg'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { acrossShops } from '../../app/db/db.server.ts'
import { ensureAccounts } from '../../app/ledger/ensure-accounts.ts'
import type { ToldHolder } from '../../app/ledger/forgotten-persons.ts'
import { holderKey } from '../../app/ledger/holder.ts'
import { useDatabase } from '../database.ts'
import { makeShop } from '../support/shop.ts'
import { overheard, UNASKED } from './support.ts'

const database = useDatabase()
let owner: pg.Pool
let shopId: number

beforeAll(() => {
  owner = database.owner()
})
beforeEach(async () => {
  shopId = (await makeShop(owner)).shopId
})

const CUSTOMER = '7000000000000000077'
const NOW = Date.parse('2026-11-20T10:00:00Z')
const customer = (customerId: string, shop = shopId): ToldHolder => ({
  shopId: shop,
  customerId,
  guestHash: null,
  toldAt: NOW,
})
const guest = (guestHash: string, shop = shopId): ToldHolder => ({
  shopId: shop,
  customerId: null,
  guestHash,
  toldAt: NOW,
})
const ensure = (...holders: ToldHolder[]) => acrossShops((tx) => ensureAccounts(tx, holders))

async function stored(shop = shopId) {
  const { rows } = await owner.query(
    `SELECT a.account_id::int AS "accountId", a.customer_id::text AS customer, a.guest_hash AS guest,
            b.pending::int, b.available::int, b.held::int, b.debt::int, b.closed
       FROM account a LEFT JOIN balance b USING (shop_id, account_id) WHERE shop_id = $1 ORDER BY 1`,
    [shop],
  )
  return rows
}

const EMPTY = { pending: 0, available: 0, held: 0, debt: 0, closed: false }

test('a customer and a guest never have the same key, nor have two shops', () => {
  const keys = [customer('1', 1), guest('1', 1), customer('1', 2), guest('1', 2)].map(holderKey)
  expect(keys).toEqual(['1/1', '1/g:1', '2/1', '2/g:1'])
})

describe('accounts are made where they are missing', () => {
  test('with an empty balance, for customers and for guests', async () => {
    const found = await ensure(customer(CUSTOMER), guest('abc'))
    const rows = await stored()
    expect(rows).toEqual([
      { accountId: expect.any(Number), customer: CUSTOMER, guest: null, ...EMPTY },
      { accountId: expect.any(Number), customer: null, guest: 'abc', ...EMPTY },
    ])
    const own = ({ accountId }: { accountId: number }) => ({
      shopId,
      accountId,
      ownId: accountId,
      named: true,
      alias: null,
    })
    expect(found).toEqual(
      new Map([
        [`${shopId}/${CUSTOMER}`, own(rows[0])],
        [`${shopId}/g:abc`, own(rows[1])],
      ]),
    )
  })

  test('once, however often a batch names the holder, and are the same ever after', async () => {
    const first = await ensure(customer(CUSTOMER), customer(CUSTOMER), guest('abc'), guest('abc'))
    expect(await stored()).toHaveLength(2)
    const second = await ensure(guest('abc'), customer(CUSTOMER))
    expect(await stored()).toHaveLength(2)
    expect(new Map([...second].sort())).toEqual(new Map([...first].sort()))
  })

  test('beside those that are there already', async () => {
    const before = await ensure(customer('1'), guest('x'))
    const after = await ensure(customer('1'), customer('2'), guest('x'), guest('y'))
    expect(after.size).toBe(4)
    for (const [key, account] of before) expect(after.get(key)).toEqual(account)
    expect((await stored()).map((row) => row.customer ?? row.guest)).toEqual(['1', 'x', '2', 'y'])
  })

  test('for each shop of its own', async () => {
    const other = (await makeShop(owner)).shopId
    const found = await ensure(customer('1'), customer('1', other), guest('x', other))
    expect(await stored()).toHaveLength(1)
    expect(await stored(other)).toHaveLength(2)
    expect(found.get(`${shopId}/1`)?.accountId).not.toBe(found.get(`${other}/1`)?.accountId)
    expect(found.get(`${other}/g:x`)?.shopId).toBe(other)
    expect(found.has(`${shopId}/g:x`)).toBe(false)
  })

  test("under the customer when an order tells an e-mail's hash as well", async () => {
    await ensure({ shopId, customerId: '5', guestHash: 'abc', toldAt: NOW })
    expect(await stored()).toEqual([{ accountId: expect.any(Number), customer: '5', guest: null, ...EMPTY }])
  })

  test('by two at the same moment without either failing', async () => {
    const holders = ['1', '2', '3', '4'].map((id) => customer(id))
    const [one, two] = await Promise.all([ensure(...holders), ensure(...holders.toReversed())])
    expect(new Map([...two].sort())).toEqual(new Map([...one].sort()))
    expect(await stored()).toHaveLength(4)
  })
})

test('a merged customer has the account that it was merged into', async () => {
  const found = await ensure(customer('1'), customer('2'))
  const kept = found.get(`${shopId}/1`)
  await owner.query('UPDATE account SET merged_into = $2 WHERE shop_id = $1 AND customer_id = 2', [
    shopId,
    kept?.accountId,
  ])
  expect((await ensure(customer('2'))).get(`${shopId}/2`)).toEqual({
    ...kept,
    ownId: found.get(`${shopId}/2`)?.accountId,
    alias: customer('2'),
  })
  expect(await stored()).toHaveLength(2)
})

describe('the database is asked as little as possible', () => {
  const asked = (...holders: ToldHolder[]) =>
    acrossShops(async (tx) => {
      const heard = overheard(tx)
      await ensureAccounts(heard.tx, holders)
      return heard.asked.length
    })

  test('not at all for nobody', async () => {
    expect(await ensureAccounts(UNASKED, [])).toEqual(new Map())
  })

  test('once for known customers, once for known guests', async () => {
    await ensure(customer('1'), customer('2'), guest('x'))
    expect(await asked(customer('1'), customer('2'))).toBe(1)
    expect(await asked(guest('x'))).toBe(1)
    expect(await asked(customer('1'), guest('x'))).toBeLessThanOrEqual(2)
  })
})
