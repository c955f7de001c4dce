import { withShop } from '../../app/db/db.server.ts'
import type { Tx } from '../../app/db/tx.ts'
import { ensureAccounts } from '../../app/ledger/ensure-accounts.ts'
import { type Settled, settleOrders } from '../../app/loyalty/settlement/settle-orders.ts'
import type { AdminGraphql } from '../../app/shopify/ask-admin.ts'
import { orderFromWebhook } from '../../app/shopify/orders/order-from-webhook.ts'
import { parseBody } from '../../app/shopify/payload.ts'
import { type OrderOptions, orderPayload } from './order-payload.ts'

/** Settles an order as its delivery would. Without `placedAt` it is old enough for its points to be available. */
export async function buy(shopId: number, order: OrderOptions, now = Date.now()): Promise<void> {
  await withShop(shopId, (tx) => settle(tx, shopId, order, now))
}

/** `buy` in a transaction that is open already. */
export async function settle(
  tx: Tx,
  shopId: number,
  order: OrderOptions,
  now = Date.now(),
): Promise<Settled[]> {
  const old = new Date(now - 60 * 86_400_000).toISOString()
  const facts = orderFromWebhook(parseBody(JSON.stringify(orderPayload({ placedAt: old, ...order }))), shopId)
  return settleOrders(tx, [{ shopId, facts, origin: 'delivery' }], now)
}

/** The shop has met these customers; nothing is booked for them yet. */
export async function meet(shopId: number, ...customerIds: string[]): Promise<void> {
  await withShop(shopId, (tx) =>
    ensureAccounts(
      tx,
      customerIds.map((customerId) => ({ shopId, customerId, guestHash: null, toldAt: Date.now() })),
    ),
  )
}

/** Shopify, where it is not to be asked, or does not answer. */
export const silentAdmin: AdminGraphql = async () => {
  throw new TypeError('fetch failed')
}
