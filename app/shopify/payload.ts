import { currencyExponent, toMinor } from '../domain/money/money.ts'
import { DomainError } from '../domain/text/errors.ts'

/**
 * Reads fields of a payload that came from outside. Each reader names the field and what it allows when the value
 * is something else; such a delivery is quarantined with that sentence.
 */
export type Json = Readonly<Record<string, unknown>>

export function refuse(field: string, value: unknown, allowed: string): never {
  throw refusal(field, value, allowed)
}

export function refusal(field: string, value: unknown, allowed: string): DomainError {
  const shown = Array.isArray(value)
    ? 'a list'
    : typeof value === 'object' && value !== null
      ? 'an object'
      : JSON.stringify(value)?.slice(0, 60)
  return new DomainError('invalid-payload', `${field} is ${shown}; it must be ${allowed}`, { field, allowed })
}

const LONG_INTEGER = /[:[,]\s*-?\d{16,}\s*[,}\]]/

/**
 * Parses a webhook body. Shopify's ids may exceed 2^53: integers of 16 digits and more stay text.
 * @throws DomainError invalid-payload
 */
export function parseBody(body: string): Json {
  let value: unknown
  try {
    value = LONG_INTEGER.test(body) ? JSON.parse(body, keepLongIntegers) : JSON.parse(body)
  } catch {
    throw new DomainError('invalid-payload', 'The body is not JSON', {})
  }
  return object(value, 'body')
}

function keepLongIntegers(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value
  return context?.source && /^-?\d+$/.test(context.source) ? context.source : value
}

export function object(value: unknown, field: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse(field, value, 'an object')
  return value as Json
}

export function list(value: unknown, field: string): Json[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) refuse(field, value, 'a list')
  if (value.length > 10_000) refuse(field, `${value.length} entries`, 'a list of at most 10,000')
  for (const item of value) object(item, `each of ${field}`)
  return value
}

/** A list that says something by being empty: where it is missing, the body was cut. */
export function givenList(value: unknown, field: string): Json[] {
  return Array.isArray(value) ? list(value, field) : refuse(field, value, 'a list')
}

export function text(value: unknown, field: string, fallback?: string): string {
  if (typeof value === 'string') return storable(value)
  if ((value === undefined || value === null) && fallback !== undefined) return fallback
  return refuse(field, value, 'text')
}

/** PostgreSQL stores neither NUL nor half a surrogate pair; nobody misses them. */
function storable(value: string): string {
  const whole = value.isWellFormed() ? value : value.toWellFormed()
  return whole.includes('\0') ? whole.replaceAll('\0', '') : whole
}

/** The first `most` UTF-16 units; a pair that the cut goes through becomes one replacement character. */
export function clipped(value: string, most: number): string {
  return value.length > most ? value.slice(0, most).toWellFormed() : value
}

export function flag(value: unknown, field: string): boolean {
  if (value === undefined || value === null) return false
  return typeof value === 'boolean' ? value : refuse(field, value, 'true or false')
}

export function count(value: unknown, field: string): number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= 1_000_000_000
    ? (value as number)
    : refuse(field, value, 'a whole number from 0')
}

/** Epoch milliseconds of an ISO time with a zone. */
export function time(value: unknown, field: string): number {
  const at = typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T/.test(value) ? Date.parse(value) : Number.NaN
  const sane = at > Date.UTC(1990, 0) && at < Date.UTC(2200, 0)
  return sane ? at : refuse(field, value, 'a time like "2026-11-21T20:00:00+01:00"')
}

const MAX_ID = 9_223_372_036_854_775_807n

/** A Shopify id as digits, from a number, digits, or a gid ("gid://shopify/Order/1"). */
export function id(value: unknown, field: string): string {
  let digits: string | undefined
  if (typeof value === 'string') digits = ID.exec(value)?.[1]
  else if (Number.isSafeInteger(value)) digits = String(value)
  return digits !== undefined && isId(digits) ? digits : refuse(field, value, 'a Shopify id')
}

const ID = /^(?:gid:\/\/shopify\/\w+\/)?(\d{1,19})(?:\?.*)?$/

function isId(digits: string): boolean {
  // Nearly all ids are short and begin with another digit than 0: they need no arithmetic.
  if (digits.length < 19 && digits >= '1') return true
  const number = BigInt(digits)
  return number > 0n && number <= MAX_ID
}

export function optionalId(value: unknown, field: string): string | null {
  return value === undefined || value === null ? null : id(value, field)
}

/** The id of a resource that carries both: the gid is exact, the number may have been rounded on its way. */
export function idOf(resource: Json, field: string): string {
  return id(resource.admin_graphql_api_id ?? resource.id, `${field}.id`)
}

/** Whether a resource tells this amount at all, in either of its two fields. */
export function present(resource: Json, name: string): boolean {
  return (resource[`${name}_set`] ?? resource[name] ?? null) !== null
}

/** Money in the shop's currency, minor units: from `<name>_set.shop_money`, else from the plain field. Absent: 0. */
export function money(resource: Json, name: string, field: string, currency: string): number {
  const set = resource[`${name}_set`]
  if (set !== undefined && set !== null) {
    const at = `${field}_set`
    const sets = object(set, at)
    // Shopify's own examples tell a set within a set of the same name.
    const inner = sets.shop_money === undefined ? object(sets[`${name}_set`] ?? sets, at) : sets
    const shopMoney = object(inner.shop_money, `${at}.shop_money`)
    return minor(shopMoney.amount, `${at}.shop_money.amount`, currency)
  }
  const plain = resource[name]
  return plain === undefined || plain === null ? 0 : minor(plain, field, currency)
}

/** So many decimals are more than any currency has; what follows is the trace of a binary fraction. */
const DECIMALS_OF_NUMBERS = 8

/**
 * An amount as Shopify writes it, as text or as a JSON number. It may have more decimals than the currency ("500.0"
 * JPY, "1.005" EUR from a split): they are cut, towards zero, amount by amount.
 */
export function minor(value: unknown, field: string, currency: string): number {
  const shown = typeof value === 'number' ? value.toFixed(DECIMALS_OF_NUMBERS) : value
  if (typeof shown !== 'string' || !AMOUNT.test(shown)) return refuse(field, value, 'an amount like "49.90"')
  const dot = shown.indexOf('.')
  return toMinor(dot === -1 ? shown : cutDecimals(shown, dot, currencyExponent(currency)), currency)
}

const AMOUNT = /^-?\d{1,15}(\.\d{1,20})?$/

function cutDecimals(amount: string, dot: number, decimals: number): string {
  return amount.slice(0, decimals === 0 ? dot : dot + 1 + decimals)
}
