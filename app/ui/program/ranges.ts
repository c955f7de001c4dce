import { MONEY_LIMITS } from '../../domain/document-fields.ts'
import type { TierLadder } from '../../domain/ladder.ts'
import { LADDER_LIMITS } from '../../domain/ladder.ts'
import { currencyExponent } from '../../domain/money.ts'
import type { NumberRange } from '../../domain/typed-number.ts'

/** An amount in the shop's currency, with the decimals that it has. */
export function moneyRange(currency: string, max: number = MONEY_LIMITS.max): NumberRange {
  return { ...MONEY_LIMITS, max, decimals: currencyExponent(currency) }
}

/** Where a tier begins: money, or whole points and orders. */
export function thresholdRange(basis: TierLadder['basis'], currency: string): NumberRange {
  return { ...LADDER_LIMITS.threshold, decimals: basis === 'spend' ? currencyExponent(currency) : 0 }
}
