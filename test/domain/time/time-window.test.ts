import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { describe, expect, test } from 'vitest'
import {
  addDaysToDate,
  addMonths,
  addMonthsToDate,
  clockOddity,
  compileWindow,
  isTimeZone,
  localDate,
  startOfDay,
  startOfYear,
  windowContains,
} from '../../../app/domain/time/time-window.ts'

const utc = (text: string) => Date.parse(text)
const compile = (start: string | null, end: string | null, timeZone = 'Europe/Berlin') =>
  compileWindow({ start, end, timeZone })

describe('a campaign window on the wall clock', () => {
  test('is half-open: the first moment is inside, the end is not', () => {
    const window = compile('2026-11-27T00:00', '2026-11-28T00:00')
    expect(window).toEqual({ from: utc('2026-11-26T23:00:00Z'), until: utc('2026-11-27T23:00:00Z') })
    expect(windowContains(window, window.from)).toBe(true)
    expect(windowContains(window, window.from - 1)).toBe(false)
    expect(windowContains(window, window.until - 1)).toBe(true)
    expect(windowContains(window, window.until)).toBe(false)
  })

  test('is open where no time is given', () => {
    expect(compile(null, null)).toEqual({ from: -Infinity, until: Infinity })
    expect(windowContains(compile(null, '2026-01-01T00:00'), utc('1999-01-01T00:00:00Z'))).toBe(true)
  })

  test('has 23 hours on the day the clocks go forward in Berlin', () => {
    const day = compile('2026-03-29T00:00', '2026-03-30T00:00')
    expect(day.until - day.from).toBe(23 * 3_600_000)
  })

  test('has 25 hours on the day the clocks go back in Berlin', () => {
    const day = compile('2026-10-25T00:00', '2026-10-26T00:00')
    expect(day.until - day.from).toBe(25 * 3_600_000)
  })

  test('starts and ends with the first instant after a gap when its time is skipped', () => {
    const gap = utc('2026-03-29T01:00:00Z')
    expect(compile('2026-03-29T02:30', null).from).toBe(gap)
    expect(compile('2026-03-29T02:00', null).from).toBe(gap)
    expect(compile(null, '2026-03-29T02:30').until).toBe(gap)
    expect(compile('2026-03-29T03:00', null).from).toBe(gap)
    expect(compile('2026-03-29T01:59', null).from).toBe(gap - 60_000)
  })

  test('is empty when it lies wholly inside a gap', () => {
    const window = compile('2026-03-29T02:10', '2026-03-29T02:50')
    expect(window.until).toBe(window.from)
    expect(windowContains(window, window.from)).toBe(false)
  })

  test('includes the whole repeated hour when an end of it is shown twice', () => {
    expect(compile('2026-10-25T02:30', null).from).toBe(utc('2026-10-25T00:30:00Z'))
    expect(compile(null, '2026-10-25T02:30').until).toBe(utc('2026-10-25T01:30:00Z'))
    const hour = compile('2026-10-25T02:00', '2026-10-25T03:00')
    expect(hour.until - hour.from).toBe(2 * 3_600_000)
  })

  test('from 02:00 to 02:30 in the repeated hour begins at the first 02:00 and ends at the second 02:30', () => {
    expect(compile('2026-10-25T02:00', '2026-10-25T02:30')).toEqual({
      from: utc('2026-10-25T00:00:00Z'),
      until: utc('2026-10-25T01:30:00Z'),
    })
  })

  test('can say whether the clock shows its start or end twice or never', () => {
    const odd = (wallClock: string, zone = 'Europe/Berlin') => clockOddity(wallClock, zone)
    const autumn = ['01:59', '02:00', '02:59', '03:00'].map((time) => odd(`2026-10-25T${time}`))
    expect(autumn).toEqual([null, 'twice', 'twice', null])
    const spring = ['01:59', '02:00', '02:59', '03:00'].map((time) => odd(`2026-03-29T${time}`))
    expect(spring).toEqual([null, 'never', 'never', null])
    expect(odd('2026-10-25T02:30', 'UTC')).toBeNull()
    expect(odd('2011-12-30T12:00', 'Pacific/Apia')).toBe('never')
    expect(() => odd('2026-02-30T10:00')).toThrow('2026-02-30T10:00')
  })

  test('knows the other rules of New York', () => {
    expect(compile('2026-03-08T02:30', null, 'America/New_York').from).toBe(utc('2026-03-08T07:00:00Z'))
    expect(compile('2026-11-01T01:30', null, 'America/New_York').from).toBe(utc('2026-11-01T05:30:00Z'))
    expect(compile(null, '2026-11-01T01:30', 'America/New_York').until).toBe(utc('2026-11-01T06:30:00Z'))
  })

  test('knows the quarter hours of Kathmandu', () => {
    expect(compile('2026-06-01T00:00', null, 'Asia/Kathmandu').from).toBe(utc('2026-05-31T18:15:00Z'))
    // On 1 January 1986 the clock went from 05:30 to 05:45 ahead: a quarter of an hour was skipped.
    expect(compile('1986-01-01T00:05', null, 'Asia/Kathmandu').from).toBe(utc('1985-12-31T18:30:00Z'))
  })

  test('survives the whole day that Apia skipped', () => {
    const skipped = utc('2011-12-30T10:00:00Z')
    expect(compile('2011-12-30T12:00', null, 'Pacific/Apia').from).toBe(skipped)
    expect(compile(null, '2011-12-30T23:59', 'Pacific/Apia').until).toBe(skipped)
    expect(compile('2011-12-31T00:00', null, 'Pacific/Apia').from).toBe(skipped)
  })

  test('contains every instant whose wall clock lies inside, in any zone', () => {
    const zones = [
      'Europe/Berlin',
      'America/New_York',
      'Asia/Kathmandu',
      'Pacific/Apia',
      'Australia/Lord_Howe',
    ]
    const minute = fc.integer({
      min: utc('2026-01-01T00:00Z') / 60_000,
      max: utc('2027-01-01T00:00Z') / 60_000,
    })
    const near = fc.integer({ min: -300, max: 300 })
    const text = (m: number) => new Date(m * 60_000).toISOString().slice(0, 16)
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        minute,
        fc.nat(3000),
        near,
        (timeZone, start, length, offset) => {
          const window = compileWindow({ start: text(start), end: text(start + length + 1), timeZone })
          const at = window.from + offset * 60_000
          const wall = Temporal.Instant.fromEpochMilliseconds(at)
            .toZonedDateTimeISO(timeZone)
            .toPlainDateTime()
          const shown = wall.toString({ smallestUnit: 'minute' })
          if (shown >= text(start) && shown < text(start + length + 1)) {
            expect(windowContains(window, at)).toBe(true)
          }
        },
      ),
      { numRuns: 400 },
    )
  })
})

