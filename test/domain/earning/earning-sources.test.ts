import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  blankSource,
  EARNING_SOURCES,
  SOURCE_POINTS,
  type SourceName,
  source,
  sourceOf,
  sourceText,
} from '../../../app/domain/earning/sources.ts'
import { OCCASIONS, signedIn } from '../../../app/loyalty/earning/occasions.ts'
import { wording } from '../../../app/wording.ts'

/** What every earning source must bring along; one that lacks it fails here. */

const texts = (language: string) =>
  JSON.parse(readFileSync(`app/locales/${language}/sources.json`, 'utf8')) as Record<string, Words>
interface Words {
  term?: Record<string, string>
  [key: string]: unknown
}

/** Payloads as Shopify tells of each source; one at least for every source. */
const TOLD: Record<SourceName, () => (ReturnType<(typeof OCCASIONS)[string]> | undefined)[]> = {
  'sign-up': () => [
    OCCASIONS['customers/create']?.({ id: 7, state: 'enabled' }, 1),
    OCCASIONS['customers/enable']?.({ id: 7, state: 'enabled' }, 1),
    signedIn('7', 1, 2),
  ],
  newsletter: () => [
    OCCASIONS['customers_email_marketing_consent/update']?.(
      {
        customer_id: 7,
        email_marketing_consent: { state: 'subscribed', opt_in_level: null, consent_updated_at: null },
      },
      1,
    ),
  ],
}

describe.each(EARNING_SOURCES.map((one) => one.source))('%s', (name) => {
  test.each(['de', 'en'] as const)('has its words in %s, and one for each term', (language) => {
    const own = texts(language)[name] as Words
    for (const key of ['label', 'help', 'text', 'given', 'taken-back'])
      expect(own[key], key).toEqual(expect.any(String))
    expect(Object.keys(own.term ?? {}).filter((term) => !term.endsWith('Help'))).toEqual(
      Object.keys(sourceOf(name).terms),
    )
    const words = wording(language, { timeZone: 'Europe/Berlin', currency: 'EUR' })
    const text = sourceText(blankSource(name), words)
    expect(text).toMatch(/^100 (Punkte|points) /)
    expect(text).not.toMatch(/\{\{|sources:|undefined|NaN/)
  })

  test('says of every term how it is typed in, and how a form begins', () => {
    const { terms, fields, blank } = sourceOf(name)
    expect(Object.keys(fields).sort()).toEqual(Object.keys(terms).sort())
    expect(Object.keys(blank).sort()).toEqual(Object.keys(terms).sort())
    expect(source.safeParse(blankSource(name)).error).toBeUndefined()
  })

  test('gives whole points within the limits', () => {
    const { min, max } = SOURCE_POINTS
    for (const points of [min, max])
      expect(source.safeParse({ ...blankSource(name), points }).success).toBe(true)
    for (const points of [min - 1, max + 1, 1.5, -1, '5', Number.NaN])
      expect(source.safeParse({ ...blankSource(name), points }).success).toBe(false)
  })

  test('has occasions that somebody tells of, as its schema wants them', () => {
    const told = TOLD[name]()
    expect(told.length).toBeGreaterThan(0)
    for (const one of told) {
      expect(one?.source).toBe(name)
      expect(sourceOf(name).occasion.parse(one?.told)).toEqual(one?.told)
    }
  })
})

test('a source that nobody knows is none', () => {
  expect(() => sourceOf('moon-walk' as SourceName)).toThrow('moon-walk')
  expect(source.safeParse({ ...blankSource('sign-up'), source: 'moon-walk' }).success).toBe(false)
})
