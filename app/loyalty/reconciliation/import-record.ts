import { acrossShops } from '../../db/db.server.ts'
import type { Tx } from '../../db/tx.ts'
import type { LeftOrder } from '../../domain/orders/order-facts.ts'
import { DomainError } from '../../domain/text/errors.ts'
import { enqueue } from '../../queue/enqueue.ts'
import type { ReadOrder } from '../../shopify/orders/order-from-graphql.ts'
import type { OrderChange } from '../orders/readings.ts'

/** The row that an import of past orders has, and the orders that it gave points for. */

export interface Running {
  id: number
  status: 'estimating' | 'running' | 'undoing'
  from: Date
  until: Date
  award: boolean
  /** Who has it taken back. */
  undoneBy: string | null
  /** As Shopify counted. */
  total: number | null
  /** Of a page, or of a bulk operation (see bulk-reading.ts). */
  cursor: string | null
}

export async function currentImport(shopId: number): Promise<Running | undefined> {
  const { rows } = await acrossShops((tx) =>
    tx.query<Running>(
      `SELECT import_id AS id, status, from_at AS "from", until_at AS until, award, total, cursor,
              undone_by AS "undoneBy"
         FROM order_import WHERE shop_id = $1 AND status IN ('estimating', 'running', 'undoing')`,
      [shopId],
    ),
  )
  return rows[0]
}

export function enqueueImport(tx: Tx, shopId: number, inMs = 0): Promise<void> {
  const runAt = inMs > 0 ? { runAt: new Date(Date.now() + inMs) } : {}
  return enqueue(tx, 'import-orders', { shopId }, runAt)
}

/** @throws DomainError batch-unknown */
export async function lockImport(tx: Tx, shopId: number, importId: number): Promise<string> {
  const { rows } = await tx.query<{ status: string }>(
    'SELECT status FROM order_import WHERE shop_id = $1 AND import_id = $2 FOR UPDATE',
    [shopId, importId],
  )
  if (!rows[0]) throw new DomainError('batch-unknown', `there is no import ${importId}`)
  return rows[0].status
}

/** Only one at a time reads, reckons or takes back. */
export async function isUnderWay(tx: Tx, shopId: number): Promise<boolean> {
  const { rowCount } = await tx.query(
    `SELECT 1 FROM order_import WHERE shop_id = $1 AND status IN ('estimating', 'running', 'undoing')`,
    [shopId],
  )
  return rowCount !== 0
}

export async function putAway(tx: Tx, shopId: number, statuses: string[]): Promise<void> {
  await tx.query(
    `UPDATE order_import SET status = 'cancelled', finished_at = now() WHERE shop_id = $1 AND status = ANY ($2)`,
    [shopId, statuses],
  )
}

/** Keeps which orders were given points for, so that they can be taken back: those from before the first program. */
export async function noteAwarded(
  tx: Tx,
  shopId: number,
  importId: number,
  changes: OrderChange[],
): Promise<void> {
  await tx.query(
    `INSERT INTO order_import_order (shop_id, order_id, import_id)
     SELECT o.shop_id, o.order_id, $2 FROM order_state o
       JOIN program p ON p.shop_id = $1 AND p.version = o.program_version
      WHERE o.shop_id = $1 AND o.order_id = ANY ($3::bigint[]) AND o.placed_at < p.effective_from
        AND o.facts ->> 'history' IS DISTINCT FROM 'true'
     ON CONFLICT DO NOTHING`,
    [shopId, importId, changes.map(({ orderId }) => orderId)],
  )
}

/** What was noted of these orders when they were reckoned holds no more once they are taken over. */
export async function noteProblems(
  tx: Tx,
  shopId: number,
  importId: number,
  orders: readonly ReadOrder[],
  left: LeftOrder[],
): Promise<void> {
  const ids = [...orders.map(({ facts }) => facts), ...left].map(({ orderId }) => orderId)
  await tx.query(
    'DELETE FROM order_import_problem WHERE shop_id = $1 AND import_id = $2 AND order_id = ANY ($3::bigint[])',
    [shopId, importId, ids],
  )
  if (left.length === 0) return
  await tx.query(
    `INSERT INTO order_import_problem (shop_id, import_id, order_id, order_name, problem)
     SELECT $1, $2, * FROM unnest($3::bigint[], $4::text[], $5::text[])`,
    [
      shopId,
      importId,
      left.map(({ orderId }) => orderId),
      left.map(({ name }) => name),
      left.map(({ problem }) => problem.slice(0, 500)),
    ],
  )
}
