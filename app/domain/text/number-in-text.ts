import { normalForm } from './normal-form.ts'
import { nearby } from './readings.ts'

/** Up to so many ids are looked for one by one; of more, every number in the text is looked up among them. */
const FEW_IDS = 8
/** With noughts before it, as tables fill numbers up: of shorter ones it may be somebody else's. */
const SHORTEST_FILLED_UP = 10

export function hasId(compared: string, ids: ReadonlySet<string>): boolean {
  if (ids.size <= FEW_IDS && ![...ids].some((id) => compared.includes(id))) return false
  for (const { 0: digits, index } of compared.matchAll(/[0-9]+/g)) {
    const number = digits.replace(/^0+/, '')
    const isHers = ids.has(digits) || (number.length >= SHORTEST_FILLED_UP && ids.has(number))
    if (isHers && !isPart(compared, index, index + digits.length)) return true
  }
  return false
}

/** So much of a text says what number stands there. */
const NEAR = 64
const INTEGER_PART = /(?<![0-9.])[0-9]{1,15}\.$/

/** Whether a digit touches it that is written by its code, or it is what stands behind a decimal point. */
function isPart(compared: string, start: number, end: number): boolean {
  const before = nearby(compared.slice(Math.max(0, start - NEAR), start))
  const behind = nearby(compared.slice(end, end + NEAR))
  return (
    /[0-9]$/.test(before) || /^[0-9]/.test(behind) || (INTEGER_PART.test(before) && !/^\.[0-9]/.test(behind))
  )
}

