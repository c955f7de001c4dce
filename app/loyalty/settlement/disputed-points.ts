import type { Tx } from '../../db/tx.ts'
import { release, reserveOfOrder } from '../../domain/account/account.ts'
import { keyOf, loadLots, type OpenAccount, openAccounts } from '../../ledger/accounts.ts'
import { endHold, openDisputeHolds, writeHold } from '../../ledger/holds.ts'
import type { Posting } from '../../ledger/post.ts'
import type { DecidedOrder, KnownOrder, OrderToSettle } from '../orders/orders.ts'
import { orderKey } from '../orders/readings.ts'
import { countPostings } from '../orders/write.ts'

/**
 * A chargeback freezes its order: pending points do not mature, and what is left of the available ones is held, so
 * that they cannot be spent. What was spent before stays spent. When the bank has decided the hold ends; lost points
 * are then reversed like any others.
 */

/**
 * Frees what was held for orders whose chargeback is decided, or that go to somebody else (there they are held
 * again). Before anything else is settled: a reversal finds the points where they belong.
 */
export async function releaseDisputed(
  tx: Tx,
  judged: OrderToSettle[],
  accounts: Map<string, OpenAccount>,
  now: number,
): Promise<Posting[]> {
  const ending = judged.flatMap(({ known, facts, holder }) => {
    if (known?.accountId == null || known.facts.dispute !== 'open') return []
    return facts.dispute === 'open' && known.accountId === holder?.accountId ? [] : [known]
  })
  const postings: Posting[] = []
  const holds = await openDisputeHolds(tx, ending)
  for (const known of ending) {
    const hold = holds.get(orderKey(known.shopId, known.orderId))
    const account = accounts.get(keyOf({ shopId: known.shopId, accountId: known.accountId as number }))
    if (!hold || !account) continue
    await loadLots(tx, [account])
    const shares = await endHold(tx, account, hold.holdId, 'released', now)
    if (shares === null) continue
    known.postings += 1
    postings.push(posting(account, known, 'release', known.postings, now, release(account, shares)))
  }
  return postings
}

/**
 * Holds what is left of the points of orders under an open chargeback, after everything else is in the book: only then
 * have their new lots the ids that a hold names.
 * @returns the accounts, opened anew, and the postings still to be written
 */
export async function freezeDisputed(
  tx: Tx,
  orders: DecidedOrder[],
  now: number,
): Promise<{ accounts: Set<OpenAccount>; postings: Posting[] }> {
  const frozen = { accounts: new Set<OpenAccount>(), postings: [] as Posting[] }
  const open = orders.filter(
    (order) => order.facts.dispute === 'open' && order.accountId !== null && order.postedAvailable > 0,
  )
  const held = await openDisputeHolds(tx, open)
  const free = open.filter((order) => !held.has(orderKey(order.shopId, order.orderId)))
  if (free.length === 0) return frozen
  const keys = free.map(({ shopId, accountId }) => ({ shopId, accountId: accountId as number }))
  const accounts = await openAccounts(tx, keys) // locked before
  await loadLots(tx, accounts.values())
  const counted: DecidedOrder[] = []
  for (const order of free) {
    const account = accounts.get(keyOf({ shopId: order.shopId, accountId: order.accountId as number }))
    if (!account) continue
    const { moves, shares } = reserveOfOrder(account, order.orderId)
    if (shares.length === 0) continue
    order.postings += 1
    counted.push(order)
    await writeHold(tx, account, { kind: 'dispute', shares, createdAt: now, orderId: order.orderId })
    frozen.accounts.add(account)
    frozen.postings.push(posting(account, order, 'freeze', order.postings, now, moves))
  }
  await countPostings(tx, counted)
  return frozen
}

function posting(
  account: OpenAccount,
  order: Pick<KnownOrder, 'orderId' | 'programVersion' | 'facts'>,
  part: 'freeze' | 'release',
  version: number,
  now: number,
  moves: Posting['moves'],
): Posting {
  return {
    shopId: account.shopId,
    accountId: account.accountId,
    kind: 'dispute',
    sourceId: order.orderId,
    part,
    version,
    programVersion: order.programVersion,
    eventAt: now,
    actor: 'system',
    reason: null,
    why: { v: 1, order: order.facts.name },
    moves,
  }
}
