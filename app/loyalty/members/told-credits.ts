import type { Tx } from '../../db/tx.ts'
import type { SourceName } from '../../domain/earning/sources.ts'

/** What was given (or taken) by hand, with a file or for a behaviour, as another line of the history speaks of it. */
export interface ToldCredit {
  kind: 'adjustment' | 'import' | 'award'
  /** When it counts from: of what was brought along the day it was earned. */
  at: Date
  reason: string | null
  /** Of what came from a file: its name. */
  fileName: string | null
  /** Of points for a behaviour: which. */
  source: SourceName | null
}

/** The credit that a line speaks of: a posting, or the one that gave points at that moment (epoch ms). */
export type AskedCredit = { postingId: string } | { earnedAt: number }

/** A line of the history, or a lot, whose credit is looked for. */
interface Asking {
  /** Which one: the key of the answer. */
  for: number
  asked: AskedCredit
  /** How many points the line moved, or the lot had. */
  moved: number
}

interface Row extends ToldCredit {
  postingId: string
  points: number
}

/**
 * Which credit each speaks of: of a line that takes one back, that one; of points of no order
 * that lapsed or were given back, the one that they came with. A lot knows no posting: it is found by the moment it
 * counts from. Where several files gave points for the same day and it cannot be told which, the line says none.
 * @param accountId whose credits are looked through by their moment, with those of accounts merged into it
 */
export async function readToldCredits(
  tx: Tx,
  shopId: number,
  accountId: number,
  lines: readonly Asking[],
): Promise<Map<number, ToldCredit>> {
  const undone = lines.flatMap(({ asked }) => ('postingId' in asked ? asked.postingId : []))
  const moments = lines.flatMap(({ asked }) => ('earnedAt' in asked ? new Date(asked.earnedAt) : []))
  if (undone.length + moments.length === 0) return new Map()
  const { rows } = await tx.query<Row>(CREDITS, [shopId, accountId, undone, moments])
  return new Map(
    lines.flatMap((line) => {
      const credit = creditOf(line, rows)
      return credit ? [[line.for, credit] as const] : []
    }),
  )
}

/** Keys are reckoned before the joins: see told-postings.ts. */
const CREDITS = `
  WITH family AS (
    SELECT account_id FROM account
     WHERE shop_id = $1 AND (account_id = $2 OR (merged_into = $2 AND guest_hash IS NULL))
  ), wanted AS MATERIALIZED (
    SELECT unnest($3::bigint[]) AS posting_id
    UNION
    SELECT e.posting_id FROM family f JOIN entry e ON e.shop_id = $1 AND e.account_id = f.account_id
     WHERE e.source IN ('adjusted', 'issued') AND e.event_at = ANY ($4::timestamptz[])
  ), credit AS MATERIALIZED (
    SELECT p.posting_id, p.account_id, p.kind, p.event_at, p.reason,
           CASE WHEN p.kind = 'award' THEN p.why ->> 'source' END AS source,
           substring(p.source_id FROM '^batch-([0-9]{1,18})-')::bigint AS batch_id
      FROM wanted w JOIN posting p ON p.shop_id = $1 AND p.posting_id = w.posting_id
     WHERE p.kind IN ('adjustment', 'import', 'award')
  )
  SELECT c.posting_id::text AS "postingId", c.kind, c.event_at AS at, c.reason, c.source, f.file_name AS "fileName",
         (SELECT coalesce(sum(e.amount), 0)::bigint FROM entry e
           WHERE e.shop_id = $1 AND e.account_id = c.account_id AND e.posting_id = c.posting_id
             AND e.source IN ('adjusted', 'issued')) AS points
    FROM credit c LEFT JOIN bulk_batch f ON f.shop_id = $1 AND f.batch_id = c.batch_id
   ORDER BY c.posting_id`

function creditOf({ asked, moved }: Asking, rows: readonly Row[]): ToldCredit | null {
  if ('postingId' in asked) return rows.find(({ postingId }) => postingId === asked.postingId) ?? null
  const born = rows.filter(({ at, points }) => points > 0 && at.getTime() === asked.earnedAt)
  return onlyOne(born) ?? onlyOne(born.filter(({ points }) => points === moved))
}

/** What all of them say alike. */
function onlyOne(rows: readonly Row[]): Row | null {
  const [first, ...others] = rows
  const alike = others.every(
    ({ kind, reason, fileName, source }) =>
      kind === first?.kind &&
      reason === first.reason &&
      fileName === first.fileName &&
      source === first.source,
  )
  return first && alike ? first : null
}
