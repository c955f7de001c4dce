/**
 * Ruby's arithmetic, which Shopify's Liquid has and JavaScript does not: whole numbers stay exact at any size, and
 * dividing one by another gives a whole number, rounded down. Results beyond 2^53 are bigints.
 */

type Whole = number | bigint

const WHOLE = /^\s*[-+]?\d+/

/** As Liquid's own to_number: "12" is whole, "1.5" is not, what is no number is 0. */
export function toNumber(value: unknown): Whole {
  if (typeof value === 'number' || typeof value === 'bigint') return value
  if (typeof value !== 'string') return 0
  if (/^-?\d+\.\d+$/.test(value.trim())) return Number(value)
  const digits = WHOLE.exec(value)?.[0]
  return digits ? small(BigInt(digits)) : 0
}

const isWhole = (value: Whole): boolean => typeof value === 'bigint' || Number.isInteger(value)

const small = (value: bigint): Whole => {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

function floorDivide(left: bigint, right: bigint): bigint {
  const quotient = left / right
  return left % right !== 0n && left < 0n !== right < 0n ? quotient - 1n : quotient
}

function calculate(
  left: unknown,
  right: unknown,
  exact: (left: bigint, right: bigint) => bigint,
  float: (left: number, right: number) => number,
): Whole {
  const [a, b] = [toNumber(left), toNumber(right)]
  return isWhole(a) && isWhole(b) ? small(exact(BigInt(a), BigInt(b))) : float(Number(a), Number(b))
}

function checkDivisor(right: unknown): void {
  if (Number(toNumber(right)) === 0) throw new Error('Liquid error: divided by 0')
}

export const numberFilters = {
  plus: (left: unknown, right: unknown) =>
    calculate(
      left,
      right,
      (a, b) => a + b,
      (a, b) => a + b,
    ),
  minus: (left: unknown, right: unknown) =>
    calculate(
      left,
      right,
      (a, b) => a - b,
      (a, b) => a - b,
    ),
  times: (left: unknown, right: unknown) =>
    calculate(
      left,
      right,
      (a, b) => a * b,
      (a, b) => a * b,
    ),
  divided_by: (left: unknown, right: unknown) => {
    checkDivisor(right)
    return calculate(left, right, floorDivide, (a, b) => a / b)
  },
  modulo: (left: unknown, right: unknown) => {
    checkDivisor(right)
    return calculate(
      left,
      right,
      (a, b) => a - floorDivide(a, b) * b,
      (a, b) => a - Math.floor(a / b) * b,
    )
  },
  at_least: (left: unknown, right: unknown) => {
    const [a, b] = [toNumber(left), toNumber(right)]
    return a < b ? b : a
  },
  at_most: (left: unknown, right: unknown) => {
    const [a, b] = [toNumber(left), toNumber(right)]
    return a > b ? b : a
  },
}
