import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type BulkContext,
  type Cells,
  checkBulkLine,
  readDate,
} from '../../../app/domain/imports/bulk-line.ts'

const context = (more: Partial<BulkContext> = {}): BulkContext => ({
  kind: 'adjustment',
  now: Date.parse('2026-11-21T10:00:00Z'),
  zone: 'Europe/Berlin',
  language: 'de',
  expiry: { kind: 'after-earning', months: 12, warnDays: 30 } as BulkContext['expiry'],
  ...more,
})
const check = (cells: Cells, more: Partial<BulkContext> = {}) =>
  checkBulkLine({ customer: '7001', points: '10', reason: 'Kulanz', ...cells }, context(more))
const opening = (cells: Cells, more: Partial<BulkContext> = {}) =>
  checkBulkLine(
    { customer: '7001', points: '10', earnedOn: '2026-05-03', ...cells },
    context({ kind: 'import', ...more }),
  )

describe('a line that adjusts', () => {
  test.each([
    [{ points: '+250' }, { points: 250 }],
    [{ points: ' -40 ' }, { points: -40 }],
    [{ points: '−40' }, { points: -40 }],
    [{ customer: "'7001" }, { customerId: '7001', email: null }],
    [{ customer: 'gid://shopify/Customer/7001' }, { customerId: '7001' }],
    [
      { customer: '', email: 'Mara@Beispiel.example' },
      { customerId: null, email: 'mara@beispiel.example' },
    ],
    [{ email: 'Mara@Beispiel.example' }, { customerId: '7001', email: 'mara@beispiel.example' }],
  ] as [Cells, object][])('is read: %j', (cells, expected) => {
    expect(check(cells)).toMatchObject({ ok: true, line: expected })
  })

  test.each([
    [{ points: '' }, 'points-missing', ''],
    [{ points: '1.5' }, 'points-whole', '1.5'],
    [{ points: '1,5' }, 'points-whole', '1,5'],
    [{ points: '1e3' }, 'points-whole', '1e3'],
    [{ points: 'viele' }, 'points-whole', 'viele'],
    [{ points: '-0' }, 'points-zero', '-0'],
    [{ points: '1000001' }, 'points-many', '1000001'],
    [{ customer: '', email: '' }, 'customer-missing', ''],
    [{ customer: 'Mara' }, 'customer-id', 'Mara'],
    [{ customer: '7,00123E+12' }, 'customer-id-rounded', '7,00123E+12'],
    [{ customer: '', email: 'a@b' }, 'email-invalid', 'a@b'],
    [{ email: 'a@b' }, 'email-invalid', 'a@b'],
    [{ customer: '', email: 'a"b@c.example' }, 'email-invalid', 'a"b@c.example'],
    [{ reason: ' a ' }, 'reason-missing', 'a'],
  ] as [Cells, string, string][])('is refused: %j', (cells, problem, value) => {
    expect(check(cells)).toEqual({ ok: false, problem, value })
  })
})

describe('owner 6: points are read as the forms read numbers, by the language of who uploads', () => {
  test.each<[points: string, german: number | string, english: number | string]>([
    ['1000', 1000, 1000],
    ['1.000', 1000, 'points-ambiguous'],
    ['1,000', 'points-ambiguous', 1000],
    ['-1.250', -1250, 'points-ambiguous'],
    ['+1.000', 1000, 'points-ambiguous'],
    ['−10.000', -10000, 'points-ambiguous'],
    ["1'000", 1000, 1000],
    ['12 500', 12500, 12500],
    ['250,00', 250, 'points-whole'],
    ['250.00', 'points-whole', 250],
    ['1.5', 'points-whole', 'points-whole'],
    ['1.0000', 'points-whole', 1],
    ['1.000.000', 1_000_000, 'points-whole'],
    ['1.000.001', 'points-many', 'points-whole'],
  ])('%s', (points, german, english) => {
    const read = (language: BulkContext['language']) => {
      const found = check({ points }, { language })
      return found.ok ? found.line.points : found.problem
    }
    expect([read('de'), read('en')]).toEqual([german, english])
  })

  test('any number of points is read as written by the language, with groups or without', () => {
    const number = fc.integer({ min: -1_000_000, max: 1_000_000 }).filter((value) => value !== 0)
    fc.assert(
      fc.property(number, fc.constantFrom('de', 'en'), fc.boolean(), (value, language, useGrouping) => {
        const points = new Intl.NumberFormat(language, { useGrouping }).format(value)
        expect(check({ points }, { language })).toMatchObject({ ok: true, line: { points: value } })
      }),
    )
  })
})

