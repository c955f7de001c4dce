import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { OrderFacts, RefundFacts } from '../../../app/domain/orders/order-facts.ts'
import { orderValue, valueSteps } from '../../../app/domain/orders/order-value.ts'
import { DAY, line, NOTHING_BESIDE, order, PLACED, refund, settled } from '../support.ts'

const value = (facts: OrderFacts, counts = NOTHING_BESIDE) => orderValue(facts, counts).total
const EVERYTHING = { taxOnTop: true, shipping: true, duties: true, tips: true, cashRounding: true }

describe('what counts', () => {
  test('goods count with the tax inside their price', () => {
    expect(value(order({ lines: [line(1190, { tax: 190 })] }))).toBe(1190)
  })

  test('tax on top counts only where the program says so', () => {
    const facts = order({ taxesIncluded: false, lines: [line(1000, { tax: 190 })] })
    expect(value(facts)).toBe(1000)
    expect(orderValue(facts, NOTHING_BESIDE).leftOut).toEqual([{ code: 'tax-on-top', amount: 190 }])
    expect(value(facts, { ...NOTHING_BESIDE, taxOnTop: true })).toBe(1190)
  })

  test('a gift card bought never counts', () => {
    const facts = order({ lines: [line(4990), line(2500, { lineId: '2', giftCard: true })] })
    expect(orderValue(facts, EVERYTHING)).toMatchObject({
      total: 4990,
      leftOut: [{ code: 'gift-card', line: '2', amount: 2500 }],
    })
  })

  test.each([
    ['shipping', { shipping: 490 }, 490],
    ['duties', { duties: 300 }, 300],
    ['tips', { tips: 200 }, 200],
    ['cashRounding', { cashRounding: 2 }, 2],
    ['cashRounding', { cashRounding: -3 }, -3],
  ] as const)('%s counts only where the program says so', (setting, amounts, extra) => {
    const facts = order(amounts)
    expect(value(facts)).toBe(4990)
    expect(value(facts, { ...NOTHING_BESIDE, [setting]: true })).toBe(4990 + extra)
  })

  test('tax on shipping is counted with tax on top', () => {
    const facts = order({ taxesIncluded: false, shipping: 500, shippingTax: 95 })
    expect(value(facts, { ...NOTHING_BESIDE, shipping: true })).toBe(5490)
    expect(value(facts, { ...NOTHING_BESIDE, shipping: true, taxOnTop: true })).toBe(5585)
    expect(value(facts, { ...NOTHING_BESIDE, taxOnTop: true })).toBe(4990)
  })

  test('cash rounding alone is never less than nothing', () => {
    expect(value(order({ lines: [line(1)], cashRounding: -2 }), EVERYTHING)).toBe(0)
  })
})

