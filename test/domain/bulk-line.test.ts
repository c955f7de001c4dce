import { describe, expect, test } from 'vitest'
import { type BulkContext, type Cells, checkBulkLine, readDate } from '../../app/domain/bulk-line.ts'

const context = (more: Partial<BulkContext> = {}): BulkContext => ({
  kind: 'adjustment',
  now: Date.parse('2026-11-21T10:00:00Z'),
  zone: 'Europe/Berlin',
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
  ] as [Cells, object][])('is read: %j', (cells, expected) => {
    expect(check(cells)).toMatchObject({ ok: true, line: expected })
  })

  test.each([
    [{ points: '' }, 'points-missing', ''],
    [{ points: '1.5' }, 'points-whole', '1.5'],
    [{ points: '1,5' }, 'points-whole', '1,5'],
    [{ points: '1.000' }, 'points-whole', '1.000'],
    [{ points: '1e3' }, 'points-whole', '1e3'],
    [{ points: 'viele' }, 'points-whole', 'viele'],
    [{ points: '-0' }, 'points-zero', '-0'],
    [{ points: '1000001' }, 'points-many', '1000001'],
    [{ customer: '', email: '' }, 'customer-missing', ''],
    [{ customer: 'Mara' }, 'customer-id', 'Mara'],
    [{ customer: '7,00123E+12' }, 'customer-id-rounded', '7,00123E+12'],
    [{ customer: '', email: 'a@b' }, 'email-invalid', 'a@b'],
    [{ customer: '', email: 'a"b@c.example' }, 'email-invalid', 'a"b@c.example'],
    [{ reason: ' a ' }, 'reason-missing', 'a'],
  ] as [Cells, string, string][])('is refused: %j', (cells, problem, value) => {
    expect(check(cells)).toEqual({ ok: false, problem, value })
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

test('a date that does not exist is none', () => {
  expect([
    readDate('2028-02-29'),
    readDate('2027-02-29'),
    readDate('29.2.2028'),
    readDate('2026-13-01'),
  ]).toEqual(['2028-02-29', null, '2028-02-29', null])
})
