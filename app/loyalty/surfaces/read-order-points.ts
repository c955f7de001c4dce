import { withShop } from '../../db/db.server.ts'
import { worthless } from '../../domain/orders/order-value.ts'
import { findMember } from '../members/read-member.ts'
import { faultOfFacts } from '../orders/sound.ts'
import { readFacts, type StoredFacts } from '../orders/stored-facts.ts'
import type { Shopper } from './read-panel.ts'

export interface OrderPointsView {
  points: number
  /** `unknown`: not settled yet, or not this shopper's order. `unpaid`: nobody knows yet what will be paid. */
  status: 'pending' | 'available' | 'unpaid' | 'unknown'
  /** ISO 8601; null when they are available, or nobody knows. */
  availableAt: string | null
}

interface Row {
  worth: number
  postedPending: number
  facts: StoredFacts
  gone: boolean
  maturesAt: Date | null
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
    const { rows } = await tx.query<Row>(
      `SELECT worth, posted_pending AS "postedPending", facts, gone_at IS NOT NULL AS gone,
              CASE WHEN facts ->> 'dispute' IS DISTINCT FROM 'open' THEN matures_at END AS "maturesAt"
         FROM order_state WHERE shop_id = $1 AND order_id = $2::bigint AND account_id = ANY ($3)`,
      [shop.shopId, orderId, owner.family],
    )
    const [order] = rows
    if (!order) return UNKNOWN
    if (!order.gone && isUnpaid(order.facts, orderId))
      return { points: 0, status: 'unpaid', availableAt: null }
    const pending = order.postedPending > 0
    return {
      points: order.worth,
      status: pending ? 'pending' : 'available',
      availableAt: pending ? (order.maturesAt?.toISOString() ?? null) : null,
    }
  })
}

/** Of an order that cannot be read the book knows its worth all the same. */
const isUnpaid = (facts: StoredFacts, orderId: string): boolean =>
  faultOfFacts(facts) === null && worthless(readFacts(facts, orderId)) === 'unpaid'
