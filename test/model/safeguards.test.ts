import type pg from 'pg'
import { beforeAll, describe, expect, test } from 'vitest'
import { acrossShops, withShop } from '../../app/db/db.server.ts'
import { TryAgain } from '../../app/db/tx.ts'
import { reserve } from '../../app/domain/account/account.ts'
import { openAccount, openAccounts } from '../../app/ledger/accounts.ts'
import { ensureAccounts } from '../../app/ledger/ensure-accounts.ts'
import { endHold, writeHold } from '../../app/ledger/holds.ts'
import { type Posting, post } from '../../app/ledger/post.ts'
import { lapseRewards } from '../../app/loyalty/codes/lapse-rewards.ts'
import { mergeMembers } from '../../app/loyalty/members/merge-members.ts'
import type { Shop } from '../../app/loyalty/shop/shop-of-request.ts'
import { useDatabase } from '../database.ts'
import { buy, settle } from '../support/member.ts'
import { testProgram } from '../support/program.ts'
import { redeemCode } from '../support/redeem-code.ts'
import { makeShop } from '../support/shop.ts'

/**
 * The second lines of defence, each asked alone: what stands in the database should the code in front of it fail.
 * `scripts/seeded-bugs.ts` takes them away one at a time.
 */
const database = useDatabase()
let owner: pg.Pool
let shopId: number
let key: { shopId: number; accountId: number }

beforeAll(async () => {
  owner = database.owner()
  shopId = (await makeShop(owner, { program: testProgram() })).shopId
  await buy(shopId, { id: 1, customer: 1, lines: [{ price: '1000.00' }] })
  const [found] = await withShop(shopId, async (tx) => [
    ...(
      await ensureAccounts(tx, [{ shopId, customerId: '1', guestHash: null, toldAt: Date.now() }])
    ).values(),
  ])
  key = found as typeof key
})

function posting(change: Partial<Posting> = {}): Posting {
  return {
    ...key,
    kind: 'adjustment',
    sourceId: 'a',
    part: 'points',
    version: 1,
    programVersion: null,
    eventAt: Date.now(),
    actor: 'shop',
    reason: 'test',
    why: null,
    moves: [{ from: 'issued', to: 'pending', amount: 5, availableAfter: 1_000, pendingAfter: 5 }],
    ...change,
  }
}

describe('the book', () => {
  test('takes a business key once; the same key with other content is an error', async () => {
    const write = (one: Posting) =>
      withShop(shopId, async (tx) => {
        const account = await openAccount(tx, key)
        account.pending += 5
        await post(tx, [account], [one])
      })
    await write(posting())
    await expect(write(posting())).rejects.toMatchObject({ code: 'key-conflict' })
    await expect(
      write(
        posting({
          moves: [{ from: 'issued', to: 'pending', amount: 6, availableAfter: 0, pendingAfter: 0 }],
        }),
      ),
    ).rejects.toMatchObject({ code: 'key-conflict' })
  })

  test.each(['posting', 'entry', 'program'])(
    '%s can neither be changed nor deleted, even by its owner',
    async (table) => {
      await expect(owner.query(`UPDATE ${table} SET shop_id = shop_id`)).rejects.toThrow('refused')
      await expect(owner.query(`DELETE FROM ${table}`)).rejects.toThrow('refused')
    },
  )

  test('moves no nothing, and nothing from a place to itself', async () => {
    const values = (amount: number, to: string) =>
      owner.query(
        `INSERT INTO entry (shop_id, account_id, posting_id, source, destination, amount, available_after, pending_after, event_at)
         SELECT shop_id, account_id, posting_id, 'issued', $2::bucket, $1, 0, 0, now() FROM posting LIMIT 1`,
        [amount, to],
      )
    await expect(values(0, 'pending')).rejects.toMatchObject({ code: '23514' })
    await expect(values(-1, 'pending')).rejects.toMatchObject({ code: '23514' })
    await expect(values(1, 'issued')).rejects.toMatchObject({ code: '23514' })
  })
})

describe('a balance', () => {
  test.each([
    ['pending', 'pending = -1'],
    ['available', 'available = -1'],
    ['held', 'held = -1'],
    ['debt', 'debt = -1'],
    ['debt beside available points', 'debt = 1, available = 1'],
  ])('is never below zero: %s', async (_, change) => {
    await expect(
      owner.query(`UPDATE balance SET ${change} WHERE account_id = $1`, [key.accountId]),
    ).rejects.toMatchObject({ code: '23514' })
  })

  test.each([
    ['more than it earned', 'remaining = earned + 1'],
    ['less than nothing', 'remaining = -1'],
    ['less than what is held', 'held = remaining + 1'],
    ['points and is closed', 'closed = true'],
  ])('lot never holds %s', async (_, change) => {
    await expect(owner.query(`UPDATE lot SET ${change}`)).rejects.toMatchObject({ code: '23514' })
  })
})

describe('a hold', () => {
  test('ends once', async () => {
    const ended = await withShop(shopId, async (tx) => {
      const account = await openAccount(tx, key)
      const { moves, shares } = reserve(account, 100)
      const holdId = await writeHold(tx, account, { shares, createdAt: 1, expiresAt: 2 })
      await post(tx, [account], [posting({ kind: 'redemption', sourceId: 'h', moves })])
      const once = await endHold(tx, account, holdId, 'released', 3)
      const twice = await endHold(tx, account, holdId, 'captured', 4)
      return [once?.length, twice]
    })
    expect(ended).toEqual([1, null])
  })
})

