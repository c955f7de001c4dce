import type { Tx } from '../../db/tx.ts'
import type { Activity } from '../../domain/expiry/expiry.ts'

export const NO_ACTIVITY: Activity = { order: null, redemption: null, adjustment: null }

/**
 * When members last ordered, redeemed, and had points adjusted. Derived from what is written anyway, so that the path
 * of an order keeps no further date up to date. Accounts that did nothing are missing in the answer.
 */
export async function readActivity(
  tx: Tx,
  shopId: number,
  accountIds: readonly number[],
): Promise<Map<number, Activity>> {
  if (accountIds.length === 0) return new Map()
  const { rows } = await tx.query<Activity & { accountId: number }>(
    `WITH member AS (SELECT id FROM unnest($2::bigint[]) AS id),
     -- entries stay with the account they were written for, orders and redemptions follow a merge
     family AS (SELECT id, id AS account_id FROM member
                UNION ALL
                SELECT a.merged_into, a.account_id FROM member
                  JOIN account a ON a.shop_id = $1 AND a.merged_into = member.id)
     SELECT id AS "accountId",
            (extract(epoch FROM (SELECT max(o.placed_at) FROM order_state o
                                  WHERE o.shop_id = $1 AND o.account_id = id)) * 1000)::float8 AS "order",
            (extract(epoch FROM (SELECT max(r.created_at) FROM redemption r
                                  WHERE r.shop_id = $1 AND r.account_id = id)) * 1000)::float8 AS redemption,
            (extract(epoch FROM (SELECT max(e.event_at) FROM family f
                                   JOIN entry e ON e.shop_id = $1 AND e.account_id = f.account_id
                                  WHERE f.id = member.id AND 'adjusted' IN (e.source, e.destination))) * 1000
            )::float8 AS adjustment
       FROM member`,
    [shopId, accountIds],
  )
  return new Map(rows.map(({ accountId, ...activity }) => [accountId, activity]))
}
