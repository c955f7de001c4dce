import { inLocale } from '../document/local-text.ts'
import type { Words } from '../document/words.ts'
import { dateFormat, listFormat } from '../text/formatters.ts'
import type { TierLevel } from '../tiers/ladder.ts'
import { compileWindow, isTimeZone } from '../time/time-window.ts'
import type { Campaign, CampaignScope } from './campaigns.ts'

/**
 * What a campaign gives, on what, when and to whom: one text for the merchant and for shoppers, so that nobody is
 * promised what the other does not know of. Pure.
 */

/** Titles by "products/123" and "collections/456". What is not known is absent. */
export type Titles = Record<string, string>

/** More names than these are a list that nobody reads. */
const MOST_NAMES = 3

/** "2-fache Punkte auf Artikel aus der Kategorie Küche, bis 24. Dezember 2026 (nur Gold)" */
export function campaignText(
  { multiplier, scope, tiers, window }: Pick<Campaign, 'multiplier' | 'scope' | 'tiers' | 'window'>,
  levels: readonly Pick<TierLevel, 'id' | 'name'>[],
  titles: Titles | null,
  words: Words,
): string {
  const { from, until } = edgesOf(window, words.locale)
  const when = from && until ? '-both' : from ? '-from' : until ? '-until' : ''
  const text = words.say(`campaign:sentence${when}`, {
    factor: words.decimal(multiplier),
    scope: scopeText(scope, titles, words),
    from: from ?? '',
    until: until ?? '',
  })
  if (tiers.length === 0) return text
  const names = tiers.map((id) => {
    const level = levels.find((found) => found.id === id)
    return level ? inLocale(level.name, words.locale) : id
  })
  return words.say('campaign:tiers', { text, tiers: listOf(names, 'disjunction', words) })
}

/** "Artikel aus den Kategorien Küche, Bad, Büro und 2 weiteren"; only counted is what nobody has told the name of. */
export function scopeText(scope: CampaignScope, titles: Titles | null, words: Words): string {
  if (scope.kind === 'all') return words.say('campaign:scope.all')
  const all = scope.kind === 'tags' ? scope.tags : scope.ids
  const names = namesOf(scope, titles)
  if (names.length === 0) return words.say(`campaign:unknown.${scope.kind}`, { count: all.length })
  const rest = all.length - names.length
  const more = rest > 0 ? [words.say(`campaign:more.${scope.kind}`, { count: rest })] : []
  return words.say(`campaign:scope.${scope.kind}`, {
    count: all.length,
    names: listOf([...names, ...more], scope.kind === 'tags' ? 'disjunction' : 'conjunction', words),
  })
}

/** Of all titles those that `scopeText` tells of these campaigns. */
export function toldTitles(campaigns: readonly Pick<Campaign, 'scope'>[], titles: Titles): Titles {
  const told: Titles = {}
  for (const { scope } of campaigns)
    for (const key of titledKeys(scope, titles)) told[key] = titles[key] as string
  return told
}

function namesOf(scope: Exclude<CampaignScope, { kind: 'all' }>, titles: Titles | null): string[] {
  if (scope.kind === 'tags') return scope.tags.slice(0, MOST_NAMES)
  return titledKeys(scope, titles ?? {}).map((key) => titles?.[key] ?? '')
}

function titledKeys(scope: CampaignScope, titles: Titles): string[] {
  if (scope.kind !== 'products' && scope.kind !== 'collections') return []
  return scope.ids
    .map((id) => `${scope.kind}/${id}`)
    .filter((key) => Object.hasOwn(titles, key) && titles[key])
    .slice(0, MOST_NAMES)
}

function listOf(names: string[], type: 'conjunction' | 'disjunction', { locale }: Words): string {
  return listFormat(locale, type).format(names)
}

/** Whole days as days, of which the window's end is the last one inside; else to the minute. */
function edgesOf(window: Campaign['window'], locale: Words['locale']) {
  if (!isTimeZone(window.timeZone)) return { from: null, until: null }
  const { from, until } = compileWindow(window)
  const { timeZone } = window
  const day = (at: number) => dateFormat(locale, { dateStyle: 'long', timeZone }).format(at)
  const minute = (at: number) =>
    dateFormat(locale, { dateStyle: 'long', timeStyle: 'short', timeZone }).format(at)
  const isMidnight = (wallClock: string) => wallClock.slice(11, 16) === '00:00'
  return {
    from: window.start === null ? null : isMidnight(window.start) ? day(from) : minute(from),
    until: window.end === null ? null : isMidnight(window.end) ? day(until - 1) : minute(until),
  }
}