describe('a merged account', () => {
  test('is written no more: whoever comes late looks again', async () => {
    for (const customer of [8, 9]) await buy(shopId, { id: customer, customer })
    const gone = await withShop(shopId, (tx) =>
      ensureAccounts(tx, [{ shopId, customerId: '8', guestHash: null, toldAt: Date.now() }]),
    )
    await acrossShops((tx) =>
      mergeMembers(tx, shopId, { keptId: '9', deletedId: '8' }, Date.now(), Date.now()),
    )
    const tried: unknown[] = []
    await withShop(shopId, (tx) => openAccounts(tx, gone.values()).catch((error) => tried.push(error)))
    expect(tried[0]).toBeInstanceOf(TryAgain)
  })
})

describe('an order', () => {
  test('that moved to another account while we waited for its own is looked at again', async () => {
    await buy(shopId, { id: 70, customer: 71 })
    const at = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString()
    const tried: unknown[] = []
    let late: Promise<unknown> = Promise.resolve()
    await withShop(shopId, async (tx) => {
      const [holder] = (
        await ensureAccounts(tx, [{ shopId, customerId: '71', guestHash: null, toldAt: Date.now() }])
      ).values()
      await openAccounts(tx, holder ? [holder] : [])
      late = withShop(shopId, (other) =>
        settle(other, shopId, { id: 70, customer: null, updatedAt: at(2) }).catch((error) =>
          tried.push(error),
        ),
      )
      await expect.poll(() => waiting()).toBe(1)
      await settle(tx, shopId, { id: 70, customer: 72, updatedAt: at(1) })
    })
    await late
    expect(tried[0]).toBeInstanceOf(TryAgain)
  })

  test('of nobody is locked while it is settled: an older state that waited for it changes nothing', async () => {
    const state = (minutes: number) => ({
      id: 75,
      customer: null,
      updatedAt: new Date(Date.parse('2026-11-01T10:00:00Z') + minutes * 60_000).toISOString(),
    })
    await buy(shopId, state(1))
    let late: Promise<unknown> = Promise.resolve()
    await withShop(shopId, async (tx) => {
      await settle(tx, shopId, state(3))
      late = withShop(shopId, (other) => settle(other, shopId, state(2)))
      await expect.poll(() => waiting()).toBe(1)
    })
    await late
    const { rows } = await owner.query(
      'SELECT updated_at AS at FROM order_state WHERE shop_id = $1 AND order_id = 75',
      [shopId],
    )
    expect(rows[0].at.toISOString()).toBe(state(3).updatedAt)
  })
})

/** How many connections wait for a row that another one has locked. */
async function waiting(): Promise<number> {
  const { rows } = await owner.query(
    `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  )
  return rows[0].n
}

describe('another shop', () => {
  test('has no rows as far as a request can see, in any table, and takes none', async () => {
    const other = await makeShop(owner, { program: testProgram() })
    const { rows: tables } = await owner.query<{ name: string }>(
      `SELECT DISTINCT table_name AS name FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
        WHERE column_name = 'shop_id' AND table_schema = 'public' AND table_type = 'BASE TABLE'`,
    )
    expect(tables.length).toBeGreaterThan(15)
    const seen: string[] = []
    await withShop(other.shopId, async (tx) => {
      for (const { name } of tables) {
        const { rows } = await tx.query(`SELECT count(*)::int AS n FROM ${name} WHERE shop_id <> $1`, [
          other.shopId,
        ])
        if (rows[0].n > 0) seen.push(name)
      }
    })
    expect(seen).toEqual([])
    await expect(
      withShop(other.shopId, (tx) =>
        tx.query(`INSERT INTO account (shop_id, customer_id) VALUES ($1, 99)`, [shopId]),
      ),
    ).rejects.toMatchObject({ code: '42501' })
  })
})

describe('a delivery', () => {
  test('is stored once under its id', async () => {
    const store = () =>
      owner.query(
        `INSERT INTO delivery (shop_id, webhook_id, topic, shop_domain, body) VALUES ($1, 'twice', 'a/b', 'c', '')`,
        [shopId],
      )
    await store()
    await expect(store()).rejects.toMatchObject({ code: '23505' })
  })
})

describe('a redemption', () => {
  test('stands once under its request key, and its code once in the shop', async () => {
    const insert = (requestKey: string, code: string) =>
      owner.query(
        `INSERT INTO redemption (shop_id, account_id, request_key, program_version, reward_id, reward, cost, hold_id, code, ends_at)
         SELECT $1, $2, $3, 1, 'r', '{}', 1, (SELECT min(hold_id) FROM hold WHERE shop_id = $1), $4, now()`,
        [shopId, key.accountId, requestKey, code],
      )
    await insert('one', 'ST-1')
    await expect(insert('one', 'ST-2')).rejects.toMatchObject({ code: '23505' })
    await expect(insert('two', 'ST-1')).rejects.toMatchObject({ code: '23505' })
  })
})

describe('a code', () => {
  test('that an unpaid order holds does not lapse: the order may still be paid', async () => {
    const shop = await makeShop(owner, { program: testProgram() })
    await owner.query('UPDATE shop SET uninstalled_at = now() WHERE shop_id = $1', [shop.shopId])
    await buy(shop.shopId, { id: 1, customer: 1, lines: [{ price: '600.00' }] })
    const wish = {
      customerId: '1',
      rewardId: 'five-off',
      price: 500,
      requestKey: 'held-by-order',
      now: Date.now(),
    }
    const { code } = await redeemCode({ shop: { shopId: shop.shopId } as Shop, ...wish })
    const order = { id: 2, customer: 1, codes: [code] }
    await buy(shop.shopId, { ...order, status: 'pending' })
    expect(await lapseRewards(() => Date.now() + 60 * 86_400_000)).toBe(0)
    const { rows } = await owner.query('SELECT held::int FROM balance WHERE shop_id = $1 AND held > 0', [
      shop.shopId,
    ])
    expect(rows).toEqual([{ held: 500 }])
  })
})
