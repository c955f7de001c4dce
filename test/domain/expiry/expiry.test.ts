import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  dayThatHolds,
  expiresOn,
  expiresOnByInactivity,
  hasLapsed,
  lapsesOn,
  lastActive,
  lifeOfGiven,
  mayLapse,
  type OpenWarning,
  upcomingLapses,
  validUntil,
  warnsOn,
} from '../../../app/domain/expiry/expiry.ts'
import { type ExpiryRule, expiryRule } from '../../../app/domain/expiry/expiry-rule.ts'
import { addDaysToDate, localDate } from '../../../app/domain/time/time-window.ts'

const utc = (text: string) => Date.parse(text)
const earning: ExpiryRule = { kind: 'after-earning', months: 12, warnDays: 30 }
const inactivity: ExpiryRule = { kind: 'after-inactivity', months: 6, warnDays: 14, actions: ['order'] }

describe('the last valid day of points', () => {
  test('is the day of earning some months later, on the calendar of the shop', () => {
    expect(expiresOn(earning, utc('2026-01-15T12:00:00Z'), 'Europe/Berlin')).toBe('2027-01-15')
    // 23:30 in London is already the next day in Berlin.
    expect(expiresOn(earning, utc('2026-01-15T23:30:00Z'), 'Europe/Berlin')).toBe('2027-01-16')
    expect(expiresOn(earning, utc('2026-01-15T23:30:00Z'), 'Europe/London')).toBe('2027-01-15')
  })

  test('is clamped to the end of a shorter month', () => {
    expect(expiresOn({ ...earning, months: 1 }, utc('2026-01-31T12:00:00Z'), 'UTC')).toBe('2026-02-28')
    expect(expiresOn(earning, utc('2028-02-29T12:00:00Z'), 'UTC')).toBe('2029-02-28')
  })

  test('depends on the last activity by the other rule', () => {
    expect(expiresOnByInactivity(inactivity, utc('2026-08-31T12:00:00Z'), 'UTC')).toBe('2027-02-28')
  })

  test('owner 2: is told of points that are given, by inactivity with its months', () => {
    const at = utc('2026-08-31T12:00:00Z')
    expect(lifeOfGiven(earning, at, 'UTC')).toEqual({ on: '2027-08-31', idleMonths: null })
    expect(lifeOfGiven(inactivity, at, 'UTC')).toEqual({ on: '2027-02-28', idleMonths: 6 })
    expect(lifeOfGiven({ kind: 'never' }, at, 'UTC')).toBeNull()
  })

  test('is none where the rule does not apply', () => {
    expect(expiresOn({ kind: 'never' }, 0, 'UTC')).toBeNull()
    expect(expiresOn(inactivity, 0, 'UTC')).toBeNull()
    expect(expiresOnByInactivity(earning, 0, 'UTC')).toBeNull()
  })

  test('is valid to its last moment in the zone of the shop', () => {
    expect(hasLapsed('2027-01-15', utc('2027-01-15T22:59:59Z'), 'Europe/Berlin')).toBe(false)
    expect(hasLapsed('2027-01-15', utc('2027-01-15T23:00:00Z'), 'Europe/Berlin')).toBe(true)
    expect(hasLapsed('2027-01-15', utc('2027-01-15T23:00:00Z'), 'America/New_York')).toBe(false)
  })
})

test('the warning is due some days before', () => {
  expect(warnsOn(earning, '2027-01-15')).toBe('2026-12-16')
  expect(warnsOn(inactivity, '2027-03-10')).toBe('2027-02-24')
  expect(warnsOn({ kind: 'never' }, '2027-01-15')).toBeNull()
})

const ZONES = [
  'Europe/Berlin',
  'America/Los_Angeles',
  'Pacific/Kiritimati',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
]
const zone = fc.constantFrom(...ZONES)
const instant = fc.integer({ min: utc('2025-01-01T00:00:00Z'), max: utc('2030-01-01T00:00:00Z') })
const DAY = 86_400_000
const NOTHING: Record<'order' | 'redemption' | 'adjustment', number | null> = {
  order: null,
  redemption: null,
  adjustment: null,
}

