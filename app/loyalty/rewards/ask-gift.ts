import type { Gift } from '../../domain/rewards/kind.ts'
import type { Reward } from '../../domain/rewards/kinds.ts'
import { giftsOf } from '../../domain/rewards/price.ts'
import { DomainError } from '../../domain/text/errors.ts'
import { logger } from '../../logger.server.ts'
import { inTime } from '../../shopify/in-time.ts'
import { giftVariant } from '../../shopify/rewards/gift-variant.ts'
import { promptShopAdmin } from '../../shopify/shop-admin.ts'
import type { Shop } from '../shop/shop-of-request.ts'

/** A member waits for it, and has lost nothing if it is too long. */
const PATIENCE_MS = 5_000

/**
 * What the piece that a member wants costs now, asked of Shopify outside of any transaction and before any points are
 * taken: nobody pays for what is sold out or gone.
 * @param chosen the variant that she has chosen (digits); left out where there is one alone
 * @throws DomainError invalid-payload (no variant of this reward), reward-unavailable (sold-out, no-product, no-answer)
 */
export async function askGift(shop: Shop, reward: Reward, chosen: string | undefined): Promise<Gift> {
  const variants = giftsOf(reward)
  const variant = chosen ?? (variants.length === 1 ? variants[0] : undefined)
  if (variant === undefined || !variants.includes(variant)) {
    const message = `variant is ${chosen}; it must be one of ${variants.join(', ')}`
    throw new DomainError('invalid-payload', message, { field: 'variant' })
  }
  const found = (await inTime(ask(shop, variant), PATIENCE_MS)) ?? 'no-answer'
  if (typeof found !== 'string') return found
  const message = `Of the variant ${variant} no piece can be given: ${found}`
  throw new DomainError('reward-unavailable', message, { reason: found })
}

async function ask({ shopId, domain }: Shop, variant: string) {
  try {
    return await giftVariant(await promptShopAdmin(domain), variant)
  } catch (error) {
    // A shop that has removed the app, and one that Shopify does not serve, answer nothing either.
    const reason = error instanceof Error ? error.message : 'no answer'
    logger.warn({ shopId, reason }, 'a gift could not be asked for')
    return null
  }
}
