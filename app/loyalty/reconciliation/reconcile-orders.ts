import { acrossShops } from '../../db/db.server.ts'
import type { Tx } from '../../db/tx.ts'
import { DAY_MS } from '../../domain/time/time-window.ts'
import { enqueue } from '../../queue/enqueue.ts'
import { type AdminGraphql, askAdmin } from '../../shopify/ask-admin.ts'
import { OrdersCount } from '../../shopify/graphql/orders.ts'
import { changedSince, type ReadPage } from '../../shopify/orders/order-pages.ts'
import { shopAdmin } from '../../shopify/shop-admin.ts'
import { readLabels } from '../labels/label-orders.ts'
import { refreshLabels, refreshTitles } from '../labels/refresh-labels.ts'
import type { OrderChange } from '../orders/readings.ts'
import { type Shop, shopById } from '../shop/shop-of-request.ts'
import { ASK_AGAIN_MS, BULK_FROM, readOn } from './bulk-reading.ts'
import {
  beginRun,
  failRun,
  finishRun,
  holdRun,
  keepTotal,
  moveRun,
  notePage,
  openRun,
  type ReconciliationKind,
  type Run,
} from './reconciliation-run.ts'
import { settleRead } from './settle-from-shopify.ts'
import { type PagePart, takeInParts } from './take-in-parts.ts'

/** So far the nightly reading looks back, whatever the hourly ones have seen. */
const LOOK_BACK_DAYS = 3

export interface Reconciliation {
  checked: number
  /** Orders of which the book held something else than their state gives, or that were unknown. */
  repaired: number
}

interface Choice {
  /** Hourly (the default) goes on from the watermark; the others look back `days` days. */
  kind?: ReconciliationKind | undefined
  days?: number | undefined
  /** Only the run that waits for a bulk operation of Shopify's, no new one. */
  goesOn?: boolean | undefined
}

/**
 * Reads changed orders from the Admin API and walks them the same way as deliveries: what a lost delivery left out is
 * repaired and noted, everything else changes nothing. The watermark moves when all was read.
 *
 * Very many are read by a bulk operation: while Shopify works on it the run waits, and the job is put back.
 * @param bulkFrom so many orders are very many
 * @returns what the run has found so far
 */
export async function reconcileOrders(
  shopId: number,
  now: () => number,
  choice: Choice = {},
  bulkFrom = BULK_FROM,
): Promise<Reconciliation> {
  const nothing = { checked: 0, repaired: 0 }
  const shop = await shopById(shopId)
  if (!shop) return nothing
  const open = await openRun(shopId)
  if (!open && choice.goesOn) return nothing
  const { kind = 'hourly', days } = choice
  const back = kind === 'hourly' ? null : (days ?? LOOK_BACK_DAYS) * DAY_MS
  if (kind === 'nightly' && !open) {
    const graphql = await shopAdmin(shop.domain)
    await refreshLabels(shopId, graphql)
    await refreshTitles(shopId, graphql, now())
  }
  const run = open ?? (await beginRun(shopId, kind, now(), back))
  const sum: Reconciliation = { checked: run.checked, repaired: run.repaired }
  const turn = await readRun(shop, run, sum, now, bulkFrom)
  if (turn === 'waits') await comeBack(shopId, open ? choice : { goesOn: true })
  if (turn !== 'done') return sum
  await finishRun(shopId, run)
  // What was asked for while another run was under way begins now.
  return open && !choice.goesOn ? reconcileOrders(shopId, now, choice, bulkFrom) : sum
}

async function comeBack(shopId: number, choice: Choice): Promise<void> {
  const options = { runAt: new Date(Date.now() + ASK_AGAIN_MS) }
  await acrossShops((tx) => enqueue(tx, 'reconcile-orders', { shopId, ...choice }, options))
}

/** A run of pages that fails is over; one of a bulk operation stands where it stood and goes on. */
async function readRun(
  shop: Shop,
  run: Run,
  sum: Reconciliation,
  now: () => number,
  bulkFrom: number,
): ReturnType<typeof readOn> {
  const { shopId } = shop
  try {
    const graphql = await shopAdmin(shop.domain)
    const search = changedSince(run.since)
    return await readOn({
      graphql,
      shopId,
      search,
      cursor: run.cursor,
      orders: run.total ?? (await countOrders(graphql, shopId, run, search)),
      bulkFrom,
      turnMs: Number.POSITIVE_INFINITY,
      move: (from, to) => moveRun(shopId, run.id, from, to),
      take: (page, cursor) => takePage(shopId, run, page, cursor, sum, now()),
    })
  } catch (error) {
    if (!(await openRun(shopId))) await failRun(shopId, run.id, (error as Error).message)
    throw error
  }
}

async function countOrders(graphql: AdminGraphql, shopId: number, run: Run, query: string): Promise<number> {
  const { ordersCount } = await askAdmin(graphql, OrdersCount, { query })
  const total = ordersCount?.count ?? 0
  await keepTotal(shopId, run.id, total)
  return total
}

/** What was found stands in the book together with the repair; that the page was read, with the last of it. */
async function takePage(
  shopId: number,
  run: Run,
  page: ReadPage,
  cursor: string | null,
  sum: Reconciliation,
  now: number,
): Promise<boolean> {
  const labels = await readLabels(
    shopId,
    page.orders.map(({ facts }) => facts),
  )
  const checked = page.orders.length + page.left.length
  const take = (part: PagePart) =>
    acrossShops(async (tx) => {
      if (!(await holdRun(tx, shopId, run.id, cursor))) return null
      const settled = await settleRead(tx, shopId, part.orders, now, labels)
      const repairs = await repairsAmong(tx, shopId, settled.changes)
      const left = [...part.left, ...settled.left]
      const read = part.ends ? { checked, cursor: page.next } : { checked: 0, cursor }
      await notePage(tx, shopId, run.id, { ...read, repairs, left })
      return { checked: read.checked, repaired: repairs.length }
    })
  return takeInParts(page, async (part) => {
    const taken = await take(part)
    if (!taken) return false
    sum.checked += taken.checked
    sum.repaired += taken.repaired
    return true
  })
}

/**
 * Which changes are repairs: the points differ, the order went to another account or was unknown. What a delivery
 * that still waits in the inbox would have brought in any case was not missing.
 */
async function repairsAmong(tx: Tx, shopId: number, changes: OrderChange[]): Promise<OrderChange[]> {
  const repairs = changes.filter(({ before, after, moved }) => moved || before !== after)
  if (repairs.length === 0) return []
  const { rows } = await tx.query<{ orderId: string }>(
    `SELECT c.order_id AS "orderId" FROM unnest($2::text[]) AS c(order_id)
      WHERE EXISTS (SELECT FROM inbox i JOIN delivery d USING (shop_id, delivery_id)
                     WHERE i.shop_id = $1 AND d.topic LIKE 'orders/%'
                       AND strpos(d.body, 'gid://shopify/Order/' || c.order_id || '"') > 0)`,
    [shopId, repairs.map(({ orderId }) => orderId)],
  )
  const onTheirWay = new Set(rows.map(({ orderId }) => orderId))
  return repairs.filter(({ orderId }) => !onTheirWay.has(orderId))
}
