import type { Liquid } from 'liquidjs'
import { filters as standard } from 'liquidjs'
import type { Extension, Texts } from './extension.ts'
import { formatMoney, formatMoneyWithoutTrailingZeros } from './money.ts'
import { numberFilters, toNumber } from './numbers.ts'

/** What filters need to know of the page; handed over as the global `page_facts`. */
export interface FilterFacts {
  locale: string
  texts: Texts
  fallback: Texts
  moneyFormat: string
  currency: string
  timeZone: string
  now: number
}

interface FilterThis {
  context: { globals: object }
}

const facts = (self: FilterThis) => (self.context.globals as { page_facts: FilterFacts }).page_facts

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
export const escapeHtml = (text: unknown) =>
  String(text ?? '').replace(/[&<>"']/g, (sign) => ESCAPES[sign] ?? sign)

const lookUp = (texts: Texts, key: string) =>
  key
    .split('.')
    .reduce<string | Texts | undefined>((at, part) => (typeof at === 'object' ? at[part] : undefined), texts)

/** Keyword arguments reach a filter as [name, value]. */
const keywords = (args: unknown[]): Record<string, unknown> =>
  Object.fromEntries(args.filter((arg): arg is [string, unknown] => Array.isArray(arg) && arg.length === 2))

/**
 * The `t` filter: plural form by `count`, values for "{{ name }}". The text and the values are escaped, but the text
 * of a key that ends in _html is taken as markup. A key that no file has shows itself, as in a real shop.
 */
function translate(this: FilterThis, key: unknown, ...args: unknown[]): string {
  const { locale, texts, fallback } = facts(this)
  const values = keywords(args)
  let found = lookUp(texts, String(key)) ?? lookUp(fallback, String(key))
  if (typeof found === 'object') {
    const form = new Intl.PluralRules(locale).select(Number(values.count ?? 0))
    found = found[form] ?? found.other
  }
  if (typeof found !== 'string') return `Translation missing: ${locale}.${key}`
  const text = String(key).endsWith('_html') ? found : escapeHtml(found)
  return text.replace(/{{\s*(\w+)\s*}}/g, (hole, name: string) =>
    name in values ? escapeHtml(values[name]) : hole,
  )
}

/** As Shopify does: safe inside a script element. */
const json = (value: unknown) =>
  JSON.stringify(value ?? null).replace(
    /[<>&\u2028\u2029]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

function luminance(color: string): number {
  const hex = color.replace('#', '')
  const full = hex.length === 3 ? [...hex].map((digit) => digit + digit).join('') : hex
  const [red = 0, green = 0, blue = 0] = [0, 2, 4].map((at) => {
    const channel = Number.parseInt(full.slice(at, at + 2), 16) / 255
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** WCAG contrast ratio, with one decimal as Shopify gives it. */
function colorContrast(left: unknown, right: unknown): number {
  const [dark = 0, light = 0] = [luminance(String(left)), luminance(String(right))].sort((a, b) => a - b)
  return Math.round(((light + 0.05) / (dark + 0.05)) * 10) / 10
}

type Filter = (this: unknown, value: unknown, ...args: unknown[]) => unknown
const standardDate = standard.date as Filter

/** 'now' is the page's own moment, and times are shown in the shop's zone. */
function date(this: FilterThis, value: unknown, format?: string) {
  const { now, timeZone } = facts(this)
  const moment = value === 'now' || value === 'today' ? new Date(now) : value
  return standardDate.call(this, moment, format, timeZone)
}

const hundredths = (value: unknown) => Number(toNumber(value))

function attributes(args: unknown[]): string {
  return Object.entries(keywords(args))
    .map(([name, value]) => ` ${name}="${escapeHtml(value)}"`)
    .join('')
}

function linkTo(label: unknown, address: unknown, ...args: unknown[]): string {
  const title = typeof args[0] === 'string' ? ` title="${escapeHtml(args[0])}"` : ''
  return `<a href="${escapeHtml(address)}"${title}${attributes(args)}>${label}</a>`
}

const handleize = (value: unknown) =>
  String(value ?? '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')

/** Gives the engine Shopify's filters, as far as extensions of a shop without media use them. */
export function addFilters(engine: Liquid, extension: Extension): void {
  const image = (value: unknown) =>
    typeof value === 'string' ? value : ((value as { src?: string } | null)?.src ?? '')
  const money = function (this: FilterThis, value: unknown) {
    return formatMoney(hundredths(value), facts(this).moneyFormat)
  }
  const all = {
    ...numberFilters,
    t: translate,
    translate,
    json,
    date,
    money,
    money_with_currency(this: FilterThis, value: unknown) {
      return `${formatMoney(hundredths(value), facts(this).moneyFormat)} ${facts(this).currency}`
    },
    money_without_currency(this: FilterThis, value: unknown) {
      return formatMoney(hundredths(value), facts(this).moneyFormat.replace(/.*({{.*}}).*/, '$1'))
    },
    money_without_trailing_zeros(this: FilterThis, value: unknown) {
      return formatMoneyWithoutTrailingZeros(hundredths(value), facts(this).moneyFormat)
    },
    asset_url: (file: unknown) => extension.assetUrl(String(file)),
    asset_img_url: (file: unknown) => extension.assetUrl(String(file)),
    img_url: image,
    image_url: image,
    stylesheet_tag: (address: unknown) => `<link rel="stylesheet" href="${escapeHtml(address)}" media="all">`,
    script_tag: (address: unknown) => `<script src="${escapeHtml(address)}"></script>`,
    link_to: linkTo,
    handle: handleize,
    handleize,
    pluralize: (count: unknown, one: string, many: string) => (Number(count) === 1 ? one : many),
    color_contrast: colorContrast,
    color_brightness: (color: unknown) => {
      const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) =>
        Number.parseInt(String(color).slice(at, at + 2), 16),
      )
      return Math.round((red * 299 + green * 587 + blue * 114) / 10) / 100
    },
  }
  for (const [name, filter] of Object.entries(all)) engine.registerFilter(name, filter as never)
}
