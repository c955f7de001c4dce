import type { Tx } from '../../db/tx.ts'

/** What a cause was given by members, and what was paid out of it. Money is decimal text in the shop's currency. */
export interface CauseTotal {
  /** The reward that is the cause. */
  cause: string
  given: string
  points: number
  donations: number
  paid: string
  /** Still to be paid, never below 0. */
  left: string
  /** Paid beyond what was given; null: nothing. */
  beyond: string | null
}

const GIVEN = `
  SELECT reward_id AS cause, sum(donated) AS given, sum(cost)::bigint AS points, count(*)::int AS donations
    FROM redemption WHERE shop_id = $1 AND donated IS NOT NULL AND status = 'used'`

/**
 * What was given to each of these causes; those to which nothing was given are missing.
 * @param causes ids of rewards
 */
export async function givenTo(
  tx: Tx,
  shopId: number,
  causes: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (causes.length === 0) return new Map()
  const { rows } = await tx.query<{ cause: string; given: string }>(
    `SELECT cause, given::text FROM (${GIVEN} AND reward_id = ANY($2) GROUP BY reward_id) g`,
    [shopId, causes],
  )
  return new Map(rows.map(({ cause, given }) => [cause, given]))
}

/** Every cause to which something was given or paid. */
export async function causeTotals(tx: Tx, shopId: number): Promise<CauseTotal[]> {
  const { rows } = await tx.query<CauseTotal>(
    `SELECT cause, coalesce(g.given, 0)::text AS given, coalesce(g.points, 0)::bigint AS points,
            coalesce(g.donations, 0) AS donations, coalesce(p.paid, 0)::text AS paid,
            greatest(coalesce(g.given, 0) - coalesce(p.paid, 0), 0)::text AS "left",
            nullif(greatest(coalesce(p.paid, 0) - coalesce(g.given, 0), 0), 0)::text AS beyond
       FROM (${GIVEN} GROUP BY reward_id) g
       FULL JOIN (SELECT cause, sum(amount) AS paid FROM cause_payment WHERE shop_id = $1 GROUP BY cause) p USING (cause)
      ORDER BY cause`,
    [shopId],
  )
  return rows
}

/**
 * Whether what is left to a cause without this donation still covers what was paid. Payments of the cause wait until the
 * end of the transaction.
 */
export async function isUnpaid(tx: Tx, shopId: number, cause: string, donated: string): Promise<boolean> {
  await lockCause(tx, shopId, cause)
  const { rows } = await tx.query<{ unpaid: boolean }>(
    `SELECT coalesce((SELECT sum(donated) FROM redemption
                       WHERE shop_id = $1 AND donated IS NOT NULL AND status = 'used' AND reward_id = $2), 0) - $3::numeric
            >= coalesce((SELECT sum(amount) FROM cause_payment WHERE shop_id = $1 AND cause = $2), 0) AS unpaid`,
    [shopId, cause, donated],
  )
  return rows[0]?.unpaid ?? false
}

/** What is paid and what is taken back of one cause is judged one after the other. */
export async function lockCause(tx: Tx, shopId: number, cause: string): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`cause:${shopId}:${cause}`])
}
