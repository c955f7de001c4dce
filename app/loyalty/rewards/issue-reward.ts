import { acrossShops } from '../../db/db.server.ts'
import type { Tx } from '../../db/tx.ts'
import { kindOf } from '../../domain/rewards/kinds.ts'
import { post } from '../../ledger/post.ts'
import { logger } from '../../logger.server.ts'
import { RewardNotAllowed, RewardRefused } from '../../shopify/rewards/maker.ts'
import { shopAdmin } from '../../shopify/shop-admin.ts'
import { type Shop, shopById } from '../shop/shop-of-request.ts'
import { markForSync } from '../sync/mark-for-sync.ts'
import { captureRedemption, releaseRedemption, withdrawLater } from './end-redemption.ts'
import { makeOnce } from './make-once.ts'
import { makerOf } from './makers.ts'
import { moveCodesLater } from './move-codes-later.ts'
import {
  changeRedemption,
  lockRedemption,
  noteClosed,
  type Redemption,
  redemptionById,
} from './redemption-record.ts'
import { wantedOf } from './wanted.ts'

interface Which {
  shopId: number
  redemptionId: number
}

/**
 * Makes what a redemption becomes in Shopify and says so in the book; when the shop refuses it for good, or no try is
 * left, the points go back. Safe at every step and any number of times, also side by side: what was made is found
 * again, and of two runs that end differently the later one sees what the other has done.
 * @throws whatever the Admin API throws, to be tried again by the queue
 */
export async function issueReward(which: Which, now: number, isLastTry: boolean): Promise<void> {
  const redemption = await acrossShops((tx) => redemptionById(tx, which.shopId, which.redemptionId))
  if (redemption?.status !== 'preparing') return
  const shop = await shopById(which.shopId)
  if (!shop) return giveBack(redemption, null, 'failed', now)
  try {
    await make(shop, redemption, (madeId) => markMade(redemption, madeId, now))
  } catch (error) {
    if (!(error instanceof RewardRefused) && !isOverWith(redemption, isLastTry)) throw error
    logger.warn({ ...which, reason: (error as Error).message }, 'reward refused, points go back')
    await giveBack(redemption, shop, error instanceof RewardNotAllowed ? 'not-allowed' : 'failed', now)
  }
}

async function make(
  shop: Shop,
  redemption: Redemption,
  record: (madeId: string) => Promise<void>,
): Promise<void> {
  const maker = makerOf(redemption.reward)
  const graphql = await shopAdmin(shop.domain)
  const wanted = await wantedOf(shop, redemption)
  const { mark } = maker
  if (mark) await makeOnce({ ...maker, mark }, graphql, redemption, wanted, record)
  else await record(await maker.make(graphql, wanted))
}

/** A code can be ended, whatever came of the last try; of what is the member's once it is made nobody knows yet. */
const isOverWith = ({ code }: Redemption, isLastTry: boolean) => isLastTry && code !== null

/** It is there: a code can be used from now on, and for what the member has now the points are spent. */
export async function markMade(seen: Redemption, madeId: string, now: number): Promise<void> {
  await acrossShops(async (tx) => {
    const locked = await lockRedemption(tx, seen)
    if (!locked) return
    const { redemption, account } = locked
    if (redemption.status === 'preparing') {
      if (kindOf(redemption.reward.kind).spent === 'with-order')
        await changeRedemption(tx, redemption, { status: 'ready', madeId })
      else {
        await changeRedemption(tx, redemption, { madeId })
        const posting = await captureRedemption(tx, account, redemption, { orderId: null, at: now })
        if (posting) await post(tx, [account], [posting])
      }
    }
    await lookAfterCode(tx, redemption)
    await markForSync(tx, [account])
  })
}

async function lookAfterCode(tx: Tx, redemption: Redemption): Promise<void> {
  if (redemption.code === null) return
  // It may have been made for a customer who was merged meanwhile.
  await moveCodesLater(tx, redemption)
  // The points went back meanwhile, or are about to: nobody may use the code that was made.
  if (redemption.status === 'returned' || redemption.ending !== null) await withdrawLater(tx, redemption)
}

/** First nobody can use it, then the points are free: the other way round both could be had. */
async function giveBack(
  seen: Redemption,
  shop: Shop | null,
  reason: 'failed' | 'not-allowed',
  now: number,
): Promise<void> {
  const { shopId, redemptionId } = seen
  const before = await acrossShops((tx) => redemptionById(tx, shopId, redemptionId))
  if (before?.status !== 'preparing') return
  // Of a shop that cannot be asked nobody knows what came of a try.
  if (!shop && before.mark !== null) return
  const ended =
    shop && (await makerOf(seen.reward).withdraw(await shopAdmin(shop.domain), await wantedOf(shop, before)))
  await acrossShops(async (tx) => {
    const locked = await lockRedemption(tx, seen)
    if (!locked) return
    const { redemption, account } = locked
    // Another run is at it: what it comes to is its own to say.
    if (redemption.making) return
    // A second run has made the code meanwhile, and it can be used.
    if (redemption.status === 'ready' && !ended) return
    // It was made and used, though nobody has heard of its making: its order is on its way.
    if (ended && ended.uses > 0) return
    const postings = await releaseRedemption(tx, account, redemption, reason, now)
    if (!postings) return
    if (shop) await noteClosed(tx, redemption)
    await post(tx, [account], postings)
    await markForSync(tx, [account])
  })
}
