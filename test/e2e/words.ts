/** The words on the screen, from the very files that put them there. A missing one fails the test by its name. */
import { readFileSync } from 'node:fs'
import { adminWords } from '../../dev-store/pages/admin-words.ts'
import { words as storeWords } from '../../dev-store/pages/words.ts'

export type Locale = 'de' | 'en'
type Values = Record<string, string | number>
type Table = { [name: string]: string | Table }

export interface Words {
  locale: Locale
  /** Of the app's admin: `app('program:publish.action')`. Plurals by the value `count`. */
  app(key: string, values?: Values): string
  /** Of what shoppers read in the app's answers. */
  surfaces(key: string, values?: Values): string
  widget(key: string, values?: Values): string
  checkout(key: string, values?: Values): string
  till(key: string, values?: Values): string
  store: ReturnType<typeof storeWords>
  storeAdmin: ReturnType<typeof adminWords>
  /** "1.240 Punkte" */
  points(count: number): string
  /** "1.240" */
  number(value: number): string
  /** "+1.240", "−1.240" */
  signed(value: number): string
}

const NAMES: Record<Locale, [one: string, many: string]> = {
  de: ['Punkt', 'Punkte'],
  en: ['point', 'points'],
}

export function wordsOf(locale: Locale): Words {
  const app = (name: string) => table(`app/locales/${locale}/${name}.json`)
  const shopifyFile = locale === 'en' ? 'en.default' : 'de'
  const widget = table(`extensions/points-widget/locales/${shopifyFile}.json`)
  const checkout = table(`extensions/points-checkout/locales/${shopifyFile}.json`)
  const till = table(`extensions/points-till/locales/${shopifyFile}.json`)
  const number = (value: number) => value.toLocaleString(locale === 'de' ? 'de-DE' : 'en-US')
  return {
    locale,
    app(key, values) {
      const [name = '', path = ''] = key.includes(':') ? key.split(':') : ['common', key]
      return fill(app(name), path, values)
    },
    surfaces: (key, values) => fill(app('surfaces'), key, values),
    widget: (key, values) => fill(widget, key, values),
    checkout: (key, values) => fill(checkout, key, values),
    till: (key, values) => fill(till, key, values),
    store: storeWords(locale),
    storeAdmin: adminWords(locale),
    number,
    signed: (value) => `${value < 0 ? '−' : '+'}${number(Math.abs(value))}`,
    points: (count) => `${number(count)} ${NAMES[locale][Math.abs(count) === 1 ? 0 : 1]}`,
  }
}

const tables = new Map<string, Table>()

function table(file: string): Table {
  const known = tables.get(file)
  if (known) return known
  const read = JSON.parse(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')) as Table
  tables.set(file, read)
  return read
}

function fill(words: Table, path: string, values: Values = {}): string {
  const steps = path.split('.')
  const last = steps.pop() ?? ''
  let place: Table | string | undefined = words
  for (const step of steps) place = typeof place === 'object' ? place[step] : undefined
  const plural = values.count === 1 ? 'one' : 'other'
  const found = typeof place === 'object' ? (place[last] ?? place[`${last}_${plural}`]) : undefined
  const text = typeof found === 'object' ? found[plural] : found
  if (typeof text !== 'string') throw new Error(`There is no text "${path}".`)
  return text.replace(/\{\{\s*(\w+)\s*\}\}/g, (hole, name: string) => String(values[name] ?? hole))
}

/** Finds text made from a template, whatever stands in its holes; any space may be one that does not break. */
export function pattern(template: string): RegExp {
  const parts = template.split(/\{\{\s*\w+\s*\}\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.+').replaceAll(' ', '\\s')}$`)
}
