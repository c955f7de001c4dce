import type { TFunction } from 'i18next'
import { inLocale, type LocalText } from '../../../domain/document/local-text.ts'
import type { ProgramIssue } from '../../../domain/document/program-issue.ts'
import type { CampaignScope } from '../../../domain/earning/campaigns.ts'
import type { Program } from '../../../domain/program/program.ts'
import { kindOf, termKey } from '../../../domain/rewards/kinds.ts'
import { innerQuotes } from '../../../domain/text/inner-quotes.ts'
import type { Format } from '../../use-format.ts'

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

/**
 * The place of an issue or a hint in words: "Kampagne „Doppelte Sterne“". Tiers of one name stand on one page: their place
 * on the ladder tells them apart.
 */
export function placeText(t: TFunction<'program'>, path: string, document: unknown, format: Format): string {
  const [part = '', index] = path.replace('tiers.levels', 'levels').split('.')
  const list = part === 'levels' ? 'tiers.levels' : part
  const one = index !== undefined && /^\d+$/.test(index)
  const names = one ? (valueAt(document, `${list}.${index}.name`) as LocalText | undefined) : undefined
  const name = names ? innerQuotes(inLocale(names, format.language)) : ''
  if (one && name === '') return t(`place.unnamed.${part}`, { defaultValue: path })
  const twin = one && part === 'levels' ? placeOfTwin(t, Number(index), document as Program, format) : null
  return twin ?? t(`place.${part}`, { name, defaultValue: path })
}

/** "Stufe 2 („Gold“)": a tier whose name another one has as well in this language; null: it has none. */
export function placeOfTwin(
  t: TFunction<'program'>,
  index: number,
  { tiers: { levels } }: Pick<Program, 'tiers'>,
  { language }: Format,
): string | null {
  const nameAt = (at: number) => inLocale(levels[at]?.name ?? {}, language)
  const read = (at: number) => nameAt(at).trim().toLowerCase()
  const twin = read(index) !== '' && levels.some((_, at) => at !== index && read(at) === read(index))
  return twin ? t('place.twinLevels', { number: index + 1, name: innerQuotes(nameAt(index)) }) : null
}

/** Labels of the forms that differ from the words by which changes are listed. */
const LABELS = {
  'earning.pointsPerUnit': 'earning.pointsPerUnit',
  'levels.multiplier': 'tiers.multiplier',
  'tiers.months': 'tiers.months',
  'expiry.months': 'expiry.months',
  'expiry.warnDays': 'expiry.warnDays',
} as const

/** The field of an issue as its form calls it: "Faktor"; empty where the place says it all. */
export function fieldText(t: TFunction<'program'>, path: string, document: Program, format: Format): string {
  const keys = path.replace('tiers.levels', 'levels').split('.')
  const field = `${keys[0]}.${keys.at(-1)}`
  const unit = format.money('1')
  if (field === 'levels.threshold') return t(`tiers.threshold.${document.tiers.basis}`)
  if (field in LABELS) return t(LABELS[field as keyof typeof LABELS], { unit })
  const term = termText(t, keys, document)
  if (term) return term
  const words = keys.map((key) => t(`change.field.${key}`, { unit, defaultValue: '' }))
  return words.findLast((word) => word !== '') ?? ''
}

/** What only some kinds of reward have, each under its own label; null: another field. */
function termText(t: TFunction<'program'>, [part, index, term]: string[], document: Program): string | null {
  const reward = part === 'rewards' ? document.rewards[Number(index)] : undefined
  if (!reward || term === undefined || !(term in kindOf(reward.kind).terms)) return null
  return t(`rewards:${termKey(reward.kind, term)}` as never) as string
}

/** Nothing stands there yet; else what stands there does not fit. */
export function isMissing({ path, code }: ProgramIssue, document: Program): boolean {
  const given = valueAt(document, path)
  const nothing = given === undefined || given === null || given === ''
  return nothing || code === 'required' || code === 'text-missing'
}

function valueAt(document: unknown, path: string): unknown {
  let at: unknown = document
  for (const key of path.split('.')) at = (at as Record<string, unknown> | null | undefined)?.[key]
  return at
}
