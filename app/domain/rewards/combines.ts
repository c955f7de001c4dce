import { z } from 'zod'
import type { Words } from '../document/words.ts'
import type { DiscountValue } from './discount-value.ts'

/** With which other discounts a code can stand on one order. Shopify asks both sides. */

/** The classes of discounts that Shopify tells apart, in the order in which people are told of them. */
export const CLASSES = ['order', 'product', 'shipping'] as const
export const combines = z.object({ order: z.boolean(), product: z.boolean(), shipping: z.boolean() })
export type Combines = z.output<typeof combines>

/** As all codes were made before it could be chosen. */
const USUAL = {
  order: { order: false, product: true, shipping: true },
  shipping: { order: true, product: true, shipping: false },
} satisfies Record<string, Combines>

/** No order has two discounts on its shipping: there is nothing to choose. */
export const canCombine = (of: DiscountValue['of'], other: keyof Combines): boolean =>
  of !== 'shipping' || other !== 'shipping'

/** What a code that takes this off combines with; what was not chosen is as usual. */
export function combinesOf(chosen: Combines | undefined, of: DiscountValue['of']): Combines {
  if (of === 'shipping') return { ...(chosen ?? USUAL.shipping), shipping: false }
  return chosen ?? USUAL.order
}

export const sameCombines = (a: Combines, b: Combines): boolean => CLASSES.every((one) => a[one] === b[one])

/** "nicht zusammen mit Rabatten auf die Bestellung"; nothing where it was not chosen, or everything was. */
export function combineTexts(chosen: Combines | undefined, words: Pick<Words, 'say'>): string[] {
  if (!chosen) return []
  return CLASSES.filter((one) => !chosen[one]).map((one) => words.say(`rewards:code.alone.${one}`))
}
