import type { Tx } from '../ledger/tx.ts'

export const MEMBER_SORTS = ['activity', 'available', 'pending', 'tier', 'customer'] as const
export type MemberSort = (typeof MEMBER_SORTS)[number]

export interface MemberQuery {
  shopId: number
  sort: MemberSort
  descending: boolean
  /** A tier's id, `none` for members without a tier, null for all. */
  tier: string | null
  /** Ids of the live program's levels, lowest first: the order of tiers. */
  levels: readonly string[]
  /** The level that asks for nothing: who was never judged stands there. Null: there is none. */
  entryLevel: string | null
  /** Only these (Shopify ids in digits), as a search found them. */
  customerIds?: readonly string[] | null
  /** Of the page before (`after`) or behind (`before`): `first` and `last` of that page. */
  after?: string | null
  before?: string | null
  /** 1–250 */
  limit: number
}

export interface ListedMember {
  customerId: string
  /** Less debt: what a member owes is below zero. */
  available: number
  pending: number
  tierId: string | null
  /** The last order placed or reward redeemed; for who has neither the day of the first entry in the book, or null. */
  activeAt: Date | null
}

export interface MemberPage {
  members: ListedMember[]
  first: string | null
  last: string | null
  hasPrevious: boolean
  hasNext: boolean
}

/** Each is one step in an index per member. */
const ACTIVE_AT = `coalesce(greatest(
  (SELECT max(o.placed_at) FROM order_state o WHERE o.shop_id = a.shop_id AND o.account_id = a.account_id),
  (SELECT r.created_at FROM redemption r WHERE r.shop_id = a.shop_id AND r.account_id = a.account_id
    ORDER BY r.redemption_id DESC LIMIT 1)),
  (SELECT e.event_at FROM entry e WHERE e.shop_id = a.shop_id AND e.account_id = a.account_id
    ORDER BY e.entry_id LIMIT 1))`

const TIER = 'coalesce(b.tier_id, $8::text)'

/** What each column sorts by, as a whole number. */
const SORT_VALUE: Record<MemberSort, string> = {
  activity: `coalesce((extract(epoch FROM ${ACTIVE_AT}) * 1000000)::bigint, 0)`,
  available: '(b.available - b.debt)',
  pending: 'b.pending',
  tier: `coalesce(array_position($2::text[], ${TIER}), 0)`,
  customer: 'a.customer_id',
}

/**
 * A page of members by keyset: as quick on the thousandth page as on the first, and no row twice when points change
 * meanwhile. Guests and merged accounts are not listed.
 */
export async function listMembers(tx: Tx, query: MemberQuery): Promise<MemberPage> {
  const backwards = Boolean(query.before)
  const cursor = parseCursor(query.before ?? query.after)
  const descending = query.descending !== backwards
  const value = SORT_VALUE[query.sort]
  const { rows } = await tx.query<ListedMember & { cursor: string }>(
    `SELECT a.customer_id::text AS "customerId", b.available - b.debt AS available, b.pending,
            ${TIER} AS "tierId", ${ACTIVE_AT} AS "activeAt", ${value}::text || '_' || a.account_id AS cursor
       FROM account a JOIN balance b USING (shop_id, account_id)
      WHERE a.shop_id = $1 AND b.unit = 'points' AND a.customer_id IS NOT NULL AND a.merged_into IS NULL
        AND ($3::text IS NULL OR CASE WHEN $3 = 'none' THEN ${TIER} IS NULL ELSE ${TIER} = $3 END)
        AND ($4::bigint[] IS NULL OR a.customer_id = ANY ($4))
        AND ($5::bigint IS NULL OR (${value}, a.account_id) ${descending ? '<' : '>'} ($5, $6::bigint))
        AND $2::text[] IS NOT NULL
      ORDER BY ${value} ${descending ? 'DESC' : 'ASC'}, a.account_id ${descending ? 'DESC' : 'ASC'}
      LIMIT $7`,
    [
      query.shopId,
      query.levels,
      query.tier,
      query.customerIds ?? null,
      cursor?.value ?? null,
      cursor?.accountId ?? null,
      query.limit + 1,
      query.entryLevel,
    ],
  )
  const more = rows.length > query.limit
  const page = rows.slice(0, query.limit)
  if (backwards) page.reverse()
  return {
    members: page.map(({ cursor: _, ...member }) => member),
    first: page[0]?.cursor ?? null,
    last: page.at(-1)?.cursor ?? null,
    hasPrevious: backwards ? more : cursor !== null,
    hasNext: backwards ? cursor !== null : more,
  }
}

/** A cursor that somebody has changed is as good as none. */
function parseCursor(text: string | null | undefined): { value: string; accountId: string } | null {
  const [, value, accountId] = /^(-?\d{1,18})_(\d{1,15})$/.exec(text ?? '') ?? []
  return value && accountId ? { value, accountId } : null
}
