import { expiresOn } from '../expiry/expiry.ts'
import type { ExpiryRule } from '../expiry/expiry-rule.ts'
import { type NumberLanguage, type NumberProblem, readTypedNumber } from '../text/typed-number.ts'
import { visiblePart } from '../text/visible-text.ts'
import { localDate, startOfDate } from '../time/time-window.ts'

/**
 * One line of a file that adjusts points or brings balances along: what its cells say, or what is wrong with them.
 * Pure; whether the customer exists is asked elsewhere.
 */
export type BulkKind = 'adjustment' | 'import'

/** The columns that a file can have. */
export const BULK_COLUMNS = ['customer', 'email', 'points', 'reason', 'earnedOn', 'expiresOn'] as const
export type BulkColumn = (typeof BULK_COLUMNS)[number]

export type BulkProblem =
  | 'customer-missing'
  | 'customer-id'
  | 'customer-id-rounded'
  | 'email-invalid'
  | 'points-missing'
  | 'points-whole'
  | 'points-ambiguous'
  | 'points-zero'
  | 'points-many'
  | 'points-above-zero'
  | 'reason-missing'
  | 'reason-long'
  | 'earned-missing'
  | 'date-invalid'
  | 'earned-future'
  | 'earned-early'
  | 'expires-over'
  | 'expires-before-earned'
  | 'earned-lapsed'
  | 'columns'
  // Known only after looking at the shop's customers and balances.
  | 'customer-unknown'
  | 'email-unknown'
  | 'customer-differs'
  | 'not-enough-points'
  | 'in-debt'
  // Of an undo.
  | 'spent'
  | 'undone-before'

export interface BulkLine {
  /** Shopify's id in digits; without it `email`. With both, both must lead to the same customer. */
  customerId: string | null
  /** Lower case. */
  email: string | null
  points: number
  reason: string | null
  /** ISO dates. */
  earnedOn: string | null
  expiresOn: string | null
}

export type CheckedLine = { ok: true; line: BulkLine } | { ok: false; problem: BulkProblem; value: string }

export interface BulkContext {
  kind: BulkKind
  /** Epoch milliseconds. */
  now: number
  zone: string
  /** Of who uploads the file: numbers are read as her forms read them. */
  language: NumberLanguage
  /** What applies to points that carry no last day of their own; null while nothing is published. */
  expiry: ExpiryRule | null
}

/** More than this on one line is a slip of the keyboard. */
export const LARGEST_BULK_POINTS = 1_000_000
/** What a file's column of points takes; the sign is read apart from it. */
export const BULK_POINTS = { min: 0, max: LARGEST_BULK_POINTS, decimals: 0 }
/** RFC 5321, 4.5.3.1. */
const LONGEST_ADDRESS = 254
const LONGEST_REASON = 200
const EARLIEST = '2000-01-01'

/** No cell that says something is so long; the rest of a longer one is not looked at. */
const LONGEST_CELL = 2_000

export type Cells = Partial<Record<BulkColumn, string>>

/** @param cells as the file has them, by column; an absent or empty cell says nothing */
export function checkBulkLine(cells: Cells, context: BulkContext): CheckedLine {
  const text = (column: BulkColumn) => (cells[column] ?? '').slice(0, LONGEST_CELL).trim()
  const holder = readHolder(text('customer'), text('email'))
  if ('problem' in holder) return wrong(holder.problem, holder.value)
  const points = readPoints(text('points'), context)
  if (typeof points !== 'number') return wrong(points, text('points'))
  const reason = text('reason')
  if (context.kind === 'adjustment' && visiblePart(reason).length < 3) return wrong('reason-missing', reason)
  if (reason.length > LONGEST_REASON) return wrong('reason-long', reason)
  const line = {
    ...holder,
    points,
    reason: visiblePart(reason) === '' ? null : reason,
    earnedOn: null,
    expiresOn: null,
  }
  return context.kind === 'adjustment'
    ? { ok: true, line }
    : readDates(line, text('earnedOn'), text('expiresOn'), context)
}

