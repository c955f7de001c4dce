import fc from 'fast-check'
import { expect, test } from 'vitest'
import { renderBlock } from '../../dev-store/liquid/render.ts'
import { member, page, program } from './theme-samples.ts'

/** A decimal as a fraction over 10,000, exactly. */
function scaled(decimal: string): bigint {
  const [whole = '0', fraction = ''] = decimal.split('.')
  return BigInt(whole) * 10_000n + BigInt(fraction.padEnd(4, '0'))
}

interface Case {
  price: number
  pointsPerUnit: string
  rounding: 'floor' | 'nearest' | 'ceil'
  stacking: 'highest' | 'multiply' | 'add'
  multipliers: string[]
  tier: string
}

/** The rule as the program document states it, in exact fractions: round(price × rate × campaigns × tier), once. */
function expected({ price, pointsPerUnit, rounding, stacking, multipliers, tier }: Case): bigint {
  const one = 10_000n
  const all = multipliers.map(scaled)
  let top = one
  let bottom = one
  if (all.length > 0) {
    if (stacking === 'highest') top = all.reduce((a, b) => (a > b ? a : b))
    if (stacking === 'add') top = all.reduce((sum, extra) => sum + extra - one, one)
    if (stacking === 'multiply') {
      top = all.reduce((a, b) => a * b)
      bottom = one ** BigInt(all.length)
    }
  }
  const numerator = BigInt(price) * scaled(pointsPerUnit) * top * scaled(tier)
  const denominator = 100n * one * bottom * one
  const whole = numerator / denominator
  const rest = numerator % denominator
  if (rounding === 'ceil') return rest > 0n ? whole + 1n : whole
  if (rounding === 'nearest') return rest * 2n >= denominator ? whole + 1n : whole
  return whole
}

async function shown(sample: Case): Promise<bigint> {
  const html = await renderBlock({
    handle: 'product-points',
    context: page({
      price: sample.price,
      membership: { ...member, tier: { id: 'level', name: { de: 'Stufe' } } },
      program: {
        ...program,
        ...sample,
        campaigns: sample.multipliers.map((multiplier, index) => ({
          id: `c${index}`,
          name: { de: `Aktion ${index}` },
          multiplier,
          scope: { kind: 'all' },
          tiers: [],
          startsAt: null,
          endsAt: null,
        })),
        tiers: [
          { id: 'other', name: {}, multiplier: '9' },
          { id: 'level', name: {}, multiplier: sample.tier },
        ],
      },
    }),
  })
  return BigInt(/data-points="(\d+)"/.exec(html)?.[1] ?? 0)
}

/** "0.05", "1", "12.50": at most `decimals` decimals, trailing zeros allowed. */
const decimal = (max: number, decimals: number, min = 0) =>
  fc
    .tuple(fc.integer({ min, max }), fc.integer({ min: 0, max: decimals }), fc.nat(9999))
    .map(([whole, digits, tail]) => {
      const fraction = String(tail).padStart(4, '0').slice(0, digits)
      return digits === 0 ? String(whole) : `${whole}.${fraction}`
    })

test('the points on a product are exactly the program’s rule', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        price: fc.oneof(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 1, max: 100_000_000 })),
        pointsPerUnit: decimal(100, 4),
        rounding: fc.constantFrom('floor' as const, 'nearest' as const, 'ceil' as const),
        stacking: fc.constantFrom('highest' as const, 'multiply' as const, 'add' as const),
        multipliers: fc.array(decimal(5, 2, 1), { maxLength: 4 }),
        tier: decimal(3, 2, 1),
      }),
      async (sample) => {
        expect(await shown(sample)).toBe(expected(sample))
      },
    ),
    { numRuns: 250 },
  )
})

test.each([
  // Binary fractions fail each of these: 0.7 × 100 × 1.1 is 77.00000000000001, 1.1 × 3 is 3.3000000000000003.
  [
    { price: 7000, pointsPerUnit: '1.1', rounding: 'ceil', stacking: 'highest', multipliers: [], tier: '1' },
    77n,
  ],
  [
    { price: 300, pointsPerUnit: '1.1', rounding: 'ceil', stacking: 'highest', multipliers: [], tier: '10' },
    33n,
  ],
  [
    {
      price: 2900,
      pointsPerUnit: '1',
      rounding: 'floor',
      stacking: 'add',
      multipliers: ['1.1', '1.2'],
      tier: '1',
    },
    37n,
  ],
  [
    { price: 150, pointsPerUnit: '1', rounding: 'nearest', stacking: 'highest', multipliers: [], tier: '1' },
    2n,
  ],
] as [Case, bigint][])('exact at %o', async (sample, points) => {
  expect(expected(sample)).toBe(points)
  expect(await shown(sample)).toBe(points)
})
