import { type LimitRefusal, limitRefusal } from './limits.ts'
import { type Price, priceOf } from './price.ts'
import type { CompiledReward } from './rewards-section.ts'

/** What the rules must know of a member to offer a reward. Points are whole numbers, ≥ 0. */
export interface RewardMember {
  available: number
  /** Points owed after a reversal; repaid first, and no redemption while there are any. */
  debt: number
  tierId: string | null
  /** When the member took rewards (reserved or used, not given back), by their ids; epoch milliseconds. */
  taken: ReadonlyMap<string, readonly number[]>
  /** Placed, and neither cancelled nor a test. */
  hasOrder: boolean
}

/** What else an offer depends on. */
export interface OfferMoment {
  /** Epoch milliseconds. */
  now: number
  /** The shop's. */
  timeZone: string
  /** Ids of rewards of which none is left. */
  soldOut: ReadonlySet<string>
}

/** The rewards of a published program, by their ids. */
interface ProgramRewards {
  rewards: ReadonlyMap<string, CompiledReward>
}

export type RewardRefusal = 'inactive' | 'tier' | LimitRefusal | 'debt'

export interface RewardOffer {
  reward: CompiledReward
  price: Price
  /** Open to this member; says nothing of the points. */
  available: boolean
  /** Why it is not, the reason that lasts longest first. */
  reason: RewardRefusal | null
  /** When the calendar opens it again, epoch ms; null: it does not, or nobody knows. */
  opensAt: number | null
  /** The balance, less debt, covers the least that it costs. */
  affordable: boolean
  /** Points still to be earned, debt included. */
  missing: number
  /** Available and affordable. */
  redeemable: boolean
}

/** May this member take this reward, and what is missing? */
export function rewardOffer(reward: CompiledReward, member: RewardMember, moment: OfferMoment): RewardOffer {
  const { reason, opensAt } = refusal(reward, member, moment)
  const price = priceOf(reward)
  const missing = Math.max(0, price.least + member.debt - member.available)
  return {
    reward,
    price,
    available: reason === null,
    reason,
    opensAt,
    affordable: missing === 0,
    missing,
    redeemable: reason === null && missing === 0,
  }
}

function refusal(
  reward: CompiledReward,
  member: RewardMember,
  { now, timeZone, soldOut }: OfferMoment,
): Pick<RewardOffer, 'reason' | 'opensAt'> {
  const because = (reason: RewardRefusal | null) => ({ reason, opensAt: null })
  if (!reward.active) return because('inactive')
  if (reward.tiers.length > 0 && (member.tierId === null || !reward.tiers.includes(member.tierId)))
    return because('tier')
  const { hasOrder, taken } = member
  const asking = {
    taken: taken.get(reward.id) ?? [],
    hasOrder,
    soldOut: soldOut.has(reward.id),
    now,
    timeZone,
  }
  return limitRefusal(reward, asking) ?? because(member.debt > 0 ? 'debt' : null)
}

/** All active rewards whose time is not over, cheapest first; of equal cost in the document's order. */
export function rewardOffers(
  program: ProgramRewards,
  member: RewardMember,
  moment: OfferMoment,
): RewardOffer[] {
  return [...program.rewards.values()]
    .filter((reward) => reward.active)
    .map((reward) => rewardOffer(reward, member, moment))
    .filter(({ reason }) => reason !== 'over')
    .sort((a, b) => a.price.least - b.price.least)
}

/**
 * The reward to work towards: the cheapest one open to the member that she cannot afford yet. Debt delays it and
 * does not hide it. Null when she can afford all there is.
 */
export function nextReward(
  program: ProgramRewards,
  member: RewardMember,
  moment: OfferMoment,
): RewardOffer | null {
  const open = ({ reason }: RewardOffer) => reason === null || reason === 'debt'
  return rewardOffers(program, member, moment).find((offer) => open(offer) && !offer.affordable) ?? null
}

/** The dearest reward that the member can redeem at once; null when there is none. */
export function readyReward(
  program: ProgramRewards,
  member: RewardMember,
  moment: OfferMoment,
): RewardOffer | null {
  return rewardOffers(program, member, moment).findLast(({ redeemable }) => redeemable) ?? null
}
