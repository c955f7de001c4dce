import { acrossShops } from '../db.server.ts'
import type { Tx } from '../ledger/tx.ts'
import { type ReadOrder, readOrder, readOrdersChanged } from '../shopify/order-from-graphql.ts'
import { shopAdmin } from '../shopify/shop-admin.ts'
import { labelOrders } from './label-orders.ts'
import { settleOrders } from './settle-orders.ts'
import type { OrderReading } from './settlement/readings.ts'
import { type Shop, shopById } from './shop-of-request.ts'

/** Orders that changed while the reading ran, and clocks that differ a little, are read again. */
const OVERLAP_MS = 5 * 60_000
/** A shop that was never read begins here, unless it is younger. */
const FIRST_READ_MS = 24 * 60 * 60_000

/** Asks Shopify for one order that deliveries left in doubt, and settles it. */
export async function readOneOrder(shopId: number, orderId: string, now: () => number): Promise<void> {
  const shop = await shopById(shopId)
  if (!shop) return
  const order = await readOrder(await shopAdmin(shop.domain), orderId, shopId)
  if (order) await settleRead(shopId, [order], now())
}

export interface Reconciliation {
  checked: number
  repaired: number
}

/**
 * Reads the orders changed since the watermark from the Admin API and walks them the same way as deliveries: what a
 * lost delivery left out is repaired, everything else changes nothing. The watermark moves when all was read.
 */
export async function reconcileOrders(shopId: number, now: () => number): Promise<Reconciliation> {
  const shop = await shopById(shopId)
  if (!shop) return { checked: 0, repaired: 0 }
  const startedAt = now()
  const { id, since } = await begin(shopId, startedAt)
  const sum: Reconciliation = { checked: 0, repaired: 0 }
  try {
    await readAll(shop, since, sum, now)
    await finish(shopId, id, sum, startedAt)
    return sum
  } catch (error) {
    await fail(shopId, id, sum, (error as Error).message)
    throw error
  }
}

async function readAll(shop: Shop, since: Date, sum: Reconciliation, now: () => number): Promise<void> {
  const graphql = await shopAdmin(shop.domain)
  for await (const page of readOrdersChanged(graphql, since, shop.shopId)) {
    if (page.length === 0) continue
    sum.repaired += await settleRead(shop.shopId, page, now())
    sum.checked += page.length
  }
}

/** @returns how many orders were not in the book as they stand in Shopify */
async function settleRead(shopId: number, orders: ReadOrder[], now: number): Promise<number> {
  return acrossShops(async (tx) => {
    await keepDisputes(tx, shopId, orders)
    const readings: OrderReading[] = orders.map(({ facts }) => ({
      shopId,
      facts: structuredClone(facts),
      origin: 'read',
    }))
    const [unlabelled] = (await labelOrders(tx, readings)).values()
    if (unlabelled) throw unlabelled
    const outcomes = await settleOrders(tx, readings, now)
    return outcomes.filter(({ outcome }) => outcome === 'settled').length
  })
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

async function begin(shopId: number, startedAt: number): Promise<{ id: number; since: Date }> {
  return acrossShops(async (tx) => {
    const { rows } = await tx.query<{ id: number; since: Date }>(
      `INSERT INTO reconciliation (shop_id, started_at, read_from)
       SELECT shop_id, to_timestamp($2 / 1000.0), coalesce(orders_read_until, to_timestamp($3 / 1000.0))
         FROM shop WHERE shop_id = $1
       RETURNING reconciliation_id AS id, read_from AS since`,
      [shopId, startedAt, startedAt - FIRST_READ_MS],
    )
    return rows[0] as { id: number; since: Date }
  })
}

async function finish(shopId: number, id: number, sum: Reconciliation, startedAt: number): Promise<void> {
  await acrossShops(async (tx) => {
    await tx.query(
      `UPDATE reconciliation SET finished_at = now(), checked = $3, repaired = $4
        WHERE shop_id = $1 AND reconciliation_id = $2`,
      [shopId, id, sum.checked, sum.repaired],
    )
    await tx.query('UPDATE shop SET orders_read_until = to_timestamp($2 / 1000.0) WHERE shop_id = $1', [
      shopId,
      startedAt - OVERLAP_MS,
    ])
  })
}

async function fail(shopId: number, id: number, sum: Reconciliation, error: string): Promise<void> {
  await acrossShops((tx) =>
    tx.query(
      `UPDATE reconciliation SET finished_at = now(), checked = $3, repaired = $4, error = $5
        WHERE shop_id = $1 AND reconciliation_id = $2`,
      [shopId, id, sum.checked, sum.repaired, error.slice(0, 500)],
    ),
  )
}