describe('pieces removed by an edit', () => {
  test('leave with their share, and the last piece takes the rest', () => {
    const left = (currentQuantity: number) =>
      value(order({ lines: [line(1000, { quantity: 3, currentQuantity })] }))
    expect([3, 2, 1, 0].map(left)).toEqual([1000, 667, 334, 0])
  })

  test('are told apart from refunded pieces', () => {
    const lines = [line(3000, { quantity: 3, currentQuantity: 1 })]
    const back = refund({ lines: [{ lineId: '1', quantity: 1, net: 1000, tax: 0 }] })
    expect(orderValue(order({ lines, refunds: [back] }), NOTHING_BESIDE)).toMatchObject({
      total: 1000,
      leftOut: [
        { code: 'removed', line: '1', amount: 1000 },
        { code: 'refunded', line: '1', amount: 1000 },
      ],
    })
  })

  test('are told as removed too when Shopify writes a refund without money for them', () => {
    const lines = [line(3000, { quantity: 3, currentQuantity: 1 })]
    const piece = { lines: [{ lineId: '1', quantity: 1, net: 1000, tax: 0 }] }
    const edit = refund({ ...piece, withoutMoney: true })
    const facts = order({ lines, refunds: [edit, refund({ ...piece, refundId: '2' })] })
    const { total, leftOut } = orderValue(facts, NOTHING_BESIDE)
    expect([total, ...leftOut.map(({ code, amount }) => [code, amount])]).toEqual([
      1000,
      ['removed', 1000],
      ['refunded', 1000],
    ])
    expect(value({ ...facts, refunds: facts.refunds.map(({ withoutMoney: _, ...one }) => one) })).toBe(1000)
  })

  test('are not taken twice when their money is given back without lines', () => {
    const lines = [line(6000, { quantity: 3, currentQuantity: 2 })]
    expect(value(order({ lines, refunds: [refund({ withoutLines: 2000 })] }))).toBe(4000)
    expect(value(order({ lines, refunds: [refund({ withoutLines: 3000 })] }))).toBe(3000)
  })

  test('are owed nothing back while the order itself owes money', () => {
    const lines = [line(6000, { quantity: 3, currentQuantity: 2 }), line(6000, { lineId: '2' })]
    const facts = order({ lines, outstanding: 4000, refunds: [refund({ withoutLines: 1000 })] })
    expect(value(facts)).toBe(10_000 - 1000 - 4000)
  })

  test('of a line without pieces leave nothing', () => {
    expect(value(order({ lines: [line(1000, { quantity: 0, currentQuantity: 0 })] }))).toBe(0)
  })

  test('an edit upward counts with what was added', () => {
    expect(value(order({ lines: [line(1000), line(500, { lineId: '2' })] }))).toBe(1500)
  })
})

describe('refunds of lines', () => {
  const back = (quantity: number, net: number, lineId = '1') =>
    refund({ lines: [{ lineId, quantity, net, tax: 0 }] })

  test('take what they say', () => {
    expect(value(settled(order({ lines: [line(3000, { quantity: 3 })], refunds: [back(1, 1000)] })))).toBe(
      2000,
    )
  })

  test('that are repeated add up to exactly nothing left', () => {
    const refunds = [back(1, 333), back(1, 333), back(1, 333)]
    expect(value(settled(order({ lines: [line(1000, { quantity: 3 })], refunds })))).toBe(0)
  })

  test('of a gift card change nothing', () => {
    const lines = [line(4990), line(2500, { lineId: '2', giftCard: true })]
    expect(value(settled(order({ lines, refunds: [back(1, 2500, '2')] })))).toBe(4990)
  })

  test('never take more than the line holds', () => {
    expect(value(order({ lines: [line(1000), line(700, { lineId: '2' })], refunds: [back(0, 5000)] }))).toBe(
      700,
    )
  })

  test('take the tax on top along where it counted', () => {
    const facts = settled(
      order({
        taxesIncluded: false,
        lines: [line(2000, { quantity: 2, tax: 380 })],
        refunds: [refund({ lines: [{ lineId: '1', quantity: 1, net: 1000, tax: 190 }] })],
      }),
    )
    expect(value(facts)).toBe(1000)
    expect(value(facts, { ...NOTHING_BESIDE, taxOnTop: true })).toBe(1190)
  })

  test('of shipping only change nothing, unless shipping counts', () => {
    const facts = order({ shipping: 0, refunds: [refund({ shipping: 490 })] })
    expect(value(facts)).toBe(4990)
    expect(orderValue(facts, { ...NOTHING_BESIDE, shipping: true })).toMatchObject({
      total: 4990,
      leftOut: [{ code: 'refunded', amount: 490 }],
    })
  })
})

