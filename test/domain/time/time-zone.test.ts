import { Temporal } from 'temporal-polyfill'
import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  addMonths,
  assertTimeZone,
  compileWindow,
  isTimeZone,
  localDate,
  startOfDate,
  startOfDay,
  startOfYear,
} from '../../../app/domain/time/time-window.ts'

const utc = (text: string) => Date.parse(text)
const MINUTE = 60_000

describe('the name of a zone', () => {
  test.each(['Europe/Berlin', 'UTC', 'Asia/Kathmandu', 'europe/berlin'])('%s is one', (zone) => {
    expect(isTimeZone(zone)).toBe(true)
  })

  test.each(['', '+02:00', 'Europe/Berlon', 'Berlin Europe', '2026-01-01T00:00Z', '[UTC]'])(
    '%j is none',
    (zone) => {
      expect(isTimeZone(zone)).toBe(false)
    },
  )

  test('that does not exist is refused with what it was and an example, wherever it is used', () => {
    const refusal = expect.objectContaining({
      name: 'DomainError',
      code: 'invalid-program',
      details: { value: 'Europe/Berlon', example: 'Europe/Berlin' },
    })
    expect(() => assertTimeZone('Europe/Berlon')).toThrow(refusal)
    expect(() => localDate(0, 'Europe/Berlon')).toThrow(refusal)
    expect(() => compileWindow({ start: null, end: null, timeZone: 'Europe/Berlon' })).toThrow(refusal)
  })

  test('does not save a local time that no calendar has', () => {
    expect(() => compileWindow({ start: '2026-02-30T10:00', end: null, timeZone: 'UTC' })).toThrow(
      expect.objectContaining({
        code: 'invalid-program',
        message: '"2026-02-30T10:00" is not a local time like "2026-11-27T00:00"',
        details: { value: '2026-02-30T10:00', example: '2026-11-27T00:00' },
      }),
    )
  })
})

describe('the very moment at which the clocks change', () => {
  test('belongs to the time after it, whatever was asked before', () => {
    // At 02:00 UTC on 18 February 2018 midnight became eleven in the evening again in São Paulo.
    const change = utc('2018-02-18T02:00:00Z')
    for (const ask of [
      [-MINUTE, '2018-02-17'],
      [0, '2018-02-17'],
      [-1, '2018-02-17'],
      [60 * MINUTE - 1, '2018-02-17'],
      [60 * MINUTE, '2018-02-18'],
    ] as const)
      expect(localDate(change + ask[0], 'America/Sao_Paulo')).toBe(ask[1])
  })

  test('is the start of a day that has no midnight', () => {
    expect(startOfDate('2018-11-04', 'America/Sao_Paulo')).toBe(utc('2018-11-04T03:00:00Z'))
    expect(startOfDate('2026-11-27', 'Europe/Berlin')).toBe(utc('2026-11-26T23:00:00Z'))
  })
})

describe('the batch path asks for dates with every order', () => {
  afterEach(() => {
    vi.restoreAllMocks()
  })

  test.each(['Europe/Vienna', 'America/Chicago', 'Asia/Tokyo', 'Etc/UTC'])(
    'and a zone is looked up once between two changes of its clocks: %s',
    (zone) => {
      const asked = vi.spyOn(Temporal.Instant, 'fromEpochMilliseconds')
      const summer = utc('2026-07-01T12:00:00Z')
      localDate(summer, zone)
      const once = asked.mock.calls.length
      expect(once).toBeGreaterThan(0)
      for (let i = 0; i < 50; i++) {
        localDate(summer + i * 3_600_000, zone)
        startOfDay(summer + i * 3_600_000, zone)
        addMonths(summer + i * 3_600_000, 1, zone)
      }
      expect(asked.mock.calls.length).toBe(once)
      startOfYear(summer, zone)
      expect(asked.mock.calls.length).toBeLessThanOrEqual(once + 1)
    },
  )
})
