import type { TFunction } from 'i18next'
import type { ProgramIssue } from '../../domain/validate-program.ts'

/** What is wrong, in the merchant's words, with the value that was given and what is allowed. */
export function issueText(t: TFunction<'program'>, issue: ProgramIssue, document: unknown): string {
  const value = valueAt(document, issue.path)
  const said = typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  const key =
    said === '' && t(`issue.${issue.code}-empty`, { defaultValue: '' }) ? `${issue.code}-empty` : issue.code
  return t(`issue.${key}`, { value: said, ...issue.values, ...(said && { value: said }) })
}

/** The place of an issue in words: "Kampagne „Doppelte Sterne“". */
export function issuePlace(t: TFunction<'program'>, issue: ProgramIssue, document: unknown): string {
  const [part = '', index] = issue.path.replace('tiers.levels', 'levels').split('.')
  const list = part === 'levels' ? 'tiers.levels' : part
  const item =
    index !== undefined && /^\d+$/.test(index) ? valueAt(document, `${list}.${index}.name`) : undefined
  const names = item as { de?: string; en?: string } | undefined
  const name = names?.de ?? names?.en ?? ''
  return t(`place.${part}`, { name, defaultValue: issue.path })
}

function valueAt(document: unknown, path: string): unknown {
  let at: unknown = document
  for (const key of path.split('.')) at = (at as Record<string, unknown> | null | undefined)?.[key]
  return at
}
