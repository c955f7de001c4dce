import type { Tx } from '../../db/tx.ts'

export const MEMBER_SORTS = ['activity', 'available', 'pending', 'tier', 'customer'] as const
export type MemberSort = (typeof MEMBER_SORTS)[number]

/** Whom a merchant looks for. Guests have no account in the shop; all others do. */
export const MEMBER_GROUPS = ['guests', 'debt', 'codes', 'inactive'] as const
export type MemberGroup = (typeof MEMBER_GROUPS)[number]

export interface MemberQuery {
  shopId: number
  sort: MemberSort
  descending: boolean
  /** A tier's id, `none` for members without a tier, null for all. */
  tier: string | null
  /** Ids of the live program's levels, lowest first: the order of tiers. */
  levels: readonly string[]
  /** Null: everybody with a customer account. */
  group?: MemberGroup | null
  /** The level that asks for nothing: who was never judged stands there. Null: there is none. */
  entryLevel: string | null
  /** Only these (Shopify ids in digits), as a search found them. */
  customerIds?: readonly string[] | null
  /** Of the page before (`after`) or behind (`before`): `first` and `last` of that page. */
  after?: string | null
  before?: string | null
  /** 1–250 */
  limit: number
  /** Since when somebody is inactive is reckoned from here. */
  now: Date
}

export interface ListedMember {
  accountId: number
  /** Null for a guest. */
  customerId: string | null
  /** Of a guest, who has no name: the latest order. */
  guestOrder: { id: string; name: string } | null
  available: number
  /** What a reversal took and was no longer there. While it stands, nothing is available. */
  debt: number
  pending: number
  /** Reserved, of which most stands behind open codes. */
  held: number
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

/** So long without an order or a redemption is inactive; of who never did anything, since we first met. */
const INACTIVE_FOR = '12 months'

/** Whoever is merged is told of at the account that stayed; what a redacted person held nobody redeems. */
const CUSTOMERS = 'a.customer_id IS NOT NULL AND a.merged_into IS NULL'
const IN_GROUP: Record<MemberGroup | 'all', string> = {
  all: CUSTOMERS,
  guests: `a.guest_hash IS NOT NULL AND a.merged_into IS NULL AND a.redacted_at IS NULL
           AND b.available + b.held + b.pending > 0`,
  debt: `${CUSTOMERS} AND b.debt > 0`,
  codes: `${CUSTOMERS} AND EXISTS (SELECT FROM redemption r WHERE r.shop_id = a.shop_id
           AND r.account_id = a.account_id AND r.status IN ('preparing', 'ready'))`,
  inactive: `${CUSTOMERS} AND coalesce(${ACTIVE_AT}, a.created_at) < $5::timestamptz - interval '${INACTIVE_FOR}'`,
}

const tierBeside = (entryLevel: string) => `coalesce(b.tier_id, ${entryLevel})`
const TIER = tierBeside('$8::text')

/** Whom a list and its count are about. $1 shop, $3 tier, $4 customers, $5 now. */
function wanted(entryLevel: string, group: MemberGroup | null = null): string {
  const tier = tierBeside(entryLevel)
  return `FROM account a JOIN balance b USING (shop_id, account_id)
      WHERE a.shop_id = $1 AND b.unit = 'points' AND ${IN_GROUP[group ?? 'all']}
        AND ($3::text IS NULL OR CASE WHEN $3 = 'none' THEN ${tier} IS NULL ELSE ${tier} = $3 END)
        AND ($4::bigint[] IS NULL OR a.customer_id = ANY ($4)) AND $5::timestamptz IS NOT NULL`
}

/** More are not counted: that would take as long as reading them. */
export const MOST_COUNTED = 10_000

/** How many the list has on all its pages, at most one more than `MOST_COUNTED`. */
export async function countMembers(tx: Tx, query: MemberQuery): Promise<number> {
  const { rows } = await tx.query<{ count: number }>(
    `SELECT count(*) AS count FROM (SELECT 1 ${wanted('$2::text', query.group)} LIMIT ${MOST_COUNTED + 1}) counted`,
    [query.shopId, query.entryLevel, query.tier, query.customerIds ?? null, query.now],
  )
  return rows[0]?.count ?? 0
}

/** What each column sorts by, as a whole number. */
const SORT_VALUE: Record<MemberSort, string> = {
  activity: `coalesce((extract(epoch FROM ${ACTIVE_AT}) * 1000000)::bigint, 0)`,
  // Nobody has points and owes some: those who owe stand below those who have none, the deepest last.
  available: '(b.available - b.debt)',
  pending: 'b.pending',
  tier: `coalesce(array_position($2::text[], ${TIER}), 0)`,
  customer: 'coalesce(a.customer_id, 0)',
}

/**
 * A page of members by keyset: as quick on the thousandth page as on the first, and no row twice when points change
 * meanwhile.
 */
export async function listMembers(tx: Tx, query: MemberQuery): Promise<MemberPage> {
  const backwards = Boolean(query.before)
  const cursor = parseCursor(query.before ?? query.after)
  const descending = query.descending !== backwards
  const value = SORT_VALUE[query.sort]
  const { rows } = await tx.query<ListedMember & { cursor: string }>(
    `SELECT a.account_id AS "accountId", a.customer_id::text AS "customerId", b.available, b.debt,
            b.pending, b.held, ${TIER} AS "tierId", ${ACTIVE_AT} AS "activeAt",
            CASE WHEN a.customer_id IS NULL THEN (
              SELECT json_build_object('id', o.order_id::text, 'name', o.name) FROM order_state o
               WHERE o.shop_id = a.shop_id AND o.account_id = a.account_id ORDER BY o.placed_at DESC LIMIT 1)
            END AS "guestOrder", ${value}::text || '_' || a.account_id AS cursor
       ${wanted('$8::text', query.group)}
        AND ($9::bigint IS NULL OR (${value}, a.account_id) ${descending ? '<' : '>'} ($9, $6::bigint))
        AND $2::text[] IS NOT NULL
      ORDER BY ${value} ${descending ? 'DESC' : 'ASC'}, a.account_id ${descending ? 'DESC' : 'ASC'}
      LIMIT $7`,
    [
      query.shopId,
      query.levels,
      query.tier,
      query.customerIds ?? null,
      query.now,
      cursor?.accountId ?? null,
      query.limit + 1,
      query.entryLevel,
      cursor?.value ?? null,
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
