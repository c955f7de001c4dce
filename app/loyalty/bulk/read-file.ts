import { CsvError, parse } from 'csv-parse/sync'
import {
  BULK_COLUMNS,
  type BulkColumn,
  type BulkContext,
  type BulkKind,
  type Cells,
  type CheckedLine,
  checkBulkLine,
} from '../../domain/bulk-line.ts'

/** A CSV file as Excel, Numbers, LibreOffice or a program writes it: any of three separators, UTF-8 or Windows-1252. */
export const LARGEST_FILE_BYTES = 8_000_000
export const MOST_LINES = 50_000

export type FileProblem =
  | 'empty'
  | 'too-large'
  | 'too-many-lines'
  | 'spreadsheet'
  | 'not-csv'
  | 'no-points-column'
  | 'no-customer-column'
  | 'no-reason-column'
  | 'no-earned-column'
  | 'column-twice'

/** The whole file cannot be read. */
export class UnreadableFile extends Error {
  readonly problem: FileProblem
  /** Where, if one line is to blame. */
  readonly line: number | null
  readonly value: string

  constructor(problem: FileProblem, line: number | null = null, value = '') {
    super(`the file is no list of points: ${problem}`)
    this.problem = problem
    this.line = line
    this.value = value.slice(0, 60)
  }
}

export interface ReadFile {
  lines: { line: number; checked: CheckedLine }[]
}

/** Other names under which a column is known, compared without case, blanks, dashes and accents. */
const NAMES: Record<BulkColumn, readonly string[]> = {
  customer: ['customerid', 'customer', 'kunde', 'kundenid', 'kundennummer', 'shopifyid', 'id'],
  email: ['email', 'mail', 'emailadresse', 'emailaddress', 'customeremail'],
  points: ['points', 'punkte', 'pointsbalance', 'punktestand', 'balance'],
  reason: ['reason', 'grund', 'note', 'notiz', 'bemerkung', 'kommentar'],
  earnedOn: ['earnedon', 'earned', 'earnedat', 'verdientam', 'gesammeltam', 'erworbenam', 'datum', 'date'],
  expiresOn: [
    'expireson',
    'expires',
    'expiresat',
    'validuntil',
    'gultigbis',
    'gueltigbis',
    'verfalltam',
    'ablauf',
  ],
}

/** @throws UnreadableFile */
export function readBulkFile(bytes: Uint8Array, context: BulkContext): ReadFile {
  if (bytes.length > LARGEST_FILE_BYTES) throw new UnreadableFile('too-large')
  // The first bytes of a zip (xlsx, ods) and of the old Excel format.
  if (['504b0304', 'd0cf11e0'].includes(Buffer.from(bytes.subarray(0, 4)).toString('hex')))
    throw new UnreadableFile('spreadsheet')
  const rows = parseRows(decode(bytes))
  const [heading, ...body] = rows
  if (!heading || body.length === 0) throw new UnreadableFile('empty')
  if (body.length > MOST_LINES) throw new UnreadableFile('too-many-lines')
  const columns = readHeading(heading.record, context.kind)
  return {
    lines: body.map(({ record, info }) => ({
      line: info.lines,
      checked:
        record.length > columns.length && record.slice(columns.length).some((cell) => cell.trim() !== '')
          ? { ok: false, problem: 'columns', value: record.slice(columns.length).join(' ').slice(0, 60) }
          : checkBulkLine(cellsOf(record, columns), context),
    })),
  }
}

/** German Excel still writes Windows-1252; a file that is no UTF-8 is taken for that. */
function decode(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('windows-1252').decode(bytes)
  }
}

interface Row {
  record: string[]
  info: { lines: number }
}

function parseRows(text: string): Row[] {
  // Excel may say which separator it used.
  const told = /^\uFEFF?sep=(.)\r?\n/.exec(text)
  const table = told ? text.slice(told[0].length) : text
  try {
    const rows = parse(table, {
      bom: true,
      delimiter: told?.[1] ?? separatorOf(table),
      info: true,
      relax_column_count: true,
      skip_records_with_empty_values: true,
      to: MOST_LINES + 2,
    }) as unknown as Row[]
    if (told) for (const row of rows) row.info.lines++
    return rows
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const line = typeof error.lines === 'number' ? error.lines + (told ? 1 : 0) : null
    throw new UnreadableFile('not-csv', line)
  }
}

/** The one that stands most often in the first line. */
function separatorOf(text: string): string {
  const heading = text.slice(0, text.search(/[\r\n]|$/))
  const often = (separator: string) => heading.split(separator).length
  return [';', ',', '\t'].reduce((a, b) => (often(b) > often(a) ? b : a))
}

function readHeading(cells: string[], kind: BulkKind): (BulkColumn | null)[] {
  const columns = cells.map((cell) => {
    const name = cell
      .normalize('NFD')
      .toLowerCase()
      .replace(/[^a-z]/g, '')
    return BULK_COLUMNS.find((column) => NAMES[column].includes(name)) ?? null
  })
  const twice = columns.findIndex((column, i) => column !== null && columns.indexOf(column) < i)
  if (twice >= 0) throw new UnreadableFile('column-twice', 1, cells[twice])
  const named = cells.join(', ')
  if (!columns.includes('points')) throw new UnreadableFile('no-points-column', 1, named)
  if (!columns.includes('customer') && !columns.includes('email'))
    throw new UnreadableFile('no-customer-column', 1, named)
  if (kind === 'adjustment' && !columns.includes('reason'))
    throw new UnreadableFile('no-reason-column', 1, named)
  if (kind === 'import' && !columns.includes('earnedOn'))
    throw new UnreadableFile('no-earned-column', 1, named)
  return columns
}

function cellsOf(record: string[], columns: (BulkColumn | null)[]): Cells {
  const cells: Cells = {}
  for (const [i, column] of columns.entries()) if (column) cells[column] = record[i] ?? ''
  return cells
}
