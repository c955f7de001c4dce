import { normalForm, withServersInAscii } from './normal-form.ts'
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

/** What an address may touch without being another one. */
type Within = 'text' | 'file-name' | 'code'

/** Fewer digits are an extension, or part of an amount. */
const SHORTEST_PHONE = 7
/** Country codes have one to three digits. */
const LONGEST_COUNTRY_CODE = 3
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
  const numbers = phoneNumbers(phone ?? '')
  const hasPercent = addresses.some((address) => address.includes('%'))

  const inReading = (text: string, within: Within, isCut: boolean): boolean => {
    const { written, compared } = normalForm(text)
    return (
      addresses.some((address) => hasAddress(written, compared, address, within)) ||
      hasId(compared, ids) ||
      hasGroupedId(compared, ids, shortestId) ||
      hasPhone(compared, numbers) ||
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
 * sign or a digit, or something that may stand for one. Nothing else between a space and U+017F becomes one of them.
 */
export const MAY_NAME = '[@0-9²³¹¼½¾%&=\\\\]|[^ -ſ]'

/** As compared; of a server beyond ASCII the other writing, too. */
function writingsOfAddress(email: string): string[] {
  const writings = [email, withServersInAscii(email)].map((one) => normalForm(one.trim()).compared)
  return [...new Set(writings)].filter((one) => one !== '')
}

function hasAddress(written: string, compared: string, address: string, within: Within): boolean {
  const isOne = (at: number) =>
    (within === 'code' ? !/[a-z0-9]/i.test(written.charAt(at - 1)) : begins(written, at)) &&
    (within === 'file-name' || !goesOn(written, at + address.length))
  for (let at = compared.indexOf(address); at >= 0; at = compared.indexOf(address, at + 1))
    if (isOne(at)) return true
  return false
}

/** So much of a text decides whether an address ends: the labels of a server's name have no more characters. */
const NEAR = 128
const JOINS = '._%+-'
const MORE_BEHIND = /^(?:-[a-z0-9-]*)?\.([a-z0-9][a-z0-9-]*)/i
/** "Danke" in "mara@b.example.Danke", or the number of the next sentence; "org" and "ORG" are servers. */
const SENTENCE = /^(?:[A-Z](?:$|[A-Za-z0-9-]*[a-z])|[0-9]+$)/

/** Otherwise it is the end of somebody else's address. Underscores and dashes that nothing comes before are emphasis. */
function begins(written: string, at: number): boolean {
  let before = at - 1
  while (before >= 0 && JOINS.includes(written.charAt(before))) before--
  return !/[a-z0-9]/i.test(written.charAt(before))
}

/** Otherwise its server's name goes on and is another one. No name ends in a label with a dash in it ("-Konto"). */
function goesOn(written: string, end: number): boolean {
  const behind = written.slice(end, end + NEAR)
  if (/^[a-z0-9]/i.test(behind)) return true
  const label = MORE_BEHIND.exec(behind)?.[1]
  return label !== undefined && !SENTENCE.test(label)
}

/** Up to so many ids are looked for one by one; of more, every number in the text is looked up among them. */
const FEW_IDS = 8

function hasId(compared: string, ids: ReadonlySet<string>): boolean {
  if (ids.size <= FEW_IDS && ![...ids].some((id) => compared.includes(id))) return false
  for (const [digits] of compared.matchAll(/[0-9]+/g)) if (ids.has(digits)) return true
  return false
}

/** Digits in groups, with one sign or space between any two: "7.200.000.000.042", "7200 0000 00042", "7'200'…". */
const GROUPS = /[0-9][0-9 .,'’‘`·_-]{7,}/g
const NO_SIGN = /[ .,'’‘`·_-]{2,}/

/**
 * All that one and the same sign joins is one number: what begins or ends within it is somebody else's. Another sign
 * ends it, so that "Kundin 1, 7.200.000.000.042" names her.
 */
function hasGroupedId(compared: string, ids: ReadonlySet<string>, shortest: number): boolean {
  for (const [written] of compared.matchAll(GROUPS)) {
    if (written.length <= shortest) continue
    for (const row of written.split(NO_SIGN))
      if (row.length > shortest && numbersIn(row).some((number) => ids.has(number))) return true
  }
  return false
}

/** Of "1 7.200.042": "17" and "7200042". */
function numbersIn(row: string): string[] {
  const parts = row.split(/[^0-9]/)
  const signs = row.replaceAll(/[0-9]/g, '')
  const numbers: string[] = []
  let number = parts[0] ?? ''
  for (let i = 1; i < parts.length; i++) {
    if (i > 1 && signs[i - 1] !== signs[i - 2]) {
      numbers.push(number)
      number = parts[i - 1] ?? ''
    }
    number += parts[i]
  }
  return [...numbers, number]
}

/** Digits and what people and forms ("+") write between them; and as many as a telephone number has at least. */
const DIGITS = /[0-9][0-9 ()/._·+-]*/g
const MANY_DIGITS = /[0-9][0-9 ()/._·+-]{6,}/g

/** "+49 170 1234567" is "0170/1234567" to people at home. */
function phoneNumbers(phone: string): string[] {
  const { compared } = normalForm(phone)
  const digits = compared.replaceAll(/[^0-9]/g, '')
  if (digits.length < SHORTEST_PHONE) return []
  const codes = compared.trim().startsWith('+') ? LONGEST_COUNTRY_CODE : 0
  return Array.from({ length: codes + 1 }, (_, code) => digits.slice(code)).filter(
    (number, code) => code === 0 || number.length >= SHORTEST_PHONE,
  )
}

function hasPhone(compared: string, numbers: string[]): boolean {
  const shortest = numbers.at(-1)
  if (shortest === undefined) return false
  for (const [written] of compared.matchAll(MANY_DIGITS)) {
    if (!written.replaceAll(/[^0-9]/g, '').includes(shortest)) continue
    const places = [...written.matchAll(/[0-9]/g)].map(({ index }) => index)
    const digits = places.map((place) => written.charAt(place)).join('')
    if (numbers.some((number) => isWritten(number, digits, places, written))) return true
  }
  return false
}

/** So many signs stand between two digits of one number at most, each as often as it likes, and spaces anywhere: ") / - ". */
const MOST_BETWEEN = 4

function signsBetween(written: string, from: number, to: number): number {
  let signs = 0
  let last = ''
  for (const sign of written.slice(from + 1, to)) {
    if (sign === ' ' || sign === last) continue
    last = sign
    signs++
  }
  return signs
}

/** Whether the number is among the digits, which stand at these places of what is written, and no digit touches it. */
function isWritten(number: string, digits: string, places: number[], written: string): boolean {
  const gap = (digit: number) => (places[digit] ?? 0) - (places[digit - 1] ?? -2) - 1
  const isNear = (digit: number) =>
    signsBetween(written, places[digit - 1] ?? 0, places[digit] ?? 0) <= MOST_BETWEEN
  for (let at = digits.indexOf(number); at >= 0; at = digits.indexOf(number, at + 1)) {
    const end = at + number.length
    const isOne = places.slice(at + 1, end).every((_, i) => isNear(at + 1 + i))
    // "0170", and "0049" of a number with its country code.
    const zeros = [0, 1, 2].find((most) => gap(at - most) > 0 || digits.charAt(at - most - 1) !== '0') ?? 2
    if (isOne && gap(at - zeros) > 0 && (end === digits.length || gap(end) > 0)) return true
  }
  return false
}

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
