import { acrossShops, withShop } from '../../db/db.server.ts'
import type { Tx } from '../../db/tx.ts'
import { DomainError } from '../../domain/text/errors.ts'
import { type AdminGraphql, askAdmin } from '../../shopify/ask-admin.ts'
import { OrdersCount } from '../../shopify/graphql/orders.ts'
import type { ReadPage } from '../../shopify/orders/order-pages.ts'
import { shopAdmin } from '../../shopify/shop-admin.ts'
import { readLabels } from '../labels/label-orders.ts'
import type { OrderChange } from '../orders/readings.ts'
import { type Shop, shopById } from '../shop/shop-of-request.ts'
import { ASK_AGAIN_MS, BULK_FROM, readOn } from './bulk-reading.ts'
import { withoutTrace } from './estimate-orders.ts'
import {
  currentImport,
  enqueueImport,
  noteAwarded,
  noteProblems,
  putAway,
  type Running,
} from './import-record.ts'
import { settleRead } from './settle-from-shopify.ts'
import { type PagePart, takeInParts } from './take-in-parts.ts'
import { undoOn } from './undo-import.ts'

/**
 * Orders from before the app was installed, taken over once. With their points, or as history: they then count
 * towards tiers, so that a good customer begins where she belongs, and are worth no points. What gives points is first
 * reckoned without a trace (estimate-orders.ts), then confirmed, and can be taken back as a whole (undo-import.ts).
 *
 * Reads pages of the Admin API, or of a bulk operation's file when there are many orders, and remembers the cursor with
 * every page, so that a killed worker goes on where it stood.
 */
export interface PastOrders {
  shop: Shop
  /** Orders placed from here on, epoch milliseconds. */
  from: number
  award: boolean
  actor: string
  now: number
}

/** A job reads for about so long, then makes room for others. */
const TURN_MS = 20_000

/**
 * Begins to take over past orders. While one import is under way, a second call changes nothing.
 * @returns how many orders Shopify counts
 * @throws DomainError program-missing, invalid-payload (a day in the future)
 */
export function startImport(graphql: AdminGraphql, wish: PastOrders): Promise<{ total: number }> {
  return begin(graphql, wish, 'running')
}

/** Begins to reckon what they would bring: nothing is given before `confirmImport`. Otherwise as `startImport`. */
export function estimateImport(graphql: AdminGraphql, wish: PastOrders): Promise<{ total: number }> {
  return begin(graphql, wish, 'estimating')
}

async function begin(graphql: AdminGraphql, wish: PastOrders, status: 'running' | 'estimating') {
  const { shop, from, award, actor, now } = wish
  if (!(from > 0 && from <= now)) throw new DomainError('invalid-payload', 'the first day lies in the future')
  const { ordersCount } = await askAdmin(graphql, OrdersCount, { query: pastQuery(from, now) })
  const total = ordersCount?.count ?? 0
  await withShop(shop.shopId, async (tx) => {
    const { rows } = await tx.query('SELECT 1 FROM program WHERE shop_id = $1 LIMIT 1', [shop.shopId])
    if (rows.length === 0) throw new DomainError('program-missing', 'no program would judge these orders')
    const { rowCount } = await tx.query(
      `INSERT INTO order_import (shop_id, from_at, until_at, award, started_by, total, status)
       VALUES ($1, to_timestamp($2 / 1000.0), to_timestamp($3 / 1000.0), $4, $5, $6, $7)
       ON CONFLICT (shop_id) WHERE status IN ('estimating', 'running', 'undoing') DO NOTHING`,
      [shop.shopId, from, now, award, actor, total, status],
    )
    // Another wish takes the place of one that was only reckoned.
    if (rowCount === 1) await putAway(tx, shop.shopId, ['estimated'])
    await enqueueImport(tx, shop.shopId)
  })
  return { total }
}

/**
 * The job: reads page after page while the import runs or is reckoned, or takes it back slice by slice. Two at once do
 * no harm: each page is settled once.
 * @param bulkFrom from so many orders on by a bulk operation
 */
