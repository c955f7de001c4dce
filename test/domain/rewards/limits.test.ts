import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Limits,
  limitRefusal,
  limitTexts,
  NO_LIMITS,
  type Period,
  periodAt,
  refusalText,
} from '../../../app/domain/rewards/limits.ts'
import { wording } from '../../../app/wording.ts'

const BERLIN = 'Europe/Berlin'
const at = (text: string) => Date.parse(text)
const NOW = at('2026-12-10T12:00:00+01:00')
const asking = { taken: [] as number[], hasOrder: false, soldOut: false, now: NOW, timeZone: BERLIN }
const limited = (change: Partial<Limits>) => ({ oncePerMember: false, limits: { ...NO_LIMITS, ...change } })
const words = (locale: 'de' | 'en') => wording(locale, { timeZone: BERLIN, currency: 'EUR' })

describe('a calendar period', () => {
  test.each<[Exclude<Period, 'ever'>, string, string]>([
    ['day', '2026-12-10T00:00:00+01:00', '2026-12-11T00:00:00+01:00'],
    ['week', '2026-12-07T00:00:00+01:00', '2026-12-14T00:00:00+01:00'],
    ['month', '2026-12-01T00:00:00+01:00', '2027-01-01T00:00:00+01:00'],
    ['year', '2026-01-01T00:00:00+01:00', '2027-01-01T00:00:00+01:00'],
  ])('is a %s of the shop’s own clock', (per, from, until) => {
    expect(periodAt(per, NOW, BERLIN)).toEqual({ from: at(from), until: at(until) })
    // A moment later it is another one, and the same moment another one elsewhere.
    expect(periodAt(per, at(until), BERLIN).from).toBe(at(until))
    expect(periodAt(per, at(until) - 1, BERLIN).from).toBe(at(from))
  })

  test('holds its moment, ends where the next one begins, wherever clocks are changed', () => {
    const zones = fc.constantFrom(
      'Pacific/Auckland',
      'America/Santiago',
      'Asia/Kathmandu',
      'Africa/Cairo',
      'UTC',
    )
    const periods = fc.constantFrom<Period>('day', 'week', 'month', 'year')
    const moment = fc.integer({ min: at('2024-01-01'), max: at('2031-01-01') })
    fc.assert(
      fc.property(moment, zones, periods, (now, zone, per) => {
        const { from, until } = periodAt(per, now, zone)
        expect(from <= now && now < until).toBe(true)
        expect(periodAt(per, until, zone).from).toBe(until)
        expect(periodAt(per, from, zone)).toEqual({ from, until })
      }),
    )
  })
})

describe('the limits of a reward', () => {
  test('are none where it says nothing of them', () => {
    const much = { ...asking, taken: [NOW, NOW], hasOrder: true, soldOut: true }
    expect(limitRefusal({ oncePerMember: false }, much)).toBeNull()
    expect(limitRefusal(limited({}), much)).toBeNull()
    expect(limitTexts({ oncePerMember: false }, words('de'))).toEqual([])
  })

  test('so often in a period, again from the next one on', () => {
    const twice = limited({ perMember: { times: 2, per: 'month' } })
    const before = at('2026-11-30T23:59:59+01:00')
    const within = at('2026-12-01T00:00:00+01:00')
    expect(limitRefusal(twice, { ...asking, taken: [before, before, within] })).toBeNull()
    const refused = limitRefusal(twice, { ...asking, taken: [within, NOW] })
    expect(refused).toEqual({ reason: 'limit', opensAt: at('2027-01-01T00:00:00+01:00') })
    expect(refused && refusalText(refused, words('de'))).toBe('Schon eingelöst. Wieder ab 1. Januar 2027.')
    expect(refused && refusalText(refused, words('en'))).toBe('Already redeemed. Again from January 1, 2027.')
  })

  test('are told by what lasts longest', () => {
    const offered = { start: '2026-12-11T00:00', end: '2026-12-24T00:00', timeZone: BERLIN }
    const early = limitRefusal(limited({ offered, stock: 3 }), asking)
    expect(early).toEqual({ reason: 'early', opensAt: at('2026-12-11T00:00:00+01:00') })
    expect(early && refusalText(early, words('de'))).toBe('Ab 11. Dezember 2026.')
    const reason = (change: Partial<Limits>, more: Partial<typeof asking>) =>
      limitRefusal(limited(change), { ...asking, ...more })?.reason
    expect(reason({ offered, stock: 3 }, { soldOut: true })).toBe('sold-out')
    expect(reason({ offered }, { now: at('2026-12-24T00:00:00+01:00') })).toBe('over')
    expect(reason({ offered }, { now: at('2026-12-23T23:59:59+01:00') })).toBeUndefined()
    expect(reason({ firstOrder: true }, { hasOrder: true })).toBe('first-order')
    expect(reason({ firstOrder: true }, {})).toBeUndefined()
    // A period that begins after the offer’s end opens nothing again.
    const once = { perMember: { times: 1, per: 'month' as const }, offered: { ...offered, start: null } }
    expect(limitRefusal(limited(once), { ...asking, taken: [NOW] })).toEqual({
      reason: 'limit',
      opensAt: null,
    })
  })

  test('stand in words where the reward is described', () => {
    const reward = limited({
      perMember: { times: 2, per: 'week' },
      stock: 1_000,
      offered: { start: '2026-12-01T00:00', end: '2027-01-01T00:00', timeZone: BERLIN },
      firstOrder: true,
    })
    expect(limitTexts(reward, words('de'))).toEqual([
      '2-mal in der Woche je Mitglied',
      'insgesamt 1.000-mal',
      'ab 1. Dezember 2026',
      'bis 31. Dezember 2026',
      'nur vor der ersten Bestellung',
    ])
    expect(limitTexts({ oncePerMember: true }, words('en'))).toEqual(['once per member'])
  })
})
