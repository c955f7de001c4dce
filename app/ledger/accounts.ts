import { TryAgain, type Tx } from '../db/tx.ts'
import type { Account } from '../domain/account/account.ts'
import type { Lot } from '../domain/account/lots.ts'
import { bigints } from './arrays.ts'

/** Which account: always shop first. */
export interface AccountKey {
  shopId: number
  accountId: number
}

/** One that was found by whose it is: whoever waits for its lock counts on the person not having been redacted. */
export interface NamedAccount extends AccountKey {
  named: true
}

export type OpenAccount = Account &
  AccountKey & {
    /** The member's place on the shop's ladder, for lists and badges; null: none. */
    tierId: string | null
  }

export function keyOf(key: AccountKey): string {
  return `${key.shopId}/${key.accountId}`
}

/** Sorted by (shop, account), each once: the only order in which balances are ever locked. */
export function sortedKeys(keys: Iterable<AccountKey>): AccountKey[] {
  const each = new Map<string, AccountKey>()
  for (const key of keys) each.set(keyOf(key), key)
  return [...each.values()].sort((a, b) => a.shopId - b.shopId || a.accountId - b.accountId)
}

/**
 * Locks the balances for this transaction and returns them as drafts, without lots. Nobody else can move a point of
 * these accounts until the transaction ends.
 * @param merged what to do with an account that was merged into another one: begin again, or leave it out
 * @throws TryAgain when an account was merged into another one meanwhile, or a named one redacted: it is nobody's now
 * @throws Error when an account has no balance row
 */
export async function openAccounts(
  tx: Tx,
  keys: Iterable<AccountKey | NamedAccount>,
  merged: 'try-again' | 'leave-out' = 'try-again',
): Promise<Map<string, OpenAccount>> {
  const wanted = [...keys]
  const sorted = sortedKeys(wanted)
  if (sorted.length === 0) return new Map()
  const { rows } = await tx.query<
    AccountKey &
      Pick<OpenAccount, 'pending' | 'available' | 'held' | 'debt' | 'tierId'> & {
        closed: boolean
        redacted: boolean
      }
  >(
    `SELECT b.shop_id AS "shopId", b.account_id AS "accountId", b.pending, b.available, b.held, b.debt,
            b.tier_id AS "tierId", b.closed, b.redacted
       FROM (SELECT unnest($1::bigint[]) AS shop_id, unnest($2::bigint[]) AS account_id) r
       JOIN balance b ON b.shop_id = r.shop_id AND b.account_id = r.account_id AND b.unit = 'points'
      ORDER BY b.shop_id, b.account_id
        FOR UPDATE OF b`,
    [bigints(sorted.map((key) => key.shopId)), bigints(sorted.map((key) => key.accountId))],
  )
  if (rows.length !== sorted.length)
    throw new Error(`${sorted.length - rows.length} accounts have no balance`)
  const named = new Set(wanted.filter((key) => 'named' in key).map(keyOf))
  const accounts = new Map<string, OpenAccount>()
  for (const { closed, redacted, ...row } of rows) {
    if (redacted && named.has(keyOf(row))) throw new TryAgain(`Account ${keyOf(row)} was redacted`)
    if (!closed) accounts.set(keyOf(row), { ...row, lots: null, newLots: [] })
    else if (merged === 'try-again') throw new TryAgain(`Account ${keyOf(row)} was merged`)
  }
  return accounts
}

/** Loads the open lots of accounts that are already locked and have none loaded yet. */
export async function loadLots(tx: Tx, accounts: Iterable<OpenAccount>): Promise<void> {
  const wanted = [...accounts].filter((account) => account.lots === null)
  if (wanted.length === 0) return
  const { rows } = await tx.query<AccountKey & Omit<Lot, 'changed' | 'earnedAt'> & { earnedAt: Date }>(
    `SELECT shop_id AS "shopId", account_id AS "accountId", lot_id AS "lotId", order_id::text AS "orderId",
            award_id AS "awardId", earned_at AS "earnedAt", expires_on AS "expiresOn", earned, remaining, held
       FROM lot
      WHERE (shop_id, account_id) IN (SELECT * FROM unnest($1::bigint[], $2::bigint[])) AND NOT closed`,
    [wanted.map((account) => account.shopId), wanted.map((account) => account.accountId)],
  )
  const byKey = new Map(wanted.map((account) => [keyOf(account), account]))
  for (const account of wanted) account.lots = []
  for (const { shopId, accountId, earnedAt, ...lot } of rows) {
    byKey
      .get(keyOf({ shopId, accountId }))
      ?.lots?.push({ ...lot, earnedAt: earnedAt.getTime(), changed: false })
  }
}

/**
 * Loads only these open lots of locked accounts, for an expiry that needs no others. A lot that is closed, or belongs
 * to another account by now, is not loaded.
 */
export async function loadSomeLots(
  tx: Tx,
  accounts: Map<string, OpenAccount>,
  lots: (AccountKey & { lotId: number })[],
): Promise<void> {
  for (const account of accounts.values()) {
    account.lots = []
    account.someLots = true
  }
  if (lots.length === 0) return
  const { rows } = await tx.query<AccountKey & Omit<Lot, 'changed'>>(
    `SELECT l.shop_id AS "shopId", l.account_id AS "accountId", l.lot_id AS "lotId", l.order_id::text AS "orderId",
            (extract(epoch FROM l.earned_at) * 1000)::float8 AS "earnedAt", l.expires_on AS "expiresOn", l.earned,
            l.remaining, l.held
       FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS r(shop_id, account_id, lot_id)
       JOIN lot l ON l.shop_id = r.shop_id AND l.lot_id = r.lot_id AND l.account_id = r.account_id
      WHERE NOT l.closed
      ORDER BY l.shop_id, l.lot_id`,
    [
      bigints(lots.map((lot) => lot.shopId)),
      bigints(lots.map((lot) => lot.accountId)),
      bigints(lots.map((lot) => lot.lotId)),
    ],
  )
  for (const { shopId, accountId, ...lot } of rows)
    accounts.get(keyOf({ shopId, accountId }))?.lots?.push({ ...lot, changed: false })
}

/** One account, locked, with its lots. */
export async function openAccount(tx: Tx, key: AccountKey | NamedAccount): Promise<OpenAccount> {
  const account = (await openAccounts(tx, [key])).get(keyOf(key))
  if (!account) throw new Error(`Account ${keyOf(key)} has no balance`)
  await loadLots(tx, [account])
  return account
}