function readHolder(
  customer: string,
  email: string,
): Pick<BulkLine, 'customerId' | 'email'> | { problem: BulkProblem; value: string } {
  // Shopify's own export puts an apostrophe before the id, so that Excel leaves it alone.
  const id = customer.replace(/^'/, '').replace(/^gid:\/\/shopify\/Customer\//, '')
  if (id !== '') {
    if (/^\d([.,]\d+)?E\+?\d+$/i.test(id)) return { problem: 'customer-id-rounded', value: customer }
    if (!/^[1-9]\d{0,17}$/.test(id)) return { problem: 'customer-id', value: customer }
  }
  if (id === '' && email === '') return { problem: 'customer-missing', value: '' }
  if (email !== '' && !isAddress(email)) return { problem: 'email-invalid', value: email }
  return { customerId: id || null, email: email.toLowerCase() || null }
}

/** Something before and behind one @, with a dot between others behind it. What could leave a search term is none. */
function isAddress(text: string): boolean {
  if (text.length > LONGEST_ADDRESS || /[\s"\\]/.test(text)) return false
  const [name, domain, more] = text.split('@', 3)
  if (!name || !domain || more !== undefined) return false
  const dot = domain.indexOf('.', 1)
  return dot > 0 && dot < domain.length - 1
}

/** Whole points by the marks of the uploader's language: what could be another number in the other one is refused. */
function readPoints(text: string, { kind, language }: BulkContext): number | BulkProblem {
  if (text === '') return 'points-missing'
  const negative = /^[-−–]\d/u.test(text)
  const read = readTypedNumber(text.replace(/^[-−–+](?=\d)/u, ''), language, BULK_POINTS)
  if (read.kind !== 'number')
    return read.kind === 'problem' ? POINTS_PROBLEMS[read.problem.code] : 'points-whole'
  const points = negative ? -Number(read.decimal) : Number(read.decimal)
  if (points === 0) return 'points-zero'
  if (kind === 'import' && points < 0) return 'points-above-zero'
  return points
}

const POINTS_PROBLEMS: Record<NumberProblem['code'], BulkProblem> = {
  unreadable: 'points-whole',
  'not-whole': 'points-whole',
  'too-many-decimals': 'points-whole',
  // A second sign.
  'too-small': 'points-whole',
  'too-large': 'points-many',
  ambiguous: 'points-ambiguous',
}

function readDates(line: BulkLine, earned: string, expires: string, context: BulkContext): CheckedLine {
  const { now, zone, expiry } = context
  const today = localDate(now, zone)
  if (earned === '') return wrong('earned-missing', '')
  const earnedOn = readDate(earned)
  if (earnedOn === null) return wrong('date-invalid', earned)
  if (earnedOn > today) return wrong('earned-future', earned)
  if (earnedOn < EARLIEST) return wrong('earned-early', earned)
  if (expires === '') {
    const byRule = expiry && expiresOn(expiry, startOfDate(earnedOn, zone), zone)
    if (byRule !== null && byRule < today) return wrong('earned-lapsed', earned)
    return { ok: true, line: { ...line, earnedOn } }
  }
  const last = readDate(expires)
  if (last === null) return wrong('date-invalid', expires)
  if (last < earnedOn) return wrong('expires-before-earned', expires)
  if (last < today) return wrong('expires-over', expires)
  return { ok: true, line: { ...line, earnedOn, expiresOn: last } }
}

/**
 * The last valid day that the program gives to points of a line that names none; null: none, or the line takes points
 * away. What a file adjusts is earned now.
 */
export function givenDay(
  { points, earnedOn }: { points: number | null; earnedOn: string | null },
  { expiry, zone, now }: Pick<BulkContext, 'expiry' | 'zone' | 'now'>,
): string | null {
  if (expiry === null || points === null || points <= 0) return null
  return expiresOn(expiry, earnedOn === null ? now : startOfDate(earnedOn, zone), zone)
}

/** "2026-12-31", "31.12.2026" or "1.5.2026"; with slashes nobody knows which is the month. */
export function readDate(text: string): string | null {
  const german = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(text)
  const iso = german
    ? `${german[3]}-${german[2]?.padStart(2, '0')}-${german[1]?.padStart(2, '0')}`
    : /^(\d{4}-\d{2}-\d{2})(T.*)?$/.exec(text)?.[1]
  if (iso === undefined) return null
  const at = new Date(`${iso}T00:00:00Z`)
  return !Number.isNaN(+at) && at.toISOString().startsWith(iso) ? iso : null
}

function wrong(problem: BulkProblem, value: string): CheckedLine {
  return { ok: false, problem, value: value.slice(0, 60).toWellFormed() }
}
