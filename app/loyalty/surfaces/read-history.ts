import type { Tx } from '../../db/tx.ts'
import type { Bucket } from '../../domain/account/account.ts'
import type { LocalText } from '../../domain/document/local-text.ts'
import type { OrderWhy } from '../../domain/earning/order-why.ts'
import type { SourceName } from '../../domain/earning/sources.ts'
import type { Program } from '../../domain/program/program.ts'
import type { Reward } from '../../domain/rewards/kinds.ts'
import type { PostingKind } from '../../ledger/post.ts'
import type { TakenBecause } from '../earning/award.ts'
import { readToldCredits, type ToldCredit } from '../members/told-credits.ts'
import { readStoredWhy } from '../orders/stored-why.ts'
import type { Redemption, ReturnReason } from '../rewards/redemption-record.ts'
import { namesOf, type ProgramNames } from './order-words.ts'

/** One business event on a member's account, told from the book. Points are whole numbers. */
export interface HistoryLine {
  postingId: number
  /** When it happened, and when the book wrote it: what is brought along, or taken back, happened long before. */
  at: Date
  bookedAt: Date
  kind: PostingKind
  part: string
  sourceId: string
  /** What it did to the points a member can count on (available + pending − debt); 0 when they only changed place. */
  points: number
  /** How many changed place, whatever the sign. */
  moved: number
  /** Pending while the order's points still wait for the end of the return window. */
  status: 'pending' | 'available'
  /** When pending points become available, if that is known. */
  availableAt: Date | null
  /** Pending for longer than usual: the payment of their order is disputed. */
  disputed: boolean
  /** Booked before a merge, on the account of the customer who was merged into this one. */
  earlier: boolean
  /** Its account after this event; `available` less debt, so it can be below zero. */
  after: { available: number; pending: number }
  /** Points that repaid debt, and points that were owed by it. */
  repaid: number
  owed: number
  order: { id: string; name: string } | null
  redemption: HistoryRedemption | null
  /** Points of a code that had gone back and are taken once more. */
  again: boolean
  actor: string
  reason: string | null
  programVersion: number | null
  why: OrderWhy | null
  /** Of an order: what the book held of it before this line. */
  before: number | null
  /** Of an order: minor units that refunds had taken before this line. */
  refundedBefore: number
  /** Of an order: the tier that multiplied it before this line; undefined where no line says so. */
  tierBefore: OrderWhy['tier'] | undefined
  /** The order went to another customer, or its customer was taken off it, and its points with it. */
  movedAway: 'to-customer' | 'off-customer' | null
  /** Of guest points that were claimed: the orders they came from, and how many were still pending then. */
  claimed: { orders: string[]; pending: number } | null
  /** Of an adjustment or what was brought along: the posting it takes back, and whether it (or an expiry) was itself taken back. */
  undoes: string | null
  undone: boolean
  /** Of what came from a file: its name. */
  fileName: string | null
  /** Of an expiry or a reinstatement: what the points were, and until when they are valid. */
  lapse: HistoryLapse | null
  /** Of points given by hand or with a file: how long they last, as it was said then. Null: they do not lapse, or nobody said. */
  life: HistoryLife | null
  /** Of what is taken back, and of points of no order that lapsed or were given back: the credit it speaks of. */
  credit: ToldCredit | null
  /** Of points for a behaviour: which, and of those that were taken back why, of how many. */
  award: HistoryAward | null
  names: ProgramNames | null
}

export interface HistoryAward {
  source: SourceName
  because: TakenBecause | null
  of: number
}

export interface HistoryLapse {
  /** Epoch ms. */
  earnedAt: number
  /** The last valid day; null: none of their own. */
  on: string | null
  /** Of an expiry: when the warning was recorded as sent (epoch ms). */
  warnedAt: number | null
}

export interface HistoryLife {
  /** The last valid day; by inactivity the first that can be the last. Null: none of their own. */
  on: string | null
  /** By inactivity: after so many months of it. */
  idleMonths: number | null
}

