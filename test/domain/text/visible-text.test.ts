import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkBulkLine } from '../../../app/domain/imports/bulk-line.ts'
import { validateProgram } from '../../../app/domain/program/validate-program.ts'
import { visiblePart } from '../../../app/domain/text/visible-text.ts'
import { csvLine } from '../../../app/requests/csv.ts'
import { checkAdjustment } from '../../../app/ui/members/changes/check-adjustment.ts'
import { testProgram } from '../../support/program.ts'

/** Zero-width, marks of direction, fillers, a selector, the byte order mark, blanks of every width. */
const UNSEEN = [
  ...'\u200b\u200c\u200d\u200e\u200f\u202e\u2060\u2066\u3164\u115f\uffa0\u034f\ufe0f\ufeff\u00ad\u2800\u0007 \t\n\u00a0\u3000\u2003',
]
const unseen = fc.string({ unit: fc.constantFrom(...UNSEEN), maxLength: 8 })

test('A11: what nobody sees is nothing, before and behind a text and in it', () => {
  fc.assert(
    fc.property(
      unseen,
      fc.constantFrom('=1+1', 'Grüße', '你好', 'مرحبا', '❤'),
      unseen,
      (before, text, behind) => {
        expect(visiblePart(before)).toBe('')
        expect(visiblePart(before + text + behind)).toBe(text)
      },
    ),
  )
  for (const text of ['Kulanz im Laden', 'a b', '👍👍👍', 'é', '١٢٣']) expect(visiblePart(text)).toBe(text)
})

/** As a spreadsheet reads it back. */
const cellOf = (text: string) =>
  csvLine('en')([text])
    .replace(/\r\n$/, '')
    .replace(/^"(.*)"$/s, '$1')
    .replaceAll('""', '"')

test('A11: no cell of a file is a formula, whatever stands before its sign', () => {
  const sign = fc.constantFrom(...'=+-@＝＋－＠﹦﹢﹣﹫−')
  fc.assert(
    fc.property(unseen, sign, fc.string(), (before, first, rest) => {
      expect(cellOf(`${before}${first}${rest}`)).toBe(`'${before}${first}${rest}`)
    }),
  )
  for (const harmless of ['Anna', 'a=1', '1-2', '', '💶 5', '“=1”', 'x\u200e=1'])
    expect(cellOf(harmless)).toBe(harmless)
})

test('A11: a reason that nobody sees is none, by hand and in a file', () => {
  const balance = { available: 100, pending: 0, debt: 0 } as Parameters<typeof checkAdjustment>[1]
  const context = {
    kind: 'adjustment',
    language: 'de',
    now: 0,
    zone: 'Europe/Berlin',
    expiry: null,
  } as const
  fc.assert(
    fc.property(
      fc.array(unseen, { maxLength: 30 }).map((parts) => parts.join('')),
      (reason) => {
        const form = { points: '5', remove: false, sure: false, reason }
        expect(checkAdjustment(form, balance).problems.reason).toBe('adjust.needReason')
        expect(checkBulkLine({ customer: '1', points: '5', reason }, context)).toMatchObject({
          problem: 'reason-missing',
        })
      },
    ),
  )
  expect(checkBulkLine({ customer: '1', points: '5', reason: 'Kulanz' }, context)).toMatchObject({ ok: true })
})

test('A11: a name that nobody sees is none, wherever a program has one', () => {
  const nothing = '\u200b\u2060\u3164'
  const whole = testProgram()
  const named = {
    name: { ...whole, name: { de: nothing } },
    'pointName.de.one': { ...whole, pointName: { ...whole.pointName, de: { one: nothing, many: 'Punkte' } } },
    'tiers.levels.0.name.en': {
      ...whole,
      tiers: {
        ...whole.tiers,
        levels: [{ id: 'a', name: { en: nothing }, threshold: '0', multiplier: '1' }],
      },
    },
  }
  expect(validateProgram(whole)).toMatchObject({ ok: true })
  for (const [path, document] of Object.entries(named)) {
    const checked = validateProgram(document)
    const codes = checked.ok
      ? []
      : checked.issues.filter((issue) => issue.path.startsWith(path)).map(({ code }) => code)
    expect(codes, path).toEqual(['required'])
  }
})
