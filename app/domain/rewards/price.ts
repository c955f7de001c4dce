import { MONEY_LIMITS } from '../document/document-fields.ts'
import { DomainError } from '../text/errors.ts'
import type { Gift } from './kind.ts'
import { COST_LIMITS, kindOf, type Reward, rewardWorth } from './kinds.ts'

/** What a reward costs, in points. Fixed: `least` and `most` are the cost. Chosen: any number of steps between them. */
export interface Price {
  least: number
  /** Less than `least` when no price is left between the merchant's bounds. */
  most: number
  step: number
}

/** Decimal money, of a discount and of the purchase that it takes: no reward's terms hold more. */
const MOST_MONEY = MONEY_LIMITS.max

export function priceOf(reward: Reward): Price {
  const { cost: step } = reward
  const bounds = kindOf(reward.kind).chosen?.({ ...reward })
  if (!bounds) return { least: step, most: step, step }
  const worth = Number(rewardWorth(reward))
  const mostSteps = Math.floor((MOST_MONEY * (bounds.share ?? 100)) / 100 / worth)
  const most = Math.min(bounds.most ?? COST_LIMITS.max, COST_LIMITS.max)
  return {
    least: Math.ceil(Math.max(bounds.least ?? step, step) / step) * step,
    most: Math.min(Math.floor(most / step), mostSteps) * step,
    step,
  }
}

/** The variants of which a member takes one piece; none: it is nothing of the kind. */
export const giftsOf = (reward: Reward): readonly string[] => kindOf(reward.kind).gift?.({ ...reward }) ?? []

/** The member chooses what it costs. */
export const isChosen = (reward: Reward): boolean => kindOf(reward.kind).chosen !== undefined

/**
 * What a member takes for this price: the reward itself, or what the price she has chosen makes of it.
 * @param points as she was shown them, or has chosen them
 * @param currency the shop's
 * @param gift of a reward that is a piece of the shop's goods: the one that she takes
 * @throws DomainError price-changed (with the `cost` of now), price-not-offered (with `least`, `most`, `step`)
 */
export function takenFor(reward: Reward, points: number, currency: string, gift?: Gift): Reward {
  const { taken, chosen } = kindOf(reward.kind)
  const { least, most, step } = priceOf(reward)
  if (!chosen && points !== step) {
    const message = `The reward "${reward.id}" costs ${step} points, shown were ${points}`
    throw new DomainError('price-changed', message, { cost: step })
  }
  if (!taken) return reward
  if (points < least || points > most || points % step !== 0) {
    const message = `The reward "${reward.id}" is to be had for ${least} to ${most} points in steps of ${step}, not for ${points}`
    throw new DomainError('price-not-offered', message, { least, most, step })
  }
  const { id, name, oncePerMember, limits, tiers, active } = reward
  const terms = taken({ ...reward }, points / step, currency, gift)
  const common = { id, name, cost: points, oncePerMember, ...(limits && { limits }), tiers, active }
  return { ...common, ...terms } as unknown as Reward
}
