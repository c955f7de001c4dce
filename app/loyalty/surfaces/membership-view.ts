import type { LocalText } from '../../domain/document/local-text.ts'
import { type UpcomingLapse, upcomingLapses } from '../../domain/expiry/expiry.ts'
import type { CompiledProgram } from '../../domain/program/compiled-program.ts'
import type { Program } from '../../domain/program/program.ts'
import { nextReward, type RewardMember, readyReward } from '../../domain/rewards/offers.ts'
import { type TierProgress, tierProgress } from '../../domain/tiers/tiers.ts'
import { DEFAULT_POINT_NAME } from '../../wording.ts'
import type { MemberFacts } from '../members/read-member.ts'

/**
 * The one view of a member: the storefront's metafield, the panel, checkout, account and till all show this.
 * Points are whole numbers ≥ 0, except that `debt` counts against.
 */
export interface MembershipView {
  available: number
  pending: number
  held: number
  debt: number
  tier: { id: string; name: LocalText } | null
  nextTier: NextTier | null
  nextReward: NextReward | null
  /** Only while a warning is open. */
  expiring?: ExpiringPoints
}

/** The points that lapse next; `later` has those that lapse after them, the nearest first. */
export interface ExpiringPoints extends ExpiringShare {
  later?: ExpiringShare[]
}

export interface ExpiringShare {
  points: number
  /** "2027-01-15": the last day on which they can be spent. */
  on: string
}

export interface NextTier {
  name: LocalText
  /** Where the tier begins, as `missing.amount`: "500.00", "300", "3". */
  threshold: string
  missing: { basis: TierProgress['basis']; amount: string }
}

/** The reward to work towards; for who can afford them all, the dearest of those, and nothing is missing. */
export interface NextReward {
  name: LocalText
  cost: number
  missing: number
}

/** Written to `$app:stammgast.membership`; `held` stays inside. */
export type MembershipMetafield = { v: 1; pointName: Program['pointName'] } & Omit<MembershipView, 'held'>

/**
 * Without a program there are only numbers. `now` in epoch milliseconds.
 * @param soldOut ids of rewards of which none is left
 */
export function membershipView(
  program: CompiledProgram | null,
  facts: MemberFacts,
  now: number,
  soldOut: ReadonlySet<string>,
): MembershipView {
  const { balance } = facts
  if (!program) return { ...balance, tier: null, nextTier: null, nextReward: null }
  const progress = memberProgress(program, facts, now)
  const { current } = progress
  const member = rewardMember(facts, current?.id ?? null)
  const moment = { now, timeZone: program.timeZone, soldOut }
  const reward = nextReward(program, member, moment) ?? readyReward(program, member, moment)
  const [nearest, ...later] = memberLapses(program, facts, now).map(({ points, on }) => ({ points, on }))
  return {
    ...balance,
    tier: current && { id: current.id, name: current.name },
    nextTier: nextTierOf(program, progress),
    nextReward: reward && { name: reward.reward.name, cost: reward.price.least, missing: reward.missing },
    ...(nearest && { expiring: { ...nearest, ...(later.length > 0 && { later }) } }),
  }
}

/** Which points lapse when, and which warnings say so. */
export function memberLapses(program: CompiledProgram, facts: MemberFacts, now: number): UpcomingLapse[] {
  const { warnings, activity } = facts.lapsing
  return upcomingLapses(program.expiry, warnings, activity, now, program.timeZone)
}

/** What the storefront shows without a request. */
export function membershipMetafield(
  program: CompiledProgram | null,
  facts: MemberFacts,
  now: number,
  soldOut: ReadonlySet<string>,
): MembershipMetafield {
  const { held: _, ...shown } = membershipView(program, facts, now, soldOut)
  return { v: 1, ...shown, pointName: program?.document.pointName ?? DEFAULT_POINT_NAME }
}

export function memberProgress(program: CompiledProgram, facts: MemberFacts, now: number): TierProgress {
  return tierProgress(program.ladder, facts.steps, now, program.timeZone)
}

export function rewardMember(facts: MemberFacts, tierId: string | null): RewardMember {
  const { available, debt } = facts.balance
  return { available, debt, tierId, taken: facts.taken, hasOrder: facts.hasOrder }
}

function nextTierOf(program: CompiledProgram, progress: TierProgress): NextTier | null {
  const { next, basis, missingText } = progress
  if (!next) return null
  const level = program.document.tiers.levels.find(({ id }) => id === next.id)
  return {
    name: next.name,
    threshold: level?.threshold ?? String(next.threshold),
    missing: { basis, amount: missingText },
  }
}