describe('the edges of a line', () => {
  const problem = (cells: Cells, more: Partial<BulkContext> = {}) => {
    const result = check(cells, more)
    return result.ok ? null : result.problem
  }
  const opened = (cells: Cells, more: Partial<BulkContext> = {}) => {
    const result = opening(cells, more)
    return result.ok ? null : result.problem
  }
  const text = (length: number) => 'x'.repeat(length)

  test.each<[problem: string | null, cells: Cells]>([
    [null, { points: '1000000' }],
    [null, { points: '-1000000' }],
    ['points-many', { points: '-1000001' }],
    ['points-many', { points: '1000000000000000' }],
    ['points-many', { points: '100000000000000' }],
    [null, { points: '–5' }],
    ['points-whole', { points: '--5' }],
    ['points-whole', { points: '5-' }],
    [null, { points: '5 000' }],
    ['points-whole', { points: '5 00' }],
    [null, { reason: 'abc' }],
    ['reason-missing', { reason: 'ab' }],
    ['reason-missing', { reason: undefined }],
    [null, { reason: text(200) }],
    ['reason-long', { reason: text(201) }],
    [null, { customer: '1'.repeat(18) }],
    ['customer-id', { customer: '1'.repeat(19) }],
    ['customer-id', { customer: '0123' }],
    ['customer-id', { customer: "7'001" }],
    ['customer-id', { customer: '7001x' }],
    ['customer-id', { customer: 'x7001' }],
    ['customer-id', { customer: 'gid://shopify/Order/7001' }],
    ['customer-id', { customer: 'xgid://shopify/Customer/7001' }],
    ['customer-id', { customer: '7gid://shopify/Customer/001' }],
    ['email-invalid', { customer: '', email: 'a@c.example x' }],
    ['customer-id-rounded', { customer: '7E12' }],
    ['customer-id-rounded', { customer: '7.00123e12' }],
    ['customer-id', { customer: 'x7E12' }],
    ['customer-id', { customer: '7E12x' }],
    ['customer-id', { customer: '7.E12' }],
    ['customer-missing', { customer: ' ', email: ' ' }],
    [null, { customer: '', email: `${text(240)}@b.example` }],
    [null, { customer: '', email: `${text(244)}@b.example` }],
    ['email-invalid', { customer: '', email: `${text(245)}@b.example` }],
    ['email-invalid', { customer: '', email: 'a b@c.example' }],
    ['email-invalid', { customer: '', email: '@c.example' }],
    ['email-invalid', { customer: '', email: 'a@@c.example' }],
    ['email-invalid', { customer: '', email: 'a@c.' }],
    ['email-invalid', { customer: '', email: 'a@.c ' + 'd' }],
  ])('%s: %j', (expected, cells) => {
    expect(problem(cells)).toBe(expected)
  })

  test.each<[problem: string | null, cells: Cells]>([
    [null, { earnedOn: '2026-11-21' }],
    ['earned-future', { earnedOn: '2026-11-22' }],
    [null, { earnedOn: '2000-01-01', expiresOn: '2027-01-01' }],
    ['earned-early', { earnedOn: '1999-12-31', expiresOn: '2027-01-01' }],
    [null, { expiresOn: '2026-11-21' }],
    ['expires-over', { expiresOn: '2026-11-20' }],
    [null, { earnedOn: '2026-11-21', expiresOn: '2026-11-21' }],
    ['expires-before-earned', { earnedOn: '2026-11-21', expiresOn: '2026-11-20' }],
    ['earned-lapsed', { earnedOn: '2025-11-20' }],
    [null, { earnedOn: '2025-11-21' }],
    ['points-zero', { points: '0' }],
    [null, { points: '1' }],
    ['reason-long', { reason: text(201) }],
    [null, { reason: 'a' }],
  ])('of a balance that is brought along, %s: %j', (expected, cells) => {
    expect(opened(cells)).toBe(expected)
  })

  test('a balance keeps its reason, and none is null', () => {
    expect(opening({ reason: ' aus dem alten Programm ' })).toMatchObject({
      line: { reason: 'aus dem alten Programm' },
    })
    expect(opening({ reason: '  ' })).toMatchObject({ line: { reason: null, expiresOn: null } })
  })

  test('only the rule by earning makes an old balance lapse', () => {
    const old = { earnedOn: '2019-01-01' }
    expect(opened(old, { expiry: { kind: 'never' } })).toBeNull()
    expect(opened(old, { expiry: null })).toBeNull()
    expect(opened(old)).toBe('earned-lapsed')
  })

  test('the day is that of the shop, not of Greenwich', () => {
    const now = Date.parse('2026-11-21T23:30:00Z')
    expect(opened({ earnedOn: '2026-11-22' }, { now })).toBeNull()
    expect(opened({ earnedOn: '2026-11-22' }, { now, zone: 'UTC' })).toBe('earned-future')
  })

  test('what was wrong is shown, at most sixty signs of it and no half of one', () => {
    expect(check({ points: 'viel '.repeat(30) })).toMatchObject({ value: 'viel '.repeat(12) })
    expect(check({ points: `${text(59)}🎁` })).toEqual({
      ok: false,
      problem: 'points-whole',
      value: `${text(59)}\ufffd`,
    })
    expect(opening({ earnedOn: '' })).toMatchObject({ value: '' })
    expect(opening({ earnedOn: '5/3/2026' })).toMatchObject({ value: '5/3/2026' })
    expect(opening({ expiresOn: '5/3/2027' })).toMatchObject({ value: '5/3/2027' })
  })
})

