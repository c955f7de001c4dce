import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Campaign } from '../../../app/domain/earning/campaigns.ts'
import {
  evaluateOrder,
  previewCart,
  worthIsFrozen,
  worthSteps,
} from '../../../app/domain/earning/evaluate-order.ts'
import { readWhy, whySteps } from '../../../app/domain/earning/explain.ts'
import { currencyExponent } from '../../../app/domain/money/money.ts'
import type { OrderFacts } from '../../../app/domain/orders/order-facts.ts'
import type { Program } from '../../../app/domain/program/program.ts'
import {
  campaign,
  compiled,
  DAY,
  document,
  earning,
  line,
  order,
  PLACED,
  refund,
  settled,
} from '../support.ts'

const NOBODY = { tierId: null }
const points = (facts: OrderFacts, more: Partial<Program> = {}, tierId: string | null = null) =>
  evaluateOrder(compiled(more), facts, { tierId }).points

describe('points for an order', () => {
  test('an order of 49.90 earns 49 points at one point for a euro, rounded down', () => {
    expect(evaluateOrder(compiled(), order(), NOBODY)).toMatchObject({ points: 49, qualifying: 4990 })
  })

  test.each([
    ['floor', 49],
    ['nearest', 50],
    ['ceil', 50],
  ] as const)('49.50 rounds by "%s" to %i', (rounding, expected) => {
    expect(points(order({ lines: [line(4950)] }), { earning: earning({ rounding }) })).toBe(expected)
  })

  test('whole points need no rounding', () => {
    for (const rounding of ['floor', 'nearest', 'ceil'] as const) {
      expect(points(order({ lines: [line(5000)] }), { earning: earning({ rounding }) })).toBe(50)
    }
  })

  test('are rounded once for the order, never for a line', () => {
    const lines = Array.from({ length: 10 }, (_, i) => line(99, { lineId: String(i) }))
    expect(points(order({ lines }))).toBe(9)
  })

  test('are exact where binary fractions are not', () => {
    // 1.1 × 3 is 3.3000000000000003 in binary, and 3 × 1.1 points must not round up.
    const facts = order({ lines: [line(1000)] })
    expect(
      points(facts, {
        earning: earning({ pointsPerUnit: '0.33', rounding: 'ceil' }),
        campaigns: [campaign('x', '1.1')],
      }),
    ).toBe(4)
    expect(
      points(order({ lines: [line(110)] }), {
        earning: earning({ pointsPerUnit: '3', rounding: 'ceil' }),
        campaigns: [campaign('x', '10')],
      }),
    ).toBe(33)
  })

  test('in a currency without decimals count whole units', () => {
    const program = compiled({ earning: earning({ pointsPerUnit: '0.01' }), rewards: [] }, 'JPY')
    expect(evaluateOrder(program, order({ currency: 'JPY', lines: [line(4990)] }), NOBODY).points).toBe(49)
  })

  test('in a currency with three decimals count thousandths', () => {
    const program = compiled({}, 'KWD')
    expect(evaluateOrder(program, order({ currency: 'KWD', lines: [line(49_999)] }), NOBODY).points).toBe(49)
    expect(evaluateOrder(program, order({ currency: 'KWD', lines: [line(50_000)] }), NOBODY).points).toBe(50)
  })

  test('of a huge order are exact', () => {
    const lines = [line(9_007_199_254_740_99), line(9_007_199_254_740_99, { lineId: '2' })]
    const facts = order({ lines })
    // 18,014,398,509,481.98 × 2 × 1.5 × 10.0001 = 540437359…: beyond what Numbers can multiply.
    const exact = (BigInt(9_007_199_254_740_99) * 2n * 2n * 15n * 100_001n) / (10n * 10_000n * 100n)
    const more = { campaigns: [campaign('double', '2')], earning: earning({ pointsPerUnit: '10.0001' }) }
    expect(BigInt(points(facts, more, 'gold'))).toBe(exact)
  })

  test('beyond counting are refused, not rounded', () => {
    const facts = order({ lines: [line(Number.MAX_SAFE_INTEGER)] })
    expect(() => points(facts, { earning: earning({ pointsPerUnit: '10000' }) })).toThrowError(
      expect.objectContaining({ code: 'invalid-amount' }),
    )
  })
})

