import { type CampaignIndex, indexCampaigns } from './campaign-index.ts'
import { decimalToScaled } from './decimal.ts'
import { DomainError, isDomainError } from './errors.ts'
import { type Factor, factor, powerOfTen } from './factor.ts'
import { currencyExponent, toMinor } from './money.ts'
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

/** Not active, too, where the shop's currency lacks the decimals of its amounts: no code could carry them. */
export type CompiledReward = Reward & {
  /** Minor units; 0 for a percentage, and where the currency lacks the decimals. */
  amountMinor: number
  /** Minor units; null without a minimum, and where the currency lacks the decimals. */
  minimumSpendMinor: number | null
}

/**
 * A version outlives the currency that it was written for: a shop may change it as long as it has sold nothing. Its
 * orders are judged and its pages open all the same, for the merchant to publish amounts of the new one.
 * @param version the number under which the document was published; kept in every explanation
 * @throws DomainError invalid-program, naming the bad value: an unknown zone, no decimal
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
    // What is no decimal is a fault of the document.
    if (isDomainError(error, 'invalid-amount'))
      throw new DomainError('invalid-program', error.message, error.details)
    throw error
  }
}

/** Thresholds as whole numbers: the next minor unit of `currency` by spend, else the next whole point or order. */
export function compileLadder(ladder: TierLadder, currency: string): CompiledLadder {
  const threshold = (text: string) =>
    ladder.basis === 'spend' ? nextMinor(text, currency) : Math.ceil(Number(text))
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
  const { minimumSpend } = reward
  const amount = reward.kind === 'amount-off' ? reward.amount : null
  const payable = [amount, minimumSpend].every((text) => text === null || fits(text, currency))
  return {
    ...reward,
    active: reward.active && payable,
    amountMinor: payable && amount !== null ? toMinor(amount, currency) : 0,
    minimumSpendMinor: payable && minimumSpend !== null ? toMinor(minimumSpend, currency) : null,
  }
}

/** More decimals than any currency has. */
const MOST_DECIMALS = 4

function fits(amount: string, currency: string): boolean {
  return decimalToScaled(amount, MOST_DECIMALS) % powerOfTen(MOST_DECIMALS - currencyExponent(currency)) === 0
}

function nextMinor(amount: string, currency: string): number {
  return Math.ceil(
    decimalToScaled(amount, MOST_DECIMALS) / powerOfTen(MOST_DECIMALS - currencyExponent(currency)),
  )
}

/** The multiplier of a member's tier; null (no tier) and a tier this version does not know give 1 (null). */
export function tierLevel(program: CompiledProgram, tierId: string | null): CompiledTier | null {
  if (tierId === null) return null
  for (const level of program.ladder.levels) if (level.id === tierId) return level
  return null
}
