import type { PointName } from './point-name.ts'

/** Titles by "products/123", "variants/34" and "collections/456". What is not known is absent. */
export type Titles = Record<string, string>

/**
 * What the rules' own texts are put together with, in one reader's language: shoppers and merchants read the same ones.
 * `say` knows the texts of `locales/<language>/`, by "file:key".
 */
export interface Words {
  locale: 'de' | 'en'
  say(key: string, values?: Record<string, string | number>): string
  /** "1.250" */
  number(value: number): string
  /** Decimal text, "1.5" → "1,5" */
  decimal(text: string): string
  /** Money as decimal text in the shop's currency, "49.90" → "49,90 €". */
  money(amount: string): string
  /** What products and collections are called, as far as it is known; absent: nobody was asked. */
  titles?: Titles | null
  /** "1.250 Punkte"; `names` where a draft calls them otherwise. */
  points(value: number, names?: PointName): string
}
