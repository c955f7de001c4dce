import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { bundleTarget, readUiExtension } from '../../dev-store/ui-host/bundle.ts'
import type { Translations } from '../../dev-store/ui-host/translate.ts'
import { EXTENSION, translationsOf } from './till-harness.ts'

const LIMIT_BYTES = 64 * 1024
const extension = readUiExtension(EXTENSION)

test.each(extension.targets)(
  '$target is within 64 KB compressed, and names no address',
  async ({ target }) => {
    const script = await bundleTarget(extension, target, 'https://app.example.test')
    const bytes = gzipSync(script).length
    console.log(`${target}: ${(bytes / 1024).toFixed(1)} KB gzip of 64 KB`)
    expect(bytes).toBeGreaterThan(1_000)
    expect(bytes).toBeLessThanOrEqual(LIMIT_BYTES)
    // POS resolves paths against the app's address and sends its token there and nowhere else.
    expect(script).not.toMatch(/https?:\/\/(?!www\.w3\.org\/)/)
  },
)

describe('texts', () => {
  const leaves = (texts: Translations, prefix = ''): [string, string][] =>
    Object.entries(texts).flatMap(([key, value]) =>
      typeof value === 'string'
        ? [[prefix + key, value] as [string, string]]
        : leaves(value, `${prefix}${key}.`),
    )
  const placeholders = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort()
  const german = new Map(leaves(translationsOf('de')))
  const english = new Map(leaves(translationsOf('en')))

  test('German and English have the same keys and the same placeholders', () => {
    expect([...german.keys()].sort()).toEqual([...english.keys()].sort())
    for (const [key, text] of german)
      expect([key, placeholders(text)]).toEqual([key, placeholders(english.get(key) ?? '')])
  })

  test('every text is used, and every used text exists', () => {
    const source = readdirSync(join(EXTENSION, 'src'))
      .map((file) => readFileSync(join(EXTENSION, 'src', file), 'utf8'))
      .join('\n')
    const said = [...source.matchAll(/(?:say|translate)\(\s*'([\w.-]+)'/g)].map((match) => match[1] ?? '')
    const written = new Set([...english.keys()].map((key) => key.replace(/^points\.\w+$/, 'points')))
    expect(said.filter((key) => !written.has(key))).toEqual([])
    // `say(`refused.${code}`)`: the words that follow stand in quotes.
    const groups = [...source.matchAll(/(?:say|translate)\(`([\w.]+\.)\$\{/g)].map((match) => match[1] ?? '')
    expect(groups.sort()).toEqual(['refused.', 'rewards.why.', 'shown.'])
    const isUsed = (key: string) =>
      said.includes(key) ||
      groups.some((group) => key.startsWith(group) && source.includes(`'${key.slice(group.length)}'`))
    // POS and the merchant's settings show name and description.
    expect([...written].filter((key) => !isUsed(key))).toEqual(['name', 'description'])
  })
})
