import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { LANGUAGES } from '../../app/i18n/languages.ts'

/** Every visible text exists in every language, with the same places to fill in. */
const app = path.resolve(import.meta.dirname, '../../app')
const locales = path.join(app, 'locales')
const namespaces = readdirSync(path.join(locales, 'de')).map((file) => file.replace('.json', ''))

/** "a.b" → text, for every text of a namespace. */
function texts(language: string, namespace: string): Map<string, string> {
  const found = new Map<string, string>()
  const walk = (node: Record<string, unknown>, prefix: string) => {
    for (const [key, value] of Object.entries(node)) {
      if (typeof value === 'string') found.set(prefix + key, value)
      else walk(value as Record<string, unknown>, `${prefix}${key}.`)
    }
  }
  walk(JSON.parse(readFileSync(path.join(locales, language, `${namespace}.json`), 'utf8')), '')
  return found
}
const placeholders = (text: string) => [...new Set(text.match(/\{\{\s*[\w.]+/g) ?? [])].sort()

test('every language has the same files', () => {
  for (const language of LANGUAGES) {
    expect(readdirSync(path.join(locales, language)).sort()).toEqual(
      readdirSync(path.join(locales, 'de')).sort(),
    )
  }
})

describe.each(namespaces)('%s', (namespace) => {
  const german = texts('de', namespace)
  for (const language of LANGUAGES) {
    const other = texts(language, namespace)
    test(`has the same keys and the same placeholders in ${language}, and no text is empty`, () => {
      expect([...other.keys()].sort()).toEqual([...german.keys()].sort())
      for (const [key, text] of other) {
        expect(text.trim(), key).not.toBe('')
        expect(placeholders(text), key).toEqual(placeholders(german.get(key) ?? ''))
      }
    })
  }
})

describe('keys that the admin pages ask for are there', () => {
  const files = ['ui', 'routes'].flatMap((room) =>
    readdirSync(path.join(app, room), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.tsx?$/.test(file))
      .map((file) => path.join(app, room, file)),
  )

  test.each(files.map((file) => [path.relative(app, file)]))('%s', (file) => {
    const source = readFileSync(path.join(app, file), 'utf8')
    // const { t } = useTranslation('program'), const { t: common } = useTranslation(), TFunction<'program'>
    const names = new Map<string, string>()
    for (const [, alias = 't', namespace = 'common'] of source.matchAll(
      /\{ t(?:: (\w+))?(?:, i18n)? \} = useTranslation\((?:'(\w+)')?\)/g,
    )) {
      names.set(alias, namespace)
    }
    const typed = /(?:TFunction|useTranslation)<'(\w+)'>/.exec(source)?.[1]
    if (typed && !names.has('t')) names.set('t', typed)
    // "common:action.save" names its namespace itself.
    const split = (key: string, usual: string) =>
      key.includes(':') ? (key.split(':', 2) as [string, string]) : [usual, key]
    const keysOf = (namespace: string) =>
      [...texts('de', namespace).keys()].map((key) => key.replace(/_(zero|one|other)$/, ''))
    for (const [alias, usual] of names) {
      for (const [, key = ''] of source.matchAll(new RegExp(`\\b${alias}\\(\\s*'([^']+)'`, 'g'))) {
        const [namespace = '', name] = split(key, usual)
        expect(keysOf(namespace), file).toContain(name)
      }
      // A key with a part that varies: something must begin and end like it.
      for (const [, key = ''] of source.matchAll(new RegExp(`\\b${alias}\\(\\s*\`([^\`]+)\``, 'g'))) {
        const [namespace = '', name = ''] = split(key, usual)
        const parts = name.split(/\$\{[^}]+\}/).map((part) => part.replace(/[.*+?^$()|[\]\\]/g, '\\$&'))
        expect(
          keysOf(namespace).some((one) => new RegExp(`^${parts.join('.+')}$`).test(one)),
          `${namespace}: ${key}`,
        ).toBe(true)
      }
    }
  })
})
