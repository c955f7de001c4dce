import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

/** Every text exists in both languages, with the same values to fill in. */
describe.each(['surfaces', 'members'])('%s.json', (name) => {
  const read = (language: string) =>
    flatten(
      JSON.parse(
        readFileSync(new URL(`../../app/locales/${language}/${name}.json`, import.meta.url), 'utf8'),
      ),
    )

  test('German and English have the same keys and holes', () => {
    const [de, en] = [read('de'), read('en')]
    expect(Object.keys(de).sort()).toEqual(Object.keys(en).sort())
    for (const [key, text] of Object.entries(de)) {
      expect.soft(holes(text), key).toEqual(holes(en[key] ?? ''))
      expect.soft(text.trim(), key).not.toBe('')
    }
  })
})

const holes = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort()

function flatten(value: object, path = ''): Record<string, string> {
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) =>
      typeof inner === 'string' ? [[path + key, inner]] : Object.entries(flatten(inner, `${path}${key}.`)),
    ),
  )
}
