import { indexCampaigns } from './campaign-index.ts'
import type { EarningTerms } from './earning-terms.ts'
import { DomainError, isDomainError } from './errors.ts'
import { type ExpiryRule, expiryRule } from './expiry-rule.ts'
import { factor } from './factor.ts'
import { compileLadder } from './ladder.ts'
import type { Program } from './program.ts'
import { type CompiledReward, compileReward } from './reward.ts'
import { assertTimeZone } from './time-window.ts'

/**
 * A program document made ready for judging many orders: decimals as exact factors, windows as instants, scopes
 * as look-ups. Compile once per published version and keep it; it is never changed.
 */
export interface CompiledProgram extends EarningTerms {
  /** The shop's zone: calendar years, rolling windows and expiry days are counted in it. */
  timeZone: string
  returnWindowDays: number
  rewards: ReadonlyMap<string, CompiledReward>
  expiry: ExpiryRule
  /** What was compiled: names for the surfaces. */
  document: Program
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
