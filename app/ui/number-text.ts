import type { TFunction } from 'i18next'
import { type NumberProblem, type NumberRange, showNumber } from '../domain/text/typed-number.ts'
import type { Language } from '../i18n/languages.ts'

/** What a field takes, as it is told to the merchant. `unit`: "Tage"; without one they are plain numbers. */
export interface NumberField extends NumberRange {
  unit?: string | undefined
}

/** "ganze Tage, mindestens 1, höchstens 730" */
export function allowedText(
  t: TFunction<'common'>,
  { unit, ...range }: NumberField,
  language: Language,
): string {
  const { min, above, max, decimals } = range
  const parts = [
    decimals === 0 ? t('number.whole', { unit: unit ?? t('number.numbers') }) : null,
    above === undefined ? null : t('number.above', { value: showNumber(String(above), language) }),
    min === undefined ? null : t('number.atLeast', { value: showNumber(String(min), language) }),
    t('number.atMost', { value: showNumber(String(max), language) }),
    decimals === 0 ? null : t('number.decimals', { count: decimals }),
  ]
  return parts.filter(Boolean).join(', ')
}

/** What is wrong with what was typed: names it and what is allowed. */
export function numberProblemText(
  t: TFunction<'common'>,
  typed: string,
  problem: NumberProblem,
  field: NumberField,
  language: Language,
): string {
  const readings = problem.code === 'ambiguous' ? problem.readings : []
  const [one, other] = readings.map((decimal) => showNumber(decimal, language))
  return t(`number.${problem.code}`, {
    value: shortened(typed.trim()),
    allowed: allowedText(t, field, language),
    example: showNumber(field.decimals === 0 ? '1250' : '1250.5', language),
    one,
    other,
  })
}

const MOST_CHARACTERS = 30

function shortened(typed: string): string {
  return typed.length > MOST_CHARACTERS ? `${typed.slice(0, MOST_CHARACTERS)}…` : typed
}