/** Digits in groups, with one sign or space between any two: "7.200.000.000.042", "7200 0000 00042", "7'200'…", "7200/0000/00042". */
const GROUPS = /[0-9][0-9 .,:|/'’‘`·_-]{7,}/g
const NO_SIGN = /[ .,:|/'’‘`·_-]{2,}/

/**
 * All that one and the same sign joins is one number: what begins or ends within it is somebody else's. Another sign
 * ends it, so that "Kundin 1, 7.200.000.000.042" names her.
 */
export function hasGroupedId(compared: string, ids: ReadonlySet<string>, shortest: number): boolean {
  for (const [written] of compared.matchAll(GROUPS)) {
    if (written.length <= shortest) continue
    for (const signed of written.split(NO_SIGN)) {
      const row = signed.replace(/[^0-9]$/, '')
      if (row.length > shortest && numbersIn(row).some((number) => ids.has(number))) return true
    }
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

/** Fewer digits are an extension, or part of an amount. */
const SHORTEST_PHONE = 7
/** Digits and what people and forms ("+") write between them. */
export const DIGITS = /[0-9][0-9 ()/._·+-]*/g
/** As many as a telephone number has at least, and also what parts values in tables and lists. */
const MANY_DIGITS = /[0-9][0-9 ()/._·+,:|-]{6,}/g
const PARTS_VALUES = /[,:|]/

/** https://www.itu.int/pub/T-SP-E.164D: those of one and two digits; all others have three. */
const COUNTRY_CODE = /^(?:[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|...)/

/** "+49 170 1234567" is "0170/1234567" to people at home. */
interface Telephone {
  whole: string
  /** The same where the code of the country is not known. */
  national: string
  /** "+49 (0)170" without the brackets; null without a code. */
  withNought: string | null
}

/** @returns null of what is too short for a number */
export function phoneOf(phone: string): Telephone | null {
  const { compared } = normalForm(phone)
  const whole = compared.replaceAll(/[^0-9]/g, '')
  if (whole.length < SHORTEST_PHONE) return null
  const [code = ''] = (compared.trim().startsWith('+') && COUNTRY_CODE.exec(whole)) || []
  const national = whole.slice(code.length)
  if (code === '' || national.length < SHORTEST_PHONE) return { whole, national: whole, withNought: null }
  return { whole, national, withNought: `${code}0${national}` }
}

export function hasPhone(compared: string, { whole, national, withNought }: Telephone): boolean {
  for (const { 0: written, index } of compared.matchAll(MANY_DIGITS)) {
    if (!written.replaceAll(/[^0-9]/g, '').includes(national)) continue
    const places = [...written.matchAll(/[0-9]/g)].map((digit) => digit.index)
    const digits = places.map((place) => written.charAt(place)).join('')
    const isNumber = (number: string, isOne: (said: Said) => boolean) =>
      saidIn(number, { compared, written, index, digits, places }).some(isOne)
    if (isNumber(whole, isTelephone)) return true
    if (withNought !== null && isNumber(withNought, (said) => said.isLed && isTelephone(said))) return true
    if (whole !== national && isNumber(national, (said) => isTelephone(said) && !isOfJson(said))) return true
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

/** Digits of a text, and where they stand in what is written there. */
interface Row {
  compared: string
  written: string
  /** Of what is written, in the text. */
  index: number
  digits: string
  places: number[]
}

/** A number as it is said in a text. */
interface Said {
  /** What stands there, from its first digit to its last. */
  itself: string
  before: string
  behind: string
  /** By a plus sign or noughts, as no amount and no number of JSON's is. */
  isLed: boolean
}

/** Where the number is among the digits, and no digit touches it but the noughts of "0170" and "0049". */
function saidIn(number: string, { compared, written, index, digits, places }: Row): Said[] {
  const gap = (digit: number) => (places[digit] ?? 0) - (places[digit - 1] ?? -2) - 1
  const isNear = (digit: number) =>
    signsBetween(written, places[digit - 1] ?? 0, places[digit] ?? 0) <= MOST_BETWEEN
  const said: Said[] = []
  for (let at = digits.indexOf(number); at >= 0; at = digits.indexOf(number, at + 1)) {
    const end = at + number.length
    const isOne = places.slice(at + 1, end).every((_, i) => isNear(at + 1 + i))
    const zeros = [0, 1, 2].find((most) => gap(at - most) > 0 || digits.charAt(at - most - 1) !== '0') ?? 2
    if (!isOne || gap(at - zeros) === 0 || (end < digits.length && gap(end) === 0)) continue
    const [start, stop] = [index + (places[at] ?? 0), index + (places[end - 1] ?? 0) + 1]
    const before = nearby(compared.slice(Math.max(0, start - zeros - NEAR), start - zeros))
    said.push({
      itself: compared.slice(start, stop),
      before,
      behind: nearby(compared.slice(stop, stop + NEAR)),
      isLed: zeros > 0 || number.startsWith('0') || /\+[ (]?$/.test(before),
    })
  }
  return said
}

/**
 * What parts values parts two of them, unless the number is led; then two colons are still a time of day. And one point
 * after an integer is a decimal one.
 */
function isTelephone({ itself, before, behind, isLed }: Said): boolean {
  if (/[0-9]$/.test(before) || /^[0-9]/.test(behind)) return false
  if (isLed) return itself.split(':').length <= 2
  const isFraction = /^[0-9]+\.[0-9]+$/.test(itself) || (/^[0-9]+$/.test(itself) && INTEGER_PART.test(before))
  return !PARTS_VALUES.test(itself) && !(isFraction && !/^\.[0-9]/.test(behind))
}

const OF_A_KEY = /"([^"]{0,40})" ?: ?$/
const OF_A_LIST = /\[[0-9.,e+ -]{0,60}$/
/** Who names a value so means a telephone, though a table has taken its nought away. */
const NAMES_A_PHONE = /phone|tel|mobil|handy|fax|sms|whatsapp|contact|kontakt/

/** Whether it is a number of JSON's own: a time, an amount. A telephone is a text there, or its key says what it is. */
function isOfJson({ itself, before, behind, isLed }: Said): boolean {
  if (isLed || !/^[0-9]+$/.test(itself) || !/^ ?(?:[,\]}]|$)/.test(behind)) return false
  const key = OF_A_KEY.exec(before.replaceAll('\\', ''))?.[1]
  return key === undefined ? OF_A_LIST.test(before) : !NAMES_A_PHONE.test(key)
}
