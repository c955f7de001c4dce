import type { TFunction } from 'i18next'
import { inLocale, type LocalText } from '../../../domain/document/local-text.ts'
import type { Titles } from '../../../domain/document/words.ts'
import type { Campaign } from '../../../domain/earning/campaigns.ts'
import { type Source, sourceOf } from '../../../domain/earning/sources.ts'
import type { Program } from '../../../domain/program/program.ts'
import type { ProgramChange } from '../../../domain/program/program-changes.ts'
import type { Combines } from '../../../domain/rewards/combines.ts'
import { CLASSES } from '../../../domain/rewards/discount-value.ts'
import { type Goods, type Purchases, purchasesText } from '../../../domain/rewards/goods.ts'
import type { Reward, RewardKindName } from '../../../domain/rewards/kinds.ts'
import { innerQuotes } from '../../../domain/text/inner-quotes.ts'
import type { TierLevel } from '../../../domain/tiers/ladder.ts'
import type { Format } from '../../use-format.ts'
import {
  campaignText,
  rewardLimits,
  rewardTerms,
  scopeText,
  sourceTerms,
  thresholdText,
  tiersText,
  wholeExpiryText,
  windowText,
} from '../describe.ts'

/** What the texts are made with. Ids of tiers are looked up in the document that has them. */
interface Telling {
  t: TFunction<'program'>
  common: TFunction<'common'>
  format: Format
  titles: Titles | null
  before: Program
  after: Program
}

/** "Prämie „10 € Rabatt“: Preis in Punkten: 1.000 → 800", or all that a new or removed one says. */
export function changeText(change: ProgramChange, telling: Telling): string {
  const { t, format } = telling
  const { part, kind, id, before, after, fields = [] } = change
  if (part === 'sources') return sourceChange(change, telling)
  if (id) {
    const { name } = (after ?? before) as { name: LocalText }
    const content =
      kind === 'changed'
        ? fieldTexts(fields, before, after, telling)
        : contentText(part, after ?? before, kind === 'added' ? telling.after : telling.before, telling)
    return t(`change.${part}.${kind}`, { name: innerQuotes(inLocale(name, format.language)), content })
  }
  if (fields.length > 0) {
    return t(`change.${part}.general`, { content: fieldTexts(fields, before, after, telling) })
  }
  if (part === 'name' || part === 'pointName') {
    return t('change.part', { part: t(`place.${part}`), content: wordTexts(before, after, telling) })
  }
  const fromTo = { before: valueText(part, before, telling), after: valueText(part, after, telling) }
  return t('change.part', { part: t(`change.field.${part}`), content: t('change.pair', fromTo) })
}

/** A source is called as its form calls it, and so are its terms. */
function sourceChange({ kind, before, after, fields = [] }: ProgramChange, telling: Telling): string {
  const { t, common, format } = telling
  const [old, now] = [before, after] as (Source | undefined)[]
  const one = (now ?? old) as Source
  const label = t(`sources:${one.source}.label`)
  if (kind !== 'changed') {
    const terms = sourceTerms(t, one, kind === 'added' ? telling.after : telling.before, format)
    const content = one.active ? terms : `${terms} · ${t('sources:off')}`
    return t(`change.sources.${kind}`, { name: label, content })
  }
  const said = (value: unknown) =>
    typeof value === 'boolean' ? common(value ? 'yes' : 'no') : format.number(Number(value))
  const own = (from: Source | undefined, field: string) =>
    said((from as unknown as Record<string, unknown>)[field])
  const content = fields.map((field) => {
    const ownTerm = field in sourceOf(one.source).terms
    const fieldLabel = t(
      (ownTerm ? `sources:${one.source}.term.${field}` : `change.field.${field}`) as never,
    ) as string
    return t('change.fromTo', { label: fieldLabel, before: own(old, field), after: own(now, field) })
  })
  return t('change.sources.changed', { name: label, content: content.join('; ') })
}

function contentText(part: ProgramChange['part'], item: unknown, document: Program, telling: Telling) {
  const { t, format, titles } = telling
  if (part === 'campaigns') return campaignText(t, item as Campaign, { document, titles, format })
  if (part === 'rewards') {
    const reward = item as Reward
    const terms = rewardTerms(t, reward, { document, titles, format })
    return reward.active ? terms : `${terms} · ${t('rewards.off')}`
  }
  const level = item as TierLevel
  return t('change.tierContent', {
    threshold: thresholdText(t, document.tiers.basis, level.threshold, format),
    factor: format.decimal(level.multiplier),
  })
}

function fieldTexts(fields: string[], before: unknown, after: unknown, telling: Telling): string {
  return fields.map((field) => fieldText(field, before, after, telling)).join('; ')
}

