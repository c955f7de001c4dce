/** Points, days and refusals in the language of the till, in the program's own words ("Sterne" instead of "Punkte"). */
import { type LocalText, type PointNames, Refused } from './app-api.ts'
import type { Pos } from './pos.ts'

export interface Wording {
  /** Text from `locales/`. */
  say(key: string, values?: Record<string, string | number>): string
  /** "1.250 Punkte" */
  points(count: number, names?: PointNames): string
  /** Of a day without a time, "2026-12-05", wherever the till stands. */
  day(date: string): string
  /** Day and time. */
  moment(at: number): string
  local(text: LocalText): string
  /** Why something did not happen. */
  refusal(error: unknown): string
}

/** What `locales/` has a sentence of its own for, meant for staff: the app's own are meant for shoppers. */
const OWN = [
  'not-enough-points',
  'in-debt',
  'reward-already-taken',
  'reward-unavailable',
  'reward-unknown',
  'price-changed',
  'worth-changed',
  'price-not-offered',
  'member-unknown',
  'code-unknown',
  'code-used',
  'code-on-order',
  'reward-done',
  'reward-not-open',
  'program-missing',
  'too-many-requests',
  'not-allowed',
]

export function wordingOf({ i18n, locale: { current } }: Pick<Pos, 'i18n' | 'locale'>): Wording {
  const locale = current.value.toLowerCase().split('-')[0] ?? 'en'
  const refused = (code: string) => i18n.translate(`refused.${code}`)
  return {
    say: (key, values) => i18n.translate(key, values),
    points(count, names) {
      const number = i18n.formatNumber(count)
      const own = names?.[locale]
      if (!own) return i18n.translate('points', { count, number })
      const one = new Intl.PluralRules(locale).select(count) === 'one'
      return `${number}\u00a0${one ? own.one : own.many}`
    },
    day: (date) =>
      i18n.formatDate(new Date(`${date}T12:00:00`), { day: 'numeric', month: 'long', year: 'numeric' }),
    moment: (at) => i18n.formatDate(new Date(at), { dateStyle: 'medium', timeStyle: 'short' }),
    local: (text) => (typeof text === 'string' ? text : (text[locale] ?? Object.values(text)[0] ?? '')),
    refusal(error) {
      const code = error instanceof Refused ? error.code : ''
      return refused(OWN.includes(code) ? code : 'unreachable')
    },
  }
}