describe('a warning and its day', () => {
  test('from the sending to the lapse there are always the full days of warning, in any zone (invariant 13)', () => {
    fc.assert(
      fc.property(
        zone,
        instant,
        instant,
        fc.integer({ min: 1, max: 180 }),
        fc.integer({ min: 0, max: 400 }),
        (place, earnedAt, sentAt, warnDays, later) => {
          const day = expiresOn(earning, earnedAt, place) as string
          const told = validUntil(day, sentAt, warnDays, place)
          const now = sentAt + later * DAY
          const lapses = mayLapse({ sentAt, validUntil: told, warnDays }, now, place)
          if (lapses) {
            expect(localDate(now, place) > addDaysToDate(localDate(sentAt, place), warnDays)).toBe(true)
            expect(localDate(now, place) > day).toBe(true)
            // A day has 23 hours where the clocks change.
            expect(now - sentAt).toBeGreaterThan(warnDays * DAY - DAY / 24)
          }
          // And it does lapse once both are over.
          expect(lapses).toBe(localDate(now, place) > told)
        },
      ),
    )
  })

  test('an unsent warning lets nothing lapse, and one recorded with too early a day waits for the days', () => {
    const now = utc('2030-01-01T00:00:00Z')
    expect(mayLapse({ sentAt: null, validUntil: null, warnDays: 1 }, now, 'UTC')).toBe(false)
    for (const half of [
      { sentAt: null, validUntil: '2027-03-15' },
      { sentAt: utc('2027-01-01T00:00:00Z'), validUntil: null },
    ])
      expect(mayLapse({ ...half, warnDays: 1 }, now, 'UTC')).toBe(false)
    const early = { sentAt: utc('2027-03-10T12:00:00Z'), validUntil: '2027-03-15', warnDays: 30 }
    expect(mayLapse(early, utc('2027-04-09T23:59:59Z'), 'UTC')).toBe(false)
    expect(mayLapse(early, utc('2027-04-10T00:00:00Z'), 'UTC')).toBe(true)
  })
})

describe('the day of a lot', () => {
  test('by inactivity is never before months from the last action, from its own earning, or what was promised', () => {
    fc.assert(
      fc.property(
        zone,
        instant,
        fc.option(instant),
        fc.option(fc.constantFrom('2026-05-31', '2028-02-29')),
        (place, earnedAt, activeAt, expiresOnDay) => {
          const day = lapsesOn(inactivity, { earnedAt, expiresOn: expiresOnDay }, activeAt, place) as string
          expect(day >= (expiresOnByInactivity(inactivity, earnedAt, place) as string)).toBe(true)
          if (activeAt !== null)
            expect(day >= (expiresOnByInactivity(inactivity, activeAt, place) as string)).toBe(true)
          if (expiresOnDay !== null) expect(day >= expiresOnDay).toBe(true)
          expect(
            lapsesOn({ kind: 'never' }, { earnedAt, expiresOn: expiresOnDay }, activeAt, place),
          ).toBeNull()
          expect(lapsesOn(earning, { earnedAt, expiresOn: expiresOnDay }, activeAt, place)).toBe(expiresOnDay)
        },
      ),
    )
  })

  test('only the actions that the rule counts are activity; older documents count orders and redemptions', () => {
    const activity = { order: 10, redemption: 20, adjustment: 30 }
    expect(lastActive(inactivity, activity)).toBe(10)
    const old = expiryRule.parse({ kind: 'after-inactivity', months: 6, warnDays: 14 })
    expect(lastActive(old, activity)).toBe(20)
    expect(lastActive(old, NOTHING)).toBeNull()
  })
})

