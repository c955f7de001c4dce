import { expect, test } from 'vitest'
import { i18nOf } from '../../app/i18n/i18n.server.ts'
import type { Language } from '../../app/i18n/languages.ts'
import { problemText } from '../../app/ui/operations/files/problem-text.ts'

const told = (language: Language, value: string | null) =>
  problemText(
    i18nOf(language).getFixedT(language, 'operations'),
    { number: String, points: String },
    { problem: 'reason-missing', value },
  )

test('a reason that is too short is named, one that is missing is not said to be found', () => {
  expect(told('de', 'y')).toBe('„y“ ist als Grund zu kurz. Nötig sind mindestens 3 Zeichen.')
  expect(told('en', 'y')).toBe('“y” is too short for a reason. At least 3 characters are needed.')
  for (const nothing of ['', null, '\u200b\u2060'])
    expect([told('de', nothing), told('en', nothing)]).toEqual([
      'Der Grund fehlt. Nötig sind mindestens 3 Zeichen.',
      'The reason is missing. At least 3 characters are needed.',
    ])
})
