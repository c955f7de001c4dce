import type { TFunction } from 'i18next'
import type { CampaignScope } from '../../domain/campaigns.ts'
import { inLocale, type LocalText } from '../../domain/local-text.ts'
import type { ProgramIssue } from '../../domain/program-issue.ts'
import { innerQuotes } from '../inner-quotes.ts'
import type { Format } from '../use-format.ts'

/** What is wrong, in the merchant's words, with the value that was given and what is allowed. */
export function issueText(
  t: TFunction<'program'>,
  issue: ProgramIssue,
  document: unknown,
  format: Format,
): string {
  const list = /^(.+\.scope)\.(ids|tags)$/.exec(issue.path)
  if (list && issue.code === 'required') {
    const { kind } = valueAt(document, list[1] ?? '') as CampaignScope
    return t(`issue.choose.${kind}`)
  }
  const given = valueAt(document, issue.path)
  const told = (one: unknown) =>
    typeof one === 'number' && one > MOST_SPOKEN
      ? t('issue.more', { number: format.number(MOST_SPOKEN) })
      : spoken(one, format)
  const value = told(typeof given === 'object' ? issue.values.value : (given ?? issue.values.value))
  const key =
    value === '' && t(`issue.${issue.code}-empty`, { defaultValue: '' }) ? `${issue.code}-empty` : issue.code
  const values = Object.fromEntries(Object.entries(issue.values).map(([name, one]) => [name, told(one)]))
  return t(`issue.${key}`, { ...values, value, unit: format.money('1') })
}

/** Nobody reads two hundred digits. */
const MOST_SPOKEN = 1_000_000_000_000

/** Numbers in the reader's marks, texts as they are. */
function spoken(value: unknown, format: Format): string {
  if (typeof value === 'number') return Number.isNaN(value) ? '' : format.number(value)
  if (typeof value !== 'string') return ''
  return /^\d+(\.\d+)?$/.test(value) ? format.decimal(value) : value
}

/** The place of an issue or a hint in words: "Kampagne „Doppelte Sterne“". */
export function placeText(t: TFunction<'program'>, path: string, document: unknown, format: Format): string {
  const [part = '', index] = path.replace('tiers.levels', 'levels').split('.')
  const list = part === 'levels' ? 'tiers.levels' : part
  const one = index !== undefined && /^\d+$/.test(index)
  const names = one ? (valueAt(document, `${list}.${index}.name`) as LocalText | undefined) : undefined
  const name = names ? innerQuotes(inLocale(names, format.language)) : ''
  if (one && name === '') return t(`place.unnamed.${part}`, { defaultValue: path })
  return t(`place.${part}`, { name, defaultValue: path })
}

/** The field of an issue in words: "Faktor"; empty where the place says it all. */
export function fieldText(t: TFunction<'program'>, path: string): string {
  const words = path.split('.').map((key) => t(`change.field.${key}`, { defaultValue: '' }))
  return words.findLast((word) => word !== '') ?? ''
}

function valueAt(document: unknown, path: string): unknown {
  let at: unknown = document
  for (const key of path.split('.')) at = (at as Record<string, unknown> | null | undefined)?.[key]
  return at
}
