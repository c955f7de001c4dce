/**
 * What each table of the database owes to people and to time, in one place: whose its rows are, and what becomes of them
 * when two members become one, when a person asks to see or to be forgotten, and when they have served their time. A test
 * compares the list with the database's own catalogue. A sentence instead of an answer says who else sees to it, or why
 * nothing is to be done.
 *
 * A shop that is erased takes everything along (`erase_shop`); that needs no word of a table.
 */

import { momentIn } from './stored-json.ts'

/** Nothing is to be done by the list: why not, or where it is done. */
type Because = string

/** SQL after which a row has served its time. */
interface Kept {
  days: number
  /** Since when, a column. */
  since: string
  /** Only rows of which this is true. */
  where?: string
}

/** A key of the file that a person gets to see, and what stands there. */
interface Shown {
  as: string
  /** SQL of one value. `$1` is the shop, `heads` the accounts of the person that stand for themselves. */
  sql: string
}

interface Duties {
  /** The column by which a row is a member's; null: it is the shop's, or follows another row. */
  member: 'account_id' | 'customer_id' | null
  /** Rows of the account that goes become the kept one's, or why not. Only where rows are a member's. */
  merged?: 'moves' | Because
  /** Only where rows are a member's, or name people. */
  redacted?: Because
  /** Only where rows are a member's. */
  shown?: Shown[] | Because
  kept: Kept[] | Because
}

const BOOK = 'as long as the shop: the book'
const OF_BOOK = 'as long as the book that they explain'
const WORK = 'until it is worked off'
const SEARCHED = 'words that name the person (upkeep/texts-that-name.ts)'
const NOTHING = 'says nothing but what its account has, and of that account nobody knows whose it was'
const REPORT_DAYS = 90

