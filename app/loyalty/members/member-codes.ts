import type { Tx } from '../../db/tx.ts'
import type { LocalText } from '../../domain/document/local-text.ts'
import { isReward, type Reward } from '../../domain/rewards/kinds.ts'

/** What a member has redeemed, for people. */

/**
 * Where a code stands, for people. preparing: not in Shopify yet; ready: can be used; reserved: on an order that is
 * not paid yet; ending: is being ended, its points come back then; uncovered: a paid order used it after its points
 * had gone back.
 */
export type CodeStatus = 'preparing' | 'ready' | 'reserved' | 'ending' | 'used' | 'returned' | 'uncovered'

export interface MemberCode {
  id: string
  rewardId: string
  reward: Reward
  rewardName: LocalText
  /** Null: it becomes something else. */
  code: string | null
  /** Of what people do: what she shows them. */
  shownCode: string | null
  cost: number
  /** Of tickets of a draw: their numbers, in ascending order. */
  tickets: number[] | null
  status: CodeStatus
  /** The order that carries it, "#1042". */
  orderName: string | null
  createdAt: Date
  /** Its last second. */
  endsAt: Date
}

const SELECT_CODE = `
  SELECT r.redemption_id::text AS id, r.reward_id AS "rewardId", r.reward, r.code,
         r.shown_code AS "shownCode", r.cost, o.name AS "orderName",
         CASE WHEN r.uncovered_at IS NOT NULL THEN 'uncovered'
              WHEN r.status NOT IN ('preparing', 'ready') THEN r.status
              WHEN r.ending IS NOT NULL THEN 'ending'
              WHEN r.order_id IS NOT NULL THEN 'reserved'
              ELSE r.status END AS status,
         (SELECT json_agg(t.number ORDER BY t.number) FROM draw_ticket t
           WHERE t.shop_id = r.shop_id AND t.redemption_id = r.redemption_id) AS tickets,
         r.created_at AS "createdAt", r.ends_at AS "endsAt"
    FROM redemption r LEFT JOIN order_state o ON o.shop_id = r.shop_id AND o.order_id = r.order_id
   WHERE r.shop_id = $1 AND r.account_id = ANY ($2)`

type CodeRow = Omit<MemberCode, 'rewardName'>

function toCode(row: CodeRow): MemberCode {
  return { ...row, rewardName: row.reward.name }
}

/** So long after a draw its tickets are shown beside what is open: winners are drawn then. */
const AFTER_DRAW = '30 days'
/** Staff can take a donation back for a day. */
const DONATED_LATELY = '1 day'

const IS_SHOWN = `(r.status IN ('preparing', 'ready') OR r.uncovered_at IS NOT NULL OR (r.status = 'used' AND r.code IS NULL AND (
  (r.donated IS NOT NULL AND r.created_at > now() - interval '${DONATED_LATELY}')
  OR (r.ends_at > now() - interval '${AFTER_DRAW}'
      AND EXISTS (SELECT FROM draw_ticket t WHERE t.shop_id = r.shop_id AND t.redemption_id = r.redemption_id)))))`

/** What is open of a family of accounts, tickets of draws that are not long over, and donations of today; newest first. */
export async function readOpenCodes(tx: Tx, shopId: number, family: number[]): Promise<MemberCode[]> {
  const { rows } = await tx.query<CodeRow>(`${SELECT_CODE} AND ${IS_SHOWN} ORDER BY r.redemption_id DESC`, [
    shopId,
    family,
  ])
  return rows.filter(({ reward }) => isReward(reward)).map(toCode)
}

/** One code of these accounts, whatever became of it; null for anybody else's. */
export async function readCodeOf(
  tx: Tx,
  shopId: number,
  family: number[],
  redemptionId: string,
): Promise<MemberCode | null> {
  if (!/^\d{1,15}$/.test(redemptionId)) return null
  const { rows } = await tx.query<CodeRow>(`${SELECT_CODE} AND r.redemption_id = $3`, [
    shopId,
    family,
    redemptionId,
  ])
  // What cannot be read (the audit names it) has no name to show.
  return rows[0] && isReward(rows[0].reward) ? toCode(rows[0]) : null
}

/** As the panel lists them: all tickets of a draw in one line. A donation of today is in the history. */
export function joinTickets(codes: readonly MemberCode[]): MemberCode[] {
  const joined: MemberCode[] = []
  for (const code of codes) {
    const { tickets, rewardId } = code
    const draw = tickets && joined.find((one) => one.tickets && one.rewardId === rewardId)
    if (draw?.tickets && tickets) draw.tickets = [...draw.tickets, ...tickets].sort((a, b) => a - b)
    else if (tickets || code.status !== 'used') joined.push({ ...code })
  }
  return joined
}
