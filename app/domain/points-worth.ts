import { toMinor } from './money.ts'
import type { Reward } from './reward.ts'

type AmountOff = Extract<Reward, { kind: 'amount-off' }>

/**
 * The reward on offer that gives the most money for a point, which is what all points may come to. Percentages have no
 * fixed worth; null when there is nothing else.
 */
export function bestAmountOff(rewards: readonly Reward[], currency: string): AmountOff | null {
  let best: AmountOff | null = null
  for (const reward of rewards) {
    if (!reward.active || reward.kind !== 'amount-off') continue
    // By cross-multiplying: as fractions two of the same worth may differ in the last bit.
    const more =
      best && toMinor(reward.amount, currency) * best.cost > toMinor(best.amount, currency) * reward.cost
    if (!best || more) best = reward
  }
  return best
}

/** What so many points come to in minor units, all redeemed for this reward. */
export function pointsWorth(points: number, reward: AmountOff, currency: string): number {
  return Math.round((points * toMinor(reward.amount, currency)) / reward.cost)
}

/** Points go for a share of an order too, and nobody knows of how large a one. */
export function hasPercentOff(rewards: readonly Reward[]): boolean {
  return rewards.some((reward) => reward.active && reward.kind === 'percent-off')
}