export interface HistoryRedemption {
  id: string
  /** Null: it became something else. */
  code: string | null
  reward: Reward
  rewardName: LocalText
  status: Redemption['status']
  endsAt: Date
  returnReason: ReturnReason | null
  orderName: string | null
}

export interface HistoryPage {
  lines: HistoryLine[]
  /** Opaque; pass as `after` for the next, older page. Null on the last one. */
  next: string | null
}

export interface HistoryQuery {
  shopId: number
  /** A member's own account; those of customers who were merged into it are told as well. */
  accountId: number
  /** The `next` of the page before. */
  after?: string | null
  /** Lines of a page, 1–100. */
  limit?: number
  /** With the book's own steps that change nothing for the member (points mature, held points are captured). */
  bookkeeping?: boolean
  /** Only the lines that left this account, not an earlier one, owing points. */
  owing?: boolean
}

interface Row {
  postingId: number
  firstEntry: number
  earlier: HistoryLine['earlier']
  at: Date
  bookedAt: Date
  kind: PostingKind
  part: string
  sourceId: string
  version: number
  actor: string
  reason: string | null
  programVersion: number | null
  why: unknown
  whyBefore: unknown
  moves: { from: Bucket; to: Bucket; amount: number; available: number; pending: number }[]
  orderId: string | null
  orderName: string | null
  stillPending: boolean | null
  maturesAt: Date | null
  disputed: boolean | null
  undone: boolean
  fileName: string | null
  redemption: (Omit<HistoryRedemption, 'rewardName' | 'endsAt'> & { endsAt: string }) | null
}

/**
 * A page of a member's history, newest first in the order of the book (the database's sequence, never a clock). The
 * lines of customers who were merged into this one stand among its own, both sides of the merge included: together
 * the lines add up to what the member has. What a guest collected is one line, the claim, which names the orders.
 */
export async function readHistory(tx: Tx, query: HistoryQuery): Promise<HistoryPage> {
  const limit = Math.min(100, Math.max(1, query.limit ?? 25))
  const after = query.after && /^\d{1,15}$/.test(query.after) ? query.after : null
  const { rows } = await tx.query<Row>(HISTORY, [
    query.shopId,
    query.accountId,
    after,
    limit + 1,
    query.bookkeeping ?? false,
    query.owing ?? false,
  ])
  const page = rows.slice(0, limit)
  const names = await programNames(tx, query.shopId, page)
  const lines = page.map((row) => toLine(row, names.get(row.programVersion ?? 0) ?? null))
  const credits = await readToldCredits(tx, query.shopId, query.accountId, lines)
  return {
    lines: lines.map((line) => ({ ...line, credit: credits.get(line.postingId) ?? null })),
    next: rows.length > limit ? String(page.at(-1)?.firstEntry) : null,
  }
}

/**
 * Entries of two accounts may alternate in the sequence: a page begins behind the first entry of a posting.
 *
 * `told` reckons the keys of what a line is about before it is joined: behind row-level security an index is used only
 * with values that nothing but a leakproof function has touched, and a cast in the join would read every order of the shop.
 */
