import type { z } from 'zod'
import type { ProgramIssue } from '../document/program-issue.ts'
import type { Words } from '../document/words.ts'
import type { DiscountValue } from './discount-value.ts'
import type { Limits } from './limits.ts'

/**
 * A kind of reward: what a member gets for her points. Everything that the rules, the forms and the texts must know of
 * it. A new kind is a file like those in `kinds/`, a line in the list of kinds, its words, and its maker.
 */
export interface RewardKind<Kind extends string, Terms extends Record<string, z.ZodType>> {
  kind: Kind
  /** What only this kind has beside its price and who may take it. */
  terms: Terms
  /** How each term is typed in. Money is checked against the decimals of the shop's currency, too. */
  fields: { [T in keyof Terms & string]: TermField }
  /** The terms of a new reward, as its form begins; what is to be filled in is empty. */
  blank: z.input<z.ZodObject<Terms>>
  /**
   * When its points are spent for good: with the order that is paid with it, until then they are held and may come back;
   * as soon as it is made, because the member has it then; or when people have done it, until then they are held, too.
   */
  spent: 'with-order' | 'when-made' | 'when-done'
  /** Shopify has nothing of it: it is made with the redemption itself. */
  ours?: true
  /** Of what people do: what she is to do for it, told with the code that she shows them. */
  note?: (terms: TermsOf<Terms>, words: Words) => string
  /** Of what is spent when it is made: what the member is told once she has it. */
  given?: (terms: TermsOf<Terms>, words: Words) => string
  /** The same in a history, for whoever reads it, whatever has become of it since; and the title of the line that says so. */
  booked?: (terms: TermsOf<Terms>, words: Words) => string
  made?: (terms: TermsOf<Terms>, words: Words) => string
  /** When what is left of it ends in the shop, if it was taken at `at` (epoch ms); null: never. */
  lapsesAt?: (terms: TermsOf<Terms>, at: number) => number | null
  /** Access rights without which it cannot be made, as Shopify calls them, if shops exist that have not given them. */
  scopes?: readonly string[]
  /**
   * Of a price that the member chooses: its bounds in points, as the merchant has typed them. Its `cost` is then one step
   * of the price, and its terms are what one step gives. `share`: hundredths of what is bought that it may come to. Without
   * it the price is the cost.
   */
  chosen?: (terms: TermsOf<Terms>) => { least: number | null; most: number | null; share: number | null }
  /** Of a piece of the shop's goods: the variants of which she takes one (Shopify's numbers). What it costs is asked first. */
  gift?: (terms: TermsOf<Terms>) => readonly string[]
  /** What she takes for so many steps, or of a gift: a reward of another kind, at a fixed price. */
  taken?: (
    terms: TermsOf<Terms>,
    steps: number,
    currency: string,
    gift: Gift | undefined,
  ) => { kind: string } & Record<string, unknown>
  /** What it is worth in decimal money, whatever is bought with it; null: that depends. */
  worth: (terms: TermsOf<Terms>) => string | null
  /** "5,00 € Rabatt auf eine Bestellung" */
  text: (terms: TermsOf<Terms> & Priced, words: Words) => string
  /** What else is to be known of it before it is taken: "30 Tage gültig". */
  conditions: (terms: TermsOf<Terms> & Priced, words: Words) => string[]
  /** What is taken at `at` (epoch ms) has so long to be used, or to be made: its last second. */
  endsAt: (terms: TermsOf<Terms> & Limited, at: number, zone: string) => number
  /** Of what goes to a good cause: how much, in decimal money. */
  donates?: (terms: TermsOf<Terms>) => string
  /** What a cause is, and where it is proved (https), for whoever thinks of taking it. */
  about?: (terms: TermsOf<Terms>, words: Words) => { text: string; proof: string | null }
  /** Of a prize draw: how many tickets are given for it, each with a number. */
  gives?: (terms: TermsOf<Terms>) => number
  /** What the schema of a single term cannot tell; the paths are terms. */
  check?: (terms: TermsOf<Terms> & Priced & Limited) => ProgramIssue[]
  /** What may not be meant, by term. */
  hints?: (
    terms: TermsOf<Terms>,
  ) => { term: keyof Terms & string; code: 'reward-whole-order' | 'reward-all-units' }[]
  /** Of a kind that is a discount code in Shopify: what the discount takes off. */
  discount?: (terms: TermsOf<Terms>) => DiscountValue
}

/** A variant, and decimal money that one piece of it costs in the shop's currency. */
export interface Gift {
  variant: string
  price: string
}

/** Points that it costs, or that one step of its price does. */
interface Priced {
  cost: number
}

/** Until when it is offered, among others. */
interface Limited {
  limits?: Limits | undefined
}

/** What may be left out stands with a question mark, as in the schema of them all. */
export type TermsOf<Terms extends Record<string, z.ZodType>> = z.output<z.ZodObject<Terms>>

export type TermField = {
  /** Key of its label in `rewards.json`; without it the kind has a word of its own. */
  label?: string
  /** Where its form shows it; without it beside what the reward is. */
  card?: 'conditions'
} & (
  | { as: 'money'; optional?: true }
  /** A whole number of hundredths. */
  | { as: 'percent'; min: number; max: number; optional?: true }
  | { as: 'days'; min: number; max: number; optional?: true }
  | { as: 'points'; min: number; max: number; optional?: true }
  | { as: 'pieces'; min: number; max: number; optional?: true }
  /** Ticks for the classes of discounts that Shopify tells apart. */
  | { as: 'combines' }
  /** One variant or several. */
  | { as: 'variants'; max: number }
  /** Everything, or products or collections that are picked. */
  | { as: 'goods' }
  /** Bought once, by subscription, or both. */
  | { as: 'purchases' }
  /** In one language or both. */
  | { as: 'text'; max: number; optional?: true }
  /** Of a page in the web, https; empty is null. */
  | { as: 'link'; max: number; optional?: true }
)

export const rewardKind = <const Kind extends string, Terms extends Record<string, z.ZodType>>(
  kind: RewardKind<Kind, Terms>,
) => kind
