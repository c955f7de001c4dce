import { acrossShops } from '../../db/db.server.ts'
import type { Tx } from '../../db/tx.ts'
import type { LeftOrder } from '../../domain/orders/order-facts.ts'
import { DAY_MS } from '../../domain/time/time-window.ts'
import type { ChangeReason, OrderChange } from '../orders/readings.ts'

/** The rows of the reports: a run begins, tells what it found, and ends. */

/** Orders that changed while the reading ran, and clocks that differ a little, are read again. */
const OVERLAP_MS = 5 * 60_000
/** A shop that was never read begins here, unless it is younger. */
const FIRST_READ_MS = DAY_MS

export type ReconciliationKind = 'hourly' | 'nightly' | 'manual'

/** Left: the book has of the order what it had. */
export type FindingReason = ChangeReason | 'left'

export interface Run {
  id: number
  /** Orders changed since then are read. */
  since: Date
  startedAt: Date
  checked: number
  repaired: number
  /** Of a bulk operation (see bulk-reading.ts); null: pages, or not begun. */
  cursor: string | null
  total: number | null
}

const COLUMNS = `reconciliation_id AS id, read_from AS since, started_at AS "startedAt", checked, repaired, cursor, total`

/** The run whose bulk operation is under way: it goes on, whoever began it. */
export async function openRun(shopId: number): Promise<Run | undefined> {
  const { rows } = await acrossShops((tx) =>
    tx.query<Run>(
      `SELECT ${COLUMNS} FROM reconciliation
        WHERE shop_id = $1 AND finished_at IS NULL AND cursor LIKE 'bulk/%' ORDER BY reconciliation_id DESC LIMIT 1`,
      [shopId],
    ),
  )
  return rows[0]
}

/** @param back so many milliseconds at least, whatever was read before; null: from the watermark on */
export async function beginRun(
  shopId: number,
  kind: ReconciliationKind,
  startedAt: number,
  back: number | null,
): Promise<Run> {
  return acrossShops(async (tx) => {
    // One that never ended was cut off: its process is gone.
    await tx.query(
      `UPDATE reconciliation SET finished_at = now(), error = 'interrupted' WHERE shop_id = $1 AND finished_at IS NULL`,
      [shopId],
    )
    const { rows } = await tx.query<Run>(
      `INSERT INTO reconciliation (shop_id, kind, started_at, read_from)
       SELECT shop_id, $2, to_timestamp($3 / 1000.0),
              least(coalesce(orders_read_until, to_timestamp($4 / 1000.0)), to_timestamp($5::float8 / 1000.0))
         FROM shop WHERE shop_id = $1
       RETURNING ${COLUMNS}`,
      [shopId, kind, startedAt, startedAt - FIRST_READ_MS, back === null ? null : startedAt - back],
    )
    return rows[0] as Run
  })
}

export async function keepTotal(shopId: number, id: number, total: number): Promise<void> {
  await acrossShops((tx) =>
    tx.query('UPDATE reconciliation SET total = $3 WHERE shop_id = $1 AND reconciliation_id = $2', [
      shopId,
      id,
      total,
    ]),
  )
}

/** @returns false when the run ended, or another process moved it */
export async function moveRun(shopId: number, id: number, from: string | null, to: string): Promise<boolean> {
  const { rowCount } = await acrossShops((tx) =>
    tx.query(
      `UPDATE reconciliation SET cursor = $4, checked = CASE WHEN $4 = '' THEN 0 ELSE checked END
        WHERE shop_id = $1 AND reconciliation_id = $2 AND finished_at IS NULL AND cursor IS NOT DISTINCT FROM $3`,
      [shopId, id, from, to],
    ),
  )
  return rowCount === 1
}

