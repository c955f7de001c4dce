import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inLocale } from '../../../app/domain/document/local-text.ts'
import {
  decimalToScaled,
  divideRounded,
  proportionFloor,
  scaledToDecimal,
} from '../../../app/domain/money/decimal.ts'
import { factor } from '../../../app/domain/money/factor.ts'
import { fromMinor, toMinor } from '../../../app/domain/money/money.ts'
import { compileProgram } from '../../../app/domain/program/compiled-program.ts'
import { validateProgram } from '../../../app/domain/program/validate-program.ts'
import { starterProgram } from '../../../app/domain/templates/program-template.ts'
import { campaign, document } from '../support.ts'

describe('the first program', () => {
  test.each([
    ['EUR', 'Europe/Berlin', '5', '1'],
    ['JPY', 'Asia/Tokyo', '500', '0.01'],
    ['KWD', 'Asia/Kuwait', '5', '1'],
  ])('in %s is valid and can be compiled', (currency, timeZone, amount, rate) => {
    const first = starterProgram(currency, timeZone)
    expect(validateProgram(first, { currency })).toEqual({ ok: true, program: first })
    expect(first.rewards[0]).toMatchObject({ amount, cost: 500 })
    expect(compileProgram(first, { currency, timeZone }, 1).rate.text).toBe(rate)
  })

  test('gives a point for the goods alone, and names its rewards by their worth', () => {
    const euro = starterProgram('EUR', 'Europe/Berlin')
    expect(euro.earning.counts).toEqual({
      taxOnTop: false,
      shipping: false,
      duties: false,
      tips: false,
      cashRounding: false,
    })
    expect(euro.rewards.map(({ name }) => name)).toEqual([
      { de: '5\u00a0€ Rabatt', en: '€5 off' },
      { de: '10 % Rabatt', en: '10% off' },
      { de: '10\u00a0€ Rabatt', en: '€10 off' },
    ])
    expect(starterProgram('JPY', 'Asia/Tokyo').rewards[2]?.name.en).toBe('¥1,000 off')
  })

  test('needs a time zone that exists', () => {
    expect(() => starterProgram('EUR', 'Europe/Berlon')).toThrowError(/Europe\/Berlon/)
  })
})

describe('a document that is wrong', () => {
  const issuesOf = (...changes: [path: string, value: unknown][]) => {
    const copy: unknown = structuredClone(document({ campaigns: [campaign('double', '2')] }))
    for (const [path, value] of changes) set(copy, path.split('.'), value)
    const result = validateProgram(copy, { currency: 'EUR' })
    return result.ok ? [] : result.issues.map(({ path, code }) => `${path}: ${code}`)
  }
  const backwards = { start: '2026-02-02T00:00', end: '2026-02-01T00:00', timeZone: 'Europe/Berlin' }

  test.each<[string, string, unknown, string]>([
    ['no number', 'earning.pointsPerUnit', '1,5', 'wrong-format'],
    ['an empty number', 'earning.pointsPerUnit', '', 'required'],
    ['five decimals', 'earning.pointsPerUnit', '0.00001', 'too-many-decimals'],
    ['too many points', 'earning.pointsPerUnit', '10001', 'too-large'],
    ['an unknown rounding', 'earning.rounding', 'up', 'unknown-option'],
    ['no multiplier', 'campaigns.0.multiplier', '0', 'not-positive'],
    ['an unknown scope', 'campaigns.0.scope.kind', 'vendors', 'unknown-option'],
    ['no name', 'campaigns.0.name', {}, 'text-missing'],
    ['a strange zone', 'campaigns.0.window.timeZone', 'Mars/Base', 'time-zone-unknown'],
    ['an offset for a zone', 'campaigns.0.window.timeZone', '+02:00', 'time-zone-unknown'],
    ['a day that is none', 'campaigns.0.window.start', '2026-02-30T00:00', 'local-time-unknown'],
    ['an end before its start', 'campaigns.0.window', backwards, 'end-before-start'],
    ['an unknown tier', 'campaigns.0.tiers', ['platinum'], 'tier-unknown'],
    ['an unknown tier of a reward', 'rewards.1.tiers', ['platinum'], 'tier-unknown'],
    ['the same campaign twice', 'campaigns', [campaign('a', '2'), campaign('a', '3')], 'duplicate-id'],
    ['the same reward twice', 'rewards', [document().rewards[0], document().rewards[0]], 'duplicate-id'],
    ['falling tiers', 'tiers.levels.2.threshold', '300', 'threshold-order'],
    ['a free reward', 'rewards.0.cost', 0, 'too-small'],
    ['W22: half a point', 'rewards.0.cost', 1.5, 'not-whole'],
    ['W22: a rate of eleven digits', 'earning.pointsPerUnit', '99999999999', 'too-large'],
    ['W22: a price of eleven digits', 'rewards.0.cost', 99_999_999_999, 'too-large'],
    ['a tenth of a cent', 'rewards.0.amount', '5.001', 'too-many-decimals'],
    ['a part left out', 'expiry', undefined, 'required'],
    ['a document of another age', 'schema', 2, 'unknown-option'],
  ])('by %s names path and reason', (_name, path, value, code) => {
    expect(issuesOf([path, value])).toContain(`${path}: ${code}`)
  })

  test('by the same tier twice names the levels', () => {
    expect(issuesOf(['tiers.levels.1.id', 'bronze'])).toContain('tiers.levels: duplicate-id')
  })

  test('is not wrong for zeros behind the decimals of its currency', () => {
    expect(issuesOf(['rewards.0.amount', '5.50'], ['rewards.0.minimumSpend', '20.500'])).toEqual([])
  })

  test('by an empty scope says that it is required', () => {
    expect(issuesOf(['campaigns.0.scope', { kind: 'tags', tags: [] }])).toEqual([
      'campaigns.0.scope.tags: required',
    ])
  })

  test('tells every fault at once, one for each path', () => {
    expect(issuesOf(['earning.pointsPerUnit', 'x'], ['rewards.0.cost', -1], ['name', {}])).toHaveLength(3)
  })

  test('is no crash, whatever it is', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(validateProgram(value).ok).toBe(false)
      }),
    )
  })

  test('PR1: of another currency is compiled without what that currency cannot hold', () => {
    const shop = { currency: 'JPY', timeZone: 'Asia/Tokyo' }
    const cents = document({ rewards: document().rewards.map((r) => ({ ...r, minimumSpend: '0.5' })) })
    expect(validateProgram(cents, shop).ok).toBe(false)
    const { rewards } = compileProgram(cents, shop, 1)
    expect([...rewards.values()].map(({ active }) => active)).toEqual(cents.rewards.map(() => false))
    const zeros = document({ rewards: document().rewards.map((r) => ({ ...r, minimumSpend: '20.00' })) })
    expect([...compileProgram(zeros, shop, 1).rewards.values()]).toMatchObject(
      zeros.rewards.map(() => ({ active: true, minimumSpend: '20.00' })),
    )
  })

  test('that gets past validation still cannot be compiled', () => {
    const shop = { currency: 'JPY', timeZone: 'Asia/Tokyo' }
    const words = document({ earning: { ...document().earning, pointsPerUnit: 'one' } })
    expect(() => compileProgram(words, shop, 1)).toThrowError(
      expect.objectContaining({ code: 'invalid-program' }),
    )
    expect(() => compileProgram(document(), { ...shop, timeZone: 'Asia/Edo' }, 1)).toThrowError(/Asia\/Edo/)
    // What no document says is a fault of the program, not of the merchant.
    const strange = document({ expiry: { kind: 'some day' } as never })
    expect(() => compileProgram(strange, shop, 1)).toThrowError(expect.objectContaining({ name: 'ZodError' }))
  })
})

