import { MONEY_LIMITS } from '../../domain/document/document-fields.ts'
import { currencyExponent } from '../../domain/money/money.ts'
import type { NumberRange } from '../../domain/text/typed-number.ts'
import type { TierLadder } from '../../domain/tiers/ladder.ts'
import { LADDER_LIMITS } from '../../domain/tiers/ladder.ts'

/** An amount in the shop's currency, with the decimals that it has. */
export function moneyRange(currency: string, max: number = MONEY_LIMITS.max): NumberRange {
  return { ...MONEY_LIMITS, max, decimals: currencyExponent(currency) }
}

/** Where a tier begins: money, or whole points and orders. */
export function thresholdRange(basis: TierLadder['basis'], currency: string): NumberRange {
  return { ...LADDER_LIMITS.threshold, decimals: basis === 'spend' ? currencyExponent(currency) : 0 }
}
