import { idIn } from '../../db/stored-json.ts'
import type { Tx } from '../../db/tx.ts'
import type { Bucket } from '../../domain/account/account.ts'
import { isReward } from '../../domain/rewards/kinds.ts'
import type { PostingKind } from '../../ledger/post.ts'
import { readToldCredits, type ToldCredit } from '../members/told-credits.ts'
import { soundWhy } from '../orders/stored-why.ts'
import type { Found } from './entries/entry.ts'
import { eachKind, entryOf, type HistoryLine, kindsWhere, someKind } from './entries.ts'
import type { ProgramNames } from './order-words.ts'

/** Postings as the lines of a history: what every line says is reckoned here, what only its kind says by its entry. */

/** SQL: the posting `p` is a step of the book that changes nothing for the member. */
export const IS_BOOKKEEPING = `(${someKind(({ bookkeeping }) => {
  if (bookkeeping === undefined) return null
  return bookkeeping === true ? 'true' : `p.part IN (${bookkeeping.map((part) => `'${part}'`).join(', ')})`
})})`

/** SQL: the moves that a posting made in the points of one account, in the order of the book. */
export const MOVES = `json_agg(json_build_object('from', e.source, 'to', e.destination, 'amount', e.amount,
  'available', e.available_after, 'pending', e.pending_after) ORDER BY e.entry_id)`

const NUMBER = '[0-9]{1,18}'
const inSource = (wanted: (about: ReturnType<typeof entryOf>['about']) => unknown) =>
  kindsWhere(({ about }) => wanted(about) === 'source')

/**
 * SQL: what there is to tell of the postings of `page` (posting_id, first_entry, earlier, moves).
 *
 * `told` reckons the keys of what a line is about before it is joined: behind row-level security an index is used only
 * with values that nothing but a leakproof function has touched, and a cast in the join would read every order of the shop.
 * @param page a common table expression, and those before it that it needs
 * @param also further columns
 */
export const tellPostings = (page: string, also = '') => `
  WITH ${page}, told AS MATERIALIZED (
    SELECT page.*, p.kind, p.part, p.source_id, p.version, p.event_at, p.created_at, p.actor, p.reason, p.program_version,
           p.why, p.version - 1 AS version_before,
           CASE WHEN p.kind IN (${inSource(({ order }) => order)}) AND p.source_id ~ '^${NUMBER}$' THEN p.source_id::bigint
                WHEN p.kind IN (${kindsWhere(({ about }) => about.order === 'why')}) THEN ${idIn(`p.why ->> 'order'`)} END AS order_id,
           CASE WHEN p.kind IN (${inSource(({ redemption }) => redemption)}) AND p.source_id ~ '^${NUMBER}$'
                THEN p.source_id::bigint END AS redemption_id,
           CASE WHEN p.kind IN (${inSource(({ file }) => file)})
                THEN substring(p.source_id FROM '^batch-(${NUMBER})-')::bigint END AS batch_id,
           ${eachKind(({ undo }) => (undo ? `'${undo.by}'` : null))} AS undo_kind,
           ${eachKind(({ undo }) => (undo ? `'${undo.prefix}' || p.posting_id` : null))} AS undo_source
      FROM page JOIN posting p ON p.shop_id = $1 AND p.posting_id = page.posting_id
  )
  SELECT t.posting_id AS "postingId", t.first_entry AS "firstEntry", t.earlier, t.event_at AS at, t.created_at AS "bookedAt",
         t.kind, t.part, t.source_id AS "sourceId", t.version, t.actor, t.reason, t.program_version AS "programVersion",
         t.why, t.moves, b.why AS "whyBefore",
         o.order_id::text AS "orderId", o.name AS "orderName", o.posted_pending > 0 AS "stillPending",
         o.matures_at AS "maturesAt", coalesce(o.facts ->> 'dispute' = 'open', false) AS disputed,
         EXISTS (SELECT FROM posting u WHERE u.shop_id = $1 AND u.kind = t.undo_kind AND u.source_id = t.undo_source) AS undone,
         f.file_name AS "fileName",
         CASE WHEN r.redemption_id IS NOT NULL THEN json_build_object('id', r.redemption_id::text, 'code', r.code, 'shownCode', r.shown_code,
           'tickets', (SELECT json_agg(n.number ORDER BY n.number) FROM draw_ticket n WHERE n.shop_id = r.shop_id AND n.redemption_id = r.redemption_id),
           'reward', r.reward, 'status', r.status, 'createdAt', r.created_at, 'endsAt', r.ends_at, 'returnReason', r.return_reason, 'orderName', ro.name) END AS redemption
         ${also}
    FROM told t
    LEFT JOIN posting b ON t.kind IN (${kindsWhere(({ about }) => about.versions === true)}) AND b.shop_id = $1
          AND b.kind = t.kind AND b.source_id = t.source_id
          AND b.part = t.part AND b.version = t.version_before
    LEFT JOIN order_state o ON o.shop_id = $1 AND o.order_id = t.order_id
    LEFT JOIN redemption r ON r.shop_id = $1 AND r.redemption_id = t.redemption_id
    LEFT JOIN bulk_batch f ON f.shop_id = $1 AND f.batch_id = t.batch_id
    LEFT JOIN order_state ro ON ro.shop_id = $1 AND ro.order_id = r.order_id
   ORDER BY t.first_entry DESC`

