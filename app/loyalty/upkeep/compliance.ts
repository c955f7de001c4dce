import { SHOWN } from '../../db/tables.ts'
import type { Tx } from '../../db/tx.ts'
import { idOf, type Json, object } from '../../shopify/payload.ts'
import type { Delivery } from '../inbox/inbox.ts'
import { personOf } from './person-of-request.ts'
import { restOfSearch, type Search, type Searched } from './search-first.ts'
import { deliveriesThatName, textsThatName } from './texts-that-name.ts'

/** Two of Shopify's three privacy requests; the third is in redact-customer.ts. */

/** What the list of tables shows of a person. */
const OF_TABLES = SHOWN.map(({ as, sql }) => `'${as}', (${sql})`).join(',\n')

/**
 * Everything that is kept of a customer, stored for the merchant to hand on: what a redaction would find, too. The same
 * request again replaces it.
 * @throws SearchFirst
 */
export async function exportCustomer(
  tx: Tx,
  shopId: number,
  payload: Json,
  now: number,
  searched?: Searched,
): Promise<void> {
  const customer = object(payload.customer, 'customer')
  const request = object(payload.data_request, 'data_request')
  const customerId = idOf(customer, 'customer')
  const person = await personOf(tx, shopId, { ...customer, id: customerId })
  const { accounts, customerIds } = person
  const search = restOfSearch(tx, person, searched, findMessages)
  await findMessages(search)
  const member = accounts.find((one) => one.customerId === customerId)?.headId ?? null
  // Of a guest's account there is one for each writing of the address.
  const guests = accounts.flatMap(({ accountId, headId, customerId: id }) =>
    id === null && headId === accountId ? [accountId] : [],
  )
  await tx.query(
    `INSERT INTO data_request (shop_id, request_id, account_id, export, asked_at)
     SELECT $1, $2, $5::bigint, json_build_object(
              'customer', $3::text,
              'since', (SELECT a.created_at FROM account a WHERE a.shop_id = $1 AND a.account_id = $5),
              'balance', (SELECT row_to_json(b) FROM balance b WHERE b.shop_id = $1 AND b.account_id = $5),
              'guests', (SELECT json_agg(json_build_object('since', a.created_at, 'balance', row_to_json(b)) ORDER BY a.account_id)
                           FROM account a JOIN balance b ON b.shop_id = a.shop_id AND b.account_id = a.account_id
                          WHERE a.shop_id = $1 AND a.account_id = ANY($6::bigint[])),
              ${OF_TABLES},
              'lines', (SELECT json_agg(json_build_object('line', l.line, 'points', l.points, 'reason', l.reason,
                               'status', l.status, 'value', l.value) ORDER BY l.batch_id, l.line) FROM bulk_line l
                         WHERE l.shop_id = $1 AND (l.customer_id = ANY($8::bigint[]) OR l.email = ANY($9::text[])
                                                   OR l.value = ANY($10::text[]))),
              'messages', (SELECT json_agg(json_build_object('topic', d.topic, 'received', d.received_at, 'body', d.body)
                                  ORDER BY d.delivery_id) FROM delivery d
                            WHERE d.shop_id = $1 AND d.delivery_id = ANY($7::bigint[]))),
            to_timestamp($4 / 1000.0)
       FROM (SELECT array_remove($6::bigint[] || $5::bigint, NULL) AS heads) one
     ON CONFLICT (shop_id, request_id) DO UPDATE SET export = excluded.export`,
    [
      shopId,
      idOf(request, 'data_request'),
      customerId,
      now,
      member,
      guests,
      [...search.naming],
      customerIds,
      await textsThatName({ ...search, since: null }, 'bulk_line.email'),
      await textsThatName({ ...search, since: null }, 'bulk_line.value'),
    ],
  )
}

async function findMessages(search: Search): Promise<void> {
  const where = `topic NOT IN ('customers/data_request', 'customers/redact')`
  for (const id of await deliveriesThatName(search, where)) search.naming.add(id)
}

/** 48 hours after removal. @returns false when the app was installed again meanwhile */
export async function redactShop(tx: Tx, delivery: Delivery): Promise<boolean> {
  const { rows } = await tx.query<{ erased: boolean }>(
    'SELECT erase_shop($1, coalesce($2, now())) AS erased',
    [delivery.shopId, delivery.triggeredAt === null ? null : new Date(delivery.triggeredAt)],
  )
  return rows[0]?.erased ?? false
}
