import type { z } from 'zod'
import type { Words } from '../document/words.ts'
import type { DiscountValue } from './discount-value.ts'

/**
 * A kind of reward: what a member gets for her points. Everything that the rules, the forms and the texts must know of
 * it. A new kind is a file like those in `kinds/`, a line in the list of kinds, and its words.
 */
export interface RewardKind<Kind extends string, Terms extends Record<string, z.ZodType>> {
  kind: Kind
  /** What only this kind has beside price, validity and conditions. */
  terms: Terms
  /** How each term is typed in. Money is checked against the decimals of the shop's currency, too. */
  fields: { [T in keyof Terms & string]: TermField }
  /** The terms of a new reward, as its form begins; what is to be filled in is empty. */
  blank: { [T in keyof Terms]: z.input<Terms[T]> }
  /** What it is worth in decimal money, whatever is bought with it; null: that depends. */
  worth: (terms: TermsOf<Terms>) => string | null
  /** "5,00 € Rabatt auf eine Bestellung" */
  text: (terms: TermsOf<Terms>, words: Words) => string
  /** What may not be meant, by term. */
  hints?: (terms: TermsOf<Terms>) => { term: keyof Terms & string; code: 'reward-whole-order' }[]
  /** Of a kind that is a discount code in Shopify: what the discount takes off. */
  discount?: (terms: TermsOf<Terms>) => DiscountValue
}

export type TermsOf<Terms extends Record<string, z.ZodType>> = { [T in keyof Terms]: z.output<Terms[T]> }

export type TermField =
  | { as: 'money' }
  /** A whole number of hundredths. */
  | { as: 'percent'; min: number; max: number }

export const rewardKind = <const Kind extends string, Terms extends Record<string, z.ZodType>>(
  kind: RewardKind<Kind, Terms>,
) => kind
