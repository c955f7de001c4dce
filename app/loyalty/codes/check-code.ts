import { acrossShops } from '../../db/db.server.ts'
import { shopAdmin } from '../../shopify/shop-admin.ts'
import { readOrdersWithCode } from '../reconciliation/settle-from-shopify.ts'
import { endLater } from '../rewards/end-redemption.ts'
import { makerOf } from '../rewards/makers.ts'
import { isCoded, lockRedemption, type Redemption, redemptionById } from '../rewards/redemption-record.ts'
import { wantedOf } from '../rewards/wanted.ts'
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
  if (!redemption || !isCoded(redemption) || !shop || !isFree(redemption)) return
  if (redemption.endsAt.getTime() <= now()) return
  const graphql = await shopAdmin(shop.domain)
  const made = await makerOf(redemption.reward).find(graphql, await wantedOf(shop, redemption))
  if (made && made.uses === 0 && made.open) return
  await readOrdersWithCode(graphql, shopId, redemption.code, now)
  await acrossShops(async (tx) => {
    const locked = await lockRedemption(tx, which)
    if (locked && isFree(locked.redemption))
      await endLater(tx, locked.redemption, made && made.uses > 0 ? 'code-removed' : 'withdrawn')
  })
}

/** It can be used, as far as we know, and no order carries it. */
function isFree({ status, orderId, ending }: Redemption): boolean {
  return status === 'ready' && orderId === null && ending === null
}
