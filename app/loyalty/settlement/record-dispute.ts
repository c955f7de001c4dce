import type { Tx } from '../../db/tx.ts'
import type { OrderFacts } from '../../domain/orders/order-facts.ts'
import { enqueue } from '../../queue/enqueue.ts'
import { idOf, type Json, optionalId, text } from '../../shopify/payload.ts'
import { readFacts, type StoredFacts } from '../orders/stored-facts.ts'
import { settleOrders } from './settle-orders.ts'

const STANDINGS: Readonly<Record<string, 'open' | 'won' | 'lost'>> = {
  needs_response: 'open',
  under_review: 'open',
  won: 'won',
  prevented: 'won',
  lost: 'lost',
  accepted: 'lost',
  charge_refunded: 'lost',
}

const LOOK_AGAIN_MS = 60_000

/**
 * Keeps where a chargeback stands and judges its order again: frozen while open, reversed when lost, as before when
 * won. An inquiry is no chargeback and freezes nothing.
 * @returns why nothing changed; null when something did
 */
export async function recordDispute(
  tx: Tx,
  shopId: number,
  payload: Json,
  now: number,
): Promise<'inquiry' | 'no-order' | 'known' | null> {
  const disputeId = idOf(payload, 'dispute')
  const orderId = optionalId(payload.order_id, 'order_id')
  const standing = STANDINGS[text(payload.status, 'status')] ?? 'open'
  if (payload.type === 'inquiry') return 'inquiry'
  if (orderId === null) return 'no-order'
  const { rowCount } = await tx.query(
    `INSERT INTO dispute (shop_id, order_id, dispute_id, standing, told_at)
     VALUES ($1, $2, $3, $4, to_timestamp($5 / 1000.0))
     ON CONFLICT (shop_id, order_id, dispute_id) DO UPDATE SET standing = excluded.standing, told_at = excluded.told_at
      WHERE dispute.standing = 'open' AND dispute.standing <> excluded.standing`, // decided is decided
    [shopId, orderId, disputeId, standing, now],
  )
  if (rowCount === 0) return 'known'
  if (!(await countDisputes(tx, shopId, orderId, now))) await lookLater(tx, shopId, orderId, now)
  return null
}

/**
 * Judges an order that is known by the chargebacks that are known, and asks nobody. Changes nothing the second time.
 * @returns false when there is no such order, or no chargeback of it
 */
export async function countDisputes(tx: Tx, shopId: number, orderId: string, now: number): Promise<boolean> {
  const facts = await disputedFacts(tx, shopId, orderId)
  if (facts) await settleOrders(tx, [{ shopId, facts, origin: 'again' }], now)
  return facts !== null
}

/** The order may just be on its way in another transaction that does not see this chargeback yet. */
async function lookLater(tx: Tx, shopId: number, orderId: string, now: number): Promise<void> {
  await enqueue(tx, 'read-order', { shopId, orderId }, { runAt: new Date(now + LOOK_AGAIN_MS) })
}

async function disputedFacts(tx: Tx, shopId: number, orderId: string): Promise<OrderFacts | null> {
  const { rows } = await tx.query<{ facts: StoredFacts }>(
    `SELECT facts FROM order_state o WHERE shop_id = $1 AND order_id = $2
        AND EXISTS (SELECT FROM dispute d WHERE d.shop_id = o.shop_id AND d.order_id = o.order_id)`,
    [shopId, orderId],
  )
  return rows[0] ? readFacts(rows[0].facts, orderId) : null
}
