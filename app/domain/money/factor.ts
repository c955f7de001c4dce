import { decimalToScaled, scaledToDecimal } from './decimal.ts'

/**
 * A multiplier or rate as `mantissa / 10^decimals`, reduced ("1.50" is 15 / 10). Small mantissas keep the sums
 * of an order inside exact Numbers; `big` carries the mantissa when a product of many campaigns leaves them.
 */
export interface Factor {
  mantissa: number
  decimals: number
  big: bigint | null
  /** Nearly the value; good enough to put factors in order. */
  near: number
  /** As people read it: "1.5". */
  text: string
}

const POWERS = Array.from({ length: 16 }, (_, i) => 10 ** i)

/** 10^n as an exact Number, n from 0 to 15. */
export function powerOfTen(n: number): number {
  return POWERS[n] as number
}

/**
 * `factor("1.50")` is 15 / 10. Up to four decimals.
 * @throws DomainError invalid-amount
 */
export function factor(text: string): Factor {
  return reduced(decimalToScaled(text, 4), 4)
}

function reduced(mantissa: number, decimals: number): Factor {
  let m = mantissa
  let d = decimals
  while (d > 0 && m % 10 === 0) {
    m /= 10
    d--
  }
  return { mantissa: m, decimals: d, big: null, near: m / 10 ** d, text: scaledToDecimal(m, d) }
}

export const ONE: Factor = reduced(1, 0)

/** The exact product. */
export function multiplyFactors(a: Factor, b: Factor): Factor {
  const mantissa = a.mantissa * b.mantissa
  const decimals = a.decimals + b.decimals
  if (a.big === null && b.big === null && Number.isSafeInteger(mantissa)) return reduced(mantissa, decimals)
  const big = (a.big ?? BigInt(a.mantissa)) * (b.big ?? BigInt(b.mantissa))
  return { mantissa: Number(big), decimals, big, near: a.near * b.near, text: bigDecimal(big, decimals) }
}

/** What several campaigns give together when their extras add up: 1 + Σ (factor − 1), never below zero. */
export function addExtras(factors: readonly Factor[]): Factor {
  let decimals = 0
  for (const { decimals: d } of factors) decimals = Math.max(decimals, d)
  const one = powerOfTen(decimals)
  let sum = one
  for (const { mantissa, decimals: d } of factors) sum += mantissa * powerOfTen(decimals - d) - one
  return reduced(Math.max(0, sum), decimals)
}

/** `bigDecimal(12345n, 2)` is "123.45", without trailing zeros. The value is ≥ 0. */
export function bigDecimal(scaled: bigint, decimals: number): string {
  const digits = scaled.toString().padStart(decimals + 1, '0')
  const whole = digits.slice(0, digits.length - decimals)
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, '')
  return fraction ? `${whole}.${fraction}` : whole
}
