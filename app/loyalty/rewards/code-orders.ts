import type { Tx } from '../../db/tx.ts'
import { whollyGivenBack } from '../../domain/orders/given-back.ts'
import { type ClaimingOrder, claimOf } from '../../domain/rewards/code-standing.ts'
import { bigints, texts } from '../../ledger/arrays.ts'
import { readFacts, type StoredFacts } from '../orders/stored-facts.ts'
import type { Coded, Redemption } from './redemption-record.ts'

/** Which orders carry a code, by the newest state that is known of each. */

type Which = Pick<Redemption, 'shopId' | 'redemptionId'>
type Order = { shopId: number; orderId: string }

/** Takes down which codes each of these orders carries now, and forgets what they carried before. */
export async function noteCodesOnOrders(
  tx: Tx,
  orders: Order[],
  carried: (Which & { orderId: string })[],
): Promise<void> {
  if (orders.length === 0) return
  await tx.query(
    `DELETE FROM redemption_order
      WHERE (shop_id, order_id) IN (SELECT unnest($1::bigint[]), unnest($2::bigint[]))
        AND (shop_id, redemption_id, order_id) NOT IN (
              SELECT unnest($3::bigint[]), unnest($4::bigint[]), unnest($5::bigint[]))`,
    [
      bigints(orders.map(({ shopId }) => shopId)),
      bigints(orders.map(({ orderId }) => orderId)),
      bigints(carried.map(({ shopId }) => shopId)),
      bigints(carried.map(({ redemptionId }) => redemptionId)),
      bigints(carried.map(({ orderId }) => orderId)),
    ],
  )
  if (carried.length === 0) return
  await tx.query(
    `INSERT INTO redemption_order (shop_id, redemption_id, order_id)
     SELECT DISTINCT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) ON CONFLICT DO NOTHING`,
    [
      bigints(carried.map(({ shopId }) => shopId)),
      bigints(carried.map(({ redemptionId }) => redemptionId)),
      bigints(carried.map(({ orderId }) => orderId)),
    ],
  )
}

/** What the orders that carry each of these codes are to it, by "shop/redemption". */
export async function claimsOn(
  tx: Tx,
  codes: (Which & Pick<Coded, 'code'>)[],
): Promise<Map<string, ClaimingOrder[]>> {
  const claims = new Map<string, ClaimingOrder[]>(codes.map((code) => [codeKey(code), []]))
  if (codes.length === 0) return claims
  const { rows } = await tx.query<
    Which & { code: string; orderId: string; placedAt: Date; gone: boolean; facts: StoredFacts }
  >(
    `SELECT c.shop_id AS "shopId", c.redemption_id AS "redemptionId", asked.code, o.order_id::text AS "orderId",
            o.placed_at AS "placedAt", o.gone_at IS NOT NULL AS gone, o.facts
       FROM (SELECT unnest($1::bigint[]) AS shop_id, unnest($2::bigint[]) AS redemption_id,
                    unnest($3::text[]) AS code) asked
       JOIN redemption_order c ON c.shop_id = asked.shop_id AND c.redemption_id = asked.redemption_id
       JOIN order_state o ON o.shop_id = c.shop_id AND o.order_id = c.order_id`,
    [
      bigints(codes.map(({ shopId }) => shopId)),
      bigints(codes.map(({ redemptionId }) => redemptionId)),
      texts(codes.map(({ code }) => code)),
    ],
  )
  for (const { code, orderId, placedAt, gone, facts, ...which } of rows) {
    const state = readFacts(facts, orderId)
    const at = state.cancelledAt ?? whollyGivenBack(state) ?? state.updatedAt
    const claim = claimOf(state, code, gone)
    claims.get(codeKey(which))?.push({ orderId, placedAt: placedAt.getTime(), at, claim })
  }
  return claims
}

export function codeKey({ shopId, redemptionId }: Which): string {
  return `${shopId}/${redemptionId}`
}
