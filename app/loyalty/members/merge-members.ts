import { MOVING } from '../../db/tables.ts'
import { TryAgain, type Tx } from '../../db/tx.ts'
import { mergeInto } from '../../domain/account/account.ts'
import { type AccountKey, keyOf, loadLots, type NamedAccount, openAccounts } from '../../ledger/accounts.ts'
import { ensureAccounts } from '../../ledger/ensure-accounts.ts'
import { wasForgotten } from '../../ledger/forgotten-persons.ts'
import { holderKey } from '../../ledger/holder.ts'
import { type Posting, post } from '../../ledger/post.ts'
import { joinAwards } from '../earning/join-awards.ts'
import { faultOfFacts } from '../orders/sound.ts'
import { readFacts, type StoredFacts } from '../orders/stored-facts.ts'
import { moveCodesLater } from '../rewards/move-codes-later.ts'
import { settleOrders } from '../settlement/settle-orders.ts'
import { markForSync } from '../sync/mark-for-sync.ts'

/**
 * Two customers became one in Shopify: everything of the deleted one goes to the kept one, totals unchanged, and the
 * old id is an alias for ever. A second time does nothing. Together their orders may have climbed higher than each
 * alone: then those that stand under another tier now are judged again, each with a posting of its own.
 * @param at when it happened, epoch milliseconds
 * @returns whose data was redacted since, too: then nothing is moved
 */
export async function mergeMembers(
  tx: Tx,
  shopId: number,
  customers: { keptId: string; deletedId: string },
  at: number,
  now: number,
): Promise<'merged' | 'merged-before' | 'kept-redacted' | 'deleted-redacted'> {
  const holder = (customerId: string) => ({ shopId, customerId, guestHash: null, toldAt: at })
  // Looked at first: an account that would be made for the other one here is another one at each attempt, and a search for
  // that one's traces would never have been made before.
  if (await wasForgotten(tx, holder(customers.keptId))) return 'kept-redacted'
  const found = await ensureAccounts(tx, [holder(customers.keptId), holder(customers.deletedId)])
  const keptKey = found.get(holderKey(holder(customers.keptId)))
  const goneKey = found.get(holderKey(holder(customers.deletedId)))
  if (!keptKey) throw new TryAgain('The customer that stays was redacted')
  if (!goneKey) return 'deleted-redacted'
  if (keptKey.accountId === goneKey.accountId) return 'merged-before'
  await joinAccounts(tx, { kind: 'merge', kept: keptKey, gone: goneKey }, at, now)
  await moveCodesLater(tx, keptKey)
  return 'merged'
}

/**
 * Moves everything of one account into another and leaves the empty one as an alias.
 * @throws TryAgain when one of them was merged or redacted meanwhile
 */
export async function joinAccounts(
  tx: Tx,
  join: { kind: 'merge' | 'claim'; kept: NamedAccount; gone: NamedAccount },
  at: number,
  now: number,
): Promise<void> {
  const { kind, kept: keptKey, gone: goneKey } = join
  const { shopId } = keptKey
  const accounts = await openAccounts(tx, [keptKey, goneKey])
  const kept = accounts.get(keyOf(keptKey))
  const gone = accounts.get(keyOf(goneKey))
  if (!kept || !gone) throw new Error('The accounts of the merge have no balance')
  await loadLots(tx, [kept, gone])
  const orders = kind === 'claim' ? await namesOfOrders(tx, gone) : undefined
  const doubles = await joinAwards(tx, kept, gone, at)
  const { out, into } = mergeInto(kept, gone)
  const posting = (accountId: number, part: string, moves: typeof out): Posting => ({
    shopId,
    accountId,
    kind,
    sourceId: String(gone.accountId),
    part,
    version: 1,
    programVersion: null,
    eventAt: at,
    actor: 'system',
    reason: null,
    why: { v: 1, from: gone.accountId, to: kept.accountId, orders },
    moves,
  })
  const joined = [posting(gone.accountId, 'out', out), posting(kept.accountId, 'in', into)]
  await post(tx, [kept, gone], [...doubles, ...joined])
  await rehome(tx, shopId, gone.accountId, kept.accountId)
  await markForSync(tx, [keptKey])
  await judgeTiersAgain(tx, shopId, kept.accountId, now)
}

const MOST_NAMES = 20

/** For the explanation: the orders whose points a guest's account holds, newest first. */
async function namesOfOrders(tx: Tx, { shopId, accountId }: AccountKey): Promise<string[]> {
  const { rows } = await tx.query<{ name: string }>(
    `SELECT name FROM order_state WHERE shop_id = $1 AND account_id = $2 AND worth > 0
      ORDER BY placed_at DESC, order_id DESC LIMIT $3`,
    [shopId, accountId, MOST_NAMES],
  )
  return rows.map((row) => row.name)
}

/** So many orders that cannot be read (the audit names them) keep no merge from judging the others again. */
const MOST_UNREADABLE = 9

/** The first order judged again brings the tiers of all orders of its member up to date. */
async function judgeTiersAgain(tx: Tx, shopId: number, accountId: number, now: number): Promise<void> {
  const { rows } = await tx.query<{ orderId: string; facts: StoredFacts }>(
    `SELECT order_id::text AS "orderId", facts FROM order_state
      WHERE shop_id = $1 AND account_id = $2 ORDER BY placed_at, order_id LIMIT $3`,
    [shopId, accountId, MOST_UNREADABLE + 1],
  )
  const first = rows.find(({ facts }) => faultOfFacts(facts) === null)
  if (first)
    await settleOrders(tx, [{ shopId, facts: readFacts(first.facts, first.orderId), origin: 'again' }], now)
}

/** What is the member's follows (see there what stays); entries stay where they were written. */
async function rehome(tx: Tx, shopId: number, from: number, to: number): Promise<void> {
  // A request key is the shopper's own choice: both accounts may have used the same one.
  await tx.query(
    `UPDATE redemption r SET request_key = r.request_key || '~' || r.redemption_id
      WHERE shop_id = $1 AND account_id = $2
        AND EXISTS (SELECT FROM redemption k WHERE k.shop_id = $1 AND k.account_id = $3 AND k.request_key = r.request_key)`,
    [shopId, from, to],
  )
  for (const table of MOVING) {
    await tx.query(`UPDATE ${table} SET account_id = $3 WHERE shop_id = $1 AND account_id = $2`, [
      shopId,
      from,
      to,
    ])
  }
  await tx.query('UPDATE balance SET closed = true WHERE shop_id = $1 AND account_id = $2', [shopId, from])
  await tx.query(
    `UPDATE account SET merged_into = $3 WHERE shop_id = $1 AND (account_id = $2 OR merged_into = $2)`,
    [shopId, from, to],
  )
}
