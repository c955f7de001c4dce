import { moneyText } from '../../domain/document/document-fields.ts'
import type { Gift } from '../../domain/rewards/kind.ts'
import { type AdminGraphql, askAdmin } from '../ask-admin.ts'
import { gidOf } from '../gid.ts'
import { VariantsToGive } from '../graphql/products.ts'

/** Why no piece of it can be given now. */
export type NoGift = 'sold-out' | 'no-product'

/**
 * A variant as it is sold now. What is not in the online shop, is sold by subscription alone, is a gift card, which
 * Shopify discounts never, or costs nothing anyway, is no gift.
 * @param variant Shopify's number, in digits
 */
export async function giftVariant(graphql: AdminGraphql, variant: string): Promise<Gift | NoGift> {
  const { nodes } = await askAdmin(graphql, VariantsToGive, { ids: [gidOf('ProductVariant', variant)] })
  const [found] = nodes
  if (!found || !('product' in found)) return 'no-product'
  const { product, price, availableForSale } = found
  const { status, isGiftCard, onlineStoreUrl, requiresSellingPlan } = product
  if (status !== 'ACTIVE' || onlineStoreUrl === null || isGiftCard || requiresSellingPlan) return 'no-product'
  // Nothing, or more than any reward may be worth.
  if (!moneyText.safeParse(price).success) return 'no-product'
  return availableForSale ? { variant, price } : 'sold-out'
}
