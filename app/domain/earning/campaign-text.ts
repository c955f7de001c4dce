import { inLocale } from '../document/local-text.ts'
import { scopeText } from '../document/titles.ts'
import type { Titles, Words } from '../document/words.ts'
import { dateFormat, listFormat } from '../text/formatters.ts'
import type { TierLevel } from '../tiers/ladder.ts'
import { compileWindow, isTimeZone } from '../time/time-window.ts'
import type { Campaign } from './campaigns.ts'

/**
 * What a campaign gives, on what, when and to whom: one text for the merchant and for shoppers, so that nobody is
 * promised what the other does not know of. Pure.
 */

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
  return words.say('campaign:tiers', { text, tiers: listFormat(words.locale, 'disjunction').format(names) })
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