describe('a time zone', () => {
  test('that does not exist is refused with an example', () => {
    expect(() => compile(null, null, 'Europe/Berlon')).toThrowError(
      '"Europe/Berlon" is not an IANA time zone like "Europe/Berlin"',
    )
  })

  test('must be a name, not an offset', () => {
    expect(isTimeZone('+02:00')).toBe(false)
    expect(isTimeZone('')).toBe(false)
    expect(isTimeZone('UTC')).toBe(true)
  })

  test('with a local time that does not exist in any calendar is refused', () => {
    expect(() => compile('2026-02-30T10:00', null)).toThrowError(/2026-02-30T10:00/)
  })
})

describe('months on the wall clock', () => {
  test('keep the time of day across a change of the clocks', () => {
    expect(addMonths(utc('2026-02-28T11:00:00Z'), 2, 'Europe/Berlin')).toBe(utc('2026-04-28T10:00:00Z'))
  })

  test('are clamped to the end of the month', () => {
    expect(addMonths(utc('2026-01-31T12:00:00Z'), 1, 'UTC')).toBe(utc('2026-02-28T12:00:00Z'))
    expect(addMonths(utc('2028-02-29T12:00:00Z'), 12, 'UTC')).toBe(utc('2029-02-28T12:00:00Z'))
    expect(addMonths(utc('2027-03-31T12:00:00Z'), -13, 'UTC')).toBe(utc('2026-02-28T12:00:00Z'))
    expect(addMonthsToDate('2026-01-31', 1)).toBe('2026-02-28')
  })

  test('agree with Temporal for any instant, also close to a change of the clocks', () => {
    const zones = ['Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Apia', 'America/Sao_Paulo']
    const changes = [
      '2026-03-29T01:00Z',
      '2026-10-25T01:00Z',
      '2026-03-08T07:00Z',
      '2011-12-30T10:00Z',
      '2018-11-04T03:00Z',
    ]
    const instant = fc.oneof(
      fc.integer({ min: utc('2005-01-01T00:00Z'), max: utc('2040-01-01T00:00Z') }),
      fc
        .tuple(fc.constantFrom(...changes), fc.integer({ min: -4 * 3_600_000, max: 4 * 3_600_000 }))
        .map(([c, d]) => utc(c) + d),
    )
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        instant,
        fc.integer({ min: -60, max: 60 }),
        (zone, at, months) => {
          const there = addMonths(at, months, zone)
          const temporal = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone)
          expect(there).toBe(temporal.add({ months }).epochMilliseconds)
          expect(startOfDay(at, zone)).toBe(temporal.startOfDay().epochMilliseconds)
          expect(startOfYear(at, zone)).toBe(
            temporal.with({ month: 1, day: 1 }).startOfDay().epochMilliseconds,
          )
          expect(localDate(at, zone)).toBe(temporal.toPlainDate().toString())
        },
      ),
      { numRuns: 2000 },
    )
  })

  test('a day that has no midnight starts with its first instant', () => {
    // In São Paulo 4 November 2018 began at 01:00.
    expect(startOfDay(utc('2018-11-04T15:00:00Z'), 'America/Sao_Paulo')).toBe(utc('2018-11-04T03:00:00Z'))
  })

  test('days of the calendar know nothing of clocks', () => {
    expect(addDaysToDate('2026-03-30', -1)).toBe('2026-03-29')
    expect(addDaysToDate('2026-12-31', 1)).toBe('2027-01-01')
  })
})
