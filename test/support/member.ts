import { withShop } from '../../app/db.server.ts'
import { settleOrders } from '../../app/loyalty/settle-orders.ts'
import { orderFromWebhook } from '../../app/shopify/order-from-webhook.ts'
import { parseBody } from '../../app/shopify/payload.ts'
import { type OrderOptions, orderPayload } from './order-payload.ts'

/** Settles an order as its delivery would. Without `placedAt` it is old enough for its points to be available. */
export async function buy(shopId: number, order: OrderOptions, now = Date.now()): Promise<void> {
  const old = new Date(now - 60 * 86_400_000).toISOString()
  const facts = orderFromWebhook(parseBody(JSON.stringify(orderPayload({ placedAt: old, ...order }))), shopId)
  await withShop(shopId, (tx) => settleOrders(tx, [{ shopId, facts, origin: 'delivery' }], now))
}