/** A row of `tellPostings`. */
export interface ToldPosting extends Omit<Found, 'pending' | 'credit' | 'names'> {
  postingId: number
  firstEntry: number
  earlier: boolean
  at: Date
  bookedAt: Date
  kind: PostingKind
  actor: string
  reason: string | null
  programVersion: number | null
  moves: { from: Bucket; to: Bucket; amount: number; available: number; pending: number }[]
  orderId: string | null
  orderName: string | null
}

/**
 * The credits that these postings speak of, by the posting that speaks of one.
 * @param accountId of which account and those merged into it
 */
export function creditsOf(
  tx: Tx,
  shopId: number,
  accountId: number,
  rows: readonly ToldPosting[],
): Promise<Map<number, ToldCredit>> {
  const asking = rows.map(soundPosting).flatMap((row) => {
    const asked = row.orderName === null ? entryOf(row.kind).credit?.(row) : null
    return asked ? [{ for: row.postingId, asked, moved: sumOf(row).moved }] : []
  })
  return readToldCredits(tx, shopId, accountId, asking)
}

export function toLine(
  told: ToldPosting,
  credit: ToldCredit | null,
  names: ProgramNames | null,
): HistoryLine {
  const row = soundPosting(told)
  const { change, moved, repaid, owed } = sumOf(row)
  const last = row.moves.at(-1)
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
    status: 'available',
    earlier: row.earlier,
    after: { available: last?.available ?? 0, pending: last?.pending ?? 0 },
    repaid,
    owed,
    order: row.orderId && row.orderName ? { id: row.orderId, name: row.orderName } : null,
    actor: row.actor,
    reason: row.reason,
    programVersion: row.programVersion,
    ...entryOf(row.kind).facts({ ...row, pending: change.pending, credit, names }),
    // The facts are those of its kind: see LineOf.
  } as HistoryLine
}

/** What cannot be read (the audit names it) is not told: an explanation, a reward. */
function soundPosting(row: ToldPosting): ToldPosting {
  const { why, whyBefore, redemption } = row
  return {
    ...row,
    why: soundWhy(why),
    whyBefore: soundWhy(whyBefore),
    redemption: redemption && isReward(redemption.reward) ? redemption : null,
  }
}

function sumOf({ moves }: ToldPosting) {
  const change = { available: 0, pending: 0, held: 0, debt: 0 }
  let moved = 0
  let repaid = 0
  let owed = 0
  for (const { from, to, amount } of moves) {
    if (from in change) change[from as keyof typeof change] -= amount
    if (to in change) change[to as keyof typeof change] += amount
    if (to === 'debt') repaid += amount
    else moved += amount
    if (from === 'debt') owed += amount
  }
  return { change, moved, repaid, owed }
}
