import { currencyExponent } from '../../domain/money.ts'
import { LIMITS, type TierLadder } from '../../domain/program.ts'
import type { NumberRange } from '../../domain/typed-number.ts'

/** An amount in the shop's currency, with the decimals that it has. */
export function moneyRange(currency: string, max: number = LIMITS.money.max): NumberRange {
  return { ...LIMITS.money, max, decimals: currencyExponent(currency) }
}

/** Where a tier begins: money, or whole points and orders. */
export function thresholdRange(basis: TierLadder['basis'], currency: string): NumberRange {
  return { ...LIMITS.threshold, decimals: basis === 'spend' ? currencyExponent(currency) : 0 }
}
