import type { Tx } from '../ledger/tx.ts'
import { idOf, type Json, object, optionalId } from '../shopify/payload.ts'
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
              'customer', $3::text, 'since', a.created_at, 'tier', a.tier_id,
              'balance', (SELECT row_to_json(b) FROM balance b WHERE b.shop_id = $1 AND b.account_id = a.account_id),
              'entries', (SELECT json_agg(e ORDER BY e.entry_id) FROM entry e
                           WHERE e.shop_id = $1 AND e.account_id = a.account_id),
              'orders', (SELECT json_agg(json_build_object('order', o.order_id::text, 'placed', o.placed_at,
                                'points', o.worth)) FROM order_state o
                          WHERE o.shop_id = $1 AND o.account_id = a.account_id),
              'redemptions', (SELECT json_agg(json_build_object('reward', r.reward_id, 'cost', r.cost, 'code', r.code,
                                     'status', r.status, 'at', r.created_at)) FROM redemption r
                               WHERE r.shop_id = $1 AND r.account_id = a.account_id)),
            to_timestamp($4 / 1000.0)
       FROM (SELECT 1) one
       LEFT JOIN account a ON a.shop_id = $1 AND a.customer_id = $3::bigint
     ON CONFLICT (shop_id, request_id) DO UPDATE SET export = excluded.export`,
    [shopId, idOf(request, 'data_request'), idOf(customer, 'customer'), now],
  )
}

/** Cuts the link between a person and the points. Nothing can be traced back; sums stay. */
export async function redactCustomer(tx: Tx, shopId: number, payload: Json, now: number): Promise<void> {
  const customerId = optionalId(object(payload.customer, 'customer').id, 'customer.id')
  if (customerId === null) return
  const { rows } = await tx.query<{ accountId: number }>(
    `UPDATE account SET customer_id = NULL, guest_hash = NULL, redacted_at = to_timestamp($3 / 1000.0)
      WHERE shop_id = $1 AND customer_id = $2 RETURNING account_id AS "accountId"`,
    [shopId, customerId, now],
  )
  await tx.query(
    `UPDATE order_state SET facts = (facts::jsonb || '{"customerId": null, "guestHash": null}')::json
      WHERE shop_id = $1 AND facts ->> 'customerId' = $2
        AND account_id = ANY($3::bigint[])`,
    [shopId, customerId, rows.map((row) => row.accountId)],
  )
  await tx.query('DELETE FROM data_request WHERE shop_id = $1 AND account_id = ANY($2::bigint[])', [
    shopId,
    rows.map((row) => row.accountId),
  ])
  await tx.query(
    `UPDATE delivery d SET body = '{}'
      WHERE shop_id = $1 AND body LIKE '%' || $2 || '%'
        AND NOT EXISTS (SELECT FROM inbox i WHERE i.shop_id = d.shop_id AND i.delivery_id = d.delivery_id)`,
    [shopId, customerId],
  )
}

/** 48 hours after removal. @returns false when the app was installed again meanwhile */
export async function redactShop(tx: Tx, delivery: Delivery): Promise<boolean> {
  const { rows } = await tx.query<{ erased: boolean }>(
    'SELECT erase_shop($1, coalesce($2, now())) AS erased',
    [delivery.shopId, delivery.triggeredAt],
  )
  return rows[0]?.erased ?? false
}
