import { describe, expect, test } from 'vitest'
import { decimalToScaled, proportionFloor, scaledToDecimal } from '../../../app/domain/money/decimal.ts'
import { addExtras, factor, multiplyFactors } from '../../../app/domain/money/factor.ts'
import { fromMinor, toMinor } from '../../../app/domain/money/money.ts'
import { DomainError } from '../../../app/domain/text/errors.ts'

const thrown = (work: () => unknown): DomainError => {
  try {
    work()
  } catch (error) {
    if (error instanceof DomainError) return error
    throw error
  }
  throw new Error('Nothing was thrown')
}

describe('a decimal as text', () => {
  test.each([
    ['1.5', 4, 15_000],
    ['-1.5', 1, -15],
    ['5', 0, 5],
    ['-5', 2, -500],
    ['0.05', 2, 5],
    ['1.500', 1, 15],
    ['12.000', 0, 12],
    ['90071992547409.91', 2, 9_007_199_254_740_991],
  ])('%s with %i decimals is %i', (text, decimals, scaled) => {
    expect(decimalToScaled(text, decimals)).toBe(scaled)
  })

  test('has no negative zero', () => {
    expect(decimalToScaled('-0', 2)).toBe(0)
    expect(decimalToScaled('-0.00', 2)).toBe(0)
  })

  test.each(['', 'abc', '1,5', '1.', '.5', '+1', '1e3', ' 1', '1 ', '1.5.0', '--1', 'x1', '1x'])(
    'is not %j',
    (text) => {
      const error = thrown(() => decimalToScaled(text, 2))
      expect(error.code).toBe('invalid-amount')
      expect(error.message).toBe(`"${text}" is not a decimal number like "49.90"`)
      expect(error.details).toEqual({ value: text })
    },
  )

  test('is not a number, which may have lost something already', () => {
    expect(thrown(() => decimalToScaled(5 as never, 2)).details).toEqual({ value: 5 })
  })

  test('with more decimals than there is room for is refused, and told which', () => {
    const error = thrown(() => decimalToScaled('49.905', 2))
    expect(error.message).toBe('"49.905" has more than 2 decimals')
    expect(error).toMatchObject({ code: 'invalid-amount', details: { value: '49.905', decimals: 2 } })
    expect(thrown(() => toMinor('0.5', 'JPY')).details).toEqual({ value: '0.5', decimals: 0 })
  })

  test('beyond exact numbers is refused', () => {
    const error = thrown(() => decimalToScaled('90071992547409.92', 2))
    expect(error.message).toBe('"90071992547409.92" is too large')
    expect(error).toMatchObject({ code: 'invalid-amount', details: { value: '90071992547409.92' } })
  })

  test.each([
    [15_000, 4, 0, '1.5'],
    [-15_000, 4, 0, '-1.5'],
    [4990, 2, 2, '49.90'],
    [5, 2, 2, '0.05'],
    [-5, 2, 0, '-0.05'],
    [500, 2, 0, '5'],
    [-500, 2, 0, '-5'],
    [500, 0, 0, '500'],
    [0, 4, 0, '0'],
    [0, 2, 2, '0.00'],
  ])('of %i in %i decimals, at least %i, is written %4$s', (scaled, decimals, least, text) => {
    expect(scaledToDecimal(scaled, decimals, least)).toBe(text)
  })
})

describe("a currency's decimals", () => {
  test.each([
    ['EUR', '49.90', 4990],
    ['JPY', '500', 500],
    ['KWD', '1.250', 1250],
    ['CLF', '0.0001', 1],
    ['XXX', '0.01', 1],
  ])('of %s', (currency, text, minor) => {
    expect(toMinor(text, currency)).toBe(minor)
    expect(fromMinor(minor, currency)).toBe(text)
  })
})

test('a proportion is exact beyond exact products, and of nothing it is nothing', () => {
  expect(proportionFloor(2, 2, 3)).toBe(1)
  expect(proportionFloor(9_007_199_254_740_991, 3, 3)).toBe(9_007_199_254_740_991)
  expect(proportionFloor(9_007_199_254_740_991, 2, 3)).toBe(6_004_799_503_160_660)
  expect(proportionFloor(7, 3, 0)).toBe(0)
})

describe('a factor', () => {
  test('is kept in its shortest form', () => {
    expect(factor('1.50')).toEqual({ mantissa: 15, decimals: 1, big: null, near: 1.5, text: '1.5' })
    expect(factor('20')).toEqual({ mantissa: 20, decimals: 0, big: null, near: 20, text: '20' })
    expect(factor('0.0100')).toEqual({ mantissa: 1, decimals: 2, big: null, near: 0.01, text: '0.01' })
    expect(factor('0')).toMatchObject({ mantissa: 0, near: 0, text: '0' })
  })

  test('times another is exact, and small while it can be', () => {
    expect(multiplyFactors(factor('1.5'), factor('1.2'))).toEqual({
      mantissa: 18,
      decimals: 1,
      big: null,
      near: 1.8,
      text: '1.8',
    })
  })

  test('of many campaigns leaves exact Numbers and stays exact', () => {
    const nine = Array.from({ length: 9 }, () => factor('99.99')).reduce(multiplyFactors)
    expect(nine.big).toBe(9999n ** 9n)
    expect(nine.decimals).toBe(18)
    expect(nine.text).toBe('999100359916012598.740083996400089999')
    expect(nine.near).toBeCloseTo(99.99 ** 9, -5)
    const doubled = multiplyFactors(factor('2'), nine)
    expect(doubled.big).toBe(2n * 9999n ** 9n)
    expect(multiplyFactors(nine, factor('2'))).toEqual(doubled)
    expect(multiplyFactors(nine, nine).big).toBe(9999n ** 18n)
    expect(doubled.near).toBeCloseTo(2 * 99.99 ** 9, -5)
  })

  test('beside others adds its extra, never below nothing', () => {
    expect(addExtras([factor('2'), factor('1.25')])).toMatchObject({ text: '2.25' })
    expect(addExtras([factor('0.5'), factor('3')])).toMatchObject({ text: '2.5' })
    expect(addExtras([factor('0.2'), factor('0.3')])).toMatchObject({ mantissa: 0, text: '0' })
  })
})
