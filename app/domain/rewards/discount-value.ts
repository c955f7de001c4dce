import { decimalToScaled } from '../money/decimal.ts'

/** What a discount code takes off an order. Amounts are decimal text in the shop's currency. */
export type DiscountValue =
  | { of: 'amount'; amount: string }
  /** 10 is ten hundredths; Shopify's may have decimals. */
  | { of: 'percent'; percent: number }
  /** All of the shipping. */
  | { of: 'shipping' }

/** No currency has more decimals. */
const scaled = (amount: string) => decimalToScaled(amount, 4)

/** "5.00" and "5.0" are one amount. */
export const sameAmount = (a: string, b: string): boolean => scaled(a) === scaled(b)

export function sameDiscount(a: DiscountValue, b: DiscountValue): boolean {
  if (a.of === 'amount') return b.of === 'amount' && sameAmount(a.amount, b.amount)
  if (a.of === 'percent') return b.of === 'percent' && a.percent === b.percent
  return b.of === a.of
}
