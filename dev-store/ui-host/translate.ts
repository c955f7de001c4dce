/** `shopify.i18n` of a UI extension: translations from its `locales/`, numbers and dates as the buyer reads them. */

export type Translations = { [key: string]: string | Translations }

type Replacements = Record<string, unknown>

/**
 * Nested keys with dots, `{{name}}` replacements, plural by `options.count` (keys "one", "other" … of the
 * language's CLDR rules). Returns a string, or an array when a replacement is not a primitive. A key that does
 * not exist comes back as itself, with an error in the console.
 */
export function translate(
  translations: Translations,
  locale: string,
  key: string,
  options: Replacements = {},
): string | unknown[] {
  const found = lookUp(translations, key)
  const text = typeof found === 'object' ? pluralOf(found, locale, options.count) : found
  if (text === undefined) {
    console.error(`Missing translation "${key}" for "${locale}"`)
    return key
  }
  const parts = text.split(/\{\{\s*(\w+)\s*\}\}/).map((part, index) => {
    if (index % 2 === 0) return part
    return part in options ? options[part] : `{{${part}}}`
  })
  const primitive = parts.every((part) => typeof part === 'string' || typeof part === 'number')
  return primitive ? parts.join('') : parts.filter((part) => part !== '')
}

function lookUp(translations: Translations, key: string): string | Translations | undefined {
  let node: string | Translations | undefined = translations
  for (const step of key.split('.')) {
    if (typeof node !== 'object') return undefined
    node = node[step]
  }
  return node
}

function pluralOf(forms: Translations, locale: string, count: unknown): string | undefined {
  if (typeof count !== 'number') return undefined
  const form = forms[new Intl.PluralRules(locale).select(count)] ?? forms.other
  return typeof form === 'string' ? form : undefined
}

export interface I18n {
  translate(key: string, options?: Replacements): string | unknown[]
  formatNumber(value: number | bigint, options?: Intl.NumberFormatOptions): string
  formatCurrency(value: number | bigint, options?: Intl.NumberFormatOptions): string
  formatDate(date: Date, options?: Intl.DateTimeFormatOptions): string
}

/** `timeZone`: the shop's, so that a date means the same day for merchant and shopper. */
export function createI18n(
  translations: Translations,
  locale: string,
  currency: string,
  timeZone: string,
): I18n {
  return {
    translate: (key, options) => translate(translations, locale, key, options),
    formatNumber: (value, options) => new Intl.NumberFormat(locale, options).format(value),
    formatCurrency: (value, options) =>
      new Intl.NumberFormat(locale, { style: 'currency', currency, ...options }).format(value),
    formatDate: (date, options) => new Intl.DateTimeFormat(locale, { timeZone, ...options }).format(date),
  }
}
