import type { Campaign, CampaignScope } from './domain/campaigns.ts'
import type { TierLevel } from './domain/ladder.ts'
import { inLocale } from './domain/local-text.ts'
import { compileWindow, isTimeZone } from './domain/time-window.ts'

/**
 * What a campaign gives, on what, when and to whom: one text for the merchant and for shoppers, so that nobody is
 * promised what the other does not know of. Pure.
 */

/** Titles by "products/123" and "collections/456". What is not known is absent. */
export type Titles = Record<string, string>

/** Of the admin's texts or of the shoppers'; both have those of the namespace "campaign". */
export interface Teller {
  locale: 'de' | 'en'
  say(key: string, values?: Record<string, string | number>): string
}

/** More names than these are a list that nobody reads. */
const MOST_NAMES = 3

/** "2-fache Punkte auf Artikel aus der Kategorie Küche, bis 24. Dezember 2026 (nur Gold)" */
export function campaignText(
  { multiplier, scope, tiers, window }: Pick<Campaign, 'multiplier' | 'scope' | 'tiers' | 'window'>,
  levels: readonly Pick<TierLevel, 'id' | 'name'>[],
  titles: Titles | null,
  teller: Teller,
): string {
  const { from, until } = edgesOf(window, teller.locale)
  const when = from && until ? '-both' : from ? '-from' : until ? '-until' : ''
  const text = teller.say(`campaign:sentence${when}`, {
    factor: new Intl.NumberFormat(teller.locale, { maximumFractionDigits: 10 }).format(
      multiplier as Intl.StringNumericLiteral,
    ),
    scope: scopeText(scope, titles, teller),
    from: from ?? '',
    until: until ?? '',
  })
  if (tiers.length === 0) return text
  const names = tiers.map((id) => {
    const level = levels.find((found) => found.id === id)
    return level ? inLocale(level.name, teller.locale) : id
  })
  return teller.say('campaign:tiers', { text, tiers: listOf(names, 'disjunction', teller) })
}

/** "Artikel aus den Kategorien Küche, Bad, Büro und 2 weiteren"; only counted is what nobody has told the name of. */
export function scopeText(scope: CampaignScope, titles: Titles | null, teller: Teller): string {
  if (scope.kind === 'all') return teller.say('campaign:scope.all')
  const all = scope.kind === 'tags' ? scope.tags : scope.ids
  const names = namesOf(scope, titles)
  if (names.length === 0) return teller.say(`campaign:unknown.${scope.kind}`, { count: all.length })
  const rest = all.length - names.length
  const more = rest > 0 ? [teller.say(`campaign:more.${scope.kind}`, { count: rest })] : []
  return teller.say(`campaign:scope.${scope.kind}`, {
    count: all.length,
    names: listOf([...names, ...more], scope.kind === 'tags' ? 'disjunction' : 'conjunction', teller),
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

function listOf(names: string[], type: 'conjunction' | 'disjunction', { locale }: Teller): string {
  return new Intl.ListFormat(locale, { type }).format(names)
}

/** Whole days as days, of which the window's end is the last one inside; else to the minute. */
function edgesOf(window: Campaign['window'], locale: Teller['locale']) {
  if (!isTimeZone(window.timeZone)) return { from: null, until: null }
  const { from, until } = compileWindow(window)
  const { timeZone } = window
  const day = (at: number) => new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone }).format(at)
  const minute = (at: number) =>
    new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short', timeZone }).format(at)
  const isMidnight = (wallClock: string) => wallClock.slice(11, 16) === '00:00'
  return {
    from: window.start === null ? null : isMidnight(window.start) ? day(from) : minute(from),
    until: window.end === null ? null : isMidnight(window.end) ? day(until - 1) : minute(until),
  }
}