export async function importOrders(shopId: number, now: () => number, bulkFrom = BULK_FROM): Promise<void> {
  const shop = await shopById(shopId)
  const running = shop && (await currentImport(shopId))
  if (!running) return
  try {
    const turn =
      running.status === 'undoing'
        ? await undoOn(shop, running, TURN_MS, now)
        : await readOn({
            graphql: await shopAdmin(shop.domain),
            shopId,
            search: pastQuery(running.from.getTime(), running.until.getTime()),
            cursor: running.cursor,
            orders: running.total ?? 0,
            bulkFrom,
            turnMs: TURN_MS,
            move: (from, to) => moveCursor(shopId, running.id, from, to),
            take: (page, cursor) => takeOver(shopId, running, cursor, page, now()),
          })
    if (turn === 'done' || turn === 'not-ours') return
    await acrossShops((tx) => enqueueImport(tx, shopId, turn === 'waits' ? ASK_AGAIN_MS : 0))
  } catch (error) {
    await acrossShops((tx) =>
      tx.query('UPDATE order_import SET error = $3 WHERE shop_id = $1 AND import_id = $2', [
        shopId,
        running.id,
        (error as Error).message.slice(0, 500),
      ]),
    )
    throw error
  }
}

/** Also says that it is under way. @returns false when another process moved it, or it was cancelled */
async function moveCursor(shopId: number, id: number, from: string | null, to: string): Promise<boolean> {
  const { rowCount } = await acrossShops((tx) =>
    tx.query(
      `UPDATE order_import SET cursor = $4, touched_at = now(),
              checked = CASE WHEN $4 = '' THEN 0 ELSE checked END
        WHERE shop_id = $1 AND import_id = $2 AND status IN ('estimating', 'running')
          AND cursor IS NOT DISTINCT FROM $3`,
      [shopId, id, from, to],
    ),
  )
  return rowCount === 1
}

/** With the last part of the page goes the cursor behind it. @returns false when it is no longer ours to read on */
async function takeOver(
  shopId: number,
  running: Running,
  cursor: string | null,
  page: ReadPage,
  now: number,
): Promise<boolean> {
  const { award } = running
  const labels = await readLabels(
    shopId,
    page.orders.map(({ facts }) => facts),
  )
  const settle = (tx: Tx, { orders }: PagePart) =>
    settleRead(tx, shopId, orders, now, labels, award ? 'award' : 'history')
  const estimating = running.status === 'estimating'
  return takeInParts(page, async (part) => {
    const estimated = estimating ? await withoutTrace((tx) => settle(tx, part)) : null
    return acrossShops(async (tx) => {
      if (!(await holdImport(tx, shopId, running, cursor))) return false
      const { changes, left } = estimated ?? (await settle(tx, part))
      if (award && !estimating) await noteAwarded(tx, shopId, running.id, changes)
      await noteProblems(tx, shopId, running.id, part.orders, [...part.left, ...left])
      await notePart(tx, shopId, running, changes, part.ends ? page : null)
      return true
    })
  })
}

/** Locks it. @returns false when it was cancelled, or another process has read this page meanwhile */
async function holdImport(
  tx: Tx,
  shopId: number,
  { id, status }: Running,
  cursor: string | null,
): Promise<boolean> {
  const { rows } = await tx.query<{ cursor: string | null }>(
    `SELECT cursor FROM order_import WHERE shop_id = $1 AND import_id = $2 AND status = $3 FOR UPDATE`,
    [shopId, id, status],
  )
  return rows[0] !== undefined && rows[0].cursor === cursor
}

/** @param read the page, once all of it is taken */
async function notePart(
  tx: Tx,
  shopId: number,
  { id, status }: Running,
  changes: OrderChange[],
  read: ReadPage | null,
): Promise<void> {
  const points = changes.reduce((sum, { before, after }) => sum + after - (before ?? 0), 0)
  await tx.query(
    `UPDATE order_import SET taken = taken + $3, points = points + $4, touched_at = now() WHERE shop_id = $1 AND import_id = $2`,
    [shopId, id, changes.length, points],
  )
  if (!read) return
  const ended = status === 'estimating' ? 'estimated' : 'done'
  await tx.query(
    `UPDATE order_import
        SET cursor = $3, checked = checked + $4, error = NULL, status = CASE WHEN $5 THEN $6 ELSE status END,
            finished_at = CASE WHEN $5 THEN now() END
      WHERE shop_id = $1 AND import_id = $2`,
    [shopId, id, read.next, read.orders.length + read.left.length, read.next === null, ended],
  )
}

/** Sorted by change while reading: an order that changes meanwhile is read again, none is passed over. */
function pastQuery(from: number, until: number): string {
  return `processed_at:>='${new Date(from).toISOString()}' processed_at:<='${new Date(until).toISOString()}'`
}
