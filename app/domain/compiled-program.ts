import { type CampaignIndex, indexCampaigns } from './campaign-index.ts'
import { DomainError, isDomainError } from './errors.ts'
import { type Factor, factor } from './factor.ts'
import { toMinor } from './money.ts'
import {
  type EarningRule,
  type ExpiryRule,
  expiryRule,
  type LocalText,
  type Program,
  type Reward,
  type TierLadder,
} from './program.ts'
import { assertTimeZone } from './time-window.ts'

/**
 * A program document made ready for judging many orders: decimals as exact factors, windows as instants, scopes
 * as look-ups. Compile once per published version and keep it; it is never changed.
 */
export interface CompiledProgram {
  version: number
  /** The shop's currency, in whose minor units all money is counted. */
  currency: string
  /** The shop's zone: calendar years, rolling windows and expiry days are counted in it. */
  timeZone: string
  rate: Factor
  rounding: EarningRule['rounding']
  counts: EarningRule['counts']
  returnWindowDays: number
  stacking: Program['stacking']
  campaigns: CampaignIndex
  ladder: CompiledLadder
  rewards: ReadonlyMap<string, CompiledReward>
  expiry: ExpiryRule
  /** What was compiled: names for the surfaces. */
  document: Program
}

export interface CompiledLadder {
  basis: TierLadder['basis']
  window: TierLadder['window']
  /** The shop's currency, for amounts of a ladder by spend. */
  currency: string
  /** Rising. */
  levels: readonly CompiledTier[]
}

export interface CompiledTier {
  id: string
  name: LocalText
  /** Minor units of the currency (spend), points or orders. */
  threshold: number
  multiplier: Factor
}

export type CompiledReward = Reward & {
  /** Minor units; 0 for a percentage. */
  amountMinor: number
  /** Minor units; null without a minimum. */
  minimumSpendMinor: number | null
}

/**
 * @param version the number under which the document was published; kept in every explanation
 * @throws DomainError invalid-program, naming the bad value: an unknown zone, more decimals than the currency has
 */
export function compileProgram(
  document: Program,
  shop: { currency: string; timeZone: string },
  version: number,
): CompiledProgram {
  assertTimeZone(shop.timeZone)
  try {
    return {
      version,
      currency: shop.currency,
      timeZone: shop.timeZone,
      rate: factor(document.earning.pointsPerUnit),
      rounding: document.earning.rounding,
      counts: document.earning.counts,
      returnWindowDays: document.returnWindowDays,
      stacking: document.stacking,
      campaigns: indexCampaigns(document.campaigns),
      ladder: compileLadder(document.tiers, shop.currency),
      rewards: new Map(document.rewards.map((reward) => [reward.id, compileReward(reward, shop.currency)])),
      // Read again: documents published earlier lack what has a default since.
      expiry: expiryRule.parse(document.expiry),
      document,
    }
  } catch (error) {
    // A decimal that the currency cannot hold is a fault of the document.
    if (isDomainError(error, 'invalid-amount'))
      throw new DomainError('invalid-program', error.message, error.details)
    throw error
  }
}

/** Thresholds as whole numbers: minor units of `currency` by spend, else the next whole point or order. */
export function compileLadder(ladder: TierLadder, currency: string): CompiledLadder {
  const threshold = (text: string) =>
    ladder.basis === 'spend' ? toMinor(text, currency) : Math.ceil(Number(text))
  return {
    basis: ladder.basis,
    window: ladder.window,
    currency,
    levels: ladder.levels.map((level) => ({
      id: level.id,
      name: level.name,
      threshold: threshold(level.threshold),
      multiplier: factor(level.multiplier),
    })),
  }
}

function compileReward(reward: Reward, currency: string): CompiledReward {
  return {
    ...reward,
    amountMinor: reward.kind === 'amount-off' ? toMinor(reward.amount, currency) : 0,
    minimumSpendMinor: reward.minimumSpend === null ? null : toMinor(reward.minimumSpend, currency),
  }
}

/** The multiplier of a member's tier; null (no tier) and a tier this version does not know give 1 (null). */
export function tierLevel(program: CompiledProgram, tierId: string | null): CompiledTier | null {
  if (tierId === null) return null
  for (const level of program.ladder.levels) if (level.id === tierId) return level
  return null
}