describe('what a member is told', () => {
  const warning = (more: Partial<OpenWarning>): OpenWarning => ({
    warningId: 1,
    kind: 'after-earning',
    lapsesOn: '2027-03-15',
    warnDays: 30,
    sentAt: null,
    validUntil: null,
    lots: [{ lotId: 7, earnedAt: 0, expiresOn: '2027-03-15', points: 70 }],
    ...more,
  })
  const told = (rule: ExpiryRule, warnings: OpenWarning[], activity = NOTHING) =>
    upcomingLapses(rule, warnings, activity, utc('2027-02-20T12:00:00Z'), 'Europe/Berlin')

  test('the nearest day first, with the days she still has if the news are late', () => {
    const sent = warning({ warningId: 2, sentAt: 1, validUntil: '2027-03-15' })
    expect(told(earning, [warning({}), sent])).toEqual([
      { on: '2027-03-15', points: 70, warningIds: [2] },
      { on: '2027-03-22', points: 70, warningIds: [1] },
    ])
  })

  test('every day once, in the order of the calendar, whatever the order of the warnings', () => {
    const days = ['2027-03-20', '2027-03-10', '2027-03-30', '2027-03-10', '2027-03-01']
    const warnings = days.map((day, i) => warning({ warningId: i, sentAt: 1, validUntil: day }))
    expect(told(earning, warnings)).toEqual([
      { on: '2027-03-01', points: 70, warningIds: [4] },
      { on: '2027-03-10', points: 140, warningIds: [1, 3] },
      { on: '2027-03-20', points: 70, warningIds: [0] },
      { on: '2027-03-30', points: 70, warningIds: [2] },
    ])
  })

  test('of each lot the day that holds: what she was told, else what she could be told today', () => {
    const lot = { lotId: 7, earnedAt: 0, expiresOn: '2027-03-15' }
    const day = (rule: ExpiryRule, warnings: OpenWarning[], of = lot, activity = NOTHING) =>
      dayThatHolds(rule, of, { warnings, activity }, utc('2027-02-20T12:00:00Z'), 'Europe/Berlin')
    expect(day(earning, [warning({ sentAt: 1, validUntil: '2027-03-15' })])).toBe('2027-03-15')
    expect(day(earning, [warning({ sentAt: 1, validUntil: '2027-03-18' })])).toBe('2027-03-18')
    expect(day(earning, [warning({})])).toBe('2027-03-22')
    expect(day(earning, [])).toBe('2027-03-22')
    // Of another lot; of a rule that is no longer; of a lot whose day has moved on since.
    expect(day(earning, [warning({ sentAt: 1, validUntil: '2027-03-15' })], { ...lot, lotId: 8 })).toBe(
      '2027-03-22',
    )
    expect(day(earning, [], { ...lot, expiresOn: '2027-12-31' })).toBe('2027-12-31')
    expect(day({ kind: 'never' }, [warning({})])).toBeNull()
    const order = utc('2027-02-19T12:00:00Z')
    const idle = warning({ kind: 'after-inactivity', sentAt: 1, validUntil: '2027-03-15' })
    expect(day(inactivity, [idle])).toBe('2027-03-15')
    expect(day(inactivity, [idle], lot, { ...NOTHING, order })).toBe(
      expiresOnByInactivity(inactivity, order, 'Europe/Berlin'),
    )
  })

  test('nothing of a warning that no longer holds', () => {
    expect(told({ kind: 'never' }, [warning({})])).toEqual([])
    expect(told(inactivity, [warning({})])).toEqual([])
    const idle = warning({
      kind: 'after-inactivity',
      lots: [{ lotId: 7, earnedAt: 0, expiresOn: null, points: 5 }],
    })
    expect(told(inactivity, [idle])).toHaveLength(1)
    expect(told(inactivity, [idle], { ...NOTHING, order: utc('2027-02-19T12:00:00Z') })).toEqual([])
  })
})
