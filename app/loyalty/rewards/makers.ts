import type { Reward, RewardKindName } from '../../domain/rewards/kinds.ts'
import { basicDiscount } from '../../shopify/rewards/basic-discount.ts'
import { freeShippingDiscount } from '../../shopify/rewards/free-shipping.ts'
import type { Maker } from '../../shopify/rewards/maker.ts'
import { nothing } from '../../shopify/rewards/nothing.ts'
import { storeCredit } from '../../shopify/rewards/store-credit.ts'

/**
 * How each kind of reward is made in Shopify: one for every kind of the list in domain/rewards/kinds.ts. None for a kind
 * that is never made, because what a member takes of it is of another kind (`taken`).
 */
const MAKERS: { [Kind in RewardKindName]: Maker<Extract<Reward, { kind: Kind }>> | null } = {
  'amount-off': basicDiscount,
  'percent-off': basicDiscount,
  'flexible-amount': null,
  'free-product': null,
  'free-shipping': freeShippingDiscount,
  'store-credit': storeCredit,
  experience: nothing,
  donation: nothing,
  'draw-ticket': nothing,
}

/**
 * @throws Error for a kind that is not in the list: what is stored was read by its schema, so only a program older than
 *   its data meets one, and guessing would cost somebody points
 */
export function makerOf({ kind }: Pick<Reward, 'kind'>): Maker {
  const maker = MAKERS[kind] as Maker | null | undefined
  if (!maker) throw new Error(`There is no maker of the kind "${kind}"`)
  return maker
}
