import { describe, expect, test } from 'vitest'
import type { BulkKind } from '../../app/domain/bulk-line.ts'
import { MOST_LINES, readBulkFile } from '../../app/loyalty/bulk/read-file.ts'

const context = (kind: BulkKind) => ({
  kind,
  now: Date.parse('2026-11-21T10:00:00Z'),
  zone: 'Europe/Berlin',
  expiry: null,
})
const read = (text: string | Uint8Array, kind: BulkKind = 'adjustment') =>
  readBulkFile(typeof text === 'string' ? new TextEncoder().encode(text) : text, context(kind)).lines
const refusal = (text: string | Uint8Array, kind: BulkKind = 'adjustment') => {
  try {
    read(text, kind)
  } catch (error) {
    return error
  }
  throw new Error('it was read')
}

describe('a file is read', () => {
  test('from German Excel: semicolons, a byte order mark, CRLF, quotes and a separator inside them', () => {
    const lines = read(
      '\uFEFFKundennummer;E-Mail;Punkte;Grund\r\n7001;;250;"Kulanz; ""sofort"""\r\n\r\n;mara@beispiel.example;-40;Irrtum\r\n',
    )
    expect(lines).toEqual([
      {
        line: 2,
        checked: {
          ok: true,
          line: expect.objectContaining({ customerId: '7001', points: 250, reason: 'Kulanz; "sofort"' }),
        },
      },
      {
        line: 4,
        checked: { ok: true, line: expect.objectContaining({ email: 'mara@beispiel.example', points: -40 }) },
      },
    ])
  })

  test('in Windows-1252, as German Excel still writes it', () => {
    const bytes = Uint8Array.from('kunde;punkte;grund\n1;5;Gr\u00fc\u00dfe\n', (c) => c.charCodeAt(0))
    expect(read(bytes)[0]?.checked).toMatchObject({ line: { reason: 'Grüße' } })
  })

  test('with commas, tabs or the separator that Excel names', () => {
    expect(read('customer id,points,reason\n1,5,"a, b and c"\n')[0]?.checked).toMatchObject({
      line: { reason: 'a, b and c' },
    })
    expect(read('customer_id\tpoints\treason\n1\t5\tabc\n')[0]?.checked.ok).toBe(true)
    expect(read('sep=;\ncustomer;points;reason\n1;5;abc\n')).toMatchObject([
      { line: 3, checked: { ok: true } },
    ])
  })

  test('with columns that nobody asked for, in any order', () => {
    expect(read('Grund;Name;Punkte;Kunden-ID\nKulanz;Niemand;5;7001\n')[0]?.checked).toMatchObject({
      line: { customerId: '7001', points: 5, reason: 'Kulanz' },
    })
  })

  test('and a line with too many cells is told as such', () => {
    expect(read('kunde;punkte;grund\n1;5;Kulanz;mehr\n2;5;Kulanz;;\n')).toMatchObject([
      { line: 2, checked: { ok: false, problem: 'columns', value: 'mehr' } },
      { line: 3, checked: { ok: true } },
    ])
  })
})

test.each([
  ['', 'empty', null],
  ['kunde;punkte;grund\n', 'empty', null],
  ['kunde;grund\n1;x\n', 'no-points-column', 1],
  ['name;punkte;grund\nx;1;y\n', 'no-customer-column', 1],
  ['kunde;punkte\n1;5\n', 'no-reason-column', 1],
  ['kunde;punkte;Punkte;grund\n1;5;6;x\n', 'column-twice', 1],
  ['kunde;punkte;grund\n1;5;"offen\n2;5;x\n', 'not-csv', 3],
  ['PK\u0003\u0004irgendwas', 'spreadsheet', null],
])('the file %j is refused as %s', (text, problem, line) => {
  expect(refusal(text)).toMatchObject({ problem, line })
})

test('opening balances need the day of earning; too many lines and bytes are refused', () => {
  expect(refusal('kunde;punkte\n1;5\n', 'import')).toMatchObject({ problem: 'no-earned-column' })
  expect(refusal(`kunde;punkte;grund\n${'1;5;abc\n'.repeat(MOST_LINES + 1)}`)).toMatchObject({
    problem: 'too-many-lines',
  })
  expect(refusal(new Uint8Array(8_000_001))).toMatchObject({ problem: 'too-large' })
})