describe('refunds without lines', () => {
  const without = (withoutLines: number, at = PLACED + DAY) => refund({ withoutLines, at })
  const mixed = [line(8000), line(2000, { lineId: '2', giftCard: true })]

  test('take their share of what counts: 10 of 80 goods and 20 gift card take 8', () => {
    const found = orderValue(order({ lines: mixed, refunds: [without(1000)] }), NOTHING_BESIDE)
    expect(found.total).toBe(7200)
    expect(found.leftOut).toContainEqual({ code: 'refunded-without-lines', amount: 800 })
  })

  test('share with shipping that does not count', () => {
    expect(value(order({ lines: [line(8000)], shipping: 2000, refunds: [without(1000)] }))).toBe(7200)
  })

  test('that are repeated cent by cent never drift', () => {
    const refunds = Array.from({ length: 1000 }, (_, i) => without(1, PLACED + i * 1000))
    expect(value(order({ lines: mixed, refunds }))).toBe(7200)
    expect(
      value(
        order({ lines: [line(3333), line(3333, { lineId: '2' }), line(3334, { lineId: '3' })], refunds }),
      ),
    ).toBe(9000)
  })

  test('of the whole money leave exactly zero', () => {
    expect(value(order({ lines: mixed, shipping: 490, refunds: [without(10_490)] }), EVERYTHING)).toBe(0)
    expect(value(order({ lines: mixed, refunds: [without(99_999)] }))).toBe(0)
  })

  test('come on top of refunds of lines, each from what then stands', () => {
    const facts = settled(
      order({
        lines: [line(6000, { quantity: 2 }), line(4000, { lineId: '2', giftCard: true })],
        refunds: [
          without(1000, PLACED + DAY),
          refund({ at: PLACED + 2 * DAY, lines: [{ lineId: '1', quantity: 1, net: 3000, tax: 0 }] }),
          without(1000, PLACED + 3 * DAY),
        ],
      }),
    )
    // 6000 − 600 − 3000 = 2400 of 6000 standing; a sixth of everything goes: − 400.
    const found = orderValue(facts, NOTHING_BESIDE)
    expect(found.total).toBe(2000)
    expect(found.leftOut).toContainEqual({ code: 'refunded-without-lines', amount: 1000 })
  })
})

describe('money that is still outstanding', () => {
  test('is missing from all that stands, pro rata', () => {
    const lines = [line(8000), line(2000, { lineId: '2', giftCard: true })]
    const found = orderValue(order({ lines, outstanding: 5000 }), NOTHING_BESIDE)
    expect(found.total).toBe(4000)
    expect(found.leftOut).toContainEqual({ code: 'outstanding', amount: 4000 })
  })

  test('is told apart from what was refunded', () => {
    const lines = [line(8000), line(2000, { lineId: '2', giftCard: true })]
    const facts = order({ lines, outstanding: 2000, refunds: [refund({ withoutLines: 1000 })] })
    expect(orderValue(facts, NOTHING_BESIDE)).toMatchObject({
      total: 5600,
      leftOut: [
        { code: 'gift-card' },
        { code: 'refunded-without-lines', amount: 800 },
        { code: 'outstanding', amount: 1600 },
      ],
    })
  })

  test('after an edit upward earns nothing until it is paid', () => {
    const lines = [line(5000), line(3000, { lineId: '2' })]
    expect(value(order({ lines, outstanding: 3000 }))).toBe(5000)
    expect(value(order({ lines, outstanding: 0 }))).toBe(8000)
    expect(valueSteps(order({ lines, outstanding: 3000 }), NOTHING_BESIDE)).toEqual([
      { at: PLACED, value: 5000 },
    ])
  })

  test('never makes the value negative', () => {
    expect(value(order({ outstanding: 999_999 }))).toBe(0)
  })
})