export const TABLES = {
  account: {
    member: 'customer_id',
    merged: 'the one that goes is an alias of the kept one (members/merge-members.ts)',
    redacted: 'customer and guest hash go, the row stays with the sums (upkeep/redact-customer.ts)',
    shown: 'since when, with the balance (upkeep/compliance.ts)',
    kept: BOOK,
  },
  balance: {
    member: 'account_id',
    merged: 'a posting moves the points, and the empty one is closed (members/merge-members.ts)',
    redacted: NOTHING,
    shown: 'with its account (upkeep/compliance.ts)',
    kept: BOOK,
  },
  posting: {
    member: 'account_id',
    merged: 'entries stay where they were written: nobody rewrites a book',
    redacted: SEARCHED,
    shown: 'with its entries',
    kept: BOOK,
  },
  entry: {
    member: 'account_id',
    merged: 'entries stay where they were written: nobody rewrites a book',
    redacted: NOTHING,
    shown: [
      {
        as: 'entries',
        sql: `SELECT json_agg(json_build_object('at', e.event_at, 'kind', p.kind, 'reason', p.reason,
                       -- of points that lapsed or were given back: the moment of the credit that brought them
                       'earned', ${momentIn(`p.why ->> 'earnedAt'`)},
                       -- of points for a behaviour: which
                       'source', CASE WHEN p.kind = 'award' THEN p.why ->> 'source' END,
                       'from', e.source, 'to', e.destination, 'points', e.amount) ORDER BY e.entry_id)
                FROM account f JOIN entry e ON e.shop_id = f.shop_id AND e.account_id = f.account_id
                JOIN posting p ON p.shop_id = e.shop_id AND p.posting_id = e.posting_id
               WHERE f.shop_id = $1 AND (f.account_id = ANY(heads) OR f.merged_into = ANY(heads))`,
      },
    ],
    kept: BOOK,
  },
  lot: {
    member: 'account_id',
    merged: 'moves',
    redacted: NOTHING,
    shown: 'what is left of points is the balance; what they were is the entries',
    kept: BOOK,
  },
  hold: {
    member: 'account_id',
    merged: 'moves',
    redacted: NOTHING,
    shown: 'with its redemption; of a chargeback the shop’s own affair',
    kept: BOOK,
  },
  hold_lot: { member: null, kept: BOOK },
  order_state: {
    member: 'account_id',
    merged: 'moves',
    redacted: `whose it is goes and never comes back (upkeep/redact-customer.ts, settlement/holders.ts), and ${SEARCHED}`,
    shown: [
      {
        as: 'orders',
        sql: `SELECT json_agg(json_build_object('order', o.order_id::text, 'name', o.name,
                       'placed', o.placed_at, 'points', o.worth) ORDER BY o.placed_at, o.order_id) FROM order_state o
               WHERE o.shop_id = $1 AND o.account_id = ANY(heads)`,
      },
    ],
    kept: OF_BOOK,
  },
  dispute: { member: null, kept: OF_BOOK },
  redemption: {
    member: 'account_id',
    merged: 'moves',
    redacted: 'a code that is ours and a reward: nobody’s once its account is',
    shown: [
      {
        as: 'redemptions',
        sql: `SELECT json_agg(json_build_object('reward', r.reward_id, 'cost', r.cost, 'code', coalesce(r.code, r.shown_code),
                       'donated', r.donated::text,
                       'tickets', (SELECT json_agg(t.number ORDER BY t.number) FROM draw_ticket t
                                    WHERE t.shop_id = r.shop_id AND t.redemption_id = r.redemption_id),
                       'status', r.status, 'at', r.created_at) ORDER BY r.redemption_id) FROM redemption r
               WHERE r.shop_id = $1 AND r.account_id = ANY(heads)`,
      },
    ],
    kept: BOOK,
  },
  redemption_order: { member: null, kept: BOOK },
  // Whose it is says its redemption.
  draw_ticket: { member: null, kept: BOOK },
  cause_payment: { member: null, redacted: SEARCHED, kept: BOOK },
  earning_award: {
    member: 'account_id',
    merged: 'moves',
    redacted: NOTHING,
    shown: [
      {
        as: 'awards',
        sql: `SELECT json_agg(json_build_object('source', w.source, 'points', w.points, 'at', w.given_at,
                       'takenBack', w.taken_back) ORDER BY w.given_at, w.award_id) FROM earning_award w
               WHERE w.shop_id = $1 AND w.account_id = ANY(heads)`,
      },
    ],
    kept: BOOK,
  },
  earning_occasion: {
    member: 'account_id',
    merged:
      'stays with the account of the customer that it was told of, also when it is told later: each one’s are told apart (domain/earning/sources.ts)',
    redacted: 'deleted (upkeep/redact-customer.ts)',
    shown: [
      {
        as: 'occasions',
        sql: `SELECT json_agg(json_build_object('source', c.source, 'at', c.at, 'told', c.told) ORDER BY c.at, c.key)
                FROM account f JOIN earning_occasion c ON c.shop_id = f.shop_id AND c.account_id = f.account_id
               WHERE f.shop_id = $1 AND (f.account_id = ANY(heads) OR f.merged_into = ANY(heads))`,
      },
    ],
    kept: OF_BOOK,
  },
  expiry_warning: {
    member: 'account_id',
    merged: 'stays with whom it was told: lots that moved are warned of anew',
    redacted: NOTHING,
    shown: 'what lapses and when stands in the shop all the time; it is no word about the person',
    kept: BOOK,
  },
  member_to_sync: {
    member: 'account_id',
    merged: 'of a merged account it is dropped when it comes to its turn (surfaces/sync-members.ts)',
    redacted: 'dropped when it comes to its turn: there is no customer to write to',
    shown: 'work that waits, no data',
    kept: WORK,
  },
  data_request: {
    member: 'account_id',
    merged: 'stays as it was answered',
    redacted: `the person’s own are deleted, and ${SEARCHED}`,
    shown: 'it is what is shown',
    // What a customer asked to see: the law gives a month to hand it on.
    kept: [{ days: 60, since: 'asked_at' }],
  },
  forgotten_person: {
    member: null,
    redacted:
      'is written by it: a hash, so that what was before brings nobody back and comes to nobody who is',
    // For the law's month: no job, no file and no reading of orders is under way for longer.
    kept: [{ days: 30, since: 'redacted_at' }],
  },
  bulk_batch: {
    member: null,
    redacted: SEARCHED,
    // An uploaded file that nobody confirmed, with the addresses in it. What posts or has posted stays: it can be undone.
    kept: [{ days: 7, since: 'created_at', where: `status IN ('checking', 'ready', 'discarded')` }],
  },
  bulk_line: {
    member: 'customer_id',
    merged: 'names the customer as the file did; what is posted goes to the kept account by its alias',
    redacted: `lines of the person are deleted, and ${SEARCHED}`,
    shown: 'lines of the person (upkeep/compliance.ts)',
    kept: 'with its file',
  },
  program: { member: null, redacted: SEARCHED, kept: BOOK },
  program_draft: { member: null, kept: 'until it is published' },
  shop: { member: null, kept: 'until it is erased' },
  delivery: {
    member: null,
    redacted: 'messages that name the person are emptied (upkeep/redact-customer.ts)',
    kept: 'fourteen days, longer what was set aside (upkeep/tidy-up.ts)',
  },
  delivery_outcome: { member: null, redacted: SEARCHED, kept: 'with its delivery (upkeep/tidy-up.ts)' },
  inbox: { member: null, redacted: SEARCHED, kept: WORK },
  reconciliation: {
    member: null,
    redacted: SEARCHED,
    kept: [{ days: REPORT_DAYS, since: 'started_at' }],
  },
  reconciliation_finding: { member: null, redacted: SEARCHED, kept: 'with its reconciliation' },
  audit_run: { member: null, redacted: SEARCHED, kept: [{ days: REPORT_DAYS, since: 'started_at' }] },
  order_import: { member: null, redacted: SEARCHED, kept: BOOK },
  order_import_order: { member: null, kept: BOOK },
  order_import_problem: { member: null, redacted: SEARCHED, kept: 'with its import' },
  code_comparison: { member: null, kept: 'one row a shop' },
  code_finding: { member: null, kept: [{ days: REPORT_DAYS, since: 'settled_at' }] },
  unknown_discount: { member: null, kept: [{ days: REPORT_DAYS, since: 'settled_at' }] },
  // Nobody believes labels of the day before (labels/product-labels.ts); what is asked for is read anew.
  product_label: { member: null, kept: [{ days: 7, since: 'read_at' }] },
  tier_round: { member: null, kept: 'one row a shop' },
  expiry_round: { member: null, kept: 'one row a shop' },
  request_count: { member: null, kept: 'a day (upkeep/tidy-up.ts)' },
  Session: { member: null, kept: 'while the app is installed (shopify/session-storage.ts)' },
} satisfies Record<string, Duties>

const LISTED: [table: string, duties: Duties][] = Object.entries(TABLES)

/** Tables whose rows become the kept account's when two members become one. */
export const MOVING: readonly string[] = LISTED.flatMap(([table, { merged }]) =>
  merged === 'moves' ? [table] : [],
)

/** What a person gets to see, table by table; the rest stands in upkeep/compliance.ts. */
export const SHOWN: readonly Shown[] = LISTED.flatMap(([, { shown }]) => (Array.isArray(shown) ? shown : []))

/** SQL that deletes what has served its time, a statement for each rule. */
export const TIDYING: readonly string[] = LISTED.flatMap(([table, { kept }]) =>
  (Array.isArray(kept) ? kept : []).map(
    ({ days, since, where }) =>
      `DELETE FROM ${table} WHERE ${since} < now() - interval '${days} days'${where ? ` AND ${where}` : ''}`,
  ),
)

/** So many days a request of a customer and its file are kept. */
export const KEEP_DATA_REQUESTS_DAYS = TABLES.data_request.kept[0]?.days ?? 0
