import type { Tx } from '../../db/tx.ts'
import { namesPerson } from '../../domain/text/names-person.ts'
import { idOf, type Json, object } from '../../shopify/payload.ts'
import type { Delivery } from '../inbox/inbox.ts'
import { contactOf } from './redact-customer.ts'

/** Two of Shopify's three privacy requests; the third is in redact-customer.ts. */

/** Everything that is kept of a customer, stored for the merchant to hand on. The same request again replaces it. */
export async function exportCustomer(tx: Tx, shopId: number, payload: Json, now: number): Promise<void> {
  const customer = object(payload.customer, 'customer')
  const request = object(payload.data_request, 'data_request')
  const customerId = idOf(customer, 'customer')
  const customerIds = [customerId, ...(await mergedInto(tx, shopId, customerId))]
  const named = namesPerson({ customerIds, email: contactOf(customer, 'email'), phone: null })
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
                               WHERE r.shop_id = $1 AND r.account_id = a.account_id),
              'messages', (SELECT json_agg(json_build_object('topic', d.topic, 'received', d.received_at, 'body', d.body)
                                  ORDER BY d.delivery_id) FROM delivery d
                            WHERE d.shop_id = $1 AND names_person(d.body, $5)
                              AND d.topic NOT IN ('customers/data_request', 'customers/redact'))),
            to_timestamp($4 / 1000.0)
       FROM (SELECT 1) one
       LEFT JOIN account of ON of.shop_id = $1 AND of.customer_id = $3::bigint
       LEFT JOIN account a ON a.shop_id = $1 AND a.account_id = coalesce(of.merged_into, of.account_id)
     ON CONFLICT (shop_id, request_id) DO UPDATE SET export = excluded.export`,
    [shopId, idOf(request, 'data_request'), customerId, now, named],
  )
}

/** Ids (digits) of customers whose account was merged into this one's. */
async function mergedInto(tx: Tx, shopId: number, customerId: string): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    `SELECT gone.customer_id::text AS id
       FROM account own JOIN account gone ON gone.shop_id = own.shop_id AND gone.merged_into = own.account_id
      WHERE own.shop_id = $1 AND own.customer_id = $2 AND gone.customer_id IS NOT NULL`,
    [shopId, customerId],
  )
  return rows.map(({ id }) => id)
}

/** 48 hours after removal. @returns false when the app was installed again meanwhile */
export async function redactShop(tx: Tx, delivery: Delivery): Promise<boolean> {
  const { rows } = await tx.query<{ erased: boolean }>(
    'SELECT erase_shop($1, coalesce($2, now())) AS erased',
    [delivery.shopId, delivery.triggeredAt === null ? null : new Date(delivery.triggeredAt)],
  )
  return rows[0]?.erased ?? false
}
