import { DomainError } from '../text/errors.ts'

/**
 * Decimals that people type ("1.5", "0.05") as whole numbers of a fixed scale. Binary fractions never
 * touch points or money: 1.1 × 3 is not 3.3 there.
 */

/** More signs than any amount has. */
const LONGEST = 60

const PLAIN_DECIMAL = /^-?\d+(\.\d+)?$/

/**
 * `decimalToScaled("1.5", 4)` is 15000. More decimals than the scale are refused unless they are zeros.
 * @throws DomainError invalid-amount
 */
export function decimalToScaled(text: string, decimals: number): number {
  return scaleShort(text, decimals) ?? scaleAny(text, decimals)
}

const ZERO = 48
const NINE = 57
const DOT = 46
/** So many digits are exact whatever they are. */
const EXACT_DIGITS = 15

/**
 * Amounts as nearly all are, "49.90", digit by digit: a batch of orders reads thousands.
 * @returns null for everything else: signs, more decimals than the scale, more digits, and what is no decimal
 */
function scaleShort(text: string, decimals: number): number | null {
  if (typeof text !== 'string' || text.length + decimals > EXACT_DIGITS) return null
  let scaled = 0
  let dot = -1
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code >= ZERO && code <= NINE) scaled = scaled * 10 + (code - ZERO)
    else if (code === DOT && dot === -1 && i > 0) dot = i
    else return null
  }
  const given = dot === -1 ? 0 : text.length - 1 - dot
  if (text.length === 0 || (dot !== -1 && given === 0) || given > decimals) return null
  for (let i = given; i < decimals; i++) scaled *= 10
  return scaled
}

function scaleAny(text: string, decimals: number): number {
  if (typeof text !== 'string' || text.length > LONGEST || !PLAIN_DECIMAL.test(text)) {
    throw new DomainError(
      'invalid-amount',
      `"${String(text).slice(0, LONGEST)}" is not a decimal number like "49.90"`,
      {
        value: typeof text === 'string' ? text.slice(0, LONGEST) : text,
      },
    )
  }
  const negative = text.startsWith('-')
  const [whole = '0', fraction = ''] = (negative ? text.slice(1) : text).split('.')
  if (fraction.length > decimals && /[1-9]/.test(fraction.slice(decimals))) {
    throw new DomainError('invalid-amount', `"${text}" has more than ${decimals} decimals`, {
      value: text,
      decimals,
    })
  }
  const scaled = Number(whole + fraction.slice(0, decimals).padEnd(decimals, '0'))
  if (!Number.isSafeInteger(scaled)) {
    throw new DomainError('invalid-amount', `"${text}" is too large`, { value: text })
  }
  return negative && scaled !== 0 ? -scaled : scaled
}

/** The inverse: `scaledToDecimal(15000, 4)` is "1.5"; `minDecimals` keeps zeros ("49.90"). */
export function scaledToDecimal(scaled: number, decimals: number, minDecimals = 0): string {
  let rest = Math.abs(scaled)
  let kept = decimals
  while (kept > minDecimals && rest % 10 === 0) {
    rest /= 10
    kept--
  }
  const sign = scaled < 0 ? '-' : ''
  if (kept === 0) return `${sign}${rest}`
  const digits = String(rest).padStart(kept + 1, '0')
  return `${sign}${digits.slice(0, -kept)}.${digits.slice(-kept)}`
}

export type Rounding = 'floor' | 'nearest' | 'ceil'

/** `numerator / denominator` as a whole number by the rounding rule; halves go up. Both are ≥ 0. */
export function divideRounded(numerator: bigint, denominator: bigint, rounding: Rounding): number {
  const quotient = numerator / denominator
  const rest = numerator % denominator
  const up = rounding === 'ceil' ? rest > 0n : rounding === 'nearest' ? rest * 2n >= denominator : false
  return Number(up ? quotient + 1n : quotient)
}

/** `floor(amount × part / whole)`, exact for any safe integers. `whole` 0 gives 0. */
export function proportionFloor(amount: number, part: number, whole: number): number {
  if (whole === 0) return 0
  const direct = amount * part
  if (Number.isSafeInteger(direct)) return Math.floor(direct / whole)
  return Number((BigInt(amount) * BigInt(part)) / BigInt(whole))
}
