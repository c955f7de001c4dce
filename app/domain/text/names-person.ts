import { begins, hasAddress, type Within, writingsOfAddress } from './address-in-text.ts'
import { normalForm } from './normal-form.ts'
import { DIGITS, hasGroupedId, hasId, hasPhone, phoneOf } from './number-in-text.ts'
import { readingsOf } from './readings.ts'

/** What a text can name a person by that Shopify tells; names it never tells. */
export interface Person {
  /** Shopify's ids in digits: the customer's, and those that were merged into it. */
  customerIds: readonly string[]
  email: string | null
  /** As it was written. */
  phone: string | null
}

/** Finds a person in texts, and nobody whose address or number only contains hers. */
export interface PersonSearch {
  /** A text that stands whole. */
  finds(text: string): boolean
  /** One that may have been cut after so many UTF-16 units, and then through her address or number. */
  findsCut(text: string, most: number): boolean
  /** In the name of a file an address may be followed by anything: ".csv" is an ending and no server. */
  findsInFileName(name: string): boolean
  /** In a discount code it may follow anything: "WELCOME-mara@b.example" is a word before it. */
  findsInCode(code: string): boolean
}

/** What is left of an address or a number when it was cut, and still says whose it is. */
const SHORTEST_REST = 5

/**
 * The one place that says whether a text names a person. What searches the database beforehand may only leave out what
 * is left out here as well: see MAY_NAME.
 */
export function searchForPerson({ customerIds, email, phone }: Person): PersonSearch {
  const ids = new Set(customerIds)
  const shortestId = Math.min(...customerIds.map(({ length }) => length))
  const addresses = writingsOfAddress(email ?? '')
  const telephone = phoneOf(phone ?? '')
  const numbers = telephone === null ? [] : [telephone.whole, telephone.national]
  const hasPercent = addresses.some((address) => address.includes('%'))

  const inReading = (text: string, within: Within, isCut: boolean): boolean => {
    const { written, compared } = normalForm(text)
    return (
      addresses.some((address) => hasAddress(written, compared, address, within)) ||
      hasId(compared, ids) ||
      hasGroupedId(compared, ids, shortestId) ||
      (telephone !== null && hasPhone(compared, telephone)) ||
      (isCut && (endsInAddress(written, compared, addresses) || endsInNumber(compared, [...ids, ...numbers])))
    )
  }
  const inAny = (text: string, within: Within, isCut: boolean): boolean => {
    for (const reading of readingsOf(text, hasPercent)) if (inReading(reading, within, isCut)) return true
    return false
  }
  return {
    finds: (text) => inAny(text, 'text', false),
    findsCut: (text, most) => inAny(text, 'text', text.length >= most),
    findsInFileName: (name) => inAny(name, 'file-name', false),
    findsInCode: (code) => inAny(code, 'code', false),
  }
}

/**
 * What a text holds in which searchForPerson() finds anybody, as an expression of PostgreSQL's and JavaScript's: an at
 * sign, also in letters, or a digit, or something that may stand for one. Nothing else between a space and U+017F
 * becomes one of them.
 */
export const MAY_NAME = '[@0-9²³¹¼½¾%&=\\\\]|[^ -ſ]|[^a-zA-Z][aAäÄ][tT][^a-zA-Z]'

function endsInAddress(written: string, compared: string, addresses: string[]): boolean {
  return addresses.some((address) => {
    for (let rest = Math.min(address.length - 1, compared.length); rest >= SHORTEST_REST; rest--)
      if (compared.endsWith(address.slice(0, rest)) && begins(written, compared.length - rest)) return true
    return false
  })
}

function endsInNumber(compared: string, numbers: string[]): boolean {
  const [last = ''] = [...compared.matchAll(DIGITS)].at(-1) ?? []
  const digits = compared.endsWith(last) ? last.replaceAll(/[^0-9]/g, '').replace(/^0{1,2}/, '') : ''
  return digits.length >= SHORTEST_REST && numbers.some((number) => number.startsWith(digits))
}
