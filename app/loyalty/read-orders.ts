import { acrossShops } from '../db.server.ts'
import { DAY_MS } from '../domain/time-window.ts'
import type { Tx } from '../ledger/tx.ts'
import { type ReadOrder, readOrder, readOrdersChanged } from '../shopify/order-from-graphql.ts'
import { shopAdmin } from '../shopify/shop-admin.ts'
import { labelOrders } from './label-orders.ts'
import { markGone } from './mark-gone.ts'
import { settleOrders } from './settle-orders.ts'
import { loadPrograms } from './settlement/programs.ts'
import type { OrderChange, OrderReading } from './settlement/readings.ts'
import { type Shop, shopById } from './shop-of-request.ts'

/** Orders that changed while the reading ran, and clocks that differ a little, are read again. */
const OVERLAP_MS = 5 * 60_000
/** A shop that was never read begins here, unless it is younger. */
const FIRST_READ_MS = DAY_MS
/** So far the nightly reading looks back, whatever the hourly ones have seen. */
const LOOK_BACK_DAYS = 3

/** Asks Shopify for one order that deliveries left in doubt, and settles it or notes that it is gone. */
export async function readOneOrder(shopId: number, orderId: string, now: () => number): Promise<void> {
  const shop = await shopById(shopId)
  if (!shop) return
  const order = await readOrder(await shopAdmin(shop.domain), orderId, shopId)
  await acrossShops(async (tx) => {
    if (order) await settleRead(tx, shopId, [order], now())
    else await markGone(tx, shopId, orderId)
  })
}

export type ReconciliationKind = 'hourly' | 'nightly' | 'manual'

export interface Reconciliation {
  checked: number
  /** Orders of which the book held something else than their state gives, or that were unknown. */
  repaired: number
}

interface Choice {
  /** Hourly (the default) goes on from the watermark; the others look back `days` days. */
  kind?: ReconciliationKind | undefined
  days?: number | undefined
}

/**
 * Reads changed orders from the Admin API and walks them the same way as deliveries: what a lost delivery left out is
 * repaired and noted, everything else changes nothing. The watermark moves when all was read.
 *
 * Pages of the Admin API, some ten orders a second on Shopify's smallest plan. A shop with tens of thousands of
 * changes a day would ask for a bulk operation here instead.
 */
export async function reconcileOrders(
  shopId: number,
  now: () => number,
  { kind = 'hourly', days }: Choice = {},
): Promise<Reconciliation> {
  const shop = await shopById(shopId)
  if (!shop) return { checked: 0, repaired: 0 }
  const startedAt = now()
  const back = kind === 'hourly' ? null : (days ?? LOOK_BACK_DAYS) * DAY_MS
  const run = await begin(shopId, kind, startedAt, back)
  const sum: Reconciliation = { checked: 0, repaired: 0 }
  try {
    await readAll(shop, run, sum, now)
    await finish(shopId, run.id, startedAt)
    return sum
  } catch (error) {
    await fail(shopId, run.id, (error as Error).message)
    throw error
  }
}

interface Run {
  id: number
  since: Date
}

async function readAll(shop: Shop, run: Run, sum: Reconciliation, now: () => number): Promise<void> {
  const { shopId } = shop
  const graphql = await shopAdmin(shop.domain)
  for await (const page of readOrdersChanged(graphql, run.since, shopId)) {
    if (page.length === 0) continue
    // What was found and that it was read stand in the book together, or not at all.
    const repaired = await acrossShops(async (tx) => {
      const repairs = await repairsAmong(tx, shopId, await settleRead(tx, shopId, page, now()))
      await noteFindings(tx, shopId, run.id, repairs)
      await tx.query(
        `UPDATE reconciliation SET checked = checked + $3, repaired = repaired + $4
          WHERE shop_id = $1 AND reconciliation_id = $2`,
        [shopId, run.id, page.length, repairs.length],
      )
      return repairs.length
    })
    sum.checked += page.length
    sum.repaired += repaired
  }
}

/** @returns what each order changed in the book */
export async function settleRead(
  tx: Tx,
  shopId: number,
  orders: ReadOrder[],
  now: number,
  past?: OrderReading['past'],
): Promise<OrderChange[]> {
  await keepDisputes(tx, shopId, orders)
  const readings = orders.map(({ facts }): OrderReading => {
    const reading: OrderReading = { shopId, facts: structuredClone(facts), origin: 'read' }
    return past ? { ...reading, past } : reading
  })
  const programs = await loadPrograms(tx, [shopId])
  const [unlabelled] = (await labelOrders(readings, programs)).values()
  if (unlabelled) throw unlabelled
  const changes: OrderChange[] = []
  await settleOrders(tx, readings, now, { programs, told: (change) => changes.push(change) })
  return changes
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

async function noteFindings(tx: Tx, shopId: number, id: number, repairs: OrderChange[]): Promise<void> {
  if (repairs.length === 0) return
  await tx.query(
    `INSERT INTO reconciliation_finding (shop_id, reconciliation_id, order_id, order_name, why, points_before, points_after)
     SELECT $1, $2, o, n, w, b, a
       FROM unnest($3::bigint[], $4::text[], $5::text[], $6::bigint[], $7::bigint[]) AS r(o, n, w, b, a)
     ON CONFLICT (shop_id, reconciliation_id, order_id) DO UPDATE
        SET why = excluded.why, points_after = excluded.points_after`,
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

async function keepDisputes(tx: Tx, shopId: number, orders: ReadOrder[]): Promise<void> {
  for (const { facts, disputes } of orders) {
    for (const { disputeId, standing } of disputes) {
      await tx.query(
        `INSERT INTO dispute (shop_id, order_id, dispute_id, standing, told_at) VALUES ($1, $2, $3, $4, now())
         ON CONFLICT (shop_id, order_id, dispute_id) DO UPDATE SET standing = excluded.standing
          WHERE dispute.standing <> excluded.standing`,
        [shopId, facts.orderId, disputeId, standing],
      )
    }
  }
}

async function begin(
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
       RETURNING reconciliation_id AS id, read_from AS since`,
      [shopId, kind, startedAt, startedAt - FIRST_READ_MS, back === null ? null : startedAt - back],
    )
    return rows[0] as Run
  })
}

async function finish(shopId: number, id: number, startedAt: number): Promise<void> {
  await acrossShops(async (tx) => {
    await tx.query(
      `UPDATE reconciliation SET finished_at = now(), error = NULL WHERE shop_id = $1 AND reconciliation_id = $2`,
      [shopId, id],
    )
    await tx.query('UPDATE shop SET orders_read_until = to_timestamp($2 / 1000.0) WHERE shop_id = $1', [
      shopId,
      startedAt - OVERLAP_MS,
    ])
  })
}

async function fail(shopId: number, id: number, error: string): Promise<void> {
  await acrossShops((tx) =>
    tx.query(
      `UPDATE reconciliation SET finished_at = now(), error = $3 WHERE shop_id = $1 AND reconciliation_id = $2`,
      [shopId, id, error.slice(0, 500)],
    ),
  )
}