describe('the value over time', () => {
  test('is the placed order first, then each refund at its time, then nothing from the cancellation on', () => {
    const facts = settled(
      order({
        lines: [line(3000, { quantity: 3 })],
        refunds: [
          refund({ at: PLACED + 2 * DAY, withoutLines: 500 }),
          refund({ at: PLACED + DAY, lines: [{ lineId: '1', quantity: 1, net: 1000, tax: 0 }] }),
        ],
        cancelledAt: PLACED + 5 * DAY,
      }),
    )
    expect(valueSteps(facts, NOTHING_BESIDE)).toEqual([
      { at: PLACED, value: 3000 },
      { at: PLACED + DAY, value: 2000 },
      { at: PLACED + 2 * DAY, value: 1500 },
      { at: PLACED + 5 * DAY, value: 0 },
    ])
  })

  test('ends with one step when the money goes back at the moment of cancelling', () => {
    const at = PLACED + DAY
    expect(
      valueSteps(order({ refunds: [refund({ at, withoutLines: 4990 })], cancelledAt: at }), NOTHING_BESIDE),
    ).toEqual([
      { at: PLACED, value: 4990 },
      { at, value: 0 },
    ])
  })

  test('knows the shipping that stood before it was refunded', () => {
    const facts = order({ shipping: 0, refunds: [refund({ at: PLACED + DAY, shipping: 490 })] })
    expect(valueSteps(facts, EVERYTHING).map((step) => step.value)).toEqual([5480, 4990])
  })

  test.each([
    ['a test order', { test: true }],
    ['an unpaid order', { paid: false }],
    ['an order lost to a chargeback', { dispute: 'lost' }],
  ] as const)('of %s never was anything', (_name, state) => {
    expect(valueSteps(order(state), NOTHING_BESIDE)).toEqual([])
  })

  test('refunds at or before the moment of placing count from the first step', () => {
    const facts = order({ refunds: [refund({ at: PLACED - 5, withoutLines: 990 })] })
    expect(valueSteps(facts, NOTHING_BESIDE)).toEqual([{ at: PLACED, value: 4000 }])
  })

  test('ends in the value as it stands', () => {
    fc.assert(
      fc.property(someOrder, (facts) => {
        expect(valueSteps(facts, EVERYTHING).at(-1)?.value).toBe(value(facts, EVERYTHING))
        expect(valueSteps(facts, NOTHING_BESIDE).at(-1)?.value).toBe(value(facts))
      }),
    )
  })
})

/** Orders with lines, gift cards, edits and refunds as a shop could make them. */
const someLine = fc.record({
  quantity: fc.integer({ min: 1, max: 5 }),
  removed: fc.nat(2),
  net: fc.integer({ min: 0, max: 100_000 }),
  tax: fc.nat(5000),
  giftCard: fc.boolean(),
})
const someOrder: fc.Arbitrary<OrderFacts> = fc
  .record({
    lines: fc.array(someLine, { minLength: 1, maxLength: 5 }),
    taxesIncluded: fc.boolean(),
    shipping: fc.nat(2000),
    shippingTax: fc.nat(300),
    tips: fc.nat(500),
    cashRounding: fc.integer({ min: -4, max: 5 }),
    outstanding: fc.oneof(fc.constant(0), fc.nat(5000)),
    refunds: fc.array(
      fc.record({
        // Few moments, so that some refunds share one.
        at: fc.nat(4).map((days) => PLACED + days * DAY),
        line: fc.nat(6),
        quantity: fc.nat(2),
        withoutLines: fc.oneof(fc.constant(0), fc.nat(20_000)),
        shipping: fc.oneof(fc.constant(0), fc.nat(500)),
      }),
      { maxLength: 6 },
    ),
  })
  .map(({ lines, refunds, ...rest }) => {
    const left = lines.map((l) => l.quantity)
    const made: RefundFacts[] = refunds.map((r, i) => {
      const of = lines[r.line]
      const quantity = Math.min(r.quantity, left[r.line] ?? 0)
      left[r.line] = (left[r.line] ?? 0) - quantity
      const share = (n: number) => (of ? Math.floor((n * quantity) / of.quantity) : 0)
      return {
        refundId: String(i + 1),
        at: r.at,
        lines:
          of && quantity > 0
            ? [{ lineId: `l${r.line}`, quantity, net: share(of.net), tax: share(of.tax) }]
            : [],
        withoutLines: r.withoutLines,
        shipping: r.shipping,
      }
    })
    return order({
      ...rest,
      lines: lines.map((l, i) =>
        line(l.net, {
          lineId: `l${i}`,
          quantity: l.quantity,
          currentQuantity: Math.max(0, (left[i] ?? 0) - l.removed),
          tax: l.tax,
          giftCard: l.giftCard,
        }),
      ),
      refunds: made,
    })
  })

