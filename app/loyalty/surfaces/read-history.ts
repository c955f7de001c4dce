import type { Tx } from '../../db/tx.ts'
import type { Program } from '../../domain/program/program.ts'
import type { HistoryLine } from './entries.ts'
import { namesOf, type ProgramNames } from './order-words.ts'
import { creditsOf, IS_BOOKKEEPING, MOVES, type ToldPosting, tellPostings, toLine } from './told-postings.ts'

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

/**
 * A page of a member's history, newest first in the order of the book (the database's sequence, never a clock). The
 * lines of customers who were merged into this one stand among its own, both sides of the merge included: together
 * the lines add up to what the member has. What a guest collected is one line, the claim, which names the orders.
 */
export async function readHistory(tx: Tx, query: HistoryQuery): Promise<HistoryPage> {
  const { shopId, accountId } = query
  const limit = Math.min(100, Math.max(1, query.limit ?? 25))
  const after = query.after && /^\d{1,15}$/.test(query.after) ? query.after : null
  const { rows } = await tx.query<ToldPosting>(HISTORY, [
    shopId,
    accountId,
    after,
    limit + 1,
    query.bookkeeping ?? false,
    query.owing ?? false,
  ])
  const page = rows.slice(0, limit)
  const names = await programNames(tx, shopId, page)
  const credits = await creditsOf(tx, shopId, accountId, page)
  return {
    lines: page.map((row) =>
      toLine(row, credits.get(row.postingId) ?? null, names.get(row.programVersion ?? 0) ?? null),
    ),
    next: rows.length > limit ? String(page.at(-1)?.firstEntry) : null,
  }
}

/** Entries of two accounts may alternate in the sequence: a page begins behind the first entry of a posting. */
const HISTORY = tellPostings(`
  family AS (
    SELECT account_id, account_id <> $2 AS earlier FROM account
     WHERE shop_id = $1 AND (account_id = $2 OR (merged_into = $2 AND guest_hash IS NULL))
  ), page AS (
    SELECT p.posting_id, f.earlier, min(e.entry_id) AS first_entry, ${MOVES} AS moves
      FROM family f
      JOIN entry e ON e.shop_id = $1 AND e.account_id = f.account_id AND e.unit = 'points'
      JOIN posting p ON p.shop_id = $1 AND p.posting_id = e.posting_id
     WHERE $5 OR NOT ${IS_BOOKKEEPING}
     GROUP BY p.posting_id, f.earlier
    HAVING ($3::bigint IS NULL OR min(e.entry_id) < $3)
       AND (NOT $6 OR (bool_or(e.source = 'debt') AND NOT f.earlier))
     ORDER BY min(e.entry_id) DESC
     LIMIT $4
  )`)

async function programNames(tx: Tx, shopId: number, rows: ToldPosting[]): Promise<Map<number, ProgramNames>> {
  const versions = [...new Set(rows.map((row) => row.programVersion).filter((version) => version !== null))]
  if (versions.length === 0) return new Map()
  const { rows: found } = await tx.query<{ version: number; document: Program }>(
    'SELECT version, document FROM program WHERE shop_id = $1 AND version = ANY ($2)',
    [shopId, versions],
  )
  return new Map(found.map(({ version, document }) => [version, namesOf(document)]))
}
