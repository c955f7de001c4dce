import type { z } from 'zod'
import type { Words } from '../document/words.ts'

/**
 * An earning source: a behaviour that gives points, other than buying. Everything that the rules, the form and the texts
 * must know of it. A new source is a file like those in `sources/`, a line in the list of sources, where its occasions
 * come from (app/loyalty/earning/occasions.ts), and its words.
 */
export interface EarningSource<Name extends string, Terms extends TermTypes, Occasion extends z.ZodType> {
  source: Name
  /** What only this source has beside its points and whether it is on. */
  terms: Terms
  /** How each of them is typed in. */
  fields: { [T in keyof Terms & string]: SourceField }
  /** Those of a source that was never on, as its form begins. */
  blank: { [T in keyof Terms]: z.input<Terms[T]> }
  /** How often a person gets its points. */
  often: 'once'
  /** What is kept of each time that it happened, beside the moment: nothing that says who. */
  occasion: Occasion
  /**
   * Which of an account's occasions gives the points; null: none of them, and none of them may have. A function of all
   * that is known, so that no order in which it is heard of matters.
   * @param occasions earliest first
   * @param termsAt the terms by the program in force at a moment (epoch ms); null while the source was not on
   */
  earns(
    occasions: readonly Occurred<z.output<Occasion>>[],
    termsAt: (at: number) => TermsOf<Terms> | null,
  ): Occurred<z.output<Occasion>> | null
  /** What takes the points back when it happens so soon after they were given. */
  withdrawn?: { withinDays: number; by: (occasion: z.output<Occasion>) => boolean }
  /** What else is to be known of it: "nach der Bestätigung per E-Mail". */
  conditions: (terms: TermsOf<Terms>, words: Words) => string[]
}

type TermTypes = Record<string, z.ZodType>
export type TermsOf<Terms extends TermTypes> = { [T in keyof Terms]: z.output<Terms[T]> }

/** One time that it happened; epoch ms. */
export type Occurred<Told> = Told & { at: number }

export interface SourceField {
  as: 'checkbox'
}

export const earningSource = <const Name extends string, Terms extends TermTypes, Occasion extends z.ZodType>(
  one: EarningSource<Name, Terms, Occasion>,
) => one