describe('an order that is worth nothing', () => {
  test.each([
    ['a test order', { test: true }, 'test'],
    ['an order not paid yet', { paid: false }, 'unpaid'],
    ['a cancelled order', { cancelledAt: PLACED + DAY }, 'cancelled'],
    ['a voided order', { paid: false, cancelledAt: PLACED + DAY }, 'cancelled'],
    ['a lost chargeback', { dispute: 'lost' }, 'dispute-lost'],
  ] as const)('%s says why', (_name, state, reason) => {
    const worth = evaluateOrder(compiled(), order(state), { tierId: 'gold' })
    expect(worth).toMatchObject({ points: 0, qualifying: 0, why: { zero: reason, lines: [], exact: '0' } })
  })

  test('an order of nothing but a gift card earns nothing, with the reason', () => {
    const worth = evaluateOrder(compiled(), order({ lines: [line(5000, { giftCard: true })] }), NOBODY)
    expect(worth).toMatchObject({
      points: 0,
      why: { zero: null, out: [{ code: 'gift-card', amount: 5000 }] },
    })
  })

  test('an open chargeback freezes the worth and does not change it', () => {
    expect(worthIsFrozen(order({ dispute: 'open' }))).toBe(true)
    expect(worthIsFrozen(order({ dispute: 'lost' }))).toBe(false)
    expect(points(order({ dispute: 'open' }))).toBe(49)
  })

  test('a guest order has its worth: whose it is, is no matter of the rules', () => {
    expect(points(order({ customerId: null, guestHash: 'a'.repeat(64) }))).toBe(49)
  })
})

