import { withoutUnseen } from './visible-text.ts'

/** One writing of what can be written in many ways. Both texts have the same length. */
export interface NormalForm {
  /** With capital and small letters as they were written. */
  written: string
  /** In small letters; this is what is compared. */
  compared: string
}

const PLAIN = /^[\x20-\x7e]*$/
/** With the letters of Western Europe, which are most of the others: there is one writing of them but for "ß". */
const WESTERN = /^[\x20-\x7e\xc0-\xff]*$/
/** NFKC leaves the digits of other scripts as they are, and most dashes. */
const DIGIT_OR_DASH = /[^\P{Nd}0-9]|[^\P{Pd}-]|\u2212/gu
const IS_DIGIT = /\p{Nd}/u

/**
 * Makes alike what differs only in the writing: composed and decomposed letters, full-width ones, capital and small
 * ones of any alphabet, the digits of any script, all dashes, all spaces, and characters that nobody sees. Whatever is compared with another
 * text goes through here, and so does that text. It does not decode: see readingsOf().
 * https://www.unicode.org/reports/tr15/ (NFKC)
 */
export function normalForm(text: string): NormalForm {
  const written = WESTERN.test(text) ? text.replaceAll('ß', 'ss') : plainer(text)
  return { written, compared: written.toLowerCase().replaceAll('ς', 'σ') }
}

/** "ß" and "İ" are the letters whose other case has another length. */
function plainer(text: string): string {
  return withoutUnseen(text)
    .normalize('NFKC')
    .replaceAll(/\s/g, ' ')
    .replaceAll(DIGIT_OR_DASH, (sign) => (IS_DIGIT.test(sign) ? digitsValue(sign) : '-'))
    .replaceAll(/[ßẞ]/g, 'ss')
    .replaceAll('İ', 'I\u0307')
}

/** The digits of a script follow each other, nought first. https://www.unicode.org/reports/tr44/#Numeric_Type */
function digitsValue(digit: string): string {
  const code = digit.codePointAt(0) ?? 0
  let value = 0
  while (value < 9 && IS_DIGIT.test(String.fromCodePoint(code - value - 1))) value++
  return String(value)
}

/** What follows an at sign and may be the name of a server; none is longer. https://www.rfc-editor.org/rfc/rfc1035 */
const SERVER = /(?<=[@＠﹫])[\p{L}\p{M}\p{N}.．。｡-]{1,253}/gu
const DOTS = /[.．。｡]/

/**
 * "a@münchen.example" as "a@xn--mnchen-3ya.example", which is the same address, and the one that the post goes to.
 * https://www.rfc-editor.org/rfc/rfc3492
 */
export function withServersInAscii(text: string): string {
  return text.replaceAll(SERVER, (server) =>
    PLAIN.test(server) ? server : server.split(DOTS).map(labelInAscii).join('.'),
  )
}

function labelInAscii(label: string): string {
  const page = `http://${label}`
  return PLAIN.test(label) || !URL.canParse(page) ? label : new URL(page).hostname
}
