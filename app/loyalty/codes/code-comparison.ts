import { acrossShops } from '../../db/db.server.ts'
import type { Tx } from '../../db/tx.ts'
import type { BookedCode, Found } from '../../domain/rewards/code-in-shopify.ts'
import type { AccountKey } from '../../ledger/accounts.ts'
import { bigints } from '../../ledger/arrays.ts'

/** The rows of the comparison: which codes, how far it has come, and where code and book differ. */

/** What changed this lately is on its way in Shopify, too: its uses are counted, its order is told. */
const SETTLED = '1 hour'
/** Codes that have come to their end may be started again by somebody; for so long that is looked for. */
const LOOKED_FOR = '60 days'

/** A code to be compared, with what must still be so when what was seen is written down. */
export interface ComparedCode extends BookedCode {
  shopId: number
  redemptionId: number
  discountId: string | null
  changedAt: string
}

const SELECT_CODES = `
  SELECT r.shop_id AS "shopId", r.redemption_id AS "redemptionId", r.discount_id AS "discountId", r.status, r.code,
         r.reward, r.order_id IS NOT NULL AS "onOrder", r.ending IS NOT NULL AS ending, r.ends_at AS "endsAt",
         r.changed_at::text AS "changedAt", a.customer_id::text AS "customerId",
         ARRAY(SELECT g.customer_id::text FROM account g
                WHERE g.shop_id = r.shop_id AND g.merged_into = r.account_id AND g.customer_id IS NOT NULL) AS "formerIds"
    FROM redemption r JOIN account a ON a.shop_id = r.shop_id AND a.account_id = r.account_id`

/** What can be used, and what could be until lately. $1: the shop, $2: behind this code, $3: now. */
const IN_ROUND = `
  r.shop_id = $1 AND r.redemption_id > $2 AND r.code IS NOT NULL AND r.changed_at < now() - interval '${SETTLED}'
  AND CASE WHEN r.status = 'ready' THEN r.ending IS NULL AND r.ends_at > to_timestamp($3 / 1000.0)
           WHEN r.status IN ('used', 'returned')
           THEN greatest(r.changed_at, r.ends_at) > to_timestamp($3 / 1000.0) - interval '${LOOKED_FOR}' END`

/** Codes of the round behind this place. */
export async function nextCodes(
  shopId: number,
  afterId: number,
  now: number,
  most: number,
): Promise<ComparedCode[]> {
  const { rows } = await acrossShops((tx) =>
    tx.query<ComparedCode>(`${SELECT_CODES} WHERE ${IN_ROUND} ORDER BY r.redemption_id LIMIT $4`, [
      shopId,
      afterId,
      now,
      most,
    ]),
  )
  return rows
}

export interface ComparisonRun {
  run: number
  /** The place of the round that is under way, or begins. */
  afterId: number
}

export async function beginComparison(shopId: number, now: number): Promise<ComparisonRun> {
  return acrossShops(async (tx) => {
    const { rows } = await tx.query<ComparisonRun>(
      `INSERT INTO code_comparison AS c (shop_id, touched_at, begun_at, beat_at, run)
       VALUES ($1, to_timestamp($2 / 1000.0), now(), now(), 1)
       ON CONFLICT (shop_id) DO UPDATE
          SET run = c.run + 1, begun_at = now(), beat_at = now(), ended_at = NULL, failed = false
       RETURNING run, after_id AS "afterId"`,
      [shopId, now],
    )
    const begun = rows[0] as ComparisonRun
    await tx.query(
      `UPDATE code_comparison
          SET total = compared + (SELECT count(*) FROM redemption r WHERE ${IN_ROUND}) WHERE shop_id = $1`,
      [shopId, begun.afterId, now],
    )
    return begun
  })
}

/** Unless another run has begun since. */
export async function endComparison(shopId: number, run: number, failed: boolean): Promise<void> {
  await acrossShops((tx) =>
    tx.query('UPDATE code_comparison SET ended_at = now(), failed = $3 WHERE shop_id = $1 AND run = $2', [
      shopId,
      run,
      failed,
    ]),
  )
}

/** A member's codes that can be used, behind this one. */
export async function openCodesOf(
  { shopId, accountId }: AccountKey,
  afterId: number,
  most: number,
): Promise<ComparedCode[]> {
  const { rows } = await acrossShops((tx) =>
    tx.query<ComparedCode>(
      `${SELECT_CODES}
        WHERE r.shop_id = $1 AND r.account_id = $2 AND r.redemption_id > $3 AND r.status = 'ready' AND r.ending IS NULL
        ORDER BY r.redemption_id LIMIT $4`,
      [shopId, accountId, afterId, most],
    ),
  )
  return rows
}

/**
 * Codes that differed when they were last compared, those first that have waited longest. Those of which Shopify said
 * nothing wait for the round: to ask for them again costs many questions.
 */
