import { withShop } from '../../db/db.server.ts'
import type { AdminGraphql } from '../../shopify/ask-admin.ts'
import { customerNames } from '../../shopify/customer-names.ts'

/**
 * Which of these numbers (digits, at most 250) are customers of the shop: those it has an account for, merged and
 * deleted ones too, and those that Shopify confirms. Points are given to nobody else. Shopify is asked only for
 * numbers without an account. Null when it had to be asked and did not answer.
 */
export async function knownCustomers(
  graphql: AdminGraphql,
  shopId: number,
  customerIds: readonly string[],
): Promise<Set<string> | null> {
  const ids = [...new Set(customerIds)]
  if (ids.length === 0) return new Set()
  const { rows } = await withShop(shopId, (tx) =>
    tx.query<{ id: string }>(
      'SELECT customer_id::text AS id FROM account WHERE shop_id = $1 AND customer_id = ANY($2::bigint[])',
      [shopId, ids],
    ),
  )
  const known = new Set(rows.map(({ id }) => id))
  const names = await customerNames(
    graphql,
    ids.filter((id) => !known.has(id)),
  )
  if (names === null) return null
  for (const id of names.keys()) known.add(id)
  return known
}