const HISTORY = `
  WITH family AS (
    SELECT account_id, account_id <> $2 AS earlier FROM account
     WHERE shop_id = $1 AND (account_id = $2 OR (merged_into = $2 AND guest_hash IS NULL))
  ), page AS (
    SELECT p.posting_id, f.earlier, min(e.entry_id) AS first_entry,
           json_agg(json_build_object('from', e.source, 'to', e.destination, 'amount', e.amount,
                                      'available', e.available_after, 'pending', e.pending_after)
                    ORDER BY e.entry_id) AS moves
      FROM family f
      JOIN entry e ON e.shop_id = $1 AND e.account_id = f.account_id AND e.unit = 'points'
      JOIN posting p ON p.shop_id = $1 AND p.posting_id = e.posting_id
     WHERE $5 OR NOT (p.kind = 'maturity' OR (p.kind = 'redemption' AND p.part = 'capture'))
     GROUP BY p.posting_id, f.earlier
    HAVING ($3::bigint IS NULL OR min(e.entry_id) < $3)
       AND (NOT $6 OR (bool_or(e.source = 'debt') AND NOT f.earlier))
     ORDER BY min(e.entry_id) DESC
     LIMIT $4
  ), told AS MATERIALIZED (
    SELECT page.first_entry, page.earlier, page.moves, p.*, p.version - 1 AS version_before,
           CASE WHEN p.kind IN ('order', 'maturity', 'dispute') AND p.source_id ~ '^[0-9]{1,18}$' THEN p.source_id::bigint
                WHEN p.kind IN ('expiry', 'reinstatement') THEN (p.why ->> 'order')::bigint END AS order_id,
           CASE WHEN p.kind = 'redemption' AND p.source_id ~ '^[0-9]{1,18}$' THEN p.source_id::bigint END AS redemption_id,
           CASE WHEN p.kind IN ('adjustment', 'import')
                THEN substring(p.source_id FROM '^batch-([0-9]{1,18})-')::bigint END AS batch_id,
           CASE p.kind WHEN 'adjustment' THEN 'adjustment' WHEN 'expiry' THEN 'reinstatement' END AS undo_kind,
           CASE p.kind WHEN 'adjustment' THEN 'undo-' || p.posting_id WHEN 'expiry' THEN p.posting_id::text END AS undo_source
      FROM page JOIN posting p ON p.shop_id = $1 AND p.posting_id = page.posting_id
  )
  SELECT t.posting_id AS "postingId", t.first_entry AS "firstEntry", t.earlier, t.event_at AS at, t.created_at AS "bookedAt", t.kind, t.part,
         t.source_id AS "sourceId", t.version, t.actor, t.reason, t.program_version AS "programVersion", t.why, t.moves,
         b.why AS "whyBefore",
         o.order_id::text AS "orderId", o.name AS "orderName", o.posted_pending > 0 AS "stillPending",
         o.matures_at AS "maturesAt", coalesce(o.facts ->> 'dispute' = 'open', false) AS disputed,
         EXISTS (SELECT FROM posting u WHERE u.shop_id = $1 AND u.kind = t.undo_kind AND u.source_id = t.undo_source) AS undone,
         f.file_name AS "fileName",
         CASE WHEN r.redemption_id IS NOT NULL THEN json_build_object('id', r.redemption_id::text, 'code', r.code,
           'reward', r.reward, 'status', r.status, 'endsAt', r.ends_at, 'returnReason', r.return_reason, 'orderName', ro.name) END AS redemption
    FROM told t
    LEFT JOIN posting b ON t.kind = 'order' AND b.shop_id = $1 AND b.kind = 'order' AND b.source_id = t.source_id
          AND b.part = t.part AND b.version = t.version_before
    LEFT JOIN order_state o ON o.shop_id = $1 AND o.order_id = t.order_id
    LEFT JOIN redemption r ON r.shop_id = $1 AND r.redemption_id = t.redemption_id
    LEFT JOIN bulk_batch f ON f.shop_id = $1 AND f.batch_id = t.batch_id
    LEFT JOIN order_state ro ON ro.shop_id = $1 AND ro.order_id = r.order_id
   ORDER BY t.first_entry DESC`

