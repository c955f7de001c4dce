import type { TFunction } from 'i18next'
import { type BulkProblem, LARGEST_BULK_POINTS } from '../../domain/bulk-line.ts'
import type { Format } from '../use-format.ts'

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
  return t(`bulk.problem.${problem}`, { value: shown, points, most: format.number(LARGEST_BULK_POINTS) })
}
