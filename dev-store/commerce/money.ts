/** Arithmetic on integer cents. Nothing here uses fractions of a cent or floating-point money. */
import type { Cents } from '../model.ts'

/** 1250 → "12.50", as Shopify writes money in webhooks. */
export function decimal(cents: Cents): string {
  const sign = cents < 0 ? '-' : ''
  const absolute = Math.abs(cents)
  return `${sign}${Math.floor(absolute / 100)}.${String(absolute % 100).padStart(2, '0')}`
}

/** "12.5", "12,50" or "12" → 1250. Throws a RangeError on anything else. */
export function parseCents(text: string): Cents {
  const match = /^\s*(-?)(\d{1,9})(?:[.,](\d{1,2}))?\s*$/.exec(text)
  if (!match) throw new RangeError(`Not an amount: "${text}"; expected digits such as 12.50`)
  const cents = Number(match[2]) * 100 + Number((match[3] ?? '').padEnd(2, '0'))
  return match[1] ? -cents : cents
}

const SCALE = 1_000_000

/** A decimal string such as "0.19" in millionths. */
function millionths(fraction: string): number {
  const match = /^(\d+)(?:\.(\d{1,6})\d*)?$/.exec(fraction)
  if (!match) throw new RangeError(`Not a decimal fraction: "${fraction}"`)
  return Number(match[1]) * SCALE + Number((match[2] ?? '').padEnd(6, '0'))
}

/** amount × fraction, rounded half up. Exact for amounts below 90 million euros. */
export function share(amount: Cents, fraction: string): Cents {
  return Number((BigInt(amount) * BigInt(millionths(fraction)) * 2n + BigInt(SCALE)) / BigInt(2 * SCALE))
}

/** The tax inside a price: gross × rate ÷ (1 + rate), rounded half up. */
export function taxInside(gross: Cents, rate: string): Cents {
  const parts = BigInt(millionths(rate))
  const whole = parts + BigInt(SCALE)
  return Number((BigInt(gross) * parts * 2n + whole) / (2n * whole))
}

/**
 * Splits `total` in proportion to `weights`; the parts sum to `total` exactly and no part exceeds its weight
 * when total ≤ sum of weights. Largest remainder first, earlier ones on a tie.
 */
export function split(total: Cents, weights: Cents[]): Cents[] {
  const sum = weights.reduce((all, weight) => all + weight, 0)
  if (sum === 0) {
    if (total !== 0) throw new RangeError(`Cannot split ${total} over nothing`)
    return weights.map(() => 0)
  }
  const parts = weights.map((weight) => Number((BigInt(total) * BigInt(weight)) / BigInt(sum)))
  const order = weights
    .map((weight, index) => ({ index, remainder: (BigInt(total) * BigInt(weight)) % BigInt(sum) }))
    .sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1))
  let left = total - parts.reduce((all, part) => all + part, 0)
  for (const { index } of order) {
    if (left === 0) break
    parts[index] = (parts[index] ?? 0) + 1
    left -= 1
  }
  return parts
}

/** What the first `count` of `quantity` equal pieces cost together; count = quantity gives exactly `total`. */
export function partOf(total: Cents, count: number, quantity: number): Cents {
  if (quantity === 0) return 0
  return Math.round((total * count) / quantity)
}

/** Cash has no 1 and 2 cent coins here: what must be added to `amount` to reach the nearest 5 cents. */
export function cashRounding(amount: Cents): Cents {
  return Math.round(amount / 5) * 5 - amount
}
