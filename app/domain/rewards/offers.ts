import { type Price, priceOf } from './price.ts'
import type { CompiledReward } from './rewards-section.ts'

/** What the rules must know of a member to offer a reward. Points are whole numbers, ≥ 0. */
export interface RewardMember {
  available: number
  /** Points owed after a reversal; repaid first, and no redemption while there are any. */
  debt: number
  tierId: string | null
  /** Ids of rewards the member has taken (reserved or used, not given back). */
  takenRewardIds: ReadonlySet<string>
}

/** The rewards of a published program, by their ids. */
interface ProgramRewards {
  rewards: ReadonlyMap<string, CompiledReward>
}

export type RewardRefusal = 'inactive' | 'tier' | 'once' | 'debt'

export interface RewardOffer {
  reward: CompiledReward
  price: Price
  /** Open to this member; says nothing of the points. */
  available: boolean
  /** Why it is not, the reason that lasts longest first. */
  reason: RewardRefusal | null
  /** The balance, less debt, covers the least that it costs. */
  affordable: boolean
  /** Points still to be earned, debt included. */
  missing: number
  /** Available and affordable. */
  redeemable: boolean
}

/** May this member take this reward, and what is missing? */
export function rewardOffer(reward: CompiledReward, member: RewardMember): RewardOffer {
  const reason = refusal(reward, member)
  const price = priceOf(reward)
  const missing = Math.max(0, price.least + member.debt - member.available)
  return {
    reward,
    price,
    available: reason === null,
    reason,
    affordable: missing === 0,
    missing,
    redeemable: reason === null && missing === 0,
  }
}

function refusal(reward: CompiledReward, member: RewardMember): RewardRefusal | null {
  if (!reward.active) return 'inactive'
  if (reward.tiers.length > 0 && (member.tierId === null || !reward.tiers.includes(member.tierId)))
    return 'tier'
  if (reward.oncePerMember && member.takenRewardIds.has(reward.id)) return 'once'
  if (member.debt > 0) return 'debt'
  return null
}

/** All active rewards, cheapest first; of equal cost in the document's order. */
export function rewardOffers(program: ProgramRewards, member: RewardMember): RewardOffer[] {
  return [...program.rewards.values()]
    .filter((reward) => reward.active)
    .map((reward) => rewardOffer(reward, member))
    .sort((a, b) => a.price.least - b.price.least)
}

/**
 * The reward to work towards: the cheapest one open to the member that she cannot afford yet. Debt delays it and
 * does not hide it. Null when she can afford all there is.
 */
export function nextReward(program: ProgramRewards, member: RewardMember): RewardOffer | null {
  const open = ({ reason }: RewardOffer) => reason === null || reason === 'debt'
  return rewardOffers(program, member).find((offer) => open(offer) && !offer.affordable) ?? null
}

/** The dearest reward that the member can redeem at once; null when there is none. */
export function readyReward(program: ProgramRewards, member: RewardMember): RewardOffer | null {
  return rewardOffers(program, member).findLast(({ redeemable }) => redeemable) ?? null
}
