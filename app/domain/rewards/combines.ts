import { z } from 'zod'
import type { Words } from '../document/words.ts'
import { CLASSES, type DiscountClass } from './discount-value.ts'

/** With which other discounts a code can stand on one order. Shopify asks both sides. */

export const combines = z.object({ order: z.boolean(), product: z.boolean(), shipping: z.boolean() })
export type Combines = z.output<typeof combines>

/** Whatever is not of its own kind. As all codes were made before it could be chosen. */
const USUAL = {
  order: { order: false, product: true, shipping: true },
  product: { order: true, product: false, shipping: true },
  shipping: { order: true, product: true, shipping: false },
} satisfies Record<DiscountClass, Combines>

/** No order has two discounts on its shipping: there is nothing to choose. */
export const canCombine = (own: DiscountClass, other: DiscountClass): boolean =>
  own !== 'shipping' || other !== 'shipping'

/** What a code of this class combines with; what was not chosen is as usual. */
export function combinesOf(chosen: Combines | undefined, own: DiscountClass): Combines {
  const combines = chosen ?? USUAL[own]
  return own === 'shipping' ? { ...combines, shipping: false } : combines
}

export const sameCombines = (a: Combines, b: Combines): boolean => CLASSES.every((one) => a[one] === b[one])

/** "nicht zusammen mit Rabatten auf die Bestellung"; nothing where it was not chosen, or everything was. */
export function combineTexts(chosen: Combines | undefined, words: Pick<Words, 'say'>): string[] {
  if (!chosen) return []
  return CLASSES.filter((one) => !chosen[one]).map((one) => words.say(`rewards:code.alone.${one}`))
}
