import type pg from 'pg'
import { withShop } from '../../app/db/db.server.ts'
import type { Tx } from '../../app/db/tx.ts'
import type { Move } from '../../app/domain/account/account.ts'
import type { Lot, LotOrigin } from '../../app/domain/account/lots.ts'
import { type AccountKey, type OpenAccount, openAccount } from '../../app/ledger/accounts.ts'
import { type Posting, post } from '../../app/ledger/post.ts'

/** Rows as the ledger finds them, written past the ledger, so that its tests do not lean on itself. */
interface Balance {
  pending: number
  available: number
  held: number
  debt: number
  tierId: string | null
  closed: boolean
}

let customers = 7_000_000_000_000_000_001n

/** A customer's account with this balance. */
export async function makeAccount(
  owner: pg.Pool,
  shopId: number,
  balance: Partial<Balance> = {},
): Promise<AccountKey> {
  const { rows } = await owner.query(
    'INSERT INTO account (shop_id, customer_id) VALUES ($1, $2) RETURNING account_id::int AS "accountId"',
    [shopId, customers++],
  )
  const { accountId } = rows[0]
  const { pending = 0, available = 0, held = 0, debt = 0, tierId = null, closed = false } = balance
  await owner.query(
    `INSERT INTO balance (shop_id, account_id, pending, available, held, debt, tier_id, closed)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [shopId, accountId, pending, available, held, debt, tierId, closed],
  )
  return { shopId, accountId }
}

/** A lot of the account. @returns its id */
export async function makeLot(
  owner: pg.Pool,
  { shopId, accountId }: AccountKey,
  lot: Partial<Omit<Lot, 'lotId' | 'changed'>> & { remaining: number },
): Promise<number> {
  const { rows } = await owner.query(
    `INSERT INTO lot (shop_id, account_id, order_id, earned_at, expires_on, earned, remaining, held, closed, award_id)
     VALUES ($1, $2, $3, to_timestamp($4 / 1000.0), $5, $6, $7::bigint, $8, $7::bigint = 0, $9)
     RETURNING lot_id::int AS "lotId"`,
    [
      shopId,
      accountId,
      lot.orderId ?? null,
      lot.earnedAt ?? Date.parse('2026-03-01T09:00:00Z'),
      lot.expiresOn ?? null,
      lot.earned ?? Math.max(1, lot.remaining),
      lot.remaining,
      lot.held ?? 0,
      lot.awardId ?? null,
    ],
  )
  return rows[0].lotId
}

/** What the database keeps as the account's points. */
export async function balanceOf(
  owner: pg.Pool,
  { shopId, accountId }: AccountKey,
): Promise<Omit<Balance, 'closed' | 'tierId'>> {
  const { rows } = await owner.query(
    `SELECT pending::int, available::int, held::int, debt::int FROM balance
      WHERE shop_id = $1 AND account_id = $2 AND unit = 'points'`,
    [shopId, accountId],
  )
  return rows[0]
}

/** The same transaction, noting what it is asked. */
export function overheard(tx: Tx): { tx: Tx; asked: string[] } {
  const asked: string[] = []
  const query = (...args: unknown[]) => {
    asked.push(String(args[0]))
    return (tx.query as (...args: unknown[]) => unknown)(...args)
  }
  return { tx: { query } as Tx, asked }
}

/** A transaction that must not be asked anything. */
export const UNASKED = {
  query: () => {
    throw new Error('The database was asked')
  },
} as unknown as Tx

/** When the postings of these tests happened: an eighth of a second after Berlin's clocks were put forward. */
export const AT = Date.parse('2026-03-29T01:00:00.125Z')
export const ORDER = '7000000000000000042'
export const origin: LotOrigin = { orderId: ORDER, earnedAt: AT, expiresOn: '2027-03-29' }

/** The posting of an order's points. */
export function posting(key: AccountKey, moves: Move[], more: Partial<Posting> = {}): Posting {
  return {
    shopId: key.shopId,
    accountId: key.accountId,
    kind: 'order',
    sourceId: ORDER,
    part: 'earn',
    version: 0,
    programVersion: 3,
    eventAt: AT,
    actor: 'system',
    reason: null,
    why: { v: 1, text: 'ä' },
    moves,
    ...more,
  }
}

/** Opens the account, lets `decide` change the draft, and posts what it returns. */
export const write = (key: AccountKey, decide: (account: OpenAccount) => Posting[]) =>
  withShop(key.shopId, async (tx) => {
    const account = await openAccount(tx, key)
    await post(tx, [account], decide(account))
  })
