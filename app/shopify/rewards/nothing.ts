import type { Reward } from '../../domain/rewards/kinds.ts'
import { type Maker, RewardRefused } from './maker.ts'

/** Of what Shopify has nothing: it is made with the redemption itself, and there is nothing to be found or ended. */
export const nothing: Maker<Reward> = {
  make: () => Promise.reject(new RewardRefused('this kind is not made in Shopify')),
  find: async () => null,
  withdraw: async () => null,
}
