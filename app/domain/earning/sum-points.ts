import { divideRounded, type Rounding, scaledToDecimal } from '../money/decimal.ts'
import { bigDecimal, type Factor, ONE, powerOfTen } from '../money/factor.ts'
import { currencyExponent } from '../money/money.ts'
import type { ValuePart } from '../orders/value-parts.ts'
import { DomainError } from '../text/errors.ts'
import type { CompiledTier } from '../tiers/ladder.ts'
import type { EarningTerms } from './earning-terms.ts'
import type { Weight } from './weigh-lines.ts'

/** @property exact the points before rounding, decimal text */
export interface PointsSum {
  points: number
  exact: string
}

export const NO_POINTS: PointsSum = { points: 0, exact: '0' }

/**
 * Σ value × factor, times tier, times rate; in Numbers while they are exact, else in BigInt.
 * @throws DomainError invalid-amount when the points exceed what can be counted (2^53)
 */
export function sumPoints(
  terms: EarningTerms,
  tier: CompiledTier | null,
  parts: readonly ValuePart<Weight>[],
): PointsSum {
  const tierFactor = tier === null ? ONE : tier.multiplier
  let decimals = 0
  for (const { weight } of parts) if (weight.factor.decimals > decimals) decimals = weight.factor.decimals
  const scale = decimals + tierFactor.decimals + terms.rate.decimals + currencyExponent(terms.currency)
  if (scale > 15) return sumBig(terms, tierFactor, parts, decimals, scale)
  let sum = 0
  for (const { amount, weight } of parts) {
    const { mantissa, decimals: own, big } = weight.factor
    sum += amount * (mantissa * powerOfTen(decimals - own))
    if (big !== null || !Number.isSafeInteger(sum)) return sumBig(terms, tierFactor, parts, decimals, scale)
  }
  const exact = Math.max(0, sum) * tierFactor.mantissa * terms.rate.mantissa
  if (!Number.isSafeInteger(exact)) return sumBig(terms, tierFactor, parts, decimals, scale)
  return {
    points: roundScaled(exact, powerOfTen(scale), terms.rounding),
    exact: scaledToDecimal(exact, scale),
  }
}

function roundScaled(numerator: number, denominator: number, rounding: Rounding): number {
  const rest = numerator % denominator
  const floor = (numerator - rest) / denominator
  if (rest === 0 || rounding === 'floor') return floor
  return rounding === 'ceil' || rest >= denominator / 2 ? floor + 1 : floor
}

function sumBig(
  terms: EarningTerms,
  tier: Factor,
  parts: readonly ValuePart<Weight>[],
  decimals: number,
  scale: number,
): PointsSum {
  let sum = 0n
  for (const { amount, weight } of parts) {
    const { mantissa, decimals: own, big } = weight.factor
    sum += BigInt(amount) * (big ?? BigInt(mantissa)) * 10n ** BigInt(decimals - own)
  }
  const exact = (sum > 0n ? sum : 0n) * BigInt(tier.mantissa) * BigInt(terms.rate.mantissa)
  const points = divideRounded(exact, 10n ** BigInt(scale), terms.rounding)
  if (!Number.isSafeInteger(points)) {
    throw new DomainError('invalid-amount', `${points} points are more than can be counted`, {
      value: points,
    })
  }
  return { points, exact: bigDecimal(exact, scale) }
}
