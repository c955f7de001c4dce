import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { fromMinor } from '../domain/money/money.ts'
import type { Program } from '../domain/program/program.ts'
import { toLanguage } from '../i18n/languages.ts'
import { useShop } from './use-shop.ts'

/** Numbers, money and dates as the merchant reads them: in the page's language, the shop's money and zone. */
export function useFormat() {
  const { i18n } = useTranslation()
  const { currency, timeZone, pointName } = useShop()
  const language = toLanguage(i18n.language)
  return useMemo(
    () => createFormat(language, currency, timeZone, pointName),
    [language, currency, timeZone, pointName],
  )
}

export type Format = ReturnType<typeof createFormat>

export function createFormat(
  language: 'de' | 'en',
  currency: string,
  timeZone: string,
  pointName: Program['pointName'],
) {
  const numbers = new Intl.NumberFormat(language)
  const decimals = new Intl.NumberFormat(language, { maximumFractionDigits: 10 })
  const moneys = new Intl.NumberFormat(language, { style: 'currency', currency })
  const percents = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 })
  const dates = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone })
  const times = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short', timeZone })
  const days = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' })
  const plural = new Intl.PluralRules(language)
  const asText = (text: string) => text as Intl.StringNumericLiteral
  const name = (count: number, names: Program['pointName']) =>
    plural.select(Math.abs(count)) === 'one' ? names[language].one : names[language].many
  return {
    language,
    /** "1.250" */
    number: (value: number) => numbers.format(value),
    /** A decimal as text, "1.5" → "1,5". */
    decimal: (text: string) => decimals.format(asText(text)),
    /** Decimal text in the shop's currency, "49.90" → "49,90 €". */
    money: (amount: string) => moneys.format(asText(amount)),
    /** Minor units of the shop's currency. */
    minor: (amount: number) => moneys.format(asText(fromMinor(amount, currency))),
    /** 0.25 → "25 %" */
    percent: (share: number) => percents.format(share),
    /** "1.250 Punkte"; `names` when the draft calls them otherwise. */
    points: (count: number, names = pointName) => `${numbers.format(count)} ${name(count, names)}`,
    /** "1,5 Punkte" of decimal text. */
    rate: (text: string, names = pointName) =>
      `${decimals.format(asText(text))} ${name(Number(text), names)}`,
    /** "+12 Punkte", "−3 Punkte" */
    signedPoints: (count: number) =>
      `${count > 0 ? '+' : count < 0 ? '−' : ''}${numbers.format(Math.abs(count))} ${name(count, pointName)}`,
    /** "21.11.2026" in the shop's zone. */
    date: (at: Date | number) => dates.format(at),
    dateTime: (at: Date | number) => times.format(at),
    /** A calendar date "2026-12-05" that belongs to no time of day. */
    day: (date: string) => days.format(Date.parse(`${date}T00:00:00Z`)),
  }
}
