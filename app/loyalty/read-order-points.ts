import { withShop } from '../db.server.ts'
import { findMember } from './read-member.ts'
import type { Shopper } from './read-panel.ts'

export interface OrderPointsView {
  points: number
  /** `unknown`: not settled yet, or not this shopper's order. */
  status: 'pending' | 'available' | 'unknown'
  /** ISO 8601; null when they are available, or nobody knows. */
  availableAt: string | null
}

const UNKNOWN: OrderPointsView = { points: 0, status: 'unknown', availableAt: null }

/**
 * What an order has earned so far. Only to the customer whose order it is: an order's number is easily guessed.
 * @param orderId Shopify's id in digits
 */
export function readOrderPoints({ shop, customerId }: Shopper, orderId: string): Promise<OrderPointsView> {
  return withShop(shop.shopId, async (tx) => {
    const owner = customerId === null ? null : await findMember(tx, shop.shopId, customerId)
    if (!owner) return UNKNOWN
    const { rows } = await tx.query<{ worth: number; postedPending: number; maturesAt: Date | null }>(
      `SELECT worth, posted_pending AS "postedPending", CASE WHEN facts ->> 'dispute' IS DISTINCT FROM 'open' THEN matures_at END AS "maturesAt"
         FROM order_state WHERE shop_id = $1 AND order_id = $2::bigint AND account_id = ANY ($3)`,
      [shop.shopId, orderId, owner.family],
    )
    const [order] = rows
    if (!order) return UNKNOWN
    const pending = order.postedPending > 0
    return {
      points: order.worth,
      status: pending ? 'pending' : 'available',
      availableAt: pending ? (order.maturesAt?.toISOString() ?? null) : null,
    }
  })
}
