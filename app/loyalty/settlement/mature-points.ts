import { acrossShops } from '../../db/db.server.ts'
import type { Tx } from '../../db/tx.ts'
import { mature } from '../../domain/account/account.ts'
import { type AccountKey, keyOf, openAccounts, sortedKeys } from '../../ledger/accounts.ts'
import { type Posting, post } from '../../ledger/post.ts'
import { logger } from '../../logger.server.ts'
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
  const leftOut: AccountKey[] = []
  let total = 0
  for (;;) {
    const before = leftOut.length
    const matured = await matureNext(now, leftOut)
    total += matured
    if (matured < SLICE && leftOut.length === before) return total
  }
}

interface Due extends AccountKey {
  orderId: string
}

/** A slice at once; where it fails, its accounts one by one. */
async function matureNext(now: number, leftOut: AccountKey[]): Promise<number> {
  try {
    return await acrossShops(async (tx) => matureSlice(tx, await readDue(tx, now, leftOut), now))
  } catch (error) {
    if (!liesWithAnAccount(error)) throw error
    logger.warn(
      { reason: (error as Error).message },
      'points did not mature at once; trying account by account',
    )
  }
  let matured = 0
  const due = await acrossShops((tx) => readDue(tx, now, leftOut))
  for (const { shopId, accountId } of sortedKeys(due)) {
    const theirs = due.filter((order) => order.shopId === shopId && order.accountId === accountId)
    try {
      matured += await acrossShops((tx) => matureSlice(tx, theirs, now))
    } catch (error) {
      if (!liesWithAnAccount(error)) throw error
      leftOut.push({ shopId, accountId })
      logger.error(
        { shopId, accountId, reason: (error as Error).message },
        'points of an account did not mature',
      )
    }
  }
  return matured
}

/** Our own doubts and data that the database refuses; not a database that is away, overloaded or too slow. */
function liesWithAnAccount(error: unknown): boolean {
  const { code } = error as { code?: string }
  return code === undefined || /^2[23]...$/.test(code)
}

async function readDue(tx: Tx, now: number, leftOut: AccountKey[]): Promise<Due[]> {
  const { rows } = await tx.query<Due>(
    `SELECT o.shop_id AS "shopId", o.order_id::text AS "orderId", o.account_id AS "accountId"
       FROM order_state o
      WHERE o.posted_pending > 0 AND o.matures_at <= to_timestamp($1 / 1000.0) AND o.account_id IS NOT NULL
        AND NOT EXISTS (SELECT FROM dispute d
                         WHERE d.shop_id = o.shop_id AND d.order_id = o.order_id AND d.standing = 'open')
        AND (o.shop_id, o.account_id) NOT IN (SELECT * FROM unnest($3::bigint[], $4::bigint[]))
      ORDER BY o.matures_at LIMIT $2`,
    [now, SLICE, leftOut.map(({ shopId }) => shopId), leftOut.map(({ accountId }) => accountId)],
  )
  return rows
}

async function matureSlice(tx: Tx, due: Due[], now: number): Promise<number> {
  if (due.length === 0) return 0
  const accounts = await openAccounts(tx, due)
  const orders = await lockOrders(tx, due)
  const programs = await loadPrograms(tx, [...new Set(due.map((order) => order.shopId))])
  const postings: Posting[] = []
  const matured: KnownOrder[] = []
  for (const { shopId, orderId, accountId } of due) {
    const order = orders.get(orderKey(shopId, orderId))
    const account = accounts.get(keyOf({ shopId, accountId }))
    // Settled, disputed or moved to another account since it was chosen: the next round sees it as it is then.
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
