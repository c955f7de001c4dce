import { acrossShops } from '../../db/db.server.ts'
import { eachAlone, sweep } from '../../db/sweep.ts'
import type { Tx } from '../../db/tx.ts'
import { DAY_MS } from '../../domain/time/time-window.ts'
import { post } from '../../ledger/post.ts'
import { shopAdmin } from '../../shopify/shop-admin.ts'
import { readOneOrder, readOrdersWithCode } from '../reconciliation/settle-from-shopify.ts'
import { releaseRedemption } from '../rewards/end-redemption.ts'
import { markMade } from '../rewards/issue-reward.ts'
import { makerOf } from '../rewards/makers.ts'
import {
  type Coded,
  isCoded,
  isOpen,
  lockRedemption,
  noteClosed,
  type Redemption,
  redemptionById,
} from '../rewards/redemption-record.ts'
import { settleCodesAgain } from '../rewards/settle-redemptions.ts'
import { wantedOf } from '../rewards/wanted.ts'
import { withdrawReward } from '../rewards/withdraw-reward.ts'
import { type Shop, shopById } from '../shop/shop-of-request.ts'
import { markForSync } from '../sync/mark-for-sync.ts'

/** An order placed in the code's last minute has this long to reach us. */
export const GRACE_MS = 60 * 60_000
/** A code that Shopify says was used, by an order that it does not show, waits so long for that order. */
const MISSING_ORDER_MS = DAY_MS / 2
/** So often Shopify is asked about a code that cannot end yet. */
const LOOK_AGAIN = '6 hours'
const SLICE = 100

/**
 * Brings codes to their end that are due: those whose day is over, those that are being ended, and those whose points
 * went back while Shopify could not be asked. A code on an order that can still be paid stays, and Shopify is asked
 * whether that order still stands.
 *
 * A round with many codes takes its time, for Shopify ends them one by one: those whose hour comes meanwhile are taken
 * with it.
 * @param now epoch milliseconds
 * @returns how many gave their points back
 */
export async function lapseRewards(now: () => number): Promise<number> {
  let lapsed = 0
  const endIt = async (which: Due) => {
    if (await end(which, now())) lapsed++
  }
  const named = {
    what: 'a code that is to end',
    ids: ({ shopId, redemptionId }: Due) => ({ shopId, redemptionId }),
  }
  await sweep<Due>({
    due: (last) => dueAfter(last, now()),
    work: (slice) => eachAlone(slice, endIt, named),
  })
  return lapsed
}

interface Due {
  shopId: number
  redemptionId: number
  endsAt: Date
  /** Its day is over; else it is being ended, or left over. */
  over: boolean
}

function dueAfter(last: Due | undefined, now: number): Promise<Due[]> {
  return acrossShops(async (tx) => {
    const { rows } = await tx.query<Due>(
      `SELECT shop_id AS "shopId", redemption_id AS "redemptionId", "endsAt", over FROM (
         SELECT shop_id, redemption_id, date_trunc('milliseconds', ends_at) AS "endsAt", ending IS NULL AS over
           FROM redemption
          WHERE status IN ('preparing', 'ready')
            AND (ending IS NOT NULL
                 OR (ends_at < to_timestamp($1 / 1000.0)
                     AND (looked_at IS NULL OR looked_at < to_timestamp($6 / 1000.0) - interval '${LOOK_AGAIN}')))
         UNION ALL
         SELECT shop_id, redemption_id, date_trunc('milliseconds', ends_at), false
           FROM redemption r
          WHERE status = 'returned' AND closed_at IS NULL AND ends_at > to_timestamp($6 / 1000.0)
            AND EXISTS (SELECT FROM shop s WHERE s.shop_id = r.shop_id AND s.uninstalled_at IS NULL)) due
        WHERE $2::timestamptz IS NULL OR ("endsAt", shop_id, redemption_id) > ($2, $3::bigint, $4::bigint)
        ORDER BY "endsAt", shop_id, redemption_id LIMIT $5`,
      [now - GRACE_MS, last?.endsAt ?? null, last?.shopId ?? 0, last?.redemptionId ?? 0, SLICE, now],
    )
    return rows
  })
}

