import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Campaign } from '../../../app/domain/earning/campaigns.ts'
import { evaluateOrder } from '../../../app/domain/earning/evaluate-order.ts'
import { compileProgram } from '../../../app/domain/program/compiled-program.ts'
import {
  isCountable,
  MOST_POINTS_OF_ORDER,
  MOST_POINTS_PER_UNIT,
  tooSteep,
} from '../../../app/domain/program/countable.ts'
import type { Program } from '../../../app/domain/program/program.ts'
import { validateProgram } from '../../../app/domain/program/validate-program.ts'
import { campaign, compiled, document, earning, line, order, PLACED } from '../support.ts'

const hundred = (more: (i: number) => Partial<Campaign>, multiplier = '100') =>
  Array.from({ length: 100 }, (_, i) => campaign(`c${i}`, multiplier, more(i)))

const window = (start: string | null, end: string | null) => ({ start, end, timeZone: 'Europe/Berlin' })

const tiers = (...multipliers: string[]): Program['tiers'] => ({
  ...document().tiers,
  levels: multipliers.map((multiplier, i) => ({
    id: `t${i}`,
    name: { de: `Stufe ${i}` },
    threshold: String(i),
    multiplier,
  })),
})

describe('A program whose points could never be counted', () => {
  test('PR1: is refused with what it would give, of what, and what is allowed', () => {
    const wild = document({ campaigns: hundred(() => ({})), stacking: 'multiply', tiers: tiers('1', '3') })
    expect(validateProgram(wild)).toMatchObject({
      ok: false,
      issues: [
        {
          path: 'stacking',
          code: 'too-many-points',
          values: { rate: 1, tier: 3, maximum: MOST_POINTS_PER_UNIT },
        },
      ],
    })
    expect(validateProgram({ ...wild, stacking: 'highest' }).ok).toBe(true)
    expect(validateProgram({ ...wild, stacking: 'add' }).ok).toBe(true)
  })

  test('PR1: is refused for the points of a unit where no campaigns make it', () => {
    const rate = document({ earning: earning({ pointsPerUnit: '10000' }), tiers: tiers('100') })
    expect(tooSteep(rate)).toBeNull()
    const one = { ...rate, campaigns: [campaign('a', '1.01')] }
    expect(validateProgram(one)).toMatchObject({ ok: false, issues: [{ code: 'too-many-points' }] })
  })

  test.each<[string, (i: number) => Partial<Campaign>]>([
    [
      'one after the other',
      (i) => ({
        window: window(
          `20${10 + (i % 90)}-01-0${i < 90 ? 1 : 3}T00:00`,
          `20${10 + (i % 90)}-01-0${i < 90 ? 2 : 4}T00:00`,
        ),
      }),
    ],
    ['for one product each', (i) => ({ scope: { kind: 'products', ids: [String(i + 1)] } })],
  ])('PR1: campaigns that never meet are no reason: %s', (_, more) => {
    expect(validateProgram(document({ campaigns: hundred(more), stacking: 'multiply' }))).toMatchObject({
      ok: true,
    })
  })

  test('PR1: campaigns of different tiers never meet either', () => {
    const levels = tiers(...Array.from({ length: 20 }, () => '1'))
    const campaigns = levels.levels.map(({ id }) => campaign(id, '100', { tiers: [id] }))
    expect(tooSteep(document({ campaigns, stacking: 'multiply', tiers: levels }))).toBeNull()
  })

  test('PR1: a hundred campaigns of 250 products are looked at in a moment', () => {
    const ids = (i: number) =>
      Array.from({ length: 250 }, (_, n) => String(((i * 7919 + n * 104_729) % 25_000) + 1))
    const started = performance.now()
    const more = (i: number) => ({
      scope: { kind: 'products' as const, ids: ids(i) },
      window: window(`20${10 + (i % 90)}-02-01T00:00`, null),
    })
    tooSteep(document({ campaigns: hundred(more), stacking: 'multiply', tiers: tiers('1', '2') }))
    expect(performance.now() - started).toBeLessThan(2_000)
  })
})

const someCampaign = fc.record({
  multiplier: fc.integer({ min: 1, max: 10_000 }).map((n) => String(n / 100)),
  scope: fc.oneof(
    fc.constant({ kind: 'all' as const }),
    fc.subarray(['1', '2', '3'], { minLength: 1 }).map((ids) => ({ kind: 'products' as const, ids })),
    fc.subarray(['a', 'b'], { minLength: 1 }).map((tags) => ({ kind: 'tags' as const, tags })),
  ),
  tiers: fc.subarray(['t0', 't1']),
  window: fc.constantFrom(
    window(null, null),
    window('2026-05-01T00:00', null),
    window(null, '2026-05-01T00:00'),
  ),
})

test('PR1: of every program that is allowed, an order of a million units is counted on every tier', () => {
  const programs = fc.record({
    pointsPerUnit: fc.integer({ min: 0, max: 100_000_000 }).map((n) => String(n / 10_000)),
    stacking: fc.constantFrom('highest' as const, 'multiply' as const, 'add' as const),
    campaigns: fc.array(someCampaign, { maxLength: 6 }),
    levels: fc.tuple(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 1, max: 10_000 })),
    product: fc.constantFrom('1', '2', '3', '4'),
    tags: fc.subarray(['a', 'b']),
    tier: fc.constantFrom(null, 't0', 't1'),
  })
  fc.assert(
    fc.property(programs, ({ pointsPerUnit, stacking, campaigns, levels, product, tags, tier }) => {
      const made = document({
        earning: earning({ pointsPerUnit }),
        stacking,
        campaigns: campaigns.map((more, i) => campaign(`c${i}`, more.multiplier, more)),
        tiers: tiers(...levels.map((n) => String(n / 100))),
      })
      const facts = order({ lines: [line(100_000_000, { productId: product, tags })] })
      const program = compileProgram(made, { currency: 'EUR', timeZone: 'Europe/Berlin' }, 1)
      const countable = isCountable(program, facts)
      if (validateProgram(made).ok) expect(countable).toBe(true)
      // What is called countable never throws.
      if (countable)
        expect(evaluateOrder(program, facts, { tierId: tier }).points).toBeLessThanOrEqual(
          MOST_POINTS_OF_ORDER,
        )
    }),
  )
})

test('PR1: an order is asked for itself: of a wild program only what the campaigns touch is too much', () => {
  const campaigns = hundred(() => ({ scope: { kind: 'products', ids: ['7'] } }))
  const program = compiled({ campaigns, stacking: 'multiply' })
  expect(isCountable(program, order({ lines: [line(4990, { productId: '7' })] }))).toBe(false)
  expect(isCountable(program, order({ lines: [line(4990, { productId: '8' })] }))).toBe(true)
  expect(isCountable(program, order({ placedAt: PLACED, lines: [] }))).toBe(true)
})
