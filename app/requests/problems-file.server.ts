import { i18nOf } from '../i18n/i18n.server.ts'
import type { Language } from '../i18n/languages.ts'
import type { BatchLine } from '../loyalty/imports/read-batch.ts'
import { problemText } from '../ui/operations/files/problem-text.ts'
import { BYTE_ORDER_MARK, csvLine } from './csv.ts'

const COLUMNS = ['line', 'customer', 'value', 'problem'] as const

/** Lines of a file that cannot be booked, as CSV: which line, what stood there, what is allowed. */
export function problemsFile(lines: BatchLine[], language: Language): string {
  const t = i18nOf(language).getFixedT(language, 'operations')
  const numbers = new Intl.NumberFormat(language)
  const number = (value: number) => numbers.format(value)
  const write = csvLine(language)
  const rows = lines.map(({ line, customerId, value, problem }) =>
    write([
      line,
      customerId,
      value,
      problem && problemText(t, { number, points: number }, { problem, value }),
    ]),
  )
  const head = write(COLUMNS.map((column) => t(`bulk.problemsFile.${column}`)))
  return `${BYTE_ORDER_MARK}${head}${rows.join('')}`
}
