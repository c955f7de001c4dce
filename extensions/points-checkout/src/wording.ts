/** Points and names in the buyer's language, in the program's own words ("Sterne" instead of "Punkte"). */
import type { LocalPointNames, LocalText, PointNames } from './app-api.ts'

/** A number and its word stay on one line. */
const NO_BREAK = '\u00a0'

export interface Translator {
  translate(key: string, options?: Record<string, string | number>): string
  formatNumber(value: number): string
  formatDate(date: Date, options?: Intl.DateTimeFormatOptions): string
}

export interface Wording {
  locale: string
  /** Text from `locales/`. */
  say(key: string, values?: Record<string, string | number>): string
  /** "1.250 Punkte". Falls back to the extension's own word when the program has none in this language. */
  points(count: number, names?: LocalPointNames): string
  /** "5. Dezember 2026" */
  date(iso: string): string
  /** The same of a day without a time, "2026-12-05", wherever the reader is. */
  day(date: string): string
  local(text: LocalText): string
}

export function wordingOf(i18n: Translator, isoCode: string): Wording {
  const locale = isoCode.toLowerCase().split('-')[0] ?? 'en'
  const written = (date: Date) =>
    i18n.formatDate(date, { day: 'numeric', month: 'long', year: 'numeric' }).replace(' ', NO_BREAK)
  return {
    locale,
    say: (key, values) => i18n.translate(key, values),
    points(count, names) {
      const number = i18n.formatNumber(count)
      const own = namesIn(names, locale)
      if (!own) return i18n.translate('points', { count, number })
      const one = new Intl.PluralRules(locale).select(count) === 'one'
      return `${number}${NO_BREAK}${one ? own.one : own.many}`
    },
    date: (iso) => written(new Date(iso)),
    day: (date) => written(new Date(`${date}T12:00:00`)),
    local: (text) => (typeof text === 'string' ? text : (text[locale] ?? Object.values(text)[0] ?? '')),
  }
}

function namesIn(names: LocalPointNames | undefined, locale: string): PointNames | undefined {
  if (!names) return undefined
  if (typeof names.one === 'string') return names as PointNames
  return (names as Record<string, PointNames>)[locale]
}