describe('campaigns', () => {
  const at = (text: string) => order({ placedAt: Date.parse(text), lines: [line(1000)] })

  test('run from their first moment to just before their end', () => {
    const window = { start: '2026-11-27T00:00', end: '2026-11-28T00:00', timeZone: 'Europe/Berlin' }
    const more = { campaigns: [campaign('double-stars', '2', { window })] }
    expect(points(at('2026-11-26T22:59:59.999Z'), more)).toBe(10)
    expect(points(at('2026-11-26T23:00:00.000Z'), more)).toBe(20)
    expect(points(at('2026-11-27T22:59:59.999Z'), more)).toBe(20)
    expect(points(at('2026-11-27T23:00:00.000Z'), more)).toBe(10)
  })

  test('look at the moment of placing, not of payment or refund', () => {
    const window = { start: '2026-05-12T00:00', end: '2026-05-13T00:00', timeZone: 'Europe/Berlin' }
    const facts = order({
      updatedAt: PLACED + 90 * DAY,
      refunds: [refund({ at: PLACED + 60 * DAY, withoutLines: 990 })],
    })
    expect(points(facts, { campaigns: [campaign('x', '3', { window })] })).toBe(120)
  })

  test('on products touch only their lines', () => {
    const lines = [line(1000, { productId: '1' }), line(1000, { lineId: '2', productId: '2' })]
    const more = { campaigns: [campaign('x', '3', { scope: { kind: 'products', ids: ['2', '9'] } })] }
    expect(points(order({ lines }), more)).toBe(40)
  })

  test('on collections touch what lay in them', () => {
    const lines = [line(1000, { collections: ['5', '6'] }), line(1000, { lineId: '2', collections: ['7'] })]
    const more = { campaigns: [campaign('x', '2', { scope: { kind: 'collections', ids: ['6', '5'] } })] }
    expect(points(order({ lines }), more)).toBe(30)
  })

  test('on tags do not look at capitals', () => {
    const lines = [
      line(1000, { tags: ['BIO'] }),
      line(1000, { lineId: '2', tags: ['Bücher'.normalize('NFD')] }),
    ]
    const more = { campaigns: [campaign('x', '2', { scope: { kind: 'tags', tags: ['Bio', 'bücher'] } })] }
    expect(points(order({ lines }), more)).toBe(40)
  })

  test('do not touch a line of a product that was deleted, unless on everything', () => {
    const gone = order({ lines: [line(1000, { productId: null })] })
    expect(
      points(gone, { campaigns: [campaign('x', '2', { scope: { kind: 'products', ids: ['1'] } })] }),
    ).toBe(10)
    expect(points(gone, { campaigns: [campaign('x', '2')] })).toBe(20)
  })

  test('for tiers are for members of these tiers only', () => {
    const more = { campaigns: [campaign('x', '2', { tiers: ['bronze'] })] }
    expect(points(at('2026-05-12'), more, 'bronze')).toBe(20)
    expect(points(at('2026-05-12'), more, 'silver')).toBe(12)
    expect(points(at('2026-05-12'), more, null)).toBe(10)
  })

  test('multiply shipping only when they are on everything', () => {
    const facts = order({ lines: [line(1000)], shipping: 500 })
    const counts = { taxOnTop: false, shipping: true, duties: false, tips: false, cashRounding: false }
    const more = { earning: earning({ counts }) }
    expect(points(facts, { ...more, campaigns: [campaign('x', '2')] })).toBe(30)
    expect(
      points(facts, {
        ...more,
        campaigns: [campaign('x', '2', { scope: { kind: 'products', ids: ['100'] } })],
      }),
    ).toBe(25)
    expect(points(facts, more, 'gold')).toBe(22)
  })

  test('beyond the thirty-second are found too', () => {
    const campaigns = Array.from({ length: 70 }, (_, i) =>
      campaign(`c${i}`, '1', { scope: { kind: 'products', ids: [String(i)] } }),
    )
    for (const i of [0, 31, 32, 63, 64, 69]) {
      const more = { campaigns: campaigns.map((c, j) => (i === j ? { ...c, multiplier: '5' } : c)) }
      expect(points(order({ lines: [line(1000, { productId: String(i) })] }), more)).toBe(50)
    }
  })
})