describe('decimals', () => {
  test.each([
    ['49.90', 'EUR', 4990],
    ['500.0', 'JPY', 500],
    ['1.234', 'KWD', 1234],
    ['0', 'EUR', 0],
    ['-0.02', 'EUR', -2],
  ])('%s %s is %i minor units', (text, currency, minor) => {
    expect(toMinor(text, currency)).toBe(minor)
  })

  test.each(['', '1,5', '1e3', ' 1', '0x1', '1.', '.5', 'NaN', '99999999999999999'])(
    '"%s" is refused',
    (text) => {
      expect(() => toMinor(text, 'EUR')).toThrowError(expect.objectContaining({ code: 'invalid-amount' }))
    },
  )

  test('money goes into minor units and back unchanged', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -(2 ** 40), max: 2 ** 40 }),
        fc.constantFrom('EUR', 'JPY', 'KWD', 'CLF'),
        (minor, currency) => {
          expect(toMinor(fromMinor(minor, currency), currency)).toBe(minor)
        },
      ),
    )
  })

  test('a factor is the number it says', () => {
    fc.assert(
      fc.property(fc.nat(10_000_000), (scaled) => {
        const found = factor(scaledToDecimal(scaled, 4, 4))
        expect(found.mantissa * 10 ** (4 - found.decimals)).toBe(scaled)
        expect(decimalToScaled(found.text, 4)).toBe(scaled)
      }),
    )
  })

  test.each([
    ['floor', 0, 0, 0],
    ['nearest', 0, 1, 1],
    ['ceil', 1, 1, 1],
  ] as const)(
    'rounded by "%s" a quarter, a half and three quarters are %i, %i and %i',
    (rule, ...expected) => {
      expect([1n, 2n, 3n].map((n) => divideRounded(n, 4n, rule))).toEqual(expected)
      expect(divideRounded(8n, 4n, rule)).toBe(2)
    },
  )

  test('shares of large amounts are exact', () => {
    expect(proportionFloor(9_007_199_254_740_991, 2, 3)).toBe(6_004_799_503_160_660)
    expect(proportionFloor(5, 1, 0)).toBe(0)
  })
})

test('a text is shown in the other language when it was not translated', () => {
  expect(inLocale({ de: 'Silber' }, 'en')).toBe('Silber')
  expect(inLocale({ de: 'Silber', en: 'Silver' }, 'en-GB')).toBe('Silver')
  expect(inLocale({ de: 'Silber', en: 'Silver' }, 'de-AT')).toBe('Silber')
})

/** Sets a value deep inside a document that is no document any more. */
function set(target: unknown, [key = '', ...rest]: string[], value: unknown): void {
  const container = target as Record<string, unknown>
  if (rest.length > 0) set(container[key], rest, value)
  else container[key] = value
}