export async function codesToSeeAgain(shopId: number, most: number): Promise<ComparedCode[]> {
  const { rows } = await acrossShops((tx) =>
    tx.query<ComparedCode>(
      `${SELECT_CODES}
         JOIN code_finding f ON f.shop_id = r.shop_id AND f.redemption_id = r.redemption_id
        WHERE r.shop_id = $1 AND f.settled_at IS NULL AND f.why <> 'unread' ORDER BY f.seen_at, r.redemption_id LIMIT $2`,
      [shopId, most],
    ),
  )
  return rows
}

/** The round goes on behind this place. @returns false when another process has moved it meanwhile */
export async function moveRound(
  tx: Tx,
  shopId: number,
  from: number,
  { to, compared }: { to: number | 'end'; compared: number },
  now: number,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    to === 'end'
      ? `UPDATE code_comparison SET after_id = 0, compared = 0, touched_at = to_timestamp($4 / 1000.0),
                beat_at = now(), whole_at = to_timestamp($4 / 1000.0), whole = compared + $3 WHERE shop_id = $1 AND after_id = $2`
      : `UPDATE code_comparison SET after_id = $5, compared = compared + $3, beat_at = now(),
                touched_at = to_timestamp($4 / 1000.0)
          WHERE shop_id = $1 AND after_id = $2`,
    to === 'end' ? [shopId, from, compared, now] : [shopId, from, compared, now, to],
  )
  return rowCount === 1
}

/** Those of the codes that are in the book as they were when Shopify was asked. */
export async function unchanged(tx: Tx, shopId: number, codes: ComparedCode[]): Promise<Set<number>> {
  const { rows } = await tx.query<{ redemptionId: number }>(
    `SELECT r.redemption_id AS "redemptionId"
       FROM unnest($2::bigint[], $3::timestamptz[]) AS seen(redemption_id, changed_at)
       JOIN redemption r ON r.shop_id = $1 AND r.redemption_id = seen.redemption_id AND r.changed_at = seen.changed_at`,
    [shopId, bigints(codes.map(({ redemptionId }) => redemptionId)), codes.map(({ changedAt }) => changedAt)],
  )
  return new Set(rows.map(({ redemptionId }) => redemptionId))
}

export interface Seen extends Found {
  redemptionId: number
  /** The gid; null: Shopify has none. */
  discountId: string | null
}

/** What was found of these codes, and that the others agree. */
export async function noteSeen(
  tx: Tx,
  shopId: number,
  found: Seen[],
  agreeing: number[],
  now: number,
): Promise<void> {
  await tx.query(
    `UPDATE code_finding SET settled_at = to_timestamp($3 / 1000.0), seen_at = to_timestamp($3 / 1000.0)
      WHERE shop_id = $1 AND redemption_id = ANY ($2::bigint[]) AND settled_at IS NULL`,
    [shopId, bigints(agreeing), now],
  )
  for (const { redemptionId, why, repair, discountId } of found)
    await tx.query(
      `INSERT INTO code_finding AS f (shop_id, redemption_id, why, repair, discount_id, found_at, seen_at)
       VALUES ($1, $2, $3, $4, $5, to_timestamp($6 / 1000.0), to_timestamp($6 / 1000.0))
       ON CONFLICT (shop_id, redemption_id) DO UPDATE
          SET why = excluded.why, repair = excluded.repair, discount_id = excluded.discount_id, problem = NULL,
              found_at = CASE WHEN f.why = excluded.why AND f.settled_at IS NULL THEN f.found_at ELSE excluded.found_at END,
              seen_at = excluded.seen_at, settled_at = NULL`,
      [shopId, redemptionId, why, repair, discountId, now],
    )
}

/** A code of which Shopify says nothing, with why. */
export interface Unread {
  redemptionId: number
  problem: string
}

/** What was seen of them before, and is not settled, still holds for all that is known. */
export async function noteUnread(tx: Tx, shopId: number, unread: Unread[], now: number): Promise<void> {
  if (unread.length === 0) return
  const ids = bigints(unread.map(({ redemptionId }) => redemptionId))
  await tx.query(
    `UPDATE code_finding SET seen_at = to_timestamp($3 / 1000.0)
      WHERE shop_id = $1 AND redemption_id = ANY ($2::bigint[]) AND settled_at IS NULL AND why <> 'unread'`,
    [shopId, ids, now],
  )
  await tx.query(
    `INSERT INTO code_finding AS f (shop_id, redemption_id, why, problem, discount_id, found_at, seen_at)
     SELECT $1, u.id, 'unread', u.problem, r.discount_id, to_timestamp($4 / 1000.0), to_timestamp($4 / 1000.0)
       FROM unnest($2::bigint[], $3::text[]) AS u(id, problem)
       JOIN redemption r ON r.shop_id = $1 AND r.redemption_id = u.id
     ON CONFLICT (shop_id, redemption_id) DO UPDATE
        SET why = 'unread', repair = NULL, problem = excluded.problem, discount_id = excluded.discount_id,
            found_at = CASE WHEN f.why = 'unread' AND f.settled_at IS NULL THEN f.found_at ELSE excluded.found_at END,
            seen_at = excluded.seen_at, settled_at = NULL
      WHERE f.settled_at IS NOT NULL OR f.why = 'unread'`,
    [shopId, ids, unread.map(({ problem }) => problem), now],
  )
}
