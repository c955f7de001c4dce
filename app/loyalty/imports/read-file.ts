import { Readable } from 'node:stream'
import { setImmediate as otherWork } from 'node:timers/promises'
import { CsvError, parse } from 'csv-parse'
import {
  BULK_COLUMNS,
  type BulkColumn,
  type BulkContext,
  type BulkKind,
  type Cells,
  type CheckedLine,
  checkBulkLine,
} from '../../domain/imports/bulk-line.ts'
import { CR, LF, measureLines, textOf } from './file-text.ts'

/** A CSV file as Excel, Numbers, LibreOffice or a program writes it: any of three separators, whatever the encoding. */
export const LARGEST_FILE_BYTES = 8_000_000
export const MOST_LINES = 50_000
/** Empty lines beside the others. */
const MOST_LINE_ENDS = 2 * MOST_LINES
/** In UTF-16 units. No line of ours takes a tenth of it. */
const LONGEST_LINE = 10_000
/** In bytes; a cell in quotes may go on for lines. */
const LONGEST_RECORD = 40_000
const MOST_COLUMNS = 200
/**
 * So much is parsed at a time; between two slices other requests are answered. Lines are counted beside bytes, for a line
 * costs something however short it is, and one with too few cells costs most: the parser makes an error of each.
 */
const SLICE_BYTES = 32_768
const SLICE_LINES = 500

export type FileProblem =
  | 'empty'
  | 'too-large'
  | 'too-many-lines'
  | 'line-too-long'
  | 'too-many-columns'
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

/**
 * Reads a file in slices. How long and how many its lines are is looked at before anything else, so that no file keeps
 * the process from its other work.
 * @throws UnreadableFile
 */
export async function readBulkFile(bytes: Uint8Array, context: BulkContext): Promise<ReadFile> {
  if (bytes.length > LARGEST_FILE_BYTES) throw new UnreadableFile('too-large')
  // The first bytes of a zip (xlsx, ods) and of the old Excel format.
  if (['504b0304', 'd0cf11e0'].includes(Buffer.from(bytes.subarray(0, 4)).toString('hex')))
    throw new UnreadableFile('spreadsheet')
  const text = textOf(bytes)
  const { lines: lineEnds, longest, at } = measureLines(text)
  if (lineEnds > MOST_LINE_ENDS) throw new UnreadableFile('too-many-lines')
  if (longest > LONGEST_LINE) throw new UnreadableFile('line-too-long', at)
  let columns: (BulkColumn | null)[] | undefined
  const lines: ReadFile['lines'] = []
  for await (const { record, info } of rowsOf(text)) {
    if (columns === undefined) columns = readHeading(record, context.kind)
    else lines.push({ line: info.lines, checked: checkRecord(record, columns, context) })
    if (lines.length > MOST_LINES) throw new UnreadableFile('too-many-lines')
  }
  if (lines.length === 0) throw new UnreadableFile('empty')
  return { lines }
}

function checkRecord(record: string[], columns: (BulkColumn | null)[], context: BulkContext): CheckedLine {
  const more = record.slice(columns.length)
  return more.some((cell) => cell.trim() !== '')
    ? { ok: false, problem: 'columns', value: more.join(' ').slice(0, 60).toWellFormed() }
    : checkBulkLine(cellsOf(record, columns), context)
}

interface Row {
  record: string[]
  info: { lines: number }
}

async function* rowsOf(text: string): AsyncGenerator<Row> {
  // Excel may say which separator it used.
  const told = /^\uFEFF?sep=(.)\r?\n/.exec(text.slice(0, 10))
  const table = told ? text.slice(told[0].length) : text
  const parser = Readable.from(slicesOf(Buffer.from(table))).pipe(
    parse({
      bom: true,
      delimiter: told?.[1] ?? separatorOf(table),
      info: true,
      max_record_size: LONGEST_RECORD,
      relax_column_count: true,
      skip_records_with_empty_values: true,
    }),
  )
  try {
    for await (const row of parser as AsyncIterable<Row>) {
      if (told) row.info.lines++
      yield row
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const line = typeof error.lines === 'number' ? error.lines + (told ? 1 : 0) : null
    throw new UnreadableFile('not-csv', line)
  }
}

async function* slicesOf(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; ) {
    const end = endOfSlice(bytes, at)
    yield bytes.subarray(at, end)
    at = end
    await otherWork()
  }
}

/** Both halves of a Windows line end are counted: a slice is then the smaller. */
function endOfSlice(bytes: Buffer, begin: number): number {
  const last = Math.min(begin + SLICE_BYTES, bytes.length)
  let lines = 0
  let end = begin
  while (end < last && lines < SLICE_LINES) {
    const byte = bytes[end++]
    if (byte === LF || byte === CR) lines++
  }
  return end
}

/** The one that stands most often in the first line. */
function separatorOf(text: string): string {
  const heading = text.slice(0, text.search(/[\r\n]|$/))
  const often = (separator: string) => heading.split(separator).length
  return [';', ',', '\t'].reduce((a, b) => (often(b) > often(a) ? b : a))
}

function readHeading(cells: string[], kind: BulkKind): (BulkColumn | null)[] {
  if (cells.length > MOST_COLUMNS) throw new UnreadableFile('too-many-columns', 1, String(cells.length))
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