function toLine(row: Row, names: ProgramNames | null): Omit<HistoryLine, 'credit'> {
  const change = { available: 0, pending: 0, held: 0, debt: 0 }
  let moved = 0
  let repaid = 0
  let owed = 0
  for (const { from, to, amount } of row.moves) {
    if (from in change) change[from as keyof typeof change] -= amount
    if (to in change) change[to as keyof typeof change] += amount
    if (to === 'debt') repaid += amount
    else moved += amount
    if (from === 'debt') owed += amount
  }
  const whyBefore = readStoredWhy(row.whyBefore)
  const last = row.moves.at(-1)
  const extras = (row.why ?? {}) as {
    was?: number
    moved?: true | 'off'
    orders?: string[]
    reason?: ReturnReason
  }
  const waits = row.kind === 'order' && row.stillPending === true && change.pending > 0
  return {
    postingId: row.postingId,
    at: row.at,
    bookedAt: row.bookedAt,
    kind: row.kind,
    part: row.part,
    sourceId: row.sourceId,
    // What arrives at "debt" repays it: to the member it is as good as available.
    points: change.available + change.pending + change.debt,
    moved,
    status: waits ? 'pending' : 'available',
    availableAt: waits && row.disputed !== true ? row.maturesAt : null,
    disputed: waits && row.disputed === true,
    earlier: row.earlier,
    after: { available: last?.available ?? 0, pending: last?.pending ?? 0 },
    repaid,
    owed,
    order: row.orderId && row.orderName ? { id: row.orderId, name: row.orderName } : null,
    redemption: row.redemption && {
      id: row.redemption.id,
      code: row.redemption.code,
      reward: row.redemption.reward,
      status: row.redemption.status,
      rewardName: row.redemption.reward.name,
      endsAt: new Date(row.redemption.endsAt),
      // The line's own: the points may have gone back, and been taken again, since.
      returnReason: extras.reason ?? row.redemption.returnReason,
      orderName: row.redemption.orderName,
    },
    again: row.kind === 'redemption' && row.part === 'reserve' && row.version > 1,
    actor: row.actor,
    reason: row.reason,
    programVersion: row.programVersion,
    why: readStoredWhy(row.why),
    before: row.kind === 'order' ? (extras.was ?? null) : null,
    refundedBefore: refundedIn(whyBefore?.out ?? []),
    tierBefore: whyBefore?.tier,
    movedAway: extras.moved === undefined ? null : extras.moved === 'off' ? 'off-customer' : 'to-customer',
    claimed:
      row.kind === 'claim' ? { orders: extras.orders ?? [], pending: Math.max(0, change.pending) } : null,
    undoes:
      row.kind === 'adjustment' || row.kind === 'import'
        ? (/^undo-(\d+)$/.exec(row.sourceId)?.[1] ?? null)
        : null,
    undone: row.undone,
    fileName: row.fileName,
    lapse: row.kind === 'expiry' || row.kind === 'reinstatement' ? toLapse(row.why) : null,
    life: row.kind === 'adjustment' || row.kind === 'import' ? toLife(row.why) : null,
    award: row.kind === 'award' ? toAward(row.why) : null,
    names,
  }
}

function toAward(why: unknown): HistoryAward | null {
  const { source, because = null, of = 0 } = (why ?? {}) as Partial<HistoryAward>
  return source === undefined ? null : { source, because, of }
}

/** Minor units that refunds took from what counts. */
export function refundedIn(out: OrderWhy['out']): number {
  return out
    .filter(({ code }) => code === 'refunded' || code === 'refunded-without-lines')
    .reduce((sum, { amount }) => sum + amount, 0)
}

function toLapse(why: unknown): HistoryLapse | null {
  const { earnedAt, on = null, warnedAt = null } = (why ?? {}) as Partial<HistoryLapse>
  return earnedAt === undefined ? null : { earnedAt, on, warnedAt }
}

function toLife(why: unknown): HistoryLife | null {
  if (why === null) return null
  const { on = null, idleMonths = null } = why as Partial<HistoryLife>
  return { on, idleMonths }
}

async function programNames(tx: Tx, shopId: number, rows: Row[]): Promise<Map<number, ProgramNames>> {
  const versions = [...new Set(rows.map((row) => row.programVersion).filter((version) => version !== null))]
  if (versions.length === 0) return new Map()
  const { rows: found } = await tx.query<{ version: number; document: Program }>(
    'SELECT version, document FROM program WHERE shop_id = $1 AND version = ANY ($2)',
    [shopId, versions],
  )
  return new Map(found.map(({ version, document }) => [version, namesOf(document)]))
}
