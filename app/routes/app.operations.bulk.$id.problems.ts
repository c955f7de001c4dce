import type { LoaderFunctionArgs } from '@remix-run/node'
import { withShop } from '../db/db.server.ts'
import { i18nOf } from '../i18n/i18n.server.ts'
import { batchLines } from '../loyalty/imports/read-batch.ts'
import { adminRequest } from '../requests/admin-request.server.ts'
import { BYTE_ORDER_MARK, csvLine } from '../requests/csv.ts'
import { rowIdIn } from '../requests/row-numbers.ts'
import { problemText } from '../ui/operations/files/problem-text.ts'

/** As many as a file can have. */
const MOST_LINES = 50_000
const COLUMNS = ['line', 'customer', 'value', 'problem'] as const

/** The lines of a file that cannot be booked, as a file: which line, what stood there, what is allowed. */
export async function loader({ request, params }: LoaderFunctionArgs) {
  const { shop, language } = await adminRequest(request)
  const batchId = rowIdIn(params.id)
  if (batchId === null) throw new Response(null, { status: 404 })
  const lines = await withShop(shop.shopId, (tx) =>
    batchLines(tx, shop.shopId, batchId, { problems: true, most: MOST_LINES }),
  )
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
  return new Response(`${BYTE_ORDER_MARK}${head}${rows.join('')}`, {
    headers: {
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': `attachment; filename="stammgast-lines-${batchId}.csv"`,
      'Cache-Control': 'no-store',
    },
  })
}
