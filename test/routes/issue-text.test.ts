import { describe, expect, test } from 'vitest'
import type { Campaign } from '../../app/domain/earning/campaigns.ts'
import { validateProgram } from '../../app/domain/program/validate-program.ts'
import { starterProgram } from '../../app/domain/templates/program-template.ts'
import { i18nOf } from '../../app/i18n/i18n.server.ts'
import type { Language } from '../../app/i18n/languages.ts'
import { issueText, placeText } from '../../app/ui/program/draft/issue-text.ts'
import { createFormat } from '../../app/ui/use-format.ts'
import { testProgram } from '../support/program.ts'

const campaign = (i: number, change: object): Campaign => ({
  id: `c${i}`,
  name: { de: `Kampagne ${i}` },
  multiplier: '100',
  scope: { kind: 'all' },
  tiers: [],
  window: { start: null, end: null, timeZone: 'Europe/Berlin' },
  ...change,
})

function told(language: Language, campaigns: Campaign[]): string[] {
  const document = testProgram({ campaigns, stacking: 'multiply' })
  const checked = validateProgram(document)
  const format = createFormat(language, 'EUR', 'Europe/Berlin', document.pointName)
  const t = i18nOf(language).getFixedT(language, 'program')
  return (checked.ok ? [] : checked.issues).map((issue) =>
    issueText(t, issue, document, format).replaceAll('\u00a0', ' '),
  )
}

describe('what is wrong is said in words that tell what to do', () => {
  test.each([
    [
      'collections',
      { ids: [] },
      'Wählen Sie mindestens eine Kategorie aus.',
      'Choose at least one collection.',
    ],
    ['products', { ids: [] }, 'Wählen Sie mindestens ein Produkt aus.', 'Choose at least one product.'],
    ['tags', { tags: [] }, 'Tragen Sie mindestens einen Tag ein.', 'Enter at least one tag.'],
  ])('PR3: a campaign for %s of which none is chosen', (kind, list, german, english) => {
    const campaigns = [campaign(1, { scope: { kind, ...list } })]
    expect(told('de', campaigns)).toEqual([german])
    expect(told('en', campaigns)).toEqual([english])
  })

  test('PR1: more points than can be counted, with what they come from and what is allowed', () => {
    const four = [1, 2, 3, 4].map((i) => campaign(i, {}))
    expect(told('de', four)[0]).toContain(
      'Zusammen ergäbe das 100.000.000 Punkte für 1,00 €: 1 als Grundwert, mal 100.000.000 durch Kampagnen, mal 1 durch die Stufe. Erlaubt sind höchstens 1.000.000.',
    )
    const hundred = Array.from({ length: 100 }, (_, i) => campaign(i, {}))
    expect(told('en', hundred)[0]).toContain(
      'Together this would give more than 1,000,000,000,000 points for €1.00: 1 to begin with, times more than 1,000,000,000,000 by campaigns',
    )
  })

  test('two tiers that read the same are told apart by their place on the ladder', () => {
    const { tiers } = starterProgram('EUR', 'Europe/Berlin')
    const [bronze, silver, gold] = tiers.levels
    if (!bronze || !silver || !gold) throw new Error('The program to begin with has three tiers')
    const document = testProgram({
      tiers: { ...tiers, levels: [bronze, { ...silver, name: { ...silver.name, de: ' gold' } }, gold] },
    })
    const places = (language: Language) => {
      const format = createFormat(language, 'EUR', 'Europe/Berlin', document.pointName)
      const t = i18nOf(language).getFixedT(language, 'program')
      return [0, 1, 2].map((index) => placeText(t, `tiers.levels.${index}.name`, document, format))
    }
    expect(places('de')).toEqual(['Stufe „Bronze“', 'Stufe 2 („ gold“)', 'Stufe 3 („Gold“)'])
    expect(places('en')).toEqual(['Tier “Bronze”', 'Tier “Silver”', 'Tier “Gold”'])
  })
})
