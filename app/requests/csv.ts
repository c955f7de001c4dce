import { visiblePart } from '../domain/text/visible-text.ts'
import type { Language } from '../i18n/languages.ts'

/** So that Excel reads the umlauts. */
export const BYTE_ORDER_MARK = '\uFEFF'

/** Writes one line as the language's Excel opens it. */
export function csvLine(language: Language): (values: readonly (string | number | null)[]) => string {
  const separator = language === 'de' ? ';' : ','
  return (values) => `${values.map(cell).join(separator)}\r\n`
}

/** With what a spreadsheet takes a cell for a formula. */
const FORMULA = /^[=+\-@\u2212]/

/**
 * What begins like a formula is none: a spreadsheet would reckon it. Some read its sign in full width as well ("＝1+1"), or
 * behind what nobody sees.
 */
function cell(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const reckoned = FORMULA.test(visiblePart(value).normalize('NFKC'))
  const text = reckoned || /^[\t\r]/.test(value) ? `'${value}` : value
  return /[";,\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