async function end(due: Due, now: number): Promise<boolean> {
  if (!due.over) return (await withdrawReward(due, now)) === 'released'
  const redemption = await settledAnew(due, now)
  if (!redemption || !isOpen(redemption)) return false
  if (redemption.ending !== null) return (await withdrawReward(due, now)) === 'released'
  const shop = await shopById(due.shopId)
  if (!isCoded(redemption)) return lapseUnmade(shop, redemption, now)
  if (redemption.orderId !== null) {
    await lookAtOrder(shop, redemption, now)
    return false
  }
  // A shop that removed the app cannot be asked, and has no access to close anything with.
  if (shop && !(await closeInShopify(shop, redemption, now))) return false
  return acrossShops((tx) => lapse(tx, redemption, shop !== null, now))
}

/** Whose the code is by what we know today. */
function settledAnew({ shopId, redemptionId }: Due, now: number): Promise<Redemption | null> {
  return acrossShops(async (tx) => {
    const redemption = await redemptionById(tx, shopId, redemptionId)
    if (redemption) await settleCodesAgain(tx, [redemption], now)
    return redemptionById(tx, shopId, redemptionId)
  })
}

/** An order that was deleted, or has ended otherwise, may have done so without our hearing of it. */
async function lookAtOrder(shop: Shop | null, redemption: Redemption, now: number): Promise<void> {
  if (shop && redemption.orderId !== null) await readOneOrder(shop.shopId, redemption.orderId, () => now)
  await noteLook(redemption, now)
}

/** @returns false when an order has used the code, or will turn out to have */
async function closeInShopify(shop: Shop, redemption: Coded, now: number): Promise<boolean> {
  const { shopId, code, endsAt } = redemption
  const graphql = await shopAdmin(shop.domain)
  const ended = await makerOf(redemption.reward).withdraw(graphql, await wantedOf(shop, redemption))
  if (!ended || ended.uses === 0) return true
  await readOrdersWithCode(graphql, shopId, code, () => now)
  if (now > endsAt.getTime() + MISSING_ORDER_MS) return true // the lock below sees what has come of it
  await noteLook(redemption, now)
  return false
}

/** What is no code was not made in all the time that it had, as far as we heard. Shopify knows. */
async function lapseUnmade(shop: Shop | null, redemption: Redemption, now: number): Promise<boolean> {
  if (redemption.making) return false
  if (redemption.mark !== null) {
    if (!shop) return false
    const made = await makerOf(redemption.reward).find(
      await shopAdmin(shop.domain),
      await wantedOf(shop, redemption),
    )
    if (made) await markMade(redemption, made.id, now)
    if (made) return false
  }
  return acrossShops((tx) => lapse(tx, redemption, shop !== null, now))
}

async function lapse(tx: Tx, seen: Redemption, closed: boolean, now: number): Promise<boolean> {
  const locked = await lockRedemption(tx, seen)
  if (!locked) return false
  const { redemption, account } = locked
  if (redemption.orderId !== null || redemption.ending !== null || redemption.making) return false
  const postings = await releaseRedemption(tx, account, redemption, 'lapsed', now)
  if (!postings) return false
  if (closed) await noteClosed(tx, redemption)
  await post(tx, [account], postings)
  await markForSync(tx, [account])
  return true
}

async function noteLook({ shopId, redemptionId }: Redemption, now: number): Promise<void> {
  await acrossShops((tx) =>
    tx.query(
      'UPDATE redemption SET looked_at = to_timestamp($3 / 1000.0) WHERE shop_id = $1 AND redemption_id = $2',
      [shopId, redemptionId, now],
    ),
  )
}