describe('a line that brings points along', () => {
  test('keeps its own dates, German or ISO', () => {
    expect(opening({ earnedOn: '3.5.2026', expiresOn: '31.12.2027' })).toMatchObject({
      ok: true,
      line: { earnedOn: '2026-05-03', expiresOn: '2027-12-31', reason: null },
    })
  })

  test.each([
    [{ earnedOn: '' }, 'earned-missing'],
    [{ earnedOn: '03/05/2026' }, 'date-invalid'],
    [{ earnedOn: '31.02.2026' }, 'date-invalid'],
    [{ earnedOn: '2026-11-22' }, 'earned-future'],
    [{ earnedOn: '1999-12-31' }, 'earned-early'],
    [{ expiresOn: 'bald' }, 'date-invalid'],
    [{ expiresOn: '2026-11-20' }, 'expires-over'],
    [{ expiresOn: '2026-05-02' }, 'expires-before-earned'],
    [{ earnedOn: '2025-11-20' }, 'earned-lapsed'],
    [{ points: '-5' }, 'points-above-zero'],
  ] as [Cells, string][])('is refused: %j', (cells, problem) => {
    expect(opening(cells)).toMatchObject({ ok: false, problem })
  })

  test('may be as old as it likes with a last day of its own, and may be valid to the end of today', () => {
    expect(opening({ earnedOn: '2019-01-01', expiresOn: '2026-11-21' }).ok).toBe(true)
    expect(opening({ earnedOn: '2025-11-21' }).ok).toBe(true)
    expect(opening({ earnedOn: '2019-01-01' }, { expiry: null }).ok).toBe(true)
  })
})

test.each([
  ['2026-05-03T10:00:00+02:00', '2026-05-03'],
  ['03.05.2026', '2026-05-03'],
  ['3.12.2026', '2026-12-03'],
  ['x2026-05-03', null],
  ['2026-05-03x', null],
  ['2026-5-3', null],
  ['x3.5.2026', null],
  ['3.5.2026x', null],
  ['3.5.26', null],
  ['003.5.2026', null],
  ['3.005.2026', null],
  ['30.2.2026', null],
  ['', null],
])('%j is the day %j', (text, day) => {
  expect(readDate(text)).toBe(day)
})

test('a date that does not exist is none', () => {
  expect([
    readDate('2028-02-29'),
    readDate('2027-02-29'),
    readDate('29.2.2028'),
    readDate('2026-13-01'),
  ]).toEqual(['2028-02-29', null, '2028-02-29', null])
})

test('A2: an address is looked at once, however many dots it has, and never when it is too long', () => {
  const context = { kind: 'adjustment', now: 0, zone: 'UTC', language: 'de', expiry: null } as const
  const check = (email: string) => checkBulkLine({ email, points: '5', reason: 'Kulanz' }, context)
  for (const email of ['a@b.c', 'a.b+c@d.e.f', 'ä@ö.example']) expect(check(email).ok).toBe(true)
  const dots = '.'.repeat(80_000)
  const bad = [
    `a@${dots}`,
    `${dots}@${dots}`,
    'a@@b.c',
    'a@b.c@d.e',
    '@b.c',
    'a@',
    'a@.',
    'a@b.',
    'a@.b',
    'a\\@b.c',
  ]
  const begun = performance.now()
  for (const email of bad) expect(check(email)).toMatchObject({ ok: false, problem: 'email-invalid' })
  expect(performance.now() - begun).toBeLessThan(2_000)
})
