import type { AccountKey } from './accounts.ts'
import { bigints, texts } from './arrays.ts'
import type { Tx } from './tx.ts'

/** Who an account is for: a Shopify customer, or a guest by the hash of the e-mail. Exactly one is set. */
export interface Holder {
  shopId: number
  customerId: string | null
  guestHash: string | null
}

export type HeldAccount = AccountKey

export function holderKey(holder: Holder): string {
  return `${holder.shopId}/${holder.customerId ?? `g:${holder.guestHash}`}`
}

/**
 * The accounts of these holders, made with an empty balance where they are missing (a paid order may be earlier
 * than its customer). A merged customer's account is the one it was merged into.
 */
export async function ensureAccounts(tx: Tx, holders: Holder[]): Promise<Map<string, HeldAccount>> {
  const wanted = new Map(holders.map((holder) => [holderKey(holder), holder]))
  const found = await find(tx, [...wanted.values()])
  const missing = [...wanted].filter(([key]) => !found.has(key)).map(([, holder]) => holder)
  if (missing.length === 0) return found
  await create(tx, missing)
  for (const [key, account] of await find(tx, missing)) found.set(key, account)
  return found
}

/** Customers and guests are asked for apart: one condition for both would read the whole table. */
async function find(tx: Tx, holders: Holder[]): Promise<Map<string, HeldAccount>> {
  const customers = holders.filter((holder) => holder.customerId !== null)
  const guests = holders.filter((holder) => holder.customerId === null)
  const found = new Map<string, HeldAccount>()
  if (customers.length > 0) {
    for (const { id, ...account } of await findBy(tx, 'customer_id', 'bigint', customers)) {
      found.set(holderKey({ shopId: account.shopId, customerId: id, guestHash: null }), account)
    }
  }
  if (guests.length > 0) {
    for (const { id, ...account } of await findBy(tx, 'guest_hash', 'text', guests)) {
      found.set(holderKey({ shopId: account.shopId, customerId: null, guestHash: id }), account)
    }
  }
  return found
}

async function findBy(
  tx: Tx,
  column: 'customer_id' | 'guest_hash',
  type: 'bigint' | 'text',
  holders: Holder[],
): Promise<(HeldAccount & { id: string })[]> {
  const { rows } = await tx.query<HeldAccount & { id: string }>(
    `SELECT a.shop_id AS "shopId", a.${column}::text AS id, coalesce(a.merged_into, a.account_id) AS "accountId"
       FROM (SELECT unnest($1::bigint[]) AS shop_id, unnest($2::${type}[]) AS id) r
       JOIN account a ON a.shop_id = r.shop_id AND a.${column} = r.id`,
    [
      bigints(holders.map((holder) => holder.shopId)),
      column === 'customer_id'
        ? bigints(holders.map((holder) => holder.customerId))
        : texts(holders.map((holder) => holder.guestHash)),
    ],
  )
  return rows
}

/** In sorted order, so that two transactions that make the same accounts wait for each other and never in a ring. */
async function create(tx: Tx, holders: Holder[]): Promise<void> {
  await tx.query(
    `WITH born AS (
       INSERT INTO account (shop_id, customer_id, guest_hash)
       SELECT shop_id, customer_id, guest_hash
         FROM unnest($1::bigint[], $2::bigint[], $3::text[]) AS r(shop_id, customer_id, guest_hash)
        ORDER BY shop_id, customer_id, guest_hash
       ON CONFLICT DO NOTHING
       RETURNING shop_id, account_id
     )
     INSERT INTO balance (shop_id, account_id) SELECT shop_id, account_id FROM born`,
    columns(holders),
  )
}

function columns(holders: Holder[]) {
  return [
    holders.map((holder) => holder.shopId),
    holders.map((holder) => holder.customerId),
    holders.map((holder) => (holder.customerId === null ? holder.guestHash : null)),
  ]
}
