import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'
import { coded } from '../document/document-fields.ts'
import { DomainError } from '../text/errors.ts'

/**
 * Wall clocks and instants. Merchants think in their shop's wall clock, the rules compare instants (epoch
 * milliseconds, UTC). Everything about time zones happens here.
 */

export const DAY_MS = 86_400_000

/** "2026-11-27T00:00" on the shop's wall clock. */
const wallClock = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/, 'a local time like "2026-11-27T00:00"')

/** A merchant's window as it stands in the program document. */
export const timeWindow = z
  .object({
    /** First moment inside; null: open. */
    start: wallClock.nullable(),
    /** First moment outside (half-open); null: open. */
    end: wallClock.nullable(),
    /** IANA zone in which the merchant meant the times. */
    timeZone: z.string().min(1),
  })
  .refine(
    (w) => !w.start || !w.end || w.start < w.end,
    coded('end-before-start', 'the end must be after the start'),
  )
export type TimeWindow = z.infer<typeof timeWindow>

/** A half-open span of instants: `from` is inside, `until` is not. */
export interface InstantWindow {
  from: number
  until: number
}

/** True for names like "Europe/Berlin" and "UTC"; fixed offsets ("+02:00") are no zones. */
export function isTimeZone(zone: string): boolean {
  if (!/^[A-Za-z]/.test(zone)) return false
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone)
    return true
  } catch {
    return false
  }
}

/** @throws DomainError invalid-program when the zone is not known */
export function assertTimeZone(zone: string): void {
  if (isTimeZone(zone)) return
  throw new DomainError('invalid-program', `"${zone}" is not an IANA time zone like "Europe/Berlin"`, {
    value: zone,
    example: 'Europe/Berlin',
  })
}

/**
 * A merchant's window as instants. Where the clocks are changed the window never gets smaller than what the
 * wall clock says:
 * - a time that the clock skips (spring) means the first instant after the gap, for start and end alike;
 * - a time that the clock shows twice (autumn) means its first showing as a start and its second showing as an
 *   end, so that the repeated hour lies inside as a whole. Two windows that touch exactly there share that hour.
 * @throws DomainError invalid-program when zone or wall clock cannot be read
 */
export function compileWindow(window: TimeWindow): InstantWindow {
  assertTimeZone(window.timeZone)
  return {
    from: window.start === null ? -Infinity : wallClockToInstant(window.start, window.timeZone, 'earlier'),
    until: window.end === null ? Infinity : wallClockToInstant(window.end, window.timeZone, 'later'),
  }
}

export function windowContains(window: InstantWindow, at: number): boolean {
  return at >= window.from && at < window.until
}

/**
 * What is odd about a local time where the clocks are changed: "twice", the clock shows it two times; "never", it
 * skips it. Null: the clock shows it once, as nearly always.
 * @throws DomainError invalid-program when the wall clock cannot be read
 */
export function clockOddity(wallClock: string, zone: string): 'twice' | 'never' | null {
  const plain = readWallClock(wallClock)
  const [first, last] = (['earlier', 'later'] as const).map((disambiguation) =>
    plain.toZonedDateTime(zone, { disambiguation }),
  ) as [Temporal.ZonedDateTime, Temporal.ZonedDateTime]
  if (first.epochMilliseconds === last.epochMilliseconds) return null
  return first.toPlainDateTime().equals(plain) ? 'twice' : 'never'
}

/** The instant at which a clock in `zone` shows `wallClock`; `repeated` picks one of two showings. */
function wallClockToInstant(wallClock: string, zone: string, repeated: 'earlier' | 'later'): number {
  const plain = readWallClock(wallClock)
  const chosen = plain.toZonedDateTime(zone, { disambiguation: repeated })
  if (chosen.toPlainDateTime().equals(plain)) return chosen.epochMilliseconds
  // In a gap "earlier" lies before it: the next change of the clock is the gap itself.
  const before = plain.toZonedDateTime(zone, { disambiguation: 'earlier' })
  return before.getTimeZoneTransition('next')?.epochMilliseconds ?? chosen.epochMilliseconds
}

function readWallClock(wallClock: string): Temporal.PlainDateTime {
  try {
    return Temporal.PlainDateTime.from(wallClock)
  } catch {
    throw new DomainError('invalid-program', `"${wallClock}" is not a local time like "2026-11-27T00:00"`, {
      value: wallClock,
      example: '2026-11-27T00:00',
    })
  }
}

/**
 * The same wall clock some months later (or earlier, if negative), on the last day of the month when the day
 * does not exist there: 31 January + 1 month is 28 or 29 February. In a DST gap the clock moves on by the gap,
 * in an overlap it is the first showing (Temporal's "compatible").
 */