/** "Faktor: 2 → 3" */
function fieldText(field: string, before: unknown, after: unknown, telling: Telling): string {
  const { t } = telling
  const [old, now] = [before, after].map((item) => (item as Record<string, unknown>)[field])
  if (field === 'name') return wordTexts(old, now, telling)
  const label = labelOf(field, after ?? before, telling)
  return t('change.fromTo', {
    label,
    before: valueText(field, old, { ...telling, after: telling.before }),
    after: valueText(field, now, telling),
  })
}

/** The amount of a reward is a discount, or what its kind calls it. */
function labelOf(field: string, item: unknown, { t, format }: Telling): string {
  const { kind } = item as Partial<Reward>
  if (field === 'amount' && (kind === 'store-credit' || kind === 'donation'))
    return t(`rewards:${kind}.term.amount`)
  return t(`change.field.${field}`, { unit: format.money('1'), defaultValue: field })
}

/** A value of the document; tiers are named as `telling.after` names them. */
function valueText(field: string, value: unknown, telling: Telling): string {
  const { t, common, format, titles, after: document } = telling
  switch (field) {
    case 'kind':
      return t(`rewards:${value as RewardKindName}.short`)
    case 'scope':
      return scopeText(t, value as Campaign['scope'], titles, format)
    case 'window':
      return value && 'start' in (value as object)
        ? windowText(t, value as Campaign['window'], format)
        : t(`tiers.windowText.${(value as Program['tiers']['window']).kind}`, {
            count: (value as { months?: number }).months ?? 0,
          })
    case 'tiers':
      return tiersText(t, value as string[], document, format) ?? t('change.everybody')
    case 'expiry':
      return wholeExpiryText(t, value as Program['expiry'])
    case 'counts':
      return countsText(t, value as Program['earning']['counts'])
    case 'goods':
      return scopeText(t, (value as Goods | undefined) ?? { kind: 'all' }, titles, format)
    case 'variants':
      return scopeText(t, { kind: 'variants', ids: value as string[] }, titles, format)
    case 'purchases':
      return value
        ? purchasesText(value as Purchases, {
            say: (key, values) => String(t(key as never, values as never)),
          })
        : t('rewards:purchases.form.once')
    case 'combines':
      return value ? combinesText(t, value as Combines) : t('change.usual')
    case 'limits':
      return (
        rewardLimits(t, { oncePerMember: false, limits: value as Reward['limits'] }, format).join(', ') ||
        t('change.nothing')
      )
    case 'threshold':
      return thresholdText(t, document.tiers.basis, value as string, format)
    case 'amount':
    case 'minimumSpend':
      return typeof value === 'string' ? format.money(value) : t('change.nothing')
    case 'note':
    case 'cause':
      return value ? inLocale(value as LocalText, format.language) : t('change.nothing')
    case 'proof':
      return typeof value === 'string' ? value : t('change.nothing')
    case 'creditDays':
      if (value === null) return t('rewards:unlimited')
      break
    case 'percent':
      return typeof value === 'number' ? format.percent(value / 100) : t('change.nothing')
  }
  if (typeof value === 'boolean') return common(value ? 'yes' : 'no')
  if (typeof value === 'number') return format.number(value)
  if (typeof value !== 'string') return t('change.nothing')
  return /^\d+(\.\d+)?$/.test(value)
    ? format.decimal(value)
    : t(`change.value.${value}`, { defaultValue: value })
}

function combinesText(t: Telling['t'], chosen: Combines): string {
  const names = CLASSES.filter((one) => chosen[one]).map((one) => t(`rewards:code.combinesWith.${one}`))
  return names.length > 0 ? names.join(', ') : t('change.nothing')
}

function countsText(t: Telling['t'], counts: Program['earning']['counts']): string {
  const names = Object.entries(counts).flatMap(([name, on]) =>
    on ? [t(`earning.counts.${name}.label`)] : [],
  )
  return names.length > 0 ? names.join(', ') : t('change.nothing')
}

/** Names and words for points: of every language in which they differ. */
function wordTexts(before: unknown, after: unknown, { t, common }: Telling): string {
  const [old, now] = [before, after] as Record<string, LocalText[keyof LocalText] | PointWords>[]
  const text = (words: string | PointWords | undefined) =>
    typeof words === 'object' ? `${words.one}, ${words.many}` : (words ?? t('change.nothing'))
  return (['de', 'en'] as const)
    .filter((language) => text(old?.[language]) !== text(now?.[language]))
    .map((language) =>
      t('change.word', {
        language: common(`language.${language}`),
        before: text(old?.[language]),
        after: text(now?.[language]),
      }),
    )
    .join('; ')
}

type PointWords = Program['pointName']['de']
