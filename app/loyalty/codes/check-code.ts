import { acrossShops } from '../../db/db.server.ts'
import { findRewardDiscount } from '../../shopify/rewards/discounts.ts'
import { shopAdmin } from '../../shopify/shop-admin.ts'
import { readOrdersWithCode } from '../reconciliation/settle-from-shopify.ts'
import { endLater } from '../rewards/end-redemption.ts'
import { lockRedemption, type Redemption, redemptionById } from '../rewards/redemption-record.ts'
import { shopById } from '../shop/shop-of-request.ts'

type Which = Pick<Redemption, 'shopId' | 'redemptionId'>

/**
 * Asks Shopify about a code that has left the order that carried it, or was used by one that we do not know: the
 * order is read; where there is none that can use it, and Shopify takes the code no more, its points go back.
 * @throws what the Admin API throws
 */
export async function checkCode(which: Which, now: () => number): Promise<void> {
  const { shopId, redemptionId } = which
  const redemption = await acrossShops((tx) => redemptionById(tx, shopId, redemptionId))
  const shop = await shopById(shopId)
  if (!redemption || !shop || !isFree(redemption) || redemption.endsAt.getTime() <= now()) return
  const graphql = await shopAdmin(shop.domain)
  const discount = await findRewardDiscount(graphql, redemption)
  if (discount && discount.uses === 0 && discount.status !== 'EXPIRED') return
  await readOrdersWithCode(graphql, shopId, redemption.code, now)
  await acrossShops(async (tx) => {
    const locked = await lockRedemption(tx, which)
    if (locked && isFree(locked.redemption))
      await endLater(tx, locked.redemption, discount && discount.uses > 0 ? 'code-removed' : 'withdrawn')
  })
}

/** It can be used, as far as we know, and no order carries it. */
function isFree({ status, orderId, ending }: Redemption): boolean {
  return status === 'ready' && orderId === null && ending === null
}