export function addMonths(epochMs: number, months: number, zone: string): number {
  const local = epochMs + offsetSpan(epochMs, zone).offset
  const date = new Date(local)
  const month = date.getUTCFullYear() * 12 + date.getUTCMonth() + months
  const day = Math.min(date.getUTCDate(), daysInMonth(Math.floor(month / 12), modulo(month, 12)))
  const shifted = utc(Math.floor(month / 12), modulo(month, 12), day) + modulo(local, DAY_MS)
  return (
    localToInstant(shifted, zone) ??
    Temporal.Instant.fromEpochMilliseconds(epochMs).toZonedDateTimeISO(zone).add({ months }).epochMilliseconds
  )
}

/** The first instant of the calendar year in which `epochMs` lies. */
export function startOfYear(epochMs: number, zone: string): number {
  const year = new Date(epochMs + offsetSpan(epochMs, zone).offset).getUTCFullYear()
  return (
    localToInstant(utc(year, 0, 1), zone) ??
    Temporal.PlainDate.from({ year, month: 1, day: 1 }).toZonedDateTime(zone).startOfDay().epochMilliseconds
  )
}

/** The first instant of the local day in which `epochMs` lies (not always midnight: some zones skip it). */
export function startOfDay(epochMs: number, zone: string): number {
  const local = epochMs + offsetSpan(epochMs, zone).offset
  return (
    localToInstant(local - modulo(local, DAY_MS), zone) ??
    Temporal.Instant.fromEpochMilliseconds(epochMs).toZonedDateTimeISO(zone).startOfDay().epochMilliseconds
  )
}

/** The first instant of a calendar date in the zone. */
export function startOfDate(date: string, zone: string): number {
  return Temporal.PlainDate.from(date).toZonedDateTime(zone).startOfDay().epochMilliseconds
}

/** The local calendar date, "2026-11-27". */
export function localDate(epochMs: number, zone: string): string {
  return isoDate(epochMs + offsetSpan(epochMs, zone).offset)
}

/** `addMonthsToDate("2026-01-31", 1)` is "2026-02-28". */
export function addMonthsToDate(date: string, months: number): string {
  return Temporal.PlainDate.from(date).add({ months }).toString()
}

/** `addDaysToDate("2026-03-01", -1)` is "2026-02-28". */
export function addDaysToDate(date: string, days: number): string {
  return isoDate(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS)
}

/*
 * Temporal takes about 10 µs for one calculation, the batch path asks for a window's start with every order.
 * Between two changes of a zone's clock its offset is constant, so these spans are kept, and far from their
 * ends plain arithmetic gives the same answer. Near an end the functions above ask Temporal.
 */
interface OffsetSpan {
  from: number
  until: number
  /** Local time minus UTC, ms. */
  offset: number
}

const spansByZone = new Map<string, OffsetSpan[]>()
const FAR = 2 * DAY_MS

function offsetSpan(at: number, zone: string): OffsetSpan {
  let spans = spansByZone.get(zone)
  if (spans) {
    for (const span of spans) if (at >= span.from && at < span.until) return span
  } else {
    assertTimeZone(zone)
    spans = []
    spansByZone.set(zone, spans)
  }
  const here = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone)
  const next = here.getTimeZoneTransition('next')?.epochMilliseconds ?? Infinity
  // "previous" means strictly before: one step further finds a change at this very instant.
  const previous =
    here.add({ milliseconds: 1 }).getTimeZoneTransition('previous')?.epochMilliseconds ?? -Infinity
  const span = { from: previous, until: next, offset: here.offsetNanoseconds / 1_000_000 }
  spans.push(span)
  // The newest first: most questions are about the present.
  spans.sort((a, b) => b.from - a.from)
  return span
}

/** The instant of a local time, or null when a change of the clock is too near to be sure. */
function localToInstant(local: number, zone: string): number | null {
  const span = offsetSpan(local, zone)
  const instant = local - span.offset
  return local - span.from > FAR && span.until - local > FAR ? instant : null
}

function modulo(a: number, b: number): number {
  return ((a % b) + b) % b
}

function utc(year: number, month: number, day: number): number {
  return Date.UTC(year, month, day)
}

function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
}

function isoDate(localMs: number): string {
  return new Date(localMs).toISOString().slice(0, 10)
}

/** True for "2026-02-28T12:00", false for "2026-02-30T12:00". */
export function isCalendarTime(wallClock: string): boolean {
  const ms = Date.parse(`${wallClock}:00Z`)
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(wallClock)
}
