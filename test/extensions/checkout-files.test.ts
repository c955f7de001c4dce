import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { bundleTarget, readUiExtension } from '../../dev-store/ui-host/bundle.ts'
import type { Translations } from '../../dev-store/ui-host/translate.ts'
import { EXTENSION, translationsOf } from './checkout-harness.ts'

const LIMIT_BYTES = 64 * 1024
const extension = readUiExtension(EXTENSION)

function leaves(translations: Translations, prefix = ''): [string, string][] {
  return Object.entries(translations).flatMap(([key, value]) =>
    typeof value === 'string'
      ? [[prefix + key, value] as [string, string]]
      : leaves(value, `${prefix}${key}.`),
  )
}
const placeholders = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort()

test('the extension is bound to its three targets', () => {
  expect(extension.targets.map((one) => one.target)).toEqual([
    'purchase.checkout.block.render',
    'purchase.thank-you.block.render',
    'customer-account.order-status.block.render',
  ])
  expect(extension.networkAccess).toBe(true)
})

describe('size', () => {
  test.each(extension.targets)('$target is within 64 KB compressed', async ({ target }) => {
    const script = await bundleTarget(extension, target, 'https://app.example.test')
    const bytes = gzipSync(script).length
    console.log(`${target}: ${(bytes / 1024).toFixed(1)} KB gzip of 64 KB`)
    expect(bytes).toBeGreaterThan(1_000)
    expect(bytes).toBeLessThanOrEqual(LIMIT_BYTES)
    expect(script).toContain('https://app.example.test')
    expect(script).not.toContain('process.env')
  })
})

describe('texts', () => {
  const german = new Map(leaves(translationsOf('de')))
  const english = new Map(leaves(translationsOf('en')))

  test('German and English have the same keys and the same placeholders', () => {
    expect([...german.keys()].sort()).toEqual([...english.keys()].sort())
    for (const [key, text] of german) {
      expect([key, placeholders(text)]).toEqual([key, placeholders(english.get(key) ?? '')])
    }
  })

  test('every text is used, and every used text exists', () => {
    const source = readdirSync(join(EXTENSION, 'src'))
      .map((file) => readFileSync(join(EXTENSION, 'src', file), 'utf8'))
      .join('\n')
    const used = [
      ...source.matchAll(/(?:say|translate)\(\s*(?:\w+(?: === 1)? \? )?'([\w.]+)'(?: : '([\w.]+)')?/g),
    ]
      .flatMap((match) => [match[1], match[2]])
      .filter((key): key is string => key !== undefined)
    const written = [...english.keys()].map((key) => key.replace(/^points\.\w+$/, 'points'))
    // Shopify's checkout editor shows name and description.
    const shown = new Set([...used, 'name', 'description'])
    expect([...shown].sort()).toEqual([...new Set(written)].sort())
  })
})
