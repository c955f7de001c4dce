import { acrossShops } from '../../db/db.server.ts'
import { kindOf } from '../../domain/rewards/kinds.ts'
import { post } from '../../ledger/post.ts'
import { logger } from '../../logger.server.ts'
import { DiscountRefused, endDiscount, makeRewardDiscount } from '../../shopify/rewards/discounts.ts'
import { shopAdmin } from '../../shopify/shop-admin.ts'
import { type Shop, shopById } from '../shop/shop-of-request.ts'
import { markForSync } from '../sync/mark-for-sync.ts'
import { releaseRedemption, withdrawLater } from './end-redemption.ts'
import { moveCodesLater } from './move-codes-later.ts'
import {
  changeRedemption,
  lockRedemption,
  noteClosed,
  type Redemption,
  redemptionById,
} from './redemption-record.ts'

interface Which {
  shopId: number
  redemptionId: number
}

/**
 * Makes the code of a redemption in Shopify and says that it is ready; when the shop refuses it for good, or no try
 * is left, the points go back. Safe at every step and any number of times, also side by side: the code is found again
 * by its name, and of two runs that end differently the later one sees what the other has done.
 * @throws whatever the Admin API throws, to be tried again by the queue
 */
export async function issueReward(which: Which, now: number, isLastTry: boolean): Promise<void> {
  const redemption = await acrossShops((tx) => redemptionById(tx, which.shopId, which.redemptionId))
  if (redemption?.status !== 'preparing') return
  const shop = await shopById(which.shopId)
  if (!shop) return giveBack(redemption, null, now)
  try {
    const discountId = await makeRewardDiscount(
      await shopAdmin(shop.domain),
      await wantedDiscount(shop, redemption),
    )
    await markReady(redemption, discountId)
  } catch (error) {
    if (!(error instanceof DiscountRefused) && !isLastTry) throw error
    logger.warn({ ...which, reason: (error as Error).message }, 'reward refused, points go back')
    await giveBack(redemption, shop, now)
  }
}

async function wantedDiscount(shop: Shop, redemption: Redemption) {
  const customerId = await acrossShops(async (tx) => {
    const { rows } = await tx.query<{ customerId: string | null }>(
      'SELECT customer_id::text AS "customerId" FROM account WHERE shop_id = $1 AND account_id = $2',
      [redemption.shopId, redemption.accountId],
    )
    return rows[0]?.customerId ?? null
  })
  if (customerId === null) throw new DiscountRefused('the customer is gone')
  const { reward } = redemption
  const value = kindOf(reward.kind).discount?.({ ...reward })
  if (!value) throw new Error(`A reward of the kind "${reward.kind}" is no discount`)
  return {
    code: redemption.code,
    reward,
    value,
    customerId,
    locale: shop.locale,
    startsAt: redemption.createdAt,
    endsAt: redemption.endsAt,
  }
}

async function markReady(seen: Redemption, discountId: string): Promise<void> {
  await acrossShops(async (tx) => {
    const locked = await lockRedemption(tx, seen)
    if (!locked) return
    const { redemption, account } = locked
    if (redemption.status === 'preparing')
      await changeRedemption(tx, redemption, { status: 'ready', discountId })
    // It may have been made for a customer who was merged meanwhile.
    await moveCodesLater(tx, redemption)
    // The points went back meanwhile, or are about to: nobody may use the code that was made.
    if (redemption.status === 'returned' || redemption.ending !== null) await withdrawLater(tx, redemption)
    await markForSync(tx, [account])
  })
}

/** First nobody can use the code, then the points are free: the other way round both could be had. */
async function giveBack(seen: Redemption, shop: Shop | null, now: number): Promise<void> {
  const { shopId, redemptionId } = seen
  const before = await acrossShops((tx) => redemptionById(tx, shopId, redemptionId))
  if (before?.status !== 'preparing') return
  const ended = shop && (await endDiscount(await shopAdmin(shop.domain), seen))
  await acrossShops(async (tx) => {
    const locked = await lockRedemption(tx, seen)
    if (!locked) return
    const { redemption, account } = locked
    // A second run has made the code meanwhile, and it can be used.
    if (redemption.status === 'ready' && !ended) return
    // It was made and used, though nobody has heard of its making: its order is on its way.
    if (ended && ended.uses > 0) return
    const posting = await releaseRedemption(tx, account, redemption, 'failed', now)
    if (!posting) return
    if (shop) await noteClosed(tx, redemption)
    await post(tx, [account], [posting])
    await markForSync(tx, [account])
  })
}