/** Locks the run. @returns false when it ended, or another process has read this page meanwhile */
export async function holdRun(tx: Tx, shopId: number, id: number, cursor: string | null): Promise<boolean> {
  const { rows } = await tx.query<{ cursor: string | null }>(
    'SELECT cursor FROM reconciliation WHERE shop_id = $1 AND reconciliation_id = $2 AND finished_at IS NULL FOR UPDATE',
    [shopId, id],
  )
  return rows[0] !== undefined && rows[0].cursor === cursor
}

/** What was read of a page and what was wrong with it. */
export async function notePage(
  tx: Tx,
  shopId: number,
  id: number,
  page: { checked: number; repairs: OrderChange[]; left: LeftOrder[]; cursor: string | null },
): Promise<void> {
  await noteRepairs(tx, shopId, id, page.repairs)
  await noteLeft(tx, shopId, id, page.left)
  await tx.query(
    `UPDATE reconciliation SET checked = checked + $3, repaired = repaired + $4, cursor = $5
      WHERE shop_id = $1 AND reconciliation_id = $2`,
    [shopId, id, page.checked, page.repairs.length, page.cursor],
  )
}

async function noteRepairs(tx: Tx, shopId: number, id: number, repairs: OrderChange[]): Promise<void> {
  if (repairs.length === 0) return
  await tx.query(
    `INSERT INTO reconciliation_finding (shop_id, reconciliation_id, order_id, order_name, why, points_before, points_after)
     SELECT $1, $2, o, n, w, b, a
       FROM unnest($3::bigint[], $4::text[], $5::text[], $6::bigint[], $7::bigint[]) AS r(o, n, w, b, a)
     ON CONFLICT (shop_id, reconciliation_id, order_id) DO UPDATE
        SET why = excluded.why, problem = NULL, points_after = excluded.points_after`,
    [
      shopId,
      id,
      repairs.map(({ orderId }) => orderId),
      repairs.map(({ name }) => name),
      repairs.map(({ why }) => why),
      repairs.map(({ before }) => before),
      repairs.map(({ after }) => after),
    ],
  )
}

async function noteLeft(tx: Tx, shopId: number, id: number, left: LeftOrder[]): Promise<void> {
  if (left.length === 0) return
  await tx.query(
    `INSERT INTO reconciliation_finding (shop_id, reconciliation_id, order_id, order_name, why, problem,
                                         points_before, points_after)
     SELECT $1, $2, l.id, l.name, 'left', l.problem, held.points, coalesce(held.points, 0)
       FROM unnest($3::bigint[], $4::text[], $5::text[]) AS l(id, name, problem)
       LEFT JOIN LATERAL (SELECT posted_pending + posted_available AS points FROM order_state o
                           WHERE o.shop_id = $1 AND o.order_id = l.id) held ON true
     ON CONFLICT (shop_id, reconciliation_id, order_id) DO UPDATE SET why = 'left', problem = excluded.problem`,
    [
      shopId,
      id,
      left.map(({ orderId }) => orderId),
      left.map(({ name }) => name),
      left.map(({ problem }) => problem.slice(0, 500)),
    ],
  )
}

/** The watermark moves with the end of the run, to where it began. */
export async function finishRun(shopId: number, { id, startedAt }: Run): Promise<void> {
  await acrossShops(async (tx) => {
    await tx.query(
      `UPDATE reconciliation SET finished_at = now(), error = NULL WHERE shop_id = $1 AND reconciliation_id = $2`,
      [shopId, id],
    )
    await tx.query('UPDATE shop SET orders_read_until = to_timestamp($2 / 1000.0) WHERE shop_id = $1', [
      shopId,
      startedAt.getTime() - OVERLAP_MS,
    ])
  })
}

export async function failRun(shopId: number, id: number, error: string): Promise<void> {
  await acrossShops((tx) =>
    tx.query(
      `UPDATE reconciliation SET finished_at = now(), error = $3 WHERE shop_id = $1 AND reconciliation_id = $2`,
      [shopId, id, error.slice(0, 500)],
    ),
  )
}
