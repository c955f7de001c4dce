import type pg from 'pg'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { acrossShops, withShop } from '../../app/db/db.server.ts'
import { awardAvailable, awardPending, type Move, mature } from '../../app/domain/account/account.ts'
import { type AccountKey, type OpenAccount, openAccount } from '../../app/ledger/accounts.ts'
import { digestOf, type Posting, post } from '../../app/ledger/post.ts'
import { useDatabase } from '../database.ts'
import { makeShop } from '../support/shop.ts'
import { AT, balanceOf, makeAccount, ORDER, origin, overheard, posting, write } from './support.ts'

const database = useDatabase()
let owner: pg.Pool
let shopId: number

beforeAll(() => {
  owner = database.owner()
})
beforeEach(async () => {
  shopId = (await makeShop(owner)).shopId
})

const postings = async () =>
  (
    await owner.query(
      `SELECT posting_id::float8 AS "postingId", account_id::int AS "accountId", kind, source_id AS "sourceId",
              part, version, program_version AS "programVersion", (extract(epoch FROM event_at) * 1000)::float8 AS at,
              actor, reason, why, digest::float8 AS digest
         FROM posting WHERE shop_id = $1 ORDER BY posting_id`,
      [shopId],
    )
  ).rows
const entries = async () =>
  (
    await owner.query(
      `SELECT posting_id::float8 AS "postingId", account_id::int AS "accountId", unit, source, destination,
              amount::int, available_after::int AS available, pending_after::int AS pending,
              (extract(epoch FROM event_at) * 1000)::float8 AS at
         FROM entry WHERE shop_id = $1 ORDER BY entry_id`,
      [shopId],
    )
  ).rows
const balance = (key: AccountKey) => balanceOf(owner, key)

describe('a posting', () => {
  test('stands in the book with everything that explains it, and its entries in their order', async () => {
    const key = await makeAccount(owner, shopId, { debt: 30 })
    await write(key, (account) => [posting(key, awardAvailable(account, 100, origin))])
    const [row, ...others] = await postings()
    expect(others).toEqual([])
    expect(row).toEqual({
      postingId: expect.any(Number),
      accountId: key.accountId,
      kind: 'order',
      sourceId: ORDER,
      part: 'earn',
      version: 0,
      programVersion: 3,
      at: AT,
      actor: 'system',
      reason: null,
      why: { v: 1, text: 'ä' },
      digest: expect.any(Number),
    })
    const common = { postingId: row.postingId, accountId: key.accountId, unit: 'points', at: AT, pending: 0 }
    expect(await entries()).toEqual([
      { ...common, source: 'issued', destination: 'available', amount: 100, available: 70 },
      { ...common, source: 'available', destination: 'debt', amount: 30, available: 70 },
    ])
  })

  test('says who and why when a person decided, and has no program version then', async () => {
    const key = await makeAccount(owner, shopId)
    await write(key, (account) => [
      posting(key, awardAvailable(account, 5, origin, 'adjusted'), {
        kind: 'adjustment',
        actor: 'staff:42',
        reason: 'Kulanz nach Beratung',
        programVersion: null,
        version: 7,
        part: 'by hand',
        why: null,
      }),
    ])
    expect((await postings())[0]).toMatchObject({
      kind: 'adjustment',
      actor: 'staff:42',
      reason: 'Kulanz nach Beratung',
      programVersion: null,
      version: 7,
      part: 'by hand',
      why: null,
    })
  })

  test('that moves nothing is not written, though the account is saved', async () => {
    const key = await makeAccount(owner, shopId)
    await write(key, (account) => {
      const moves = awardPending(account, 9)
      return [posting(key, [], { part: 'nothing' }), posting(key, moves)]
    })
    expect((await postings()).map(({ part }) => part)).toEqual(['earn'])
    const other = await makeAccount(owner, shopId)
    await withShop(shopId, async (tx) => {
      const account = await openAccount(tx, other)
      account.pending = 4
      await post(tx, [account], [posting(other, [], { part: 'nothing' })])
    })
    expect(await postings()).toHaveLength(1)
    expect(await balance(other)).toMatchObject({ pending: 4 })
  })

  test('of many accounts and shops is written at once, each entry with its own posting', async () => {
    const far = await makeShop(owner)
    const keys = [
      await makeAccount(owner, shopId),
      await makeAccount(owner, shopId),
      await makeAccount(owner, far.shopId),
    ]
    await acrossShops(async (tx) => {
      const accounts: OpenAccount[] = []
      for (const key of keys) accounts.push(await openAccount(tx, key))
      const { tx: heard, asked } = overheard(tx)
      await post(
        heard,
        new Set(accounts),
        accounts.flatMap((account, n) => [
          posting(account, awardPending(account, n + 1), { sourceId: `${n}`, eventAt: AT + n }),
          posting(account, mature(account, n + 1, origin), { sourceId: `${n}`, part: 'mature' }),
        ]),
      )
      expect(asked.length).toBeLessThanOrEqual(6)
    })
    const found = await postings()
    expect(found.map(({ accountId, sourceId, part }) => [accountId, sourceId, part])).toEqual([
      [keys[0]?.accountId, '0', 'earn'],
      [keys[0]?.accountId, '0', 'mature'],
      [keys[1]?.accountId, '1', 'earn'],
      [keys[1]?.accountId, '1', 'mature'],
    ])
    expect(
      (await entries()).map((entry) => [entry.postingId, entry.accountId, entry.amount, entry.at]),
    ).toEqual(found.map(({ postingId, accountId, at }, i) => [postingId, accountId, i < 2 ? 1 : 2, at]))
    expect(found.map(({ at }) => at)).toEqual([AT, AT, AT + 1, AT])
    // One block of the sequence: an id beyond it may be another transaction's.
    expect(found.map(({ postingId }) => postingId - Number(found[0]?.postingId))).toEqual([0, 1, 2, 3])
    const { rows } = await owner.query('SELECT count(*)::int AS n FROM entry WHERE shop_id = $1', [
      far.shopId,
    ])
    expect(rows[0].n).toBe(2)
  })
})

