import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MONEY_LIMITS, MULTIPLIER_LIMITS } from '../../../app/domain/document/document-fields.ts'
import { RATE_LIMITS } from '../../../app/domain/earning/earning-rule.ts'
import { VALID_DAYS } from '../../../app/domain/rewards/code-terms.ts'
import { COST_LIMITS } from '../../../app/domain/rewards/kinds.ts'
import { type NumberRange, readTypedNumber, showNumber } from '../../../app/domain/text/typed-number.ts'

type Language = 'de' | 'en'

/** The fields of the admin, by what they take. */
const FIELDS = {
  rate: RATE_LIMITS,
  factor: MULTIPLIER_LIMITS,
  price: COST_LIMITS,
  days: VALID_DAYS,
  euros: { ...MONEY_LIMITS, decimals: 2 },
  yen: { ...MONEY_LIMITS, decimals: 0 },
  dinars: { ...MONEY_LIMITS, decimals: 3 },
} satisfies Record<string, NumberRange>

/** The decimal that it becomes, "" for an empty field, or why it is refused, with the readings of what is ambiguous. */
function read(field: keyof typeof FIELDS, typed: string, language: Language): string {
  const found = readTypedNumber(typed, language, FIELDS[field])
  if (found.kind === 'number') return found.decimal
  if (found.kind === 'empty') return ''
  const { problem } = found
  return problem.code === 'ambiguous' ? `ambiguous ${problem.readings.join(' or ')}` : problem.code
}

describe('W2: a typed number is read by the language or refused, in every field', () => {
  test.each<[keyof typeof FIELDS, string, german: string, english: string]>([
    // the thousand and the one and a half that were taken for others
    ['price', '1.000', '1000', 'ambiguous 1 or 1000'],
    ['price', '1,000', 'ambiguous 1 or 1000', '1000'],
    ['price', '10.000', '10000', 'ambiguous 10 or 10000'],
    ['price', '1.234.567', '1234567', 'unreadable'],
    ['price', '1,234,567', 'unreadable', '1234567'],
    ['price', '1.00', 'unreadable', '1'],
    ['price', '1,00', '1', 'unreadable'],
    ['days', '1,5', 'not-whole', 'unreadable'],
    ['days', '1.5', 'unreadable', 'not-whole'],
    ['days', '30', '30', '30'],
    ['rate', '1.000', '1000', 'ambiguous 1 or 1000'],
    ['rate', '1,500', 'ambiguous 1.5 or 1500', '1500'],
    ['rate', '1,125', '1.125', '1125'],
    ['rate', '0.500', 'unreadable', '0.500'],
    ['rate', '0,05', '0.05', 'unreadable'],
    ['rate', '10.000,5', 'too-large', 'unreadable'],
    ['rate', '0', '0', '0'],
    ['factor', '1,5', '1.5', 'unreadable'],
    ['factor', '1.5', 'unreadable', '1.5'],
    ['factor', '0', 'too-small', 'too-small'],
    ['factor', '1,125', 'too-many-decimals', 'too-large'],
    ['euros', '1.000', '1000', 'ambiguous 1 or 1000'],
    ['euros', '1.000,50', '1000.50', 'unreadable'],
    ['euros', '1,000.50', 'unreadable', '1000.50'],
    ['euros', '49,90', '49.90', 'unreadable'],
    ['euros', ',5', '0.5', 'unreadable'],
    ['euros', '5,', '5', 'unreadable'],
    ['euros', '5.', 'unreadable', '5'],
    ['euros', '0,005', 'too-many-decimals', 'unreadable'],
    ['yen', '1,5', 'not-whole', 'unreadable'],
    ['yen', '5.000', '5000', 'ambiguous 5 or 5000'],
    ['dinars', '1,500', '1.500', '1500'],
    ['dinars', '1.500', '1500', '1.500'],
    // nobody's way of writing
    ['price', '1.2.3', 'unreadable', 'unreadable'],
    ['price', '1.00.000', 'unreadable', 'unreadable'],
    ['price', '1,00,000', 'unreadable', 'unreadable'],
    ['price', '1.000 000', 'unreadable', 'unreadable'],
    ['price', '1 00', 'unreadable', 'unreadable'],
    ['price', '12e3', 'unreadable', 'unreadable'],
    ['price', '0x10', 'unreadable', 'unreadable'],
    ['price', '+5', 'unreadable', 'unreadable'],
    ['price', '5 €', 'unreadable', 'unreadable'],
    ['price', '5²', 'unreadable', 'unreadable'],
    ['price', '٣', 'unreadable', 'unreadable'],
    ['price', 'viel', 'unreadable', 'unreadable'],
    ['price', '.', 'unreadable', 'unreadable'],
    // below, above
    ['price', '−5', 'too-small', 'too-small'],
    ['price', '-5', 'too-small', 'too-small'],
    ['rate', '–0,5', 'too-small', 'unreadable'],
    ['price', '0', 'too-small', 'too-small'],
    ['price', '99999999999', 'too-large', 'too-large'],
    ['price', '9'.repeat(400), 'too-large', 'too-large'],
    ['days', '731', 'too-large', 'too-large'],
    // spaces, no-break, narrow, thin, apostrophes, full width, what nobody sees
    ['price', ' 500 ', '500', '500'],
    ['price', '1 000', '1000', '1000'],
    ['price', '1\u00a0000', '1000', '1000'],
    ['price', '1\u202f000', '1000', '1000'],
    ['price', '1\u2009000\u2009000', '1000000', '1000000'],
    ['price', "1'000", '1000', '1000'],
    ['price', '1’000', '1000', '1000'],
    ['euros', '1’000,50', '1000.50', 'unreadable'],
    ['price', '１２３', '123', '123'],
    ['price', '\u200e500\u200f', '500', '500'],
    ['price', '007', '7', '7'],
    ['price', '', '', ''],
    ['price', ' \u200b', '', ''],
  ])('%s: "%s" is %s in German, %s in English', (field, typed, german, english) => {
    expect([read(field, typed, 'de'), read(field, typed, 'en')]).toEqual([german, english])
  })

  test('what a field shows it reads again, in every language', () => {
    const euros = fc.integer({ min: 1, max: 100_000_000 }).map((cents) => (cents / 100).toFixed(2))
    fc.assert(
      fc.property(euros, fc.constantFrom<Language>('de', 'en'), (decimal, language) => {
        expect(read('euros', showNumber(decimal, language), language)).toBe(decimal)
      }),
    )
  })

  test('whatever is typed is refused or a number inside the limits', () => {
    const typed = fc.stringMatching(/^[0-9.,' -]{1,12}$/)
    fc.assert(
      fc.property(typed, fc.constantFrom<Language>('de', 'en'), (text, language) => {
        const found = readTypedNumber(text, language, FIELDS.euros)
        if (found.kind !== 'number') return
        expect(found.decimal).toMatch(/^\d+(\.\d{1,2})?$/)
        expect(Number(found.decimal)).toBeGreaterThan(0)
        expect(Number(found.decimal)).toBeLessThanOrEqual(1_000_000)
      }),
    )
  })
})
