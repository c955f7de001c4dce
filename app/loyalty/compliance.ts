import type { Tx } from '../ledger/tx.ts'
import { guestHash } from '../shopify/order-from-webhook.ts'
import { idOf, type Json, object, optionalId, text } from '../shopify/payload.ts'
import type { Delivery } from './deliveries/inbox.ts'

/**
 * Shopify's three privacy requests. A person's points carry no name; redaction cuts the link to the person and
 * leaves every sum as it is.
 */

/** Everything that is kept of a customer, stored for the merchant to hand on. The same request again replaces it. */
export async function exportCustomer(tx: Tx, shopId: number, payload: Json, now: number): Promise<void> {
  const customer = object(payload.customer, 'customer')
  const request = object(payload.data_request, 'data_request')
  await tx.query(
    `INSERT INTO data_request (shop_id, request_id, account_id, export, asked_at)
     SELECT $1, $2, a.account_id, json_build_object(
              'customer', $3::text, 'since', a.created_at,
              'balance', (SELECT row_to_json(b) FROM balance b WHERE b.shop_id = $1 AND b.account_id = a.account_id),
              'entries', (SELECT json_agg(json_build_object('at', e.event_at, 'kind', p.kind, 'reason', p.reason,
                                'from', e.source, 'to', e.destination, 'points', e.amount) ORDER BY e.entry_id)
                            FROM entry e JOIN posting p ON p.shop_id = e.shop_id AND p.posting_id = e.posting_id
                            JOIN account f ON f.shop_id = e.shop_id AND f.account_id = e.account_id
                           WHERE e.shop_id = $1 AND a.account_id IN (f.account_id, f.merged_into)),
              'orders', (SELECT json_agg(json_build_object('order', o.order_id::text, 'name', o.name,
                                'placed', o.placed_at, 'points', o.worth) ORDER BY o.placed_at, o.order_id) FROM order_state o
                          WHERE o.shop_id = $1 AND o.account_id = a.account_id),
              'redemptions', (SELECT json_agg(json_build_object('reward', r.reward_id, 'cost', r.cost, 'code', r.code,
                                     'status', r.status, 'at', r.created_at) ORDER BY r.redemption_id) FROM redemption r
                               WHERE r.shop_id = $1 AND r.account_id = a.account_id)),
            to_timestamp($4 / 1000.0)
       FROM (SELECT 1) one
       LEFT JOIN account of ON of.shop_id = $1 AND of.customer_id = $3::bigint
       LEFT JOIN account a ON a.shop_id = $1 AND a.account_id = coalesce(of.merged_into, of.account_id)
     ON CONFLICT (shop_id, request_id) DO UPDATE SET export = excluded.export`,
    [shopId, idOf(request, 'data_request'), idOf(customer, 'customer'), now],
  )
}

/**
 * Cuts the link between a person and the points: the customer's id, the ids that were merged into it, the hash of the
 * e-mail address, and what deliveries said. Nothing can be traced back; sums stay. A second time finds nothing.
 */
export async function redactCustomer(tx: Tx, delivery: Delivery, payload: Json, now: number): Promise<void> {
  const { shopId } = delivery
  const customer = object(payload.customer, 'customer')
  const customerId = optionalId(customer.id, 'customer.id')
  const email = addressOf(customer.email)
  const hash = guestHash(shopId, email)
  const { rows } = await tx.query<{ accountId: number; headId: number }>(
    `UPDATE account a SET customer_id = NULL, guest_hash = NULL, redacted_at = to_timestamp($4 / 1000.0)
      WHERE a.shop_id = $1 AND (
              a.customer_id = $2
              OR a.merged_into = (SELECT account_id FROM account WHERE shop_id = $1 AND customer_id = $2)
              OR (a.guest_hash = $3 AND a.merged_into IS NULL))
      RETURNING a.account_id AS "accountId", coalesce(a.merged_into, a.account_id) AS "headId"`,
    [shopId, customerId, hash, now],
  )
  const accounts = rows.map((row) => row.accountId)
  // Of a customer who was merged away the orders are with the one who stayed, and only some of them are this one's.
  await tx.query(
    `UPDATE order_state SET facts = (facts::jsonb || '{"customerId": null, "guestHash": null}')::json
      WHERE shop_id = $1
        AND (account_id = ANY($2::bigint[]) OR (account_id = ANY($3::bigint[]) AND facts ->> 'customerId' = $4))`,
    [shopId, accounts, rows.map((row) => row.headId), customerId],
  )
  await tx.query(
    `DELETE FROM data_request WHERE shop_id = $1 AND (account_id = ANY($2::bigint[]) OR export ->> 'customer' = $3)`,
    [shopId, accounts, customerId],
  )
  // Lines of files name the customer; posted ones whose account lost its id were those of merged customers.
  await tx.query(
    `DELETE FROM bulk_line l
      WHERE l.shop_id = $1
        AND (l.customer_id = $2 OR l.email = lower($3) OR l.value = $3
             OR (l.status = 'posted' AND NOT EXISTS (
                   SELECT FROM account a WHERE a.shop_id = l.shop_id AND a.customer_id = l.customer_id)))`,
    [shopId, customerId, email],
  )
  await forgetInDeliveries(tx, delivery, customerId, email)
}

/** The address as the database can hold it; null where none was sent. */
function addressOf(value: unknown): string | null {
  return typeof value === 'string' ? text(value, 'customer.email').trim() || null : null
}

/** What waits is still needed; it goes with the tidying up, two weeks after it came. */
async function forgetInDeliveries(
  tx: Tx,
  { shopId, deliveryId }: Delivery,
  customerId: string | null,
  email: string | null,
): Promise<void> {
  await tx.query(
    `UPDATE delivery d SET body = '{}'
      WHERE shop_id = $1 AND (d.delivery_id = $4 OR (
              (body ~ ('(^|[^0-9])' || $2::text || '([^0-9]|$)') OR position($3::text IN lower(body)) > 0)
              AND NOT EXISTS (SELECT FROM inbox i WHERE i.shop_id = d.shop_id AND i.delivery_id = d.delivery_id)))`,
    [shopId, customerId, email?.toLowerCase() ?? null, deliveryId],
  )
}

/** 48 hours after removal. @returns false when the app was installed again meanwhile */
export async function redactShop(tx: Tx, delivery: Delivery): Promise<boolean> {
  const { rows } = await tx.query<{ erased: boolean }>(
    'SELECT erase_shop($1, coalesce($2, now())) AS erased',
    [delivery.shopId, delivery.triggeredAt === null ? null : new Date(delivery.triggeredAt)],
  )
  return rows[0]?.erased ?? false
}
