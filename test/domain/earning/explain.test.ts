import { describe, expect, test } from 'vitest'
import { readWhy, whySteps } from '../../../app/domain/earning/explain.ts'
import type { OrderWhy } from '../../../app/domain/earning/order-why.ts'

const why = (more: Partial<OrderWhy> = {}): OrderWhy => ({
  v: 1,
  program: 3,
  currency: 'EUR',
  rate: '1',
  rounding: 'floor',
  stacking: 'highest',
  tier: { id: 'silver', factor: '1.25' },
  lines: [
    {
      kind: 'line',
      line: '11',
      title: 'Teekanne',
      value: 4990,
      factor: '2',
      campaigns: [{ id: 'double', factor: '2' }],
      outdone: ['small'],
    },
    { kind: 'shipping', value: 490 },
  ],
  out: [
    { code: 'gift-card', line: '12', amount: 2500 },
    { code: 'tips', amount: 200 },
  ],
  exact: '130.875',
  points: 130,
  zero: null,
  ...more,
})

describe('an explanation that lies in the book', () => {
  test.each([
    ...(['floor', 'nearest', 'ceil'] as const).map((rounding) => ({ rounding })),
    ...(['highest', 'multiply', 'add'] as const).map((stacking) => ({ stacking })),
    ...(['test', 'unpaid', 'cancelled', 'dispute-lost', 'history', null] as const).map((zero) => ({ zero })),
    { tier: null },
    ...(['line', 'shipping', 'duties', 'tips', 'cash-rounding'] as const).map((kind) => ({
      lines: [{ kind, value: -3 }],
    })),
    ...(
      [
        'gift-card',
        'tax-on-top',
        'shipping',
        'duties',
        'tips',
        'cash-rounding',
        'removed',
        'refunded',
        'refunded-without-lines',
        'outstanding',
      ] as const
    ).map((code) => ({ out: [{ code, amount: 1 }] })),
  ])('is read as it was written: %j', (more) => {
    const written = why(more)
    expect(readWhy(JSON.parse(JSON.stringify(written)))).toEqual(written)
  })

  test.each([
    ['of another age', { v: 2 }],
    ['with an unknown rounding', { rounding: '' }],
    ['with an unknown stacking', { stacking: '' }],
    ['with an unknown reason', { zero: '' }],
    ['with an unknown part', { lines: [{ kind: '', value: 1 }] }],
    ['with an unknown cause', { out: [{ code: '', amount: 1 }] }],
    ['without points', { points: undefined }],
  ])('is none %s', (_, wrong) => {
    expect(readWhy({ ...why(), ...wrong })).toBeNull()
  })

  test('of another kind of posting is none', () => {
    expect(readWhy(null)).toBeNull()
    expect(readWhy({ v: 1, points: 5 })).toBeNull()
  })
})

describe('the steps of an explanation', () => {
  test('follow the arithmetic: what counted, what did not, rate, tier, rounding, version', () => {
    expect(whySteps(why())).toEqual([
      {
        code: 'counted',
        kind: 'line',
        line: '11',
        title: 'Teekanne',
        value: 4990,
        factor: '2',
        campaigns: [{ id: 'double', factor: '2' }],
        outdone: ['small'],
      },
      {
        code: 'counted',
        kind: 'shipping',
        line: null,
        title: null,
        value: 490,
        factor: '1',
        campaigns: [],
        outdone: [],
      },
      { code: 'left-out', reason: 'gift-card', line: '12', amount: 2500 },
      { code: 'left-out', reason: 'tips', line: null, amount: 200 },
      { code: 'qualifying', value: 5480 },
      { code: 'rate', pointsPerUnit: '1' },
      { code: 'tier', id: 'silver', factor: '1.25' },
      { code: 'rounded', rounding: 'floor', exact: '130.875', points: 130 },
      { code: 'version', program: 3 },
    ])
  })

  test('leave out a tier that multiplies by one, and no tier at all', () => {
    const codes = (more: Partial<OrderWhy>) =>
      whySteps(why({ lines: [], out: [], ...more })).map((s) => s.code)
    const plain = ['qualifying', 'rate', 'rounded', 'version']
    expect(codes({ tier: { id: 'bronze', factor: '1' } })).toEqual(plain)
    expect(codes({ tier: null })).toEqual(plain)
  })

  test('are the reason alone when the order as a whole is worth nothing', () => {
    expect(whySteps(why({ zero: 'cancelled' }))).toEqual([
      { code: 'zero', reason: 'cancelled' },
      { code: 'version', program: 3 },
    ])
  })
})
