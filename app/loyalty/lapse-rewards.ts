import { acrossShops } from '../db.server.ts'
import { openAccount } from '../ledger/accounts.ts'
import { post } from '../ledger/post.ts'
import { logger } from '../logger.server.ts'
import { endDiscount, findDiscount } from '../shopify/reward-discount.ts'
import { shopAdmin } from '../shopify/shop-admin.ts'
import { releaseRedemption } from './end-redemption.ts'
import { markForSync } from './mark-for-sync.ts'
import { type Redemption, redemptionById } from './redemption-record.ts'
import { shopById } from './shop-of-request.ts'

/** An order placed in the code's last minute has this long to reach us. */
const GRACE_MS = 60 * 60_000
const SLICE = 100

/**
 * Gives back the points of codes that ended unused. A code that an order holds (paid or not) stays, and so does one
 * that Shopify says was used: that order will still come, by delivery or by reading.
 * @param now epoch milliseconds
 * @returns how many lapsed
 */
export async function lapseRewards(now: number): Promise<number> {
  let lapsed = 0
  let last: Due | undefined
  for (;;) {
    const due = await dueAfter(last, now)
    for (const { shopId, redemptionId } of due) {
      try {
        if (await lapse(shopId, redemptionId, now)) lapsed++
      } catch (error) {
        logger.warn({ shopId, redemptionId, reason: (error as Error).message }, 'a code could not lapse yet')
      }
    }
    last = due.at(-1)
    if (due.length < SLICE) return lapsed
  }
}

interface Due {
  shopId: number
  redemptionId: number
  endsAt: Date
}

/** Slice by slice through all that are due: those that cannot lapse yet keep nobody else waiting. */
function dueAfter(last: Due | undefined, now: number): Promise<Due[]> {
  return acrossShops(async (tx) => {
    const { rows } = await tx.query<Due>(
      `SELECT shop_id AS "shopId", redemption_id AS "redemptionId", date_trunc('milliseconds', ends_at) AS "endsAt"
         FROM redemption
        WHERE status IN ('preparing', 'ready') AND ends_at < to_timestamp($1 / 1000.0) AND order_id IS NULL
          AND ($2::timestamptz IS NULL
               OR (date_trunc('milliseconds', ends_at), shop_id, redemption_id) > ($2, $3::bigint, $4::bigint))
        ORDER BY date_trunc('milliseconds', ends_at), shop_id, redemption_id LIMIT $5`,
      [now - GRACE_MS, last?.endsAt ?? null, last?.shopId ?? 0, last?.redemptionId ?? 0, SLICE],
    )
    return rows
  })
}

async function lapse(shopId: number, redemptionId: number, now: number): Promise<boolean> {
  const redemption = await acrossShops((tx) => redemptionById(tx, shopId, redemptionId))
  if (!redemption) return false
  if (!(await closeInShopify(redemption))) return false
  return acrossShops(async (tx) => {
    const account = await openAccount(tx, redemption)
    const current = await redemptionById(tx, shopId, redemptionId)
    if (!current || current.orderId !== null) return false
    const posting = await releaseRedemption(tx, account, current, 'lapsed', now)
    if (!posting) return false
    await post(tx, [account], [posting])
    await markForSync(tx, [account])
    return true
  })
}

/** A shop that removed the app has nothing left to close. */
async function closeInShopify({ shopId, code }: Redemption): Promise<boolean> {
  const shop = await shopById(shopId)
  if (!shop) return true
  const graphql = await shopAdmin(shop.domain)
  const discount = await findDiscount(graphql, code)
  if (discount && discount.uses > 0) return false
  await endDiscount(graphql, code)
  return true
}