describe('for any order', () => {
  test('the value is a whole number, never negative, and the sum of its parts', () => {
    fc.assert(
      fc.property(someOrder, fc.constantFrom(NOTHING_BESIDE, EVERYTHING), (facts, counts) => {
        const found = orderValue(facts, counts)
        expect(Number.isSafeInteger(found.total) && found.total >= 0).toBe(true)
        expect(found.parts.reduce((sum, part) => sum + part.amount, 0)).toBe(found.total)
        for (const part of found.parts) {
          expect(Number.isSafeInteger(part.amount)).toBe(true)
          if (part.kind !== 'cash-rounding') expect(part.amount).toBeGreaterThan(0)
        }
      }),
      { numRuns: 1000 },
    )
  })

  test('what counts and what was left out of it add up to what was ordered', () => {
    fc.assert(
      fc.property(someOrder, (facts) => {
        const ordered = facts.lines.filter((l) => !l.giftCard).reduce((sum, l) => sum + l.net, 0)
        const { total, leftOut } = orderValue(facts, NOTHING_BESIDE)
        const gone = leftOut
          .filter(({ code }) =>
            ['removed', 'refunded', 'refunded-without-lines', 'outstanding'].includes(code),
          )
          .reduce((sum, { amount }) => sum + amount, 0)
        expect(total + gone).toBe(ordered)
      }),
      { numRuns: 1000 },
    )
  })

  test('the order in which refunds are told does not matter', () => {
    fc.assert(
      fc.property(
        someOrder.chain((facts) =>
          fc.tuple(
            fc.constant(facts),
            fc.shuffledSubarray(facts.refunds, { minLength: facts.refunds.length }),
          ),
        ),
        ([facts, refunds]) => {
          expect(orderValue({ ...facts, refunds }, EVERYTHING)).toEqual(orderValue(facts, EVERYTHING))
          expect(valueSteps({ ...facts, refunds }, EVERYTHING)).toEqual(valueSteps(facts, EVERYTHING))
        },
      ),
      { numRuns: 500 },
    )
  })

  test('giving back all the money leaves exactly zero', () => {
    fc.assert(
      fc.property(someOrder, (facts) => {
        const last = refund({ refundId: '999', at: PLACED + 10 * DAY, withoutLines: 10_000_000 })
        expect(value({ ...facts, refunds: [...facts.refunds, last] }, EVERYTHING)).toBe(0)
        expect(value({ ...facts, refunds: [...facts.refunds, last] })).toBe(0)
      }),
    )
  })

  test('giving back every line leaves no goods', () => {
    fc.assert(
      fc.property(someOrder, (facts) => {
        const rest = facts.lines.map((l) => ({ lineId: l.lineId, quantity: 9, net: 0, tax: 0 }))
        const last = refund({ refundId: '999', at: PLACED + 10 * DAY, lines: rest })
        expect(value({ ...facts, refunds: [...facts.refunds, last] })).toBe(0)
      }),
    )
  })

  test('one refund without lines or many small ones of the same sum take the same', () => {
    const parts = fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(someOrder, parts, (facts, amounts) => {
        const at = (i: number) => PLACED + 10 * DAY + i
        const many = amounts.map((withoutLines, i) => refund({ at: at(i), withoutLines }))
        const one = refund({ at: at(0), withoutLines: amounts.reduce((a, b) => a + b, 0) })
        expect(value({ ...facts, refunds: [...facts.refunds, ...many] })).toBe(
          value({ ...facts, refunds: [...facts.refunds, one] }),
        )
      }),
      { numRuns: 500 },
    )
  })
})
