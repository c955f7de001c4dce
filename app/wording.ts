import i18next, { type i18n } from 'i18next'
import type { Words } from './domain/document/words.ts'
import { dateFormat, numberFormat, pluralRules } from './domain/text/formatters.ts'
import campaignDe from './locales/de/campaign.json' with { type: 'json' }
import rewardsDe from './locales/de/rewards.json' with { type: 'json' }
import sourcesDe from './locales/de/sources.json' with { type: 'json' }
import de from './locales/de/surfaces.json' with { type: 'json' }
import campaignEn from './locales/en/campaign.json' with { type: 'json' }
import rewardsEn from './locales/en/rewards.json' with { type: 'json' }
import sourcesEn from './locales/en/sources.json' with { type: 'json' }
import en from './locales/en/surfaces.json' with { type: 'json' }

/**
 * What shoppers and the explanations of points are told, in the reader's language and the shop's money and time
 * zone. Pure: no request, no clock.
 */
export type Locale = 'de' | 'en'

export type PointName = Record<Locale, { one: string; many: string }>

export interface WordingOptions {
  /** IANA zone in which dates are told. */
  timeZone: string
  /** ISO 4217. */
  currency: string
  /** The program's own words; plain "Punkte" and "points" while there is no program. */
  pointName?: PointName | undefined
}

export interface Wording extends Words {
  /** A text of `locales/…/surfaces.json`, or of another file by "file:key". */
  say(key: string, values?: Record<string, string | number>): string
  has(key: string): boolean
  /** "1.250" */
  number(value: number): string
  /** "+1.250", "−20", "0" */
  signed(value: number): string
  /** "1.250 Punkte", "1 Punkt" */
  points(value: number): string
  /** The word alone, as it goes with the number. */
  pointWord(value: number): string
  /** A decimal as text, "1.5" → "1,5". */
  decimal(text: string): string
  /** Money as decimal text, "49.90" → "49,90 €"; in the shop's currency unless another is named. */
  money(amount: string, currency?: string): string
  /** One whole unit of a currency, "1 €". */
  unit(currency?: string): string
  /** "5. Dezember 2026"; epoch milliseconds. */
  date(at: number): string
  /** A calendar date "2026-12-05" that belongs to no time of day. */
  day(date: string): string
  /** "05.12.2026"; epoch milliseconds. */
  shortDate(at: number): string
  /** The same of a calendar date. */
  shortDay(date: string): string
}

export const DEFAULT_POINT_NAME: PointName = {
  de: { one: 'Punkt', many: 'Punkte' },
  en: { one: 'point', many: 'points' },
}

/** "de-AT" and "de" are German, everything else English. */
export function localeOf(wanted: string | null | undefined): Locale {
  return wanted?.toLowerCase().startsWith('de') ? 'de' : 'en'
}

let texts: i18n | undefined
function instance(): i18n {
  if (texts) return texts
  texts = i18next.createInstance()
  // Values are inserted as they are: React escapes, the widget sets text, JSON is no markup.
  void texts.init({
    lng: 'en',
    fallbackLng: 'en',
    ns: ['surfaces', 'campaign', 'rewards', 'sources'],
    defaultNS: 'surfaces',
    resources: {
      de: { surfaces: de, campaign: campaignDe, rewards: rewardsDe, sources: sourcesDe },
      en: { surfaces: en, campaign: campaignEn, rewards: rewardsEn, sources: sourcesEn },
    },
    interpolation: { escapeValue: false },
    initAsync: false,
  })
  return texts
}

export function wording(locale: Locale, options: WordingOptions): Wording {
  const translate = instance().getFixedT(locale, 'surfaces')
  const numbers = numberFormat(locale)
  const signs = numberFormat(locale, { signDisplay: 'exceptZero' })
  const decimals = numberFormat(locale, { maximumFractionDigits: 10 })
  const money = (currency = options.currency, digits: Intl.NumberFormatOptions = {}) =>
    numberFormat(locale, { style: 'currency', currency, ...digits })
  const dateOf = (dateStyle: 'long' | 'medium', timeZone: string) =>
    dateFormat(locale, { dateStyle, timeZone })
  const dates = dateOf('long', options.timeZone)
  const days = dateOf('long', 'UTC')
  const plural = pluralRules(locale)
  const name = (options.pointName ?? DEFAULT_POINT_NAME)[locale]
  const pointWord = (value: number) => (plural.select(Math.abs(value)) === 'one' ? name.one : name.many)
  return {
    locale,
    say: (key, values) => String(translate(key, values as never)),
    has: (key) => instance().exists(key, { lng: locale, ns: 'surfaces' }),
    number: (value) => numbers.format(value),
    signed: (value) => signs.format(value).replace('-', '−'),
    points: (value) => `${numbers.format(value)} ${pointWord(value)}`,
    pointWord,
    // As text: a decimal is never a binary fraction on its way to the reader.
    decimal: (text) => decimals.format(text as Intl.StringNumericLiteral),
    money: (amount, currency) => money(currency).format(amount as Intl.StringNumericLiteral),
    unit: (currency) => money(currency, { maximumFractionDigits: 0 }).format(1),
    date: (at) => dates.format(at),
    day: (date) => days.format(Date.parse(`${date}T00:00:00Z`)),
    shortDate: (at) => dateOf('medium', options.timeZone).format(at),
    shortDay: (date) => dateOf('medium', 'UTC').format(Date.parse(`${date}T00:00:00Z`)),
  }
}
