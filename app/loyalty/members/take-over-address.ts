import { TryAgain, type Tx } from '../../db/tx.ts'
import { openAccounts } from '../../ledger/accounts.ts'
import type { HeldAccount } from '../../ledger/ensure-accounts.ts'
import { atTheLatest } from '../../ledger/forgotten-persons.ts'
import { joinAccounts } from './merge-members.ts'

/**
 * Shopify says that an address is this customer's which another one had claimed: that one has given it up, was deleted or
 * has another one by now, since two customers of a shop never have one address. Guest orders that were placed until now
 * stay where they are; from now on they are hers. The former holder is asked about anew when she is seen.
 * @param now epoch ms, before Shopify was asked
 * @returns whether the address is this customer's now; false: somebody has shown it to be theirs later than that
 * @throws TryAgain when one of the accounts was merged or redacted meanwhile
 */
export async function takeOverAddress(
  tx: Tx,
  kept: HeldAccount,
  guestHash: string,
  now: number,
): Promise<boolean> {
  const { shopId } = kept
  const alias = await lastAlias(tx, shopId, guestHash)
  if (!alias || alias.headId === kept.accountId) return true
  if (alias.since >= now) return false
  const { accountId, headId } = alias
  await openAccounts(tx, [kept, { shopId, accountId }, { shopId, accountId: headId }], 'leave-out')
  const { rowCount } = await tx.query(
    `UPDATE account a SET guest_until = to_timestamp($4 / 1000.0), guest_since = greatest(a.guest_since, (
              SELECT ${atTheLatest('f')} FROM forgotten_person f
               WHERE f.shop_id = $1 AND f.who = person_key($1, NULL, $5)))
      WHERE shop_id = $1 AND account_id = $2 AND merged_into = $3 AND guest_hash = $5 AND guest_until = 'infinity'`,
    [shopId, accountId, headId, now, guestHash],
  )
  if (rowCount === 0) throw new TryAgain('The address went to somebody else')
  const gone = await makeAlias(tx, shopId, guestHash, now)
  await joinAccounts(tx, { kind: 'claim', kept, gone: { shopId, accountId: gone, named: true } }, now, now)
  await tx.query(
    `UPDATE account SET guest_claimed_at = NULL, guest_asked_at = NULL
      WHERE shop_id = $1 AND (account_id = $2 OR merged_into = $2) AND customer_id IS NOT NULL`,
    [shopId, headId],
  )
  return true
}

interface Alias {
  accountId: number
  headId: number
  since: number
}

async function lastAlias(tx: Tx, shopId: number, guestHash: string): Promise<Alias | undefined> {
  const { rows } = await tx.query<Alias>(
    `SELECT account_id AS "accountId", merged_into AS "headId", (extract(epoch FROM guest_since) * 1000)::float8 AS since
       FROM account WHERE shop_id = $1 AND guest_hash = $2 AND guest_until = 'infinity' AND merged_into IS NOT NULL`,
    [shopId, guestHash],
  )
  return rows[0]
}

async function makeAlias(tx: Tx, shopId: number, guestHash: string, since: number): Promise<number> {
  const { rows } = await tx.query<{ accountId: number }>(
    `WITH born AS (
       INSERT INTO account (shop_id, guest_hash, guest_since) VALUES ($1, $2, to_timestamp($3 / 1000.0))
       RETURNING shop_id, account_id)
     INSERT INTO balance (shop_id, account_id) SELECT shop_id, account_id FROM born RETURNING account_id AS "accountId"`,
    [shopId, guestHash, since],
  )
  const [born] = rows
  if (!born) throw new Error('The account of the address was not made')
  return born.accountId
}
