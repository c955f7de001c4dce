import { acrossShops } from '../../db/db.server.ts'
import { eachAlone, sweep } from '../../db/sweep.ts'
import { type Redemption, redemptionById } from '../rewards/redemption-record.ts'
import { settleCodesAgain } from '../rewards/settle-redemptions.ts'

const SLICE = 100

/**
 * Takes the points of codes that paid orders used after the points had gone back, where the member has enough of them
 * by now. Each code in a transaction of its own, under the locks of settling: safe to run twice and side by side.
 * @param now epoch milliseconds
 * @returns how many codes were tried
 */
export async function retakeUncovered(now: number): Promise<number> {
  let tried = 0
  const retake = ({ shopId, redemptionId }: Which) =>
    acrossShops(async (tx) => {
      const redemption = await redemptionById(tx, shopId, redemptionId)
      if (redemption) await settleCodesAgain(tx, [redemption], now)
      tried++
    })
  const named = { what: 'a code whose points had gone back', ids: (which: Which) => which }
  await sweep({
    due: coverableAfter,
    size: SLICE,
    work: (slice) => eachAlone(slice, retake, named),
  })
  return tried
}

type Which = Pick<Redemption, 'shopId' | 'redemptionId'>

async function coverableAfter(last: Which | undefined): Promise<Which[]> {
  const { rows } = await acrossShops((tx) =>
    tx.query<Which>(
      `SELECT r.shop_id AS "shopId", r.redemption_id AS "redemptionId"
         FROM redemption r JOIN balance b ON b.shop_id = r.shop_id AND b.account_id = r.account_id
        WHERE r.uncovered_at IS NOT NULL AND b.debt = 0 AND b.available >= r.cost
          AND (r.shop_id, r.redemption_id) > ($1::bigint, $2::bigint)
        ORDER BY r.shop_id, r.redemption_id LIMIT $3`,
      [last?.shopId ?? 0, last?.redemptionId ?? 0, SLICE],
    ),
  )
  return rows
}
