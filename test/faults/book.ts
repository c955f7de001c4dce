import type pg from 'pg'

/** What a book says in the end: balances by customer or guest, and what it holds of each order. */
export interface Book {
  balances: Map<string, string>
  orders: Map<string, string>
}

export async function readBook(owner: pg.Pool, shopId: number): Promise<Book> {
  const { rows: balances } = await owner.query(
    `SELECT coalesce(a.customer_id::text, a.guest_hash, 'account ' || a.account_id) AS key,
            concat_ws(' ', b.pending, b.available, b.held, b.debt) AS value
       FROM account a JOIN balance b ON b.shop_id = a.shop_id AND b.account_id = coalesce(a.merged_into, a.account_id)
      WHERE a.shop_id = $1 AND (b.pending, b.available, b.held, b.debt) <> (0, 0, 0, 0)`,
    [shopId],
  )
  const { rows: orders } = await owner.query(
    `SELECT o.order_id::text AS key, concat_ws(' ', o.worth, o.posted_pending, o.posted_available, o.tier_id,
            coalesce(a.customer_id::text, a.guest_hash)) AS value
       FROM order_state o LEFT JOIN account a ON a.shop_id = o.shop_id AND a.account_id = o.account_id
      WHERE o.shop_id = $1`,
    [shopId],
  )
  const asMap = (rows: { key: string; value: string }[]) =>
    new Map(rows.map(({ key, value }) => [key, value]))
  return { balances: asMap(balances), orders: asMap(orders) }
}

/** Where two books differ, in words; empty when they are equal. */
export function differences(is: Book, should: Book, most = 10): string[] {
  const found: string[] = []
  for (const part of ['balances', 'orders'] as const) {
    for (const key of new Set([...is[part].keys(), ...should[part].keys()])) {
      const [a, b] = [is[part].get(key) ?? 'nothing', should[part].get(key) ?? 'nothing']
      if (a !== b && found.length < most) found.push(`${part} ${key}: ${a} instead of ${b}`)
    }
  }
  return found
}

export async function inboxCounts(owner: pg.Pool): Promise<Record<string, number>> {
  const { rows } = await owner.query('SELECT status, count(*)::int AS n FROM delivery_status GROUP BY status')
  return Object.fromEntries(rows.map(({ status, n }) => [status, n]))
}
