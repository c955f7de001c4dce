import { describe, expect, test } from 'vitest'
import { expiresOn, expiresOnByInactivity, hasLapsed, warnsOn } from '../../app/domain/expiry.ts'
import type { ExpiryRule } from '../../app/domain/program.ts'

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
