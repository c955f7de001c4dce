import type { Language } from './i18n/languages.ts'

/** So that Excel reads the umlauts. */
export const BYTE_ORDER_MARK = '\uFEFF'

/** Writes one line as the language's Excel opens it. */
export function csvLine(language: Language): (values: readonly (string | number | null)[]) => string {
  const separator = language === 'de' ? ';' : ','
  return (values) => `${values.map(cell).join(separator)}\r\n`
}

/** What begins like a formula is none: a spreadsheet would reckon it. */
function cell(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[";,\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
