import { redeemReward } from '../../app/loyalty/rewards/redeem-reward.ts'
import { type Coded, isCoded } from '../../app/loyalty/rewards/redemption-record.ts'

/** Redeems a reward that is a code. */
export async function redeemCode(wish: Parameters<typeof redeemReward>[0]): Promise<Coded> {
  const redemption = await redeemReward(wish)
  if (!isCoded(redemption)) throw new Error(`The reward "${redemption.rewardId}" is no code`)
  return redemption
}
