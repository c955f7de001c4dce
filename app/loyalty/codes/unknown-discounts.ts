import { acrossShops } from '../../db/db.server.ts'
import type { Tx } from '../../db/tx.ts'
import { looksLikeOurs } from '../../domain/rewards/reward-code.ts'
import { bigints } from '../../ledger/arrays.ts'
import type { AdminGraphql } from '../../shopify/ask-admin.ts'
import { orRefused } from '../../shopify/refused-question.ts'
import {
  CODES_AT_ONCE,
  type CodeInForce,
  codesInForce,
  pastUnreadCode,
} from '../../shopify/rewards/discounts.ts'

/**
 * Discounts in Shopify that look like reward codes of ours, can be used, and stand in no redemption: the database was
 * put back to an older day, or a second installation made them. They are told to the merchant and left as they are.
 */

/** So many questions for pages of Shopify's list a run: 5,000 discounts, some 1,400 points. The next run goes on there. */
const PAGES_A_RUN = 20

/**
 * Looks through the shop's code discounts in force. Safe to run twice and side by side: what a page held and that the
 * search went on stand in the book together, and of two that read the same page one stops.
 * A page that Shopify refuses is read in smaller ones, down to the one discount that cannot be read; it is noted with
 * why, and the search goes on behind it.
 * @throws what the Admin API throws of the shop; the search stands where it stood
 */
export async function searchUnknownDiscounts(
  shopId: number,
  graphql: AdminGraphql,
  pages = PAGES_A_RUN,
): Promise<void> {
  let at = await placeOfSearch(shopId)
  let size = CODES_AT_ONCE
  for (let asked = 0; asked < pages; asked++) {
    const from = at
    const page = await orRefused(graphql, () => codesInForce(graphql, from, size))
    if (page.refused !== undefined && size > 1) {
      size = Math.ceil(size / 2)
      continue
    }
    const read: Page = page.refused === undefined ? page.answer : await leftOut(graphql, from, page.refused)
    if (!(await keepPage(shopId, from, read)) || read.last === null) return
    if (read.unread) size = CODES_AT_ONCE
    at = read.last
  }
}

interface Page {
  codes: CodeInForce[]
  /** The last number looked at; null: there are no more. */
  last: number | null
  /** Behind the page's beginning, up to `last`, nothing can be read. */
  unread?: { id: number; why: string }
}

/** A page of one that cannot be read: it is passed over. @throws Error when the list cannot be read at all */
async function leftOut(graphql: AdminGraphql, from: number, why: string): Promise<Page> {
  const last = await pastUnreadCode(graphql, from)
  if (last === undefined) throw new Error(why)
  return last === null ? { codes: [], last } : { codes: [], last, unread: { id: last, why } }
}

/** @returns false when another process has moved the search meanwhile */
async function keepPage(shopId: number, from: number, { codes, last, unread }: Page): Promise<boolean> {
  return acrossShops(async (tx) => {
    if (!(await moveSearch(tx, shopId, from, last ?? 0))) return false
    await noteUnknown(tx, shopId, codes.filter(looksLikeOurs))
    if (unread) await noteUnreadDiscount(tx, shopId, unread.id, unread.why)
    if (last === null) await settleUnseen(tx, shopId)
    return true
  })
}

async function placeOfSearch(shopId: number): Promise<number> {
  const { rows } = await acrossShops((tx) =>
    tx.query<{ at: number }>(
      `UPDATE code_comparison SET search_begun_at = CASE WHEN searched_id = 0 THEN now() ELSE search_begun_at END
        WHERE shop_id = $1 RETURNING searched_id AS at`,
      [shopId],
    ),
  )
  return rows[0]?.at ?? 0
}

/** @returns false when another process has moved it meanwhile */
async function moveSearch(tx: Tx, shopId: number, from: number, to: number): Promise<boolean> {
  const { rowCount } = await tx.query(
    'UPDATE code_comparison SET searched_id = $3, beat_at = now() WHERE shop_id = $1 AND searched_id = $2',
    [shopId, from, to],
  )
  return rowCount === 1
}

async function noteUnknown(tx: Tx, shopId: number, found: CodeInForce[]): Promise<void> {
  if (found.length === 0) return
  await tx.query(
    `INSERT INTO unknown_discount AS u (shop_id, discount_id, code)
     SELECT $1, f.id, f.code FROM unnest($2::bigint[], $3::text[]) AS f(id, code)
      WHERE NOT EXISTS (SELECT FROM redemption r WHERE r.shop_id = $1 AND r.code = f.code)
     ON CONFLICT (shop_id, discount_id) DO UPDATE
        SET code = excluded.code, problem = NULL, seen_at = now(), settled_at = NULL,
            found_at = CASE WHEN u.settled_at IS NULL THEN u.found_at ELSE now() END`,
    [shopId, bigints(found.map(({ id }) => Number(id))), found.map(({ code }) => code)],
  )
}

/** Whether it is one of ours nobody can say. */
async function noteUnreadDiscount(tx: Tx, shopId: number, id: number, why: string): Promise<void> {
  await tx.query(
    `INSERT INTO unknown_discount AS u (shop_id, discount_id, code, problem) VALUES ($1, $2, '', $3)
     ON CONFLICT (shop_id, discount_id) DO UPDATE
        SET problem = excluded.problem, seen_at = now(), settled_at = NULL,
            found_at = CASE WHEN u.settled_at IS NULL THEN u.found_at ELSE now() END`,
    [shopId, id, why],
  )
}

/** A whole search has not met them. */
async function settleUnseen(tx: Tx, shopId: number): Promise<void> {
  await tx.query(
    `UPDATE unknown_discount u SET settled_at = now()
       FROM code_comparison c
      WHERE c.shop_id = u.shop_id AND u.shop_id = $1 AND u.settled_at IS NULL AND u.seen_at < c.search_begun_at`,
    [shopId],
  )
}
