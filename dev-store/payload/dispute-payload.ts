/** A dispute as in Shopify's webhooks. */
import { decimal } from '../commerce/money.ts'
import { type Dispute, gid, type Order, type Shop } from '../model.ts'
import { localTime } from './shared.ts'

const TWO_WEEKS = 14 * 24 * 3600 * 1000

export function disputePayload(order: Order, dispute: Dispute, shop: Shop) {
  const due = new Date(Date.parse(dispute.initiatedAt) + TWO_WEEKS).toISOString()
  return {
    id: dispute.id,
    admin_graphql_api_id: gid('ShopifyPaymentsDispute', dispute.id),
    order_id: order.id,
    type: dispute.type,
    amount: decimal(dispute.amount),
    currency: order.currency,
    reason: dispute.reason,
    network_reason_code: '4837',
    status: dispute.status,
    evidence_due_by: localTime(due, shop.timeZone),
    evidence_sent_on: null,
    finalized_on: dispute.finalizedOn === null ? null : localTime(dispute.finalizedOn, shop.timeZone),
    initiated_at: localTime(dispute.initiatedAt, shop.timeZone),
  }
}