describe('a business key exists once (invariant 5)', () => {
  const award = (key: AccountKey, amount: number, more: Partial<Posting> = {}) =>
    write(key, (account) => [posting(key, awardPending(account, amount), more)])

  test('the same key again is a conflict that names it, and writes nothing', async () => {
    const key = await makeAccount(owner, shopId)
    await award(key, 10)
    const again = award(key, 11)
    await expect(again).rejects.toMatchObject({ name: 'DomainError', code: 'key-conflict', details: {} })
    await expect(again).rejects.toThrow(
      `A posting stands in the book already, of ${shopId}/order/${ORDER}/earn/0`,
    )
    expect(await balance(key)).toMatchObject({ pending: 10 })
    expect(await entries()).toHaveLength(1)
  })

  test('of a batch the first keys are named, and the others counted', async () => {
    const key = await makeAccount(owner, shopId)
    const batch = (count: number) =>
      write(key, (account) =>
        Array.from({ length: count }, (_, i) => posting(key, awardPending(account, 1), { sourceId: `${i}` })),
      )
    await award(key, 1, { sourceId: '0' })
    const named = [0, 1, 2, 3, 4].map((i) => `${shopId}/order/${i}/earn/0`).join(', ')
    await expect(batch(5)).rejects.toThrow(new RegExp(`already, of ${named}$`))
    await expect(batch(7)).rejects.toThrow(new RegExp(`already, of ${named} and 2 others$`))
  })

  test('another kind, source, part, version or shop is another key', async () => {
    const key = await makeAccount(owner, shopId)
    const far = await makeAccount(owner, (await makeShop(owner)).shopId)
    await award(key, 1)
    await award(key, 1, { kind: 'import' })
    await award(key, 1, { sourceId: '43' })
    await award(key, 1, { part: 'mature' })
    await award(key, 1, { version: 1 })
    await award(far, 1)
    expect(await balance(key)).toMatchObject({ pending: 5 })
  })

  test('any other refusal of the database stays what it is', async () => {
    const key = await makeAccount(owner, shopId)
    await expect(award(key, 1, { kind: 'adjustment', reason: null, actor: '' })).rejects.toMatchObject({
      code: '23514',
    })
    await award(key, 1)
    await owner.query("SELECT setval('posting_id_seq', (SELECT max(posting_id) FROM posting), false)")
    await expect(award(key, 1, { version: 1 })).rejects.toMatchObject({
      code: '23505',
      constraint: 'posting_pkey',
    })
    await owner.query("SELECT setval('posting_id_seq', (SELECT max(posting_id) FROM posting))")
  })
})

describe('the fingerprint of a posting', () => {
  const move = (from: Move['from'], to: Move['to'], amount: number): Move => ({
    from,
    to,
    amount,
    availableAfter: 0,
    pendingAfter: 0,
  })
  const of = (accountId: number, ...moves: Move[]) => digestOf(posting({ shopId: 1, accountId }, moves))
  const award = move('issued', 'pending', 5)

  test('is that of account, directions and amounts, in their order, and of nothing else', () => {
    const different = [
      of(1, award),
      of(2, award),
      of(1, move('issued', 'pending', 6)),
      of(1, move('pending', 'issued', 5)),
      of(1, award, award),
      of(1, award, move('pending', 'issued', 5)),
      of(1, move('pending', 'issued', 5), award),
      of(1),
    ]
    expect(new Set(different).size).toBe(different.length)
    const same = posting({ shopId: 9, accountId: 1 }, [{ ...award, availableAfter: 8, pendingAfter: 7 }], {
      actor: 'staff:1',
      eventAt: 0,
      why: null,
    })
    expect(digestOf(same)).toBe(of(1, award))
  })

  test('is the same for ever: books keep it', async () => {
    // The first 52 bits of sha256("1|issued>pending:5,pending>available:3").
    expect(of(1, award, move('pending', 'available', 3))).toBe(2448397173310527)
    const key = await makeAccount(owner, shopId)
    await write(key, (account) => [posting(key, awardPending(account, 5))])
    expect((await postings())[0].digest).toBe(of(key.accountId, award))
  })
})
