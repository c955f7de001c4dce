import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { expiresOn, lapsesOn } from '../../../app/domain/expiry/expiry.ts'
import type { ExpiryRule } from '../../../app/domain/expiry/expiry-rule.ts'
import { changeEffects, expiryEffects, otherTerms } from '../../../app/domain/program/change-effect.ts'
import type { RewardOf } from '../../../app/domain/rewards/kinds.ts'
import { testProgram } from '../../support/program.ts'
import { campaign, DAY, PLACED } from '../support.ts'

const months = fc.integer({ min: 1, max: 24 })
const warnDays = fc.integer({ min: 1, max: 27 })
const rule: fc.Arbitrary<ExpiryRule> = fc.oneof(
  fc.constant({ kind: 'never' as const }),
  fc.record({ kind: fc.constant('after-earning' as const), months, warnDays }),
  fc.record({
    kind: fc.constant('after-inactivity' as const),
    months,
    warnDays,
    actions: fc.subarray(['order' as const, 'redemption' as const], { minLength: 1 }),
  }),
)

describe('what is said of points that are collected already', () => {
  test('PR2: is what becomes of them', () => {
    const lots = fc.record({
      before: rule,
      given: rule,
      after: rule,
      active: fc.integer({ min: 0, max: 400 }),
    })
    fc.assert(
      fc.property(lots, ({ before, given, after, active }) => {
        // The lot may be from an older version than the one that is live.
        const lot = { earnedAt: PLACED, expiresOn: expiresOn(given, PLACED, 'Europe/Berlin') }
        const activeAt = PLACED + active * DAY
        const day = (by: ExpiryRule) => lapsesOn(by, lot, activeAt, 'Europe/Berlin')
        const effects = expiryEffects(before, after)
        if (effects.includes('never')) expect(day(after)).toBeNull()
        if (effects.includes('undated')) expect(day(after)).toBe(lot.expiresOn)
        if (effects.includes('dated'))
          expect([day(before), day(after)]).toEqual([lot.expiresOn, lot.expiresOn])
        if (effects.includes('inactivity')) {
          expect(day(after)).not.toBeNull()
          expect((day(after) as string) >= (lot.expiresOn ?? '')).toBe(true)
        }
        // Where nothing but the announcement is told, nothing else changes.
        if (effects.every((effect) => effect === 'warning')) expect(day(after)).toBe(day(before))
      }),
    )
  })

  test.each<[string, ExpiryRule, ExpiryRule, string[]]>([
    ['nothing', { kind: 'never' }, { kind: 'never' }, []],
    [
      'only the announcement',
      { kind: 'after-earning', months: 12, warnDays: 30 },
      { kind: 'after-earning', months: 12, warnDays: 14 },
      ['warning'],
    ],
    [
      'the same ahead',
      { kind: 'after-earning', months: 12, warnDays: 30 },
      { kind: 'after-earning', months: 6, warnDays: 30 },
      ['dated'],
    ],
    [
      'from never',
      { kind: 'never' },
      { kind: 'after-earning', months: 6, warnDays: 30 },
      ['undated', 'warning'],
    ],
  ])('PR2: %s', (_, before, after, effects) => {
    expect(expiryEffects(before, after)).toEqual(effects)
  })
})

const NOW = Date.parse('2026-07-01T00:00:00Z')
const until = (end: string) => ({ window: { start: null, end, timeZone: 'Europe/Berlin' } })

describe('what a change means for orders to come', () => {
  test('PR2: campaigns that are over are no matter, neither taken out nor kept', () => {
    const before = testProgram({ campaigns: [campaign('a', '2', until('2026-06-01T00:00'))] })
    expect(changeEffects(before, testProgram(), NOW)).toEqual([])
    expect(changeEffects(testProgram(), before, NOW)).toEqual([])
    const open = testProgram({ campaigns: [campaign('a', '2')] })
    expect(changeEffects(open, before, NOW)).toEqual(['campaignsGone'])
    expect(changeEffects(before, open, NOW)).toEqual(['campaigns'])
  })

  test('PR2: how campaigns meet matters where there are two', () => {
    const two = { campaigns: [campaign('a', '2'), campaign('b', '2')] }
    expect(changeEffects(testProgram(two), testProgram({ ...two, stacking: 'add' }), NOW)).toEqual([
      'stacking',
    ])
    expect(changeEffects(testProgram(), testProgram({ stacking: 'add' }), NOW)).toEqual([])
  })

  test('PR2: a name or a price is no other term of a reward', () => {
    const [reward] = testProgram().rewards as [RewardOf<'amount-off'>]
    expect(otherTerms(reward, { ...reward, cost: 1, name: { de: 'Anders' } })).toBe(false)
    expect(otherTerms(reward, { ...reward, validDays: 31 })).toBe(true)
  })
})
