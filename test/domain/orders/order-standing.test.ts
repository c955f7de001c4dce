import { describe, expect, test } from 'vitest'
import type { OrderFacts } from '../../../app/domain/orders/order-facts.ts'
import { orderValue } from '../../../app/domain/orders/order-value.ts'
import { DAY, line, NOTHING_BESIDE, order, PLACED, refund } from '../support.ts'

/** [total, ...what is left out] */
function standing(facts: OrderFacts, counts = NOTHING_BESIDE): unknown[] {
  const { total, leftOut } = orderValue(facts, counts)
  return [total, ...leftOut.map(({ code, line: of, amount }) => [code, of, amount])]
}

describe('pieces that an edit removed', () => {
  test('are told from those that a refund of another line took', () => {
    const facts = order({
      lines: [
        line(3000, { quantity: 3, currentQuantity: 2 }),
        line(500, { lineId: '2', currentQuantity: 0 }),
      ],
      refunds: [refund({ lines: [{ lineId: '2', quantity: 1, net: 500, tax: 0 }] })],
    })
    expect(standing(facts)).toEqual([2000, ['removed', '1', 1000], ['refunded', '2', 500]])
  })

  test('take their tax on top with them', () => {
    const lines = [line(1000, { quantity: 2, currentQuantity: 1, tax: 190 })]
    const facts = order({ taxesIncluded: false, lines })
    expect(standing(facts)).toEqual([500, ['removed', '1', 500], ['tax-on-top', undefined, 95]])
    // The shop owes 595 for the piece: giving that back takes nothing of what stands.
    expect(standing({ ...facts, refunds: [refund({ withoutLines: 595 })] })).toEqual([
      500,
      ['removed', '1', 500],
      ['tax-on-top', undefined, 95],
    ])
    const none = order({ taxesIncluded: false, lines: [line(1000, { currentQuantity: 0, tax: 190 })] })
    expect(standing(none)).toEqual([0, ['removed', '1', 1000]])
  })
})

describe('a refund of lines', () => {
  test('of the last pieces that an edit left takes the odd cent with them', () => {
    // 10.00 for three pieces: one edited away takes 3.33, and two of 3.33 are given back of the 6.67 that stand.
    const facts = order({
      lines: [line(1000, { quantity: 3, currentQuantity: 0 })],
      refunds: [refund({ lines: [{ lineId: '1', quantity: 2, net: 666, tax: 0 }] })],
    })
    expect(standing(facts)).toEqual([0, ['removed', '1', 333], ['refunded', '1', 667]])
  })

  test('gives back the tax on top as well', () => {
    const facts = order({
      taxesIncluded: false,
      lines: [line(1000, { quantity: 2, currentQuantity: 1, tax: 190 })],
      refunds: [refund({ lines: [{ lineId: '1', quantity: 1, net: 500, tax: 95 }] })],
    })
    expect(standing(facts)).toEqual([500, ['refunded', '1', 500], ['tax-on-top', undefined, 95]])
    const whole = { ...facts, lines: [line(1000, { currentQuantity: 0, tax: 190 })] }
    expect(standing(whole)).toEqual([0, ['refunded', '1', 1000]])
  })

  test('of a line that the order does not have changes nothing', () => {
    const facts = order({ refunds: [refund({ lines: [{ lineId: '404', quantity: 1, net: 500, tax: 0 }] })] })
    expect(standing(facts)).toEqual([4990])
  })
})

describe('a refund without lines', () => {
  test('takes the odd cent from what does not count, wherever that stands in the order', () => {
    const card = line(50, { lineId: '2', giftCard: true })
    const refunds = [refund({ withoutLines: 1 })]
    const told = [50, ['gift-card', '2', 50]]
    expect(standing(order({ lines: [card, line(50)], refunds }))).toEqual(told)
    expect(standing(order({ lines: [line(50), card], refunds }))).toEqual(told)
  })
})

describe('what does not count is told while it stands', () => {
  const beside = { shipping: 490, duties: 300, tips: 200, cashRounding: 3 }

  test('part by part', () => {
    expect(standing(order(beside))).toEqual([
      4990,
      ['shipping', undefined, 490],
      ['duties', undefined, 300],
      ['tips', undefined, 200],
      ['cash-rounding', undefined, 3],
    ])
    expect(standing(order({}))).toEqual([4990])
  })

  test('and no more when it was given back', () => {
    expect(standing(order({ refunds: [refund({ shipping: 490 })] }))).toEqual([4990])
  })

  test("with shipping's tax on top as tax, where shipping counts and the tax does not", () => {
    const facts = order({ taxesIncluded: false, shipping: 500, shippingTax: 95 })
    expect(standing(facts, { ...NOTHING_BESIDE, shipping: true })).toEqual([
      5490,
      ['tax-on-top', undefined, 95],
    ])
    expect(standing(facts)).toEqual([4990, ['shipping', undefined, 595]])
  })
})

describe('refunds of the same moment', () => {
  /** Taking half of everything first, or the lines first, leaves different cents. */
  const facts = (lines: string, half: string) =>
    order({
      lines: [
        line(1001),
        line(999, { lineId: '2', currentQuantity: 0 }),
        line(333, { lineId: '3', giftCard: true }),
      ],
      refunds: [
        refund({ refundId: half, at: PLACED + DAY, withoutLines: 777 }),
        refund({
          refundId: lines,
          at: PLACED + DAY,
          lines: [{ lineId: '2', quantity: 1, net: 999, tax: 0 }],
        }),
      ],
    })
  const turned = (one: OrderFacts) => ({ ...one, refunds: one.refunds.toReversed() })

  test.each([
    ['the ids of one length', '51', '52'],
    ['a shorter id', '9', '10'],
    ['ids beyond exact numbers', '7000000000000000001', '7000000000000000002'],
  ])('are played by their ids, however they are told: %s', (_, low, high) => {
    const linesFirst = standing(facts(low, high))
    const halfFirst = standing(facts(high, low))
    expect(linesFirst).not.toEqual(halfFirst)
    expect(standing(turned(facts(low, high)))).toEqual(linesFirst)
    expect(standing(turned(facts(high, low)))).toEqual(halfFirst)
    // Lines first: 777 of the 1,334 that still stand. Else 777 of all 2,333, and then the second line's rest.
    expect(linesFirst[0]).toBe(1001 - Math.floor((777 * 1001) / 1334))
  })
})