describe('several campaigns on one line', () => {
  const two = [campaign('a', '2'), campaign('b', '3', { scope: { kind: 'tags', tags: ['bio'] } })]
  const both = order({ lines: [line(1000, { tags: ['bio'] }), line(1000, { lineId: '2' })] })

  test.each([
    ['highest', 30 + 20],
    ['multiply', 60 + 20],
    ['add', 40 + 20],
  ] as const)('stack by the rule "%s" to %i points', (stacking, expected) => {
    expect(points(both, { campaigns: two, stacking })).toBe(expected)
  })

  test('the tier multiplies the result', () => {
    expect(points(both, { campaigns: two, stacking: 'add' }, 'gold')).toBe(90)
  })

  test('the highest names the campaigns it outdid', () => {
    const { why } = evaluateOrder(compiled({ campaigns: two }), both, NOBODY)
    expect(why.lines[0]).toMatchObject({ factor: '3', campaigns: [{ id: 'b', factor: '3' }], outdone: ['a'] })
    expect(why.lines[1]).toMatchObject({ factor: '2', campaigns: [{ id: 'a', factor: '2' }] })
    expect(why.lines[1]).not.toHaveProperty('outdone')
  })

  test('among equals the first of the document counts', () => {
    const { why } = evaluateOrder(
      compiled({ campaigns: [campaign('a', '2'), campaign('b', '2')] }),
      order(),
      NOBODY,
    )
    expect(why.lines[0]?.campaigns).toEqual([{ id: 'a', factor: '2' }])
  })

  test('a campaign below one lowers, and extras never go below nothing', () => {
    expect(points(order({ lines: [line(1000)] }), { campaigns: [campaign('sale', '0.5')] })).toBe(5)
    const three = ['a', 'b', 'c'].map((id) => campaign(id, '0.5'))
    expect(points(order({ lines: [line(1000)] }), { campaigns: three, stacking: 'add' })).toBe(0)
  })

  test('twelve of 1.01 multiply to more digits than a Number has', () => {
    const campaigns = Array.from({ length: 12 }, (_, i) => campaign(`c${i}`, '1.01'))
    const { why } = evaluateOrder(
      compiled({ campaigns, stacking: 'multiply' }),
      order({ lines: [line(100)] }),
      NOBODY,
    )
    expect(why.exact.replace('.', '')).toBe(String(101n ** 12n))
    expect(why.lines[0]?.factor).toBe(why.exact)
  })

  test('the smallest fraction of a point is a fraction, and rounds up where the program rounds up', () => {
    const campaigns = Array.from({ length: 6 }, (_, i) => campaign(`c${i}`, '0.01'))
    const more = {
      campaigns,
      stacking: 'multiply' as const,
      earning: earning({ pointsPerUnit: '0.0001', rounding: 'ceil' }),
    }
    const { why, points: earned } = evaluateOrder(compiled(more), order({ lines: [line(1)] }), NOBODY)
    expect([why.exact, earned]).toEqual(['0.000000000000000001', 1])
  })

  test('forty of them multiply without losing a digit', () => {
    const campaigns = Array.from({ length: 40 }, (_, i) => campaign(`c${i}`, i % 2 ? '1.25' : '0.8'))
    const { why, points: earned } = evaluateOrder(
      compiled({ campaigns, stacking: 'multiply' }),
      order(),
      NOBODY,
    )
    expect(earned).toBe(49)
    expect(why.exact).toBe('49.9')
  })
})

describe('a partial refund', () => {
  const lines = [line(3000, { quantity: 3, productId: '1' }), line(2000, { lineId: '2' })]
  const more = { campaigns: [campaign('x', '2', { scope: { kind: 'products', ids: ['1'] } })] }
  const piece = (net: number) => refund({ lines: [{ lineId: '1', quantity: 1, net, tax: 0 }] })

  test('takes the multiplied points of what left', () => {
    expect(points(order({ lines }), more)).toBe(80)
    expect(points(settled(order({ lines, refunds: [piece(1000)] })), more)).toBe(60)
    expect(points(settled(order({ lines, refunds: [piece(1000), piece(1000)] })), more)).toBe(40)
    expect(points(settled(order({ lines, refunds: [piece(1000), piece(1000), piece(1000)] })), more)).toBe(20)
  })

  test('of the whole order gives exactly zero', () => {
    const all = refund({
      lines: [
        { lineId: '1', quantity: 3, net: 3000, tax: 0 },
        { lineId: '2', quantity: 1, net: 2000, tax: 0 },
      ],
    })
    const worth = evaluateOrder(compiled(more), settled(order({ lines, refunds: [all] })), NOBODY)
    expect(worth).toMatchObject({ points: 0, qualifying: 0, why: { exact: '0', zero: null } })
  })
})

