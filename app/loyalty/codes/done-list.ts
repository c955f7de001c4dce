import type { Tx } from '../../db/tx.ts'
import type { Reward } from '../../domain/rewards/kinds.ts'
import { isReward } from '../../domain/rewards/kinds.ts'

/** Something that people do for a member, open or done. */
export interface ByPeopleRow {
  id: string
  /** Digits; null: the customer is gone. */
  customerId: string | null
  reward: Reward
  code: string
  points: number
  since: Date
  /** Its last second. */
  until: Date
  doneAt: Date | null
}

const PAGE = 50

/**
 * What is to be done, that which was asked for first at the top; or what was done, the newest at the top.
 * @param after the last one of the page before; null: the first page
 */
export async function listByPeople(
  tx: Tx,
  shopId: number,
  which: 'open' | 'done',
  after: number | null,
): Promise<{ rows: ByPeopleRow[]; next: number | null }> {
  const [status, beyond, order] = which === 'open' ? ['ready', '>', 'ASC'] : ['used', '<', 'DESC']
  const { rows } = await tx.query<ByPeopleRow>(
    `SELECT r.redemption_id::text AS id, a.customer_id::text AS "customerId", r.reward, r.shown_code AS code,
            r.cost AS points, r.created_at AS since, r.ends_at AS until, r.done_at AS "doneAt"
       FROM redemption r JOIN account a ON a.shop_id = r.shop_id AND a.account_id = r.account_id
      WHERE r.shop_id = $1 AND r.shown_code IS NOT NULL AND r.status = '${status}'
        AND ($2::bigint IS NULL OR r.redemption_id ${beyond} $2::bigint)
      ORDER BY r.redemption_id ${order} LIMIT ${PAGE + 1}`,
    [shopId, after],
  )
  const page = rows.slice(0, PAGE)
  // What cannot be read (the audit names it) has no name to show.
  const read = page.filter(({ reward }) => isReward(reward))
  return { rows: read, next: rows.length > PAGE ? Number(page.at(-1)?.id) : null }
}

/** What is to be done for a shown code, was done, or is no more. */
export type ShownRow = ByPeopleRow & { status: 'ready' | 'used' | 'returned' }

/** @returns null when nobody in the shop has this code */
export async function byShownCode(tx: Tx, shopId: number, code: string): Promise<ShownRow | null> {
  const { rows } = await tx.query<ShownRow>(
    `SELECT r.redemption_id::text AS id, a.customer_id::text AS "customerId", r.reward, r.shown_code AS code, r.status,
            r.cost AS points, r.created_at AS since, r.ends_at AS until, r.done_at AS "doneAt"
       FROM redemption r JOIN account a ON a.shop_id = r.shop_id AND a.account_id = r.account_id
      WHERE r.shop_id = $1 AND r.shown_code = $2`,
    [shopId, code],
  )
  return rows[0] && isReward(rows[0].reward) ? rows[0] : null
}
