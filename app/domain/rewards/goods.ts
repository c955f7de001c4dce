import { z } from 'zod'
import { shopifyId, whole } from '../document/document-fields.ts'
import { scopeText } from '../document/titles.ts'
import type { Words } from '../document/words.ts'

/** What a discount code is good for. A reward that says nothing of it takes off the whole order, bought once. */

/** Shopify tells so many of a discount's goods with one question. */
export const MOST_GOODS = 50

/** Of which a member chooses one; no form offers more. */
export const MOST_VARIANTS = 10

const ids = z.array(shopifyId).min(1).max(MOST_GOODS)
export const goods = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('products'), ids }),
  z.object({ kind: z.literal('collections'), ids }),
  /** What was chosen of a free product: no form has it. */
  z.object({ kind: z.literal('variants'), ids: z.array(shopifyId).min(1).max(MOST_VARIANTS) }),
])
export type Goods = z.output<typeof goods>

export const CYCLES = { min: 1, max: 120, decimals: 0 } as const
export const PURCHASES = ['once', 'subscription', 'both'] as const

/** Bought by subscription, or either way. Left out: bought once. */
export const purchases = z.object({
  of: z.enum(['subscription', 'both']),
  /** How many of the subscription's orders it is taken off, the first one among them; null: all of them. */
  cycles: whole(CYCLES).nullable(),
})
export type Purchases = z.output<typeof purchases>

/** What is left out is the usual. */
export interface GoodFor {
  goods?: Goods | undefined
  purchases?: Purchases | undefined
}

/** "nur auf Artikel aus der Kategorie Kaffee", "nur für Abonnements, die ersten 3 Bestellungen" */
export function goodForTexts({ goods, purchases }: GoodFor, words: Words): string[] {
  return [
    ...(goods
      ? [words.say('rewards:goods.only', { scope: scopeText(goods, words.titles ?? null, words) })]
      : []),
    ...(purchases ? [purchasesText(purchases, words)] : []),
  ]
}

export function purchasesText({ of, cycles }: Purchases, words: Pick<Words, 'say'>): string {
  return cycles === null
    ? words.say(`rewards:purchases.${of}-all`)
    : words.say(`rewards:purchases.${of}`, { count: cycles })
}

/**
 * Whether a discount is for nothing else than was meant. Goods that were deleted are gone from the discount, too: fewer
 * are as good, none are not.
 */
export function sameGoods(meant: Goods | undefined, found: Goods | undefined): boolean {
  if (!meant || !found) return meant === found
  return meant.kind === found.kind && found.ids.length > 0 && found.ids.every((id) => meant.ids.includes(id))
}

export const samePurchases = (a: Purchases | undefined, b: Purchases | undefined): boolean =>
  a?.of === b?.of && a?.cycles === b?.cycles