describe('the explanation', () => {
  const facts = order({
    taxesIncluded: false,
    lines: [
      line(4990, { tax: 948, tags: ['bio'] }),
      line(2500, { lineId: '2', giftCard: true, title: 'Gutschein' }),
    ],
    shipping: 490,
  })
  const program = compiled({
    campaigns: [campaign('bio-days', '2', { scope: { kind: 'tags', tags: ['bio'] } })],
  })
  const { why } = evaluateOrder(program, facts, { tierId: 'gold' })

  test('names version, lines, multipliers, what was left out and the exact sum', () => {
    expect(why).toEqual({
      v: 1,
      program: 3,
      currency: 'EUR',
      rate: '1',
      rounding: 'floor',
      stacking: 'highest',
      tier: { id: 'gold', factor: '1.5' },
      lines: [
        {
          kind: 'line',
          line: '1',
          title: 'Teekanne',
          value: 4990,
          factor: '2',
          campaigns: [{ id: 'bio-days', factor: '2' }],
        },
      ],
      out: [
        { code: 'gift-card', line: '2', amount: 2500 },
        { code: 'shipping', amount: 490 },
        { code: 'tax-on-top', amount: 948 },
      ],
      exact: '149.7',
      points: 149,
      zero: null,
    })
  })

  test('survives its way through JSON', () => {
    expect(readWhy(JSON.parse(JSON.stringify(why)))).toEqual(why)
    expect(readWhy({ v: 2 })).toBeNull()
    expect(readWhy(null)).toBeNull()
  })

  test('can be read as steps in the order of the arithmetic', () => {
    expect(whySteps(why).map((step) => step.code)).toEqual([
      'counted',
      'left-out',
      'left-out',
      'left-out',
      'qualifying',
      'rate',
      'tier',
      'rounded',
      'version',
    ])
    expect(whySteps(evaluateOrder(program, order({ test: true }), NOBODY).why)).toEqual([
      { code: 'zero', reason: 'test' },
      { code: 'version', program: 3 },
    ])
  })
})

describe('the preview of a cart', () => {
  test('promises what the order will earn', () => {
    const program = compiled({
      campaigns: [campaign('x', '2', { scope: { kind: 'collections', ids: ['5'] } })],
    })
    const lines = [
      { productId: '1', collections: ['5'], tags: [], amount: 1995 },
      { productId: '2', collections: [], tags: [], amount: 1010 },
      { productId: '3', collections: [], tags: [], amount: 5000, giftCard: true },
    ]
    const preview = previewCart(program, { lines, at: PLACED, tierId: 'silver' })
    const facts = order({
      lines: lines.map((l, i) =>
        line(l.amount, {
          lineId: String(i),
          productId: l.productId,
          collections: l.collections,
          giftCard: l.giftCard ?? false,
        }),
      ),
    })
    const worth = evaluateOrder(program, facts, { tierId: 'silver' })
    expect(preview.points).toBe(62)
    expect([preview.points, preview.qualifying, preview.why.exact]).toEqual([
      worth.points,
      worth.qualifying,
      worth.why.exact,
    ])
  })

  test('of an empty cart is nothing', () => {
    expect(previewCart(compiled(), { lines: [], at: PLACED, tierId: null })).toMatchObject({
      points: 0,
      qualifying: 0,
    })
  })
})

