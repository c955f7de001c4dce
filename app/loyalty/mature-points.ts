import { acrossShops } from '../db.server.ts'
import { mature } from '../domain/account.ts'
import { keyOf, openAccounts } from '../ledger/accounts.ts'
import { type Posting, post } from '../ledger/post.ts'
import type { Tx } from '../ledger/tx.ts'
import { markForSync } from './mark-for-sync.ts'
import { lotOrigin } from './settlement/decide.ts'
import { type KnownOrder, lockOrders } from './settlement/orders.ts'
import { loadPrograms, programVersion } from './settlement/programs.ts'
import { orderKey } from './settlement/readings.ts'

const SLICE = 500

/**
 * Makes points spendable whose return window is over. An order under an open chargeback waits.
 * @param now epoch milliseconds
 * @returns how many orders matured
 */
export async function maturePoints(now: number): Promise<number> {
  let total = 0
  for (;;) {
    const matured = await acrossShops((tx) => matureSlice(tx, now))
    total += matured
    if (matured < SLICE) return total
  }
}

interface Due {
  shopId: number
  orderId: string
  accountId: number
}

async function matureSlice(tx: Tx, now: number): Promise<number> {
  const { rows: due } = await tx.query<Due>(
    `SELECT o.shop_id AS "shopId", o.order_id::text AS "orderId", o.account_id AS "accountId"
       FROM order_state o
      WHERE o.posted_pending > 0 AND o.matures_at <= to_timestamp($1 / 1000.0) AND o.account_id IS NOT NULL
        AND NOT EXISTS (SELECT FROM dispute d
                         WHERE d.shop_id = o.shop_id AND d.order_id = o.order_id AND d.standing = 'open')
      ORDER BY o.matures_at LIMIT $2`,
    [now, SLICE],
  )
  if (due.length === 0) return 0
  const accounts = await openAccounts(tx, due)
  const orders = await lockOrders(tx, due)
  const programs = await loadPrograms(tx, [...new Set(due.map((order) => order.shopId))])
  const postings: Posting[] = []
  const matured: KnownOrder[] = []
  for (const { shopId, orderId, accountId } of due) {
    const order = orders.get(orderKey(shopId, orderId))
    const account = accounts.get(keyOf({ shopId, accountId }))
    // Settled or moved to another account since it was chosen: the next round sees it as it is then.
    if (!order || !account || order.accountId !== accountId || order.postedPending === 0) continue
    const program = programVersion(programs.get(shopId), order.programVersion ?? 0)
    const moves = mature(account, order.postedPending, lotOrigin(order, program))
    matured.push(order)
    postings.push({
      shopId,
      accountId,
      kind: 'maturity',
      sourceId: orderId,
      part: 'worth',
      version: order.postings + 1,
      programVersion: order.programVersion,
      eventAt: now,
      actor: 'system',
      reason: null,
      why: { v: 1, order: order.facts.name },
      moves,
    })
  }
  await post(tx, new Set(postings.flatMap((posting) => accounts.get(keyOf(posting)) ?? [])), postings)
  await markMatured(tx, matured)
  await markForSync(tx, postings)
  return due.length
}

async function markMatured(tx: Tx, orders: KnownOrder[]): Promise<void> {
  await tx.query(
    `UPDATE order_state o
        SET posted_available = posted_available + posted_pending, posted_pending = 0, postings = postings + 1
       FROM unnest($1::bigint[], $2::bigint[]) AS r(shop_id, order_id)
      WHERE o.shop_id = r.shop_id AND o.order_id = r.order_id`,
    [orders.map((order) => order.shopId), orders.map((order) => order.orderId)],
  )
}
