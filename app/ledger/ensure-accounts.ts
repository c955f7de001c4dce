import type { AccountKey } from './accounts.ts'
import type { Tx } from './tx.ts'

/** Who an account is for: a Shopify customer, or a guest by the hash of the e-mail. Exactly one is set. */
export interface Holder {
  shopId: number
  customerId: string | null
  guestHash: string | null
}

export interface HeldAccount extends AccountKey {
  tierId: string | null
}

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

async function find(tx: Tx, holders: Holder[]): Promise<Map<string, HeldAccount>> {
  const { rows } = await tx.query<HeldAccount & Holder>(
    `SELECT a.shop_id AS "shopId", a.customer_id::text AS "customerId",
            CASE WHEN a.customer_id IS NULL THEN a.guest_hash END AS "guestHash",
            coalesce(a.merged_into, a.account_id) AS "accountId",
            CASE WHEN a.merged_into IS NULL THEN a.tier_id
                 ELSE (SELECT m.tier_id FROM account m WHERE m.shop_id = a.shop_id AND m.account_id = a.merged_into)
            END AS "tierId"
       FROM unnest($1::bigint[], $2::bigint[], $3::text[]) AS r(shop_id, customer_id, guest_hash)
       JOIN account a ON a.shop_id = r.shop_id
                     AND (a.customer_id = r.customer_id OR (r.customer_id IS NULL AND a.guest_hash = r.guest_hash))`,
    columns(holders),
  )
  return new Map(
    rows.map(({ shopId, customerId, guestHash, accountId, tierId }) => [
      holderKey({ shopId, customerId, guestHash }),
      { shopId, accountId, tierId },
    ]),
  )
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
