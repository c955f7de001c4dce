import type { TFunction } from 'i18next'
import { BULK_POINTS, type BulkProblem, LARGEST_BULK_POINTS } from '../../../domain/imports/bulk-line.ts'
import { readTypedNumber } from '../../../domain/text/typed-number.ts'
import { visiblePart } from '../../../domain/text/visible-text.ts'
import { LANGUAGES } from '../../../i18n/languages.ts'
import type { Format } from '../../use-format.ts'

/** What is wrong with a line, with the value that stood there and what is allowed. */
export function problemText(
  t: TFunction<'operations'>,
  format: Pick<Format, 'number' | 'points'>,
  { problem, value }: { problem: BulkProblem; value: string | null },
): string {
  // Addresses that nobody was found for are kept until the file is posted, and no longer.
  if (value === null && problem.startsWith('email-')) return t('bulk.emailForgotten')
  const shown = value === null || value === '' ? t('bulk.noValue') : value
  const points = problem === 'not-enough-points' && value ? format.points(Number(value)) : ''
  const [one, other] =
    problem === 'points-ambiguous' ? readingsOf(shown).map((reading) => format.number(Number(reading))) : []
  return t(`bulk.problem.${textOf(problem, value)}`, {
    value: shown,
    points,
    most: format.number(LARGEST_BULK_POINTS),
    one,
    other,
  })
}

/** What was too short is still there to be read; without a sign that is seen nothing is. */
function textOf(problem: BulkProblem, value: string | null): string {
  return problem === 'reason-missing' && visiblePart(value ?? '') !== '' ? 'reason-short' : problem
}

/** What the number means in one language and in the other: whoever looks may read another one than who uploaded it. */
function readingsOf(value: string): string[] {
  const unsigned = value.replace(/^\D/u, '')
  const read = LANGUAGES.map((language) => readTypedNumber(unsigned, language, BULK_POINTS))
  return read.flatMap((one) =>
    one.kind === 'problem' && one.problem.code === 'ambiguous' ? one.problem.readings : [],
  )
}
