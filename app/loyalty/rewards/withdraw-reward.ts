import { acrossShops } from '../../db/db.server.ts'
import type { Tx } from '../../db/tx.ts'
import { post } from '../../ledger/post.ts'
import { shopAdmin } from '../../shopify/shop-admin.ts'
import { type Shop, shopById } from '../shop/shop-of-request.ts'
import { markForSync } from '../sync/mark-for-sync.ts'
import { askShopifyLater, releaseRedemption } from './end-redemption.ts'
import { makerOf } from './makers.ts'
import {
  changeRedemption,
  lockRedemption,
  noteClosed,
  type Redemption,
  redemptionById,
} from './redemption-record.ts'
import { wantedOf } from './wanted.ts'

type Which = Pick<Redemption, 'shopId' | 'redemptionId'>

/**
 * Ends a code: first nobody can use it in Shopify, then its points are free. Also ends a code whose points have come
 * back already. Safe to run again, after a crash at any step, and side by side.
 * @returns used: somebody was quicker, and the code stays with the order that used it; else whether points moved
 * @throws whatever the Admin API throws; nothing has moved then
 */
export async function withdrawReward(which: Which, now: number): Promise<'released' | 'nothing' | 'used'> {
  const { shopId, redemptionId } = which
  const seen = await acrossShops((tx) => redemptionById(tx, shopId, redemptionId))
  if (!seen || (seen.ending === null && seen.status !== 'returned')) return 'nothing'
  const shop = await shopById(shopId)
  // A shop that removed the app cannot be asked; should it come back, the code is ended then.
  const uses = shop ? await usesByItsEnd(shop, seen) : 0
  return acrossShops((tx) => giveBack(tx, which, { ended: shop !== null, uses, now }))
}

async function usesByItsEnd(shop: Shop, seen: Redemption): Promise<number> {
  const graphql = await shopAdmin(shop.domain)
  return (await makerOf(seen.reward).withdraw(graphql, await wantedOf(shop, seen)))?.uses ?? 0
}

async function giveBack(
  tx: Tx,
  which: Which,
  { ended, uses, now }: { ended: boolean; uses: number; now: number },
): Promise<'released' | 'nothing' | 'used'> {
  const locked = await lockRedemption(tx, which)
  if (!locked) return 'nothing'
  const { redemption, account } = locked
  const { ending } = redemption
  if (ended && (ending !== null || redemption.status === 'returned')) await noteClosed(tx, redemption)
  if (ending === null) return 'nothing' // an order has come that uses the code, or the points are back
  if (uses > 0 && (ending === 'cancelled' || ending === 'withdrawn')) {
    await changeRedemption(tx, redemption, { ending: null })
    await askShopifyLater(tx, redemption, now)
    return 'used'
  }
  const postings = await releaseRedemption(tx, account, redemption, ending, now)
  if (!postings) return 'nothing'
  await post(tx, [account], postings)
  await markForSync(tx, [account])
  return 'released'
}
