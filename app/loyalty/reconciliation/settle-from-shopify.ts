import { acrossShops } from '../../db/db.server.ts'
import type { Tx } from '../../db/tx.ts'
import type { LeftOrder } from '../../domain/orders/order-facts.ts'
import { UNCOUNTABLE } from '../../domain/program/countable.ts'
import type { AdminGraphql } from '../../shopify/ask-admin.ts'
import { type ReadOrder, readOrder } from '../../shopify/orders/order-from-graphql.ts'
import { ordersOfPast } from '../../shopify/orders/order-pages.ts'
import { shopAdmin } from '../../shopify/shop-admin.ts'
import { labelOrders, readLabels, type ShopLabels } from '../labels/label-orders.ts'
import type { OrderChange, OrderReading } from '../orders/readings.ts'
import { loadPrograms } from '../program/programs.ts'
import { markGone } from '../settlement/mark-gone.ts'
import { countDisputes } from '../settlement/record-dispute.ts'
import { settleOrders } from '../settlement/settle-orders.ts'
import { shopById } from '../shop/shop-of-request.ts'

/** Orders asked of the Admin API walk the same way as deliveries. */

/** Asks Shopify for one order that deliveries left in doubt, and settles it or notes that it is gone. */
export async function readOneOrder(shopId: number, orderId: string, now: () => number): Promise<void> {
  const shop = await shopById(shopId)
  if (!shop) return
  // A chargeback that was told while its order was on its way must not wait until Shopify answers.
  await acrossShops((tx) => countDisputes(tx, shopId, orderId, now()))
  const order = await readOrder(await shopAdmin(shop.domain), orderId, shopId)
  const labels = order ? await readLabels(shopId, [order.facts]) : null
  await acrossShops(async (tx) => {
    if (order) await settleRead(tx, shopId, [order], now(), labels)
    else await markGone(tx, shopId, orderId, now())
  })
}

/**
 * Asks Shopify for the orders that used a reward code and settles them.
 * @returns how many there are
 */
export async function readOrdersWithCode(
  graphql: AdminGraphql,
  shopId: number,
  code: string,
  now: () => number,
): Promise<number> {
  const { orders, left } = await ordersOfPast(graphql, `discount_code:'${code}'`, null, shopId)
  // That one of them cannot be read does not say that none has used the code.
  if (left[0]) throw new Error(`Order ${left[0].orderId}: ${left[0].problem}`)
  if (orders.length === 0) return 0
  const labels = await readLabels(
    shopId,
    orders.map(({ facts }) => facts),
  )
  await acrossShops((tx) => settleRead(tx, shopId, orders, now(), labels))
  return orders.length
}

/**
 * @param labels as `readLabels` has read them for these orders, before the transaction began
 * @returns what each order changed in the book, and which were left as it has them
 */
export async function settleRead(
  tx: Tx,
  shopId: number,
  orders: readonly ReadOrder[],
  now: number,
  labels: ShopLabels,
  past?: 'award' | 'history',
): Promise<{ changes: OrderChange[]; left: LeftOrder[] }> {
  if (orders.length === 0) return { changes: [], left: [] }
  await keepDisputes(tx, shopId, orders)
  const readings = orders.map(({ facts }): OrderReading => {
    const reading = { shopId, facts: structuredClone(facts), origin: 'read' as const }
    return past ? { ...reading, past } : reading
  })
  const programs = await loadPrograms(tx, [shopId])
  labelOrders(readings, labels, programs.get(shopId))
  const changes: OrderChange[] = []
  const outcomes = await settleOrders(tx, readings, now, {
    programs,
    told: (change) => changes.push(change),
  })
  const left = readings
    .filter((_, i) => outcomes[i]?.outcome === 'uncountable')
    .map(({ facts: { orderId, name } }) => ({ orderId, name, problem: UNCOUNTABLE }))
  return { changes, left }
}

async function keepDisputes(tx: Tx, shopId: number, orders: readonly ReadOrder[]): Promise<void> {
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