/** Any program of the kind the schema allows, and orders on which its campaigns can act. */
const multiplier = fc.integer({ min: 1, max: 500 }).map((n) => (n / 100).toFixed(2))
const someCampaign: fc.Arbitrary<Omit<Campaign, 'id' | 'name'>> = fc.record({
  multiplier,
  scope: fc.oneof(
    fc.constant({ kind: 'all' as const }),
    fc.record({
      kind: fc.constant('products' as const),
      ids: fc.array(fc.constantFrom('1', '2', '3'), { minLength: 1, maxLength: 2 }),
    }),
    fc.record({
      kind: fc.constant('collections' as const),
      ids: fc.array(fc.constantFrom('1', '2', '3'), { minLength: 1, maxLength: 2 }),
    }),
    fc.record({
      kind: fc.constant('tags' as const),
      tags: fc.array(fc.constantFrom('Bio', 'TEE'), { minLength: 1, maxLength: 2 }),
    }),
  ),
  tiers: fc.constantFrom([], [], ['gold'], ['bronze', 'silver']),
  window: fc.constantFrom(
    { start: null, end: null, timeZone: 'Europe/Berlin' },
    { start: '2026-05-12T12:00', end: null, timeZone: 'Europe/Berlin' },
    { start: null, end: '2026-05-12T12:00', timeZone: 'Europe/Berlin' },
  ),
})
const someProgram: fc.Arbitrary<Partial<Program>> = fc.record({
  campaigns: fc
    .array(someCampaign, { maxLength: 5 })
    .map((list) => list.map((c, i) => ({ ...c, id: `c${i}`, name: { de: `c${i}` } }))),
  stacking: fc.constantFrom('highest', 'multiply', 'add'),
  earning: fc.record({
    pointsPerUnit: fc.integer({ min: 1, max: 100_000 }).map((n) => (n / 10_000).toFixed(4)),
    rounding: fc.constantFrom('floor', 'nearest', 'ceil'),
    counts: fc.record({
      taxOnTop: fc.boolean(),
      shipping: fc.boolean(),
      duties: fc.boolean(),
      tips: fc.boolean(),
      cashRounding: fc.boolean(),
    }),
  }),
})
const someOrder: fc.Arbitrary<OrderFacts> = fc
  .record({
    lines: fc.array(
      fc.record({
        net: fc.oneof(fc.nat(50_000), fc.integer({ min: 0, max: 900_000_000_000 })),
        quantity: fc.integer({ min: 1, max: 4 }),
        productId: fc.constantFrom('1', '2', '3', '4', null),
        collections: fc.subarray(['1', '2', '3', '4']),
        tags: fc.subarray(['bio', 'Tee', 'neu']),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    shipping: fc.nat(900),
    withoutLines: fc.array(fc.nat(30_000), { maxLength: 3 }),
    placedAt: fc.constantFrom(PLACED - 1, PLACED, PLACED + DAY),
  })
  .map(({ lines, withoutLines, ...rest }) =>
    order({
      ...rest,
      lines: lines.map((l, i) => line(l.net, { ...l, lineId: `l${i}`, currentQuantity: l.quantity })),
      refunds: withoutLines.map((w, i) => refund({ refundId: String(i), at: PLACED + i, withoutLines: w })),
    }),
  )
const someTier = fc.constantFrom(null, 'bronze', 'silver', 'gold')

describe('for any program and order', () => {
  test('the points are the exact sum of what the explanation shows, rounded once', () => {
    fc.assert(
      fc.property(
        someProgram,
        someOrder,
        someTier,
        fc.constantFrom('EUR', 'JPY', 'KWD'),
        fc.constantFrom('EUR', 'JPY', 'KWD'),
        (more, facts, tierId, currency, ofShop) => {
          // The shop may have had another one when the order was placed.
          const program = compiled({ ...more, rewards: [] }, ofShop)
          const worth = evaluateOrder(program, { ...facts, currency }, { tierId })
          // Fractions over 10^k: every factor is a decimal text.
          let scale = 0
          let sum = 0n
          for (const shown of worth.why.lines) {
            const [mantissa, decimals] = fraction(shown.factor ?? '1')
            if (decimals > scale) {
              sum *= 10n ** BigInt(decimals - scale)
              scale = decimals
            }
            sum += BigInt(shown.value) * mantissa * 10n ** BigInt(scale - decimals)
          }
          for (const text of [worth.why.tier?.factor ?? '1', worth.why.rate]) {
            const [mantissa, decimals] = fraction(text)
            sum *= mantissa
            scale += decimals
          }
          const one = 10n ** BigInt(scale + currencyExponent(currency))
          const half =
            worth.why.rounding === 'ceil' ? one - 1n : worth.why.rounding === 'nearest' ? one / 2n : 0n
          expect(BigInt(worth.points)).toBe((sum + half) / one)
          const [exact, exactDecimals] = fraction(worth.why.exact)
          expect(exact * one).toBe(sum * 10n ** BigInt(exactDecimals))
        },
      ),
      { numRuns: 1500 },
    )
  })

  test('each line has the multiplier that asking every campaign in turn gives', () => {
    fc.assert(
      fc.property(someProgram, someOrder, someTier, (more, facts, tierId) => {
        const { why } = evaluateOrder(compiled(more), facts, { tierId })
        for (const shown of why.lines.filter((l) => l.kind === 'line')) {
          const source = facts.lines.find((l) => l.lineId === shown.line)
          if (!source) throw new Error('a line out of nowhere')
          const matching = document(more).campaigns.filter((c) => matches(c, source, facts.placedAt, tierId))
          const shownIds = [...(shown.campaigns ?? []).map(({ id }) => id), ...(shown.outdone ?? [])].sort()
          expect(shownIds).toEqual(matching.map(({ id }) => id).sort())
          const hundredths = matching.map((c) => Math.round(Number(c.multiplier) * 100))
          if (hundredths.length === 0) continue
          const expected =
            more.stacking === 'highest'
              ? Math.max(...hundredths) / 100
              : more.stacking === 'add'
                ? Math.max(0, 100 + hundredths.reduce((sum, h) => sum + h - 100, 0)) / 100
                : hundredths.reduce((product, h) => (product * h) / 100, 1)
          expect(Number(shown.factor)).toBeCloseTo(expected, 9)
        }
      }),
      { numRuns: 1000 },
    )
  })

  test('a further refund never raises the points, and giving all back leaves none', () => {
    fc.assert(
      fc.property(
        someProgram,
        someOrder,
        someTier,
        fc.integer({ min: 1, max: 90_000 }),
        (more, facts, tierId, withoutLines) => {
          const program = compiled(more)
          const noRounding = { ...facts, cashRounding: 0 }
          const now = evaluateOrder(program, noRounding, { tierId }).points
          const later = (amount: number) => ({
            ...noRounding,
            refunds: [
              ...facts.refunds,
              refund({ refundId: '99', at: PLACED + 9 * DAY, withoutLines: amount }),
            ],
          })
          expect(evaluateOrder(program, later(withoutLines), { tierId }).points).toBeLessThanOrEqual(now)
          expect(evaluateOrder(program, later(Number.MAX_SAFE_INTEGER / 4), { tierId }).points).toBe(0)
        },
      ),
      { numRuns: 1000 },
    )
  })

  test('the same order gives the same points whatever the order of its lines and refunds', () => {
    fc.assert(
      fc.property(someProgram, someOrder, someTier, (more, facts, tierId) => {
        const program = compiled(more)
        const turned = { ...facts, lines: [...facts.lines].reverse(), refunds: [...facts.refunds].reverse() }
        const a = evaluateOrder(program, facts, { tierId })
        const b = evaluateOrder(program, turned, { tierId })
        expect([b.points, b.qualifying, b.why.exact]).toEqual([a.points, a.qualifying, a.why.exact])
      }),
      { numRuns: 500 },
    )
  })

  test('what climbs a ladder does not depend on the place on it', () => {
    fc.assert(
      fc.property(someProgram, someOrder, (more, facts) => {
        const program = compiled(more)
        expect(worthSteps(program, facts).at(-1)?.points).toBe(evaluateOrder(program, facts, NOBODY).points)
      }),
      { numRuns: 500 },
    )
  })
})

function fraction(text: string): [bigint, number] {
  const [whole = '0', decimals = ''] = text.split('.')
  return [BigInt(whole + decimals), decimals.length]
}

/** The rules once more, the slow and plain way. */
function matches(c: Campaign, l: OrderFacts['lines'][number], at: number, tierId: string | null): boolean {
  // 12:00 in Berlin is the moment of placing.
  if (c.window.start !== null && at < PLACED) return false
  if (c.window.end !== null && at >= PLACED) return false
  if (c.tiers.length > 0 && !c.tiers.some((tier) => tier === tierId)) return false
  const { scope } = c
  if (scope.kind === 'products') return scope.ids.some((id) => id === l.productId)
  if (scope.kind === 'collections') return scope.ids.some((id) => l.collections.includes(id))
  if (scope.kind === 'tags')
    return scope.tags.some((tag) => l.tags.some((own) => own.toLowerCase() === tag.toLowerCase()))
  return true
}
