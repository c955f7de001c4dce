import type { Tx } from '../../db/tx.ts'
import type { Wording } from '../../wording.ts'
import type { ToldCredit } from '../members/told-credits.ts'
import { entryOf, type HistoryLine } from '../surfaces/entries.ts'
import {
  creditsOf,
  IS_BOOKKEEPING,
  MOVES,
  type ToldPosting,
  tellPostings,
  toLine,
} from '../surfaces/told-postings.ts'

/** One of the latest postings of a shop. */
export type Activity = HistoryLine & {
  /** Shopify's id of the customer; null for a guest. */
  customerId: string | null
}

type Latest = ToldPosting & { customerId: string | null; accountId: number }

/** The same in words, for the merchant's home. */
export interface ToldActivity {
  postingId: number
  /** When the book wrote it, by which the list is sorted, and when it happened. */
  bookedAt: Date
  at: Date
  customerId: string | null
  text: string
  /** What the member has more (or less, negative) since. */
  points: number
}

/** The latest postings that changed what a member has; points that merely became available are left out. */
export async function readActivity(tx: Tx, shopId: number, limit = 8): Promise<Activity[]> {
  const { rows } = await tx.query<Latest>(LATEST, [shopId, limit])
  const credits = new Map<number, ToldCredit>()
  for (const accountId of new Set(rows.map((row) => row.accountId))) {
    const own = rows.filter((row) => row.accountId === accountId)
    for (const [postingId, credit] of await creditsOf(tx, shopId, accountId, own))
      credits.set(postingId, credit)
  }
  return rows.map((row) => ({
    ...toLine(row, credits.get(row.postingId) ?? null, null),
    customerId: row.customerId,
  }))
}

export function tellActivity(activity: readonly Activity[], words: Wording): ToldActivity[] {
  return activity.map((line) => {
    const { postingId, bookedAt, at, customerId, points } = line
    const entry = entryOf(line.kind)
    const text = entry.latest ? entry.latest(line, words) : entry.title(line, words)
    return { postingId, bookedAt, at, customerId, text, points }
  })
}

const LATEST = tellPostings(
  `latest AS (
    SELECT posting_id, account_id FROM posting p WHERE shop_id = $1 AND NOT ${IS_BOOKKEEPING}
     ORDER BY posting_id DESC LIMIT $2
  ), page AS (
    SELECT l.posting_id, l.posting_id AS first_entry, false AS earlier, a.customer_id, a.account_id,
           (SELECT coalesce(${MOVES}, '[]') FROM entry e
             WHERE e.shop_id = $1 AND e.account_id = l.account_id AND e.posting_id = l.posting_id AND e.unit = 'points') AS moves
      FROM latest l JOIN account a ON a.shop_id = $1 AND a.account_id = l.account_id
  )`,
  `, t.customer_id::text AS "customerId", t.account_id AS "accountId"`,
)
