import { decimalToScaled } from '../money/decimal.ts'
import { type Goods, type Purchases, sameGoods, samePurchases } from './goods.ts'

/** What a discount code takes off an order. Amounts are decimal text in the shop's currency. */
export type DiscountValue =
  | ({ of: 'amount'; amount: string } & OffGoods)
  /** 10 is ten hundredths; Shopify's may have decimals. */
  | ({ of: 'percent'; percent: number } & OffGoods)
  /** All of the shipping. */
  | { of: 'shipping' }

interface OffGoods {
  /** Left out: everything in the order. */
  on?: Goods | undefined
  /** Left out: what is bought once. */
  by?: Purchases | undefined
}

/** The classes of discounts that Shopify tells apart, in the order in which people are told of them. */
export const CLASSES = ['order', 'product', 'shipping'] as const
export type DiscountClass = (typeof CLASSES)[number]

/** A discount on chosen goods is one on products, whatever else it says. */
export function classOf(value: DiscountValue): DiscountClass {
  if (value.of === 'shipping') return 'shipping'
  return value.on ? 'product' : 'order'
}

/** No currency has more decimals. */
const scaled = (amount: string) => decimalToScaled(amount, 4)

/** "5.00" and "5.0" are one amount. */
export const sameAmount = (a: string, b: string): boolean => scaled(a) === scaled(b)

/** @param found as Shopify has it */
export function sameDiscount(meant: DiscountValue, found: DiscountValue): boolean {
  if (meant.of === 'shipping' || found.of === 'shipping') return meant.of === found.of
  return sameWorth(meant, found) && sameGoods(meant.on, found.on) && samePurchases(meant.by, found.by)
}

function sameWorth(a: DiscountValue, b: DiscountValue): boolean {
  if (a.of === 'amount') return b.of === 'amount' && sameAmount(a.amount, b.amount)
  return a.of === 'percent' && b.of === 'percent' && a.percent === b.percent
}
