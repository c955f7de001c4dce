import { normalForm, withServersInAscii } from './normal-form.ts'
import { nearby } from './readings.ts'

/** What an address may touch without being another one. */
export type Within = 'text' | 'file-name' | 'code'

/** As compared; of a server beyond ASCII the other writing, too. */
export function writingsOfAddress(email: string): string[] {
  const writings = [email, withServersInAscii(email)].map((one) => normalForm(one.trim()).compared)
  return [...new Set(writings)].filter((one) => one !== '')
}

/** As it stands, or as people write it who hide it from machines that collect addresses. */
export function hasAddress(written: string, compared: string, address: string, within: Within): boolean {
  if (standsIn(written, compared, address, within)) return true
  if (!mayHide(compared, address)) return false
  const shown = written.replaceAll(HIDDEN_AT, '@').replaceAll(HIDDEN_DOT, '.')
  return shown !== written && standsIn(shown, shown.toLowerCase().replaceAll('ς', 'σ'), address, within)
}

/** "mara(at)b.example", "mara [ät] b.example", "mara @ b.example", "mara at b.example". */
const HIDDEN_AT = / {0,2}(?:[([{<] ?(?:[aä]t|@) ?[)\]}>]| [aä]t |@) {0,2}/gi
const HIDDEN_BEHIND = /^ {0,2}(?:[([{<] ?(?:[aä]t|@)| [aä]t |@)/
const LONGEST_HIDDEN = 8
const HIDDEN_DOT = / {0,2}(?:[([{<] ?(?:dot|punkt|\.) ?[)\]}>]| (?:dot|punkt) ) {0,2}/gi

/** Whether something like an at sign stands behind the end of her name; a whole text is not written anew for less. */
function mayHide(compared: string, address: string): boolean {
  const names = address.slice(0, address.lastIndexOf('@'))
  const last = names.slice(names.lastIndexOf('.') + 1)
  if (last === '') return false
  for (let at = compared.indexOf(last); at >= 0; at = compared.indexOf(last, at + last.length))
    if (HIDDEN_BEHIND.test(compared.slice(at + last.length, at + last.length + LONGEST_HIDDEN))) return true
  return false
}

function standsIn(written: string, compared: string, address: string, within: Within): boolean {
  const isOne = (at: number) =>
    (within === 'code' ? !isLetter(lastSign(written, at)) : begins(written, at)) &&
    (within === 'file-name' || !goesOn(written, at + address.length))
  for (let at = compared.indexOf(address); at >= 0; at = compared.indexOf(address, at + 1))
    if (isOne(at)) return true
  return false
}

/** So much of a text decides whether an address ends: the labels of a server's name have no more characters. */
const NEAR = 128
/**
 * Of the signs that may stand in the name before an at sign, those that people's names and addresses have. The others
 * ("=", "/", "?", "|", "*", …) stand before an address in the addresses of pages, tables and emphasis, and part it.
 * https://www.rfc-editor.org/rfc/rfc5322#section-3.2.3 (atext)
 */
const JOINS = "._%+-'’"
/**
 * Every letter may be part of a name (https://www.rfc-editor.org/rfc/rfc6531#section-3.3), with the marks above it; but
 * an address touches the words of scripts that put no spaces between words, or write small words together with the next.
 */
const LETTER =
  /(?![\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Bopo}\p{scx=Hang}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}\p{scx=Tibt}\p{scx=Hebr}\p{scx=Arab}])[\p{L}\p{M}\p{N}]/u
const isLetter = (sign: string | undefined) => sign !== undefined && LETTER.test(sign)
const lastSign = (text: string, end: number) => [...text.slice(Math.max(0, end - 2), end)].at(-1)

const MORE_BEHIND = /^(?:-[\p{L}\p{M}\p{N}-]*)?\.([\p{L}\p{N}][\p{L}\p{M}\p{N}-]*)/u
/** "Danke" in "mara@b.example.Danke", or the number of the next sentence; "org" and "ORG" are servers. */
const SENTENCE = /^(?:\p{Lu}(?:$|[\p{L}\p{M}\p{N}-]*\p{Ll})|[0-9]+$)/u

/** Otherwise it is the end of somebody else's address. Signs that nothing comes before are emphasis and quotes. */
export function begins(written: string, at: number): boolean {
  const before = nearby(written.slice(Math.max(0, at - NEAR), at))
  let end = before.length
  while (end > 0 && JOINS.includes(before.charAt(end - 1))) end--
  return !isLetter(lastSign(before, end))
}

/** Otherwise its server's name goes on and is another one. No name ends in a label with a dash in it ("-Konto"). */
function goesOn(written: string, end: number): boolean {
  const behind = nearby(written.slice(end, end + NEAR))
  if (isLetter([...behind.slice(0, 2)][0])) return true
  const label = MORE_BEHIND.exec(behind)?.[1]
  return label !== undefined && !SENTENCE.test(label)
}
