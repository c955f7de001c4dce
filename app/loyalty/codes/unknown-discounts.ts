import { acrossShops } from '../../db/db.server.ts'
import type { Tx } from '../../db/tx.ts'
import { looksLikeOurs } from '../../domain/rewards/reward-code.ts'
import { bigints } from '../../ledger/arrays.ts'
import type { AdminGraphql } from '../../shopify/ask-admin.ts'
import { type CodeInForce, codesInForce } from '../../shopify/rewards/discounts.ts'

/**
 * Discounts in Shopify that look like reward codes of ours, can be used, and stand in no redemption: the database was
 * put back to an older day, or a second installation made them. They are told to the merchant and left as they are.
 */

/** So many pages of Shopify's list a run: 5,000 discounts, some 1,400 points. The next run goes on there. */
const PAGES_A_RUN = 20

/**
 * Looks through the shop's code discounts in force. Safe to run twice and side by side: what a page held and that the
 * search went on stand in the book together, and of two that read the same page one stops.
 * @throws what the Admin API throws; the search stands where it stood
 */
export async function searchUnknownDiscounts(
  shopId: number,
  graphql: AdminGraphql,
  pages = PAGES_A_RUN,
): Promise<void> {
  let at = await placeOfSearch(shopId)
  for (let read = 0; read < pages; read++) {
    const { codes, last } = await codesInForce(graphql, at)
    const from = at
    const ours = codes.filter(looksLikeOurs)
    const isMine = await acrossShops(async (tx) => {
      if (!(await moveSearch(tx, shopId, from, last ?? 0))) return false
      await noteUnknown(tx, shopId, ours)
      if (last === null) await settleUnseen(tx, shopId)
      return true
    })
    if (!isMine || last === null) return
    at = last
  }
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
        SET code = excluded.code, seen_at = now(), settled_at = NULL,
            found_at = CASE WHEN u.settled_at IS NULL THEN u.found_at ELSE now() END`,
    [shopId, bigints(found.map(({ id }) => Number(id))), found.map(({ code }) => code)],
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
