import { describe, expect, test } from 'vitest'
import { evaluateOrder, previewCart } from '../../../app/domain/earning/evaluate-order.ts'
import { valueSteps, worthless } from '../../../app/domain/orders/order-value.ts'
import { tierProgress } from '../../../app/domain/tiers/tiers.ts'
import { campaign, compiled, earning, line, NOTHING_BESIDE, order, PLACED } from '../support.ts'

const onProduct = (i: number) => campaign(`c${i}`, '2', { scope: { kind: 'products', ids: [`${i}`] } })
const plain = { kind: 'line', line: '1', title: 'Teekanne', value: 4990 }

describe('a line that no campaign touches is explained without one', () => {
  test.each([0, 1, 32, 33, 70])('beside %i campaigns', (count) => {
    const program = compiled({ campaigns: Array.from({ length: count }, (_, i) => onProduct(i)) })
    const untouched = evaluateOrder(program, order({ lines: [line(4990, { productId: 'x' })] }), {
      tierId: null,
    })
    expect(untouched.why.lines).toEqual([plain])
    expect(untouched.points).toBe(49)
    if (count === 0) return
    const last = order({ lines: [line(4990, { productId: `${count - 1}` })] })
    const campaigns = [{ id: `c${count - 1}`, factor: '2' }]
    expect(evaluateOrder(program, last, { tierId: null }).why.lines).toEqual([
      { ...plain, factor: '2', campaigns },
    ])
  })
})

test('an order that is taken over as history is worth no points, and still climbs the ladder', () => {
  const facts = order({ history: true })
  expect(worthless(facts)).toBe('history')
  expect(evaluateOrder(compiled(), facts, { tierId: null })).toEqual({
    points: 0,
    qualifying: 0,
    why: expect.objectContaining({ zero: 'history', lines: [], out: [], points: 0, exact: '0' }),
  })
  expect(valueSteps(facts, NOTHING_BESIDE)).toEqual([{ at: PLACED, value: 4990 }])
  expect(worthless(order())).toBeNull()
})

test('a cart is explained like an order, its gift cards apart', () => {
  const of = { productId: null, collections: [], tags: [] }
  const cart = [
    { ...of, amount: 4990 },
    { ...of, amount: 2500, giftCard: true },
    { ...of, amount: 1010, giftCard: false },
  ]
  expect(previewCart(compiled(), { lines: cart, at: PLACED, tierId: null })).toMatchObject({
    points: 60,
    qualifying: 6000,
    why: {
      lines: [
        { kind: 'line', value: 4990 },
        { kind: 'line', value: 1010 },
      ],
      out: [{ code: 'gift-card', amount: 2500 }],
      zero: null,
    },
  })
})

test('points beyond counting are named', () => {
  const program = compiled({ earning: earning({ pointsPerUnit: '10000' }) })
  const facts = order({ lines: [line(Number.MAX_SAFE_INTEGER)] })
  const value = Number((BigInt(Number.MAX_SAFE_INTEGER) * 10_000n) / 100n)
  expect(() => evaluateOrder(program, facts, { tierId: null })).toThrow(
    expect.objectContaining({
      code: 'invalid-amount',
      message: `${value} points are more than can be counted`,
      details: { value },
    }),
  )
})

test('an order placed later than now is not part of where a member stands now', () => {
  const later = [{ at: PLACED + 1, spend: 50_000, points: 500, orders: 1 }]
  const { ladder } = compiled()
  expect(tierProgress(ladder, [later], PLACED, 'UTC').sum).toBe(0)
  expect(tierProgress(ladder, [later], PLACED + 1, 'UTC').sum).toBe(50_000)
})
