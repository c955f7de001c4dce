import { describe, expect, test } from 'vitest'
import { decimalToScaled } from '../../../app/domain/money/decimal.ts'
import { wholeNumber } from '../../../app/domain/money/whole-number.ts'
import { readEnv } from '../../../app/env.server.ts'

/** What JavaScript's own readers take for a number, and nobody who writes points or money means. */
const NO_NUMBERS = [
  '1e3',
  '0x10',
  '0b1',
  '0o7',
  '',
  ' ',
  ' 7',
  '7 ',
  '+7',
  '1_000',
  '1,5',
  '1.000',
  '∞',
  'NaN',
  '٣',
]

describe('A14: a number is what is written in plain digits, and nothing else', () => {
  test.each(NO_NUMBERS)('%j is no whole number and no amount', (text) => {
    expect(wholeNumber(text, { min: -1e15 })).toBeNull()
    if (text !== '1.000') expect(() => decimalToScaled(text, 2)).toThrow(/is not a decimal number/)
  })

  test.each([null, undefined, 7, ['7'], new File([], 'x')])('neither is %s', (value) => {
    expect(wholeNumber(value)).toBeNull()
  })

  test('bounds hold, and what is beyond 2^53 is refused instead of rounded', () => {
    expect(wholeNumber('9007199254740991')).toBe(9_007_199_254_740_991)
    expect(wholeNumber('9007199254740992')).toBeNull()
    expect(wholeNumber('-1')).toBeNull()
    expect(wholeNumber('-1', { min: -1 })).toBe(-1)
    expect(wholeNumber('8', { max: 7 })).toBeNull()
  })

  test('a text of a million digits is refused before anything looks at it, and not repeated in full', () => {
    const long = '1'.repeat(1_000_000)
    expect(wholeNumber(long)).toBeNull()
    expect(() => decimalToScaled(long, 2)).toThrow(
      expect.objectContaining({ message: expect.stringMatching(/^.{1,120}$/) }),
    )
  })

  test('the environment is read as strictly', () => {
    expect(() => readEnv({ NODE_ENV: 'test', PORT: '1e3', DATABASE_POOL: '0x10' })).toThrow(
      /PORT: must be a whole number from 0/,
    )
  })
})
