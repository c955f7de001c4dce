import { acrossShops } from '../../db/db.server.ts'
import { sweep, takeApart } from '../../db/sweep.ts'
import type { Tx } from '../../db/tx.ts'
import { mature } from '../../domain/account/account.ts'
import { type AccountKey, keyOf, openAccounts } from '../../ledger/accounts.ts'
import { type Posting, post } from '../../ledger/post.ts'
import { type KnownOrder, lockOrders } from '../orders/orders.ts'
import { orderKey } from '../orders/readings.ts'
import { loadPrograms, programVersion } from '../program/programs.ts'
import { markForSync } from '../sync/mark-for-sync.ts'
import { lotOrigin } from './decide.ts'

const SLICE = 500

/**
 * Makes points spendable whose return window is over. An order under an open chargeback waits. An account that cannot
 * be written (the audit names it) is left out with a line in the log, and holds up nobody else.
 * @param now epoch milliseconds
 * @returns how many orders matured
 */
export async function maturePoints(now: number): Promise<number> {
  let matured = 0
  const mature = async (some: readonly Due[]) => {
    matured += await acrossShops((tx) => matureSlice(tx, some, now))
  }
  await sweep<Due>({
    due: (last) => acrossShops((tx) => readDue(tx, now, last)),
    size: SLICE,
    work: (slice) => takeApart(slice, mature, ORDER),
  })
  return matured
}

interface Due extends AccountKey {
  orderId: string
  /** To the microsecond, as the database writes it. */
  maturesAt: string
}

const ORDER = {
  what: 'an order whose points mature',
  ids: ({ shopId, accountId, orderId }: Due) => ({ shopId, accountId, orderId }),
}

async function readDue(tx: Tx, now: number, last: Due | undefined): Promise<Due[]> {
  const { rows } = await tx.query<Due>(
    `SELECT o.shop_id AS "shopId", o.order_id::text AS "orderId", o.account_id AS "accountId",
            o.matures_at::text AS "maturesAt"
       FROM order_state o
      WHERE o.posted_pending > 0 AND o.matures_at <= to_timestamp($1 / 1000.0) AND o.account_id IS NOT NULL
        AND NOT EXISTS (SELECT FROM dispute d
                         WHERE d.shop_id = o.shop_id AND d.order_id = o.order_id AND d.standing = 'open')
        AND (o.matures_at, o.shop_id, o.order_id) > ($3::timestamptz, $4::bigint, $5::bigint)
      ORDER BY o.matures_at, o.shop_id, o.order_id LIMIT $2`,
    [now, SLICE, last?.maturesAt ?? '-infinity', last?.shopId ?? 0, last?.orderId ?? '0'],
  )
  return rows
}

async function matureSlice(tx: Tx, due: readonly Due[], now: number): Promise<number> {
  if (due.length === 0) return 0
  const accounts = await openAccounts(tx, due)
  const orders = await lockOrders(tx, due)
  const programs = await loadPrograms(tx, [...new Set(due.map((order) => order.shopId))])
  const postings: Posting[] = []
  const matured: KnownOrder[] = []
  for (const { shopId, orderId, accountId } of due) {
    const order = orders.get(orderKey(shopId, orderId))
    const account = accounts.get(keyOf({ shopId, accountId }))
    // Settled, disputed or moved to another account since it was chosen: the next sweep sees it as it is then.
    if (!order || !account || order.accountId !== accountId || order.postedPending === 0) continue
    if (order.facts.dispute === 'open') continue
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
  return matured.length
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
