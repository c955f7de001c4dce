import { monitorEventLoopDelay } from 'node:perf_hooks'
import { describe, expect, test } from 'vitest'
import type { BulkKind } from '../../../app/domain/imports/bulk-line.ts'
import { MOST_LINES, readBulkFile } from '../../../app/loyalty/imports/read-file.ts'

const context = (kind: BulkKind) => ({
  kind,
  now: Date.parse('2026-11-21T10:00:00Z'),
  zone: 'Europe/Berlin',
  language: 'de' as const,
  expiry: null,
})
const read = async (text: string | Uint8Array, kind: BulkKind = 'adjustment') =>
  (await readBulkFile(typeof text === 'string' ? new TextEncoder().encode(text) : text, context(kind))).lines
const refusal = async (text: string | Uint8Array, kind: BulkKind = 'adjustment') => {
  try {
    await read(text, kind)
  } catch (error) {
    return error
  }
  throw new Error('it was read')
}

describe('a file is read', () => {
  test('from German Excel: semicolons, a byte order mark, CRLF, quotes and a separator inside them', async () => {
    const lines = await read(
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

  test('in Windows-1252, as German Excel still writes it', async () => {
    const bytes = Uint8Array.from('kunde;punkte;grund\n1;5;Gr\u00fc\u00dfe\n', (c) => c.charCodeAt(0))
    expect((await read(bytes))[0]?.checked).toMatchObject({ line: { reason: 'Grüße' } })
  })

  test('with commas, tabs or the separator that Excel names', async () => {
    expect((await read('customer id,points,reason\n1,5,"a, b and c"\n'))[0]?.checked).toMatchObject({
      line: { reason: 'a, b and c' },
    })
    expect((await read('customer_id\tpoints\treason\n1\t5\tabc\n'))[0]?.checked.ok).toBe(true)
    expect(await read('sep=;\ncustomer;points;reason\n1;5;abc\n')).toMatchObject([
      { line: 3, checked: { ok: true } },
    ])
  })

  test('with columns that nobody asked for, in any order', async () => {
    expect((await read('Grund;Name;Punkte;Kunden-ID\nKulanz;Niemand;5;7001\n'))[0]?.checked).toMatchObject({
      line: { customerId: '7001', points: 5, reason: 'Kulanz' },
    })
  })

  test('and a line with too many cells is told as such', async () => {
    expect(await read('kunde;punkte;grund\n1;5;Kulanz;mehr\n2;5;Kulanz;;\n')).toMatchObject([
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
])('the file %j is refused as %s', async (text, problem, line) => {
  expect(await refusal(text)).toMatchObject({ problem, line })
})

test('opening balances need the day of earning; too many lines and bytes are refused', async () => {
  expect(await refusal('kunde;punkte\n1;5\n', 'import')).toMatchObject({ problem: 'no-earned-column' })
  expect(await refusal(`kunde;punkte;grund\n${'1;5;abc\n'.repeat(MOST_LINES + 1)}`)).toMatchObject({
    problem: 'too-many-lines',
  })
  expect(await refusal(new Uint8Array(8_000_001))).toMatchObject({ problem: 'too-large' })
})

describe('A2: no file keeps the process from its other work', () => {
  const heading = 'kunde;e-mail;punkte;grund\n'
  test.each<[string, () => string, string | null]>([
    ['8 MB of line ends', () => '\n'.repeat(8_000_000), 'too-many-lines'],
    ['8 MB of Windows line ends', () => `${heading}${'\r\n'.repeat(3_900_000)}`, 'too-many-lines'],
    ['8 MB of quotes', () => '"'.repeat(8_000_000), 'line-too-long'],
    ['quotes over short lines', () => `${heading}${`${'"'.repeat(9_999)}\n`.repeat(790)}`, null],
    ['a quote that never ends', () => `${heading}1;;5;"${'x\n'.repeat(90_000)}`, 'not-csv'],
    ['a line of 80,000 dots', () => `${heading};a@${'.'.repeat(80_000)};5;Kulanz\n`, 'line-too-long'],
    ['dots in every address', () => `${heading}${`;a@${'.'.repeat(9_000)};5;Kulanz\n`.repeat(850)}`, null],
    ['a million columns', () => `${';'.repeat(1_000_000)}\n1;5\n`, 'line-too-long'],
    ['a heading of 9,000 columns', () => `${'x;'.repeat(4_500)}\n1;5\n`, 'too-many-columns'],
    ['lines of 9,000 columns', () => `${heading}${`${';'.repeat(9_000)}x\n`.repeat(850)}`, null],
    ['fifty thousand lines', () => `${heading}${'1;;5;Kulanz nach Verzug\n'.repeat(50_000)}`, null],
  ])('%s', async (_, make, problem) => {
    const bytes = new TextEncoder().encode(make())
    const stalls = monitorEventLoopDelay({ resolution: 5 })
    stalls.enable()
    const begun = performance.now()
    if (problem === null) expect((await read(bytes)).length).toBeGreaterThan(0)
    else expect(await refusal(bytes)).toMatchObject({ problem })
    stalls.disable()
    // The old reader took minutes, in one piece.
    expect(performance.now() - begun).toBeLessThan(30_000)
    expect(stalls.max / 1e6).toBeLessThan(1_500)
  })
})

describe('A2: other requests have their turn after as many lines, however short these are', () => {
  const heading = 'kunde;e-mail;punkte;grund\n'
  const full = '1;;5;Kulanz nach Verzug\n'

  /** How many lines are read between two turns of the event loop, in the mean: counted, so no busy machine matters. */
  async function linesInOneTurn(line: string, lines: number): Promise<number> {
    let [turns, reading] = [0, true]
    const turn = () => {
      turns++
      if (reading) setImmediate(turn)
    }
    setImmediate(turn)
    expect((await read(`${heading}${full}${line.repeat(lines)}`)).length).toBeGreaterThan(0)
    reading = false
    return lines / turns
  }

  test.each([
    ['empty lines', '\n', 99_990],
    ['Windows line ends', '\r\n', 99_990],
    ['lines of a blank', ' \n', 99_990],
    ['lines of quotes', '""\n', 99_990],
    ['lines of one cell', '1\n', 49_990],
  ])('%s', async (_, line, lines) => {
    expect(await linesInOneTurn(line, lines)).toBeLessThan(2 * (await linesInOneTurn(full, 40_000)))
  })
})

describe('R16: a file in UTF-16 is read', () => {
  const text = 'Kundennummer\tE-Mail\tPunkte\tGrund\r\n7001\t\t250\tGrüße, €uro\r\n'
  const little = Buffer.from(text, 'utf16le')
  const big = Buffer.from(little).swap16()
  test.each([
    ['low byte first, with its mark', Buffer.concat([Buffer.from([0xff, 0xfe]), little])],
    ['high byte first, with its mark', Buffer.concat([Buffer.from([0xfe, 0xff]), big])],
    ['low byte first, without', little],
    ['high byte first, without', big],
    ['and in UTF-8', Buffer.from(text)],
  ])('%s', async (_, bytes) => {
    expect(await read(bytes)).toMatchObject([
      { line: 2, checked: { ok: true, line: { customerId: '7001', points: 250, reason: 'Grüße, €uro' } } },
    ])
  })
})
