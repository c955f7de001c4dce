/**
 * The standard's formatters, each made once: making one costs a hundred times what it costs to use it, and a page of a
 * shopper would make dozens.
 */
const MOST_KEPT = 2_000
const kept = new Map<string, unknown>()

function once<T>(kind: string, locale: string, options: object, make: () => T): T {
  const key = `${kind} ${locale} ${JSON.stringify(options)}`
  const known = kept.get(key) as T | undefined
  if (known !== undefined) return known
  // Zones and currencies of all shops there are do not fill it; whoever invents some does not fill the memory.
  if (kept.size >= MOST_KEPT) kept.clear()
  const fresh = make()
  kept.set(key, fresh)
  return fresh
}

export const numberFormat = (locale: string, options: Intl.NumberFormatOptions = {}) =>
  once('number', locale, options, () => new Intl.NumberFormat(locale, options))

export const dateFormat = (locale: string, options: Intl.DateTimeFormatOptions) =>
  once('date', locale, options, () => new Intl.DateTimeFormat(locale, options))

export const listFormat = (locale: string, type: 'conjunction' | 'disjunction') =>
  once('list', locale, { type }, () => new Intl.ListFormat(locale, { type }))

export const pluralRules = (locale: string) => once('plural', locale, {}, () => new Intl.PluralRules(locale))
