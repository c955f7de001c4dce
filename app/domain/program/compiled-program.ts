import { DomainError, isDomainError } from '../text/errors.ts'
import { assertTimeZone } from '../time/time-window.ts'
import { type Program, type ProgramSection, readStored, SECTIONS } from './program.ts'

type Intersection<U> = (U extends unknown ? (of: U) => void : never) extends (of: infer I) => void ? I : never

/** What all sections have made ready. */
type Compiled = Intersection<ReturnType<ProgramSection['compile']>>

/**
 * A program document made ready for judging many orders: decimals as exact factors, windows as instants, scopes
 * as look-ups. Compile once per published version and keep it; it is never changed.
 */
export interface CompiledProgram extends Compiled {
  /** The number under which it was published. */
  version: number
  /** The shop's currency, in whose minor units all money is counted. */
  currency: string
  /** The shop's zone: calendar years, rolling windows and expiry days are counted in it. */
  timeZone: string
  /** What was compiled: names for the surfaces. */
  document: Program
}

/**
 * A version outlives the currency that it was written for: a shop may change it as long as it has sold nothing. Its
 * orders are judged and its pages open all the same, for the merchant to publish amounts of the new one.
 * @param version the number under which the document was published; kept in every explanation
 * @throws DomainError invalid-program, naming the bad value: an unknown zone, no decimal
 */
export function compileProgram(
  document: Program,
  shop: { currency: string; timeZone: string },
  version: number,
): CompiledProgram {
  assertTimeZone(shop.timeZone)
  const { currency, timeZone } = shop
  const read = readStored(document)
  try {
    const parts = SECTIONS.map(({ key, compile }) => compile(read[key] as never, shop))
    const compiled = Object.assign({}, ...parts) as Compiled
    return { version, currency, timeZone, ...compiled, document: read }
  } catch (error) {
    // What is no decimal is a fault of the document.
    if (isDomainError(error, 'invalid-amount'))
      throw new DomainError('invalid-program', error.message, error.details)
    throw error
  }
}
