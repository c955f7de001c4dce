import { toMinor } from '../money/money.ts'
import { type Reward, rewardWorth } from './kinds.ts'

/** A reward that is worth the same whatever is bought with it. */
export interface FixedWorth {
  reward: Reward
  /** Minor units. */
  worth: number
}

/**
 * The reward on offer that gives the most money for a point, which is what all points may come to; null when none is
 * of a fixed worth.
 */
export function bestWorth(rewards: readonly Reward[], currency: string): FixedWorth | null {
  let best: FixedWorth | null = null
  for (const reward of rewards) {
    const amount = reward.active ? rewardWorth(reward) : null
    if (amount === null) continue
    const worth = toMinor(amount, currency)
    // By cross-multiplying: as fractions two of the same worth may differ in the last bit.
    if (!best || worth * best.reward.cost > best.worth * reward.cost) best = { reward, worth }
  }
  return best
}

/** What so many points come to in minor units, all redeemed for this reward. */
export function pointsWorth(points: number, { reward, worth }: FixedWorth): number {
  return Math.round((points * worth) / reward.cost)
}

/** Points go for rewards, too, of which nobody knows what they will be worth. */
export function hasOpenWorth(rewards: readonly Reward[]): boolean {
  return rewards.some((reward) => reward.active && rewardWorth(reward) === null)
}
