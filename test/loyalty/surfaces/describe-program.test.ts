import { expect, test } from 'vitest'
import type { Campaign } from '../../../app/domain/earning/campaigns.ts'
import { compileProgram } from '../../../app/domain/program/compiled-program.ts'
import type { Program } from '../../../app/domain/program/program.ts'
import { describeReward, programWording, waysToEarn } from '../../../app/loyalty/surfaces/describe-program.ts'
import type { Locale } from '../../../app/wording.ts'
import { testProgram } from '../../support/program.ts'

/** What a shopper reads under "How it works". */

const NOW = Date.parse('2026-12-01T12:00:00Z')
const shop = { currency: 'EUR', timeZone: 'Europe/Berlin' }
const levels = [
  { id: 'bronze', name: { de: 'Bronze', en: 'Bronze' }, threshold: '0', multiplier: '1' },
  { id: 'silver', name: { de: 'Silber', en: 'Silver' }, threshold: '1', multiplier: '1' },
  { id: 'gold', name: { de: 'Gold', en: 'Gold' }, threshold: '1500', multiplier: '1.5' },
]

const plain = (text: string) => text.replace(/\s/g, ' ')

function ways(changes: Partial<Program>, locale: Locale): string[] {
  const program = compileProgram(testProgram(changes), shop, 1)
  return waysToEarn(program, programWording(locale, shop, program), NOW).map(({ text }) => plain(text))
}

const campaign = (scope: Campaign['scope'], more: Partial<Campaign> = {}): Campaign => ({
  id: 'double',
  name: { de: 'Doppelt', en: 'Double' },
  multiplier: '2',
  scope,
  tiers: [],
  window: { start: null, end: null, timeZone: shop.timeZone },
  ...more,
})

test.each<[Campaign['scope'], string, string]>([
  [{ kind: 'all' }, 'alles', 'everything'],
  [{ kind: 'products', ids: ['1'] }, 'einen bestimmten Artikel', 'one particular item'],
  [{ kind: 'products', ids: ['1', '2'] }, 'bestimmte Artikel', 'particular items'],
  [
    { kind: 'collections', ids: ['1'] },
    'Artikel einer bestimmten Kategorie',
    'items from one particular collection',
  ],
  [
    { kind: 'collections', ids: ['1', '2'] },
    'Artikel bestimmter Kategorien',
    'items from particular collections',
  ],
  [{ kind: 'tags', tags: ['bio', 'neu'] }, 'Artikel mit dem Tag bio oder neu', 'items tagged bio or neu'],
])('W4: a campaign promises no more than its scope %j', (scope, de, en) => {
  const window = { start: null, end: '2026-12-25T00:00', timeZone: shop.timeZone }
  expect(ways({ campaigns: [campaign(scope)] }, 'de')).toContain(`Doppelt: 2-fache Punkte auf ${de}`)
  expect(ways({ campaigns: [campaign(scope, { window })] }, 'en')).toContain(
    `Double: 2× points on ${en} until December 24, 2026`,
  )
})

test('W4: a campaign of one tier and the conditions of a reward are told', () => {
  const tiers = { basis: 'spend' as const, window: { kind: 'lifetime' as const }, levels }
  const own = campaign({ kind: 'tags', tags: ['bio'] }, { tiers: ['gold'] })
  expect(ways({ tiers, campaigns: [own] }, 'de')).toContain(
    'Doppelt: 2-fache Punkte auf Artikel mit dem Tag bio (nur Gold)',
  )
  const [first] = testProgram().rewards
  if (!first) throw new Error('The program for tests has a reward')
  const reward = { ...first, minimumSpend: '30.00', validDays: 30, oncePerMember: true, tiers: ['gold'] }
  const program = compileProgram(testProgram({ tiers, rewards: [reward] }), shop, 1)
  expect(plain(describeReward(program, reward, programWording('de', shop, program)))).toBe(
    '5,00 € Rabatt auf eine Bestellung · ab 30,00 € Einkaufswert · 30 Tage gültig · einmal je Mitglied · nur für Gold',
  )
})

test.each<[Program['tiers']['basis'], Program['tiers']['window'], string[], string[]]>([
  [
    'spend',
    { kind: 'rolling', months: 12 },
    [
      'Stufe Silber für 1,00 € Einkaufswert in 12 Monaten',
      'Stufe Gold für 1.500,00 € Einkaufswert in 12 Monaten: 1,5-fache Punkte auf jeden Einkauf',
    ],
    [
      'Silver tier from €1.00 spent within 12 months',
      'Gold tier from €1,500.00 spent within 12 months: 1.5× points on every purchase',
    ],
  ],
  [
    'orders',
    { kind: 'calendar-year' },
    [
      'Stufe Silber für 1 Bestellung im Kalenderjahr',
      'Stufe Gold für 1.500 Bestellungen im Kalenderjahr: 1,5-fache Punkte auf jeden Einkauf',
    ],
    [
      'Silver tier from 1 order in a calendar year',
      'Gold tier from 1,500 orders in a calendar year: 1.5× points on every purchase',
    ],
  ],
  [
    'points',
    { kind: 'lifetime' },
    ['Stufe Silber für 1 Punkt', 'Stufe Gold für 1.500 Punkte: 1,5-fache Punkte auf jeden Einkauf'],
    ['Silver tier from 1 point', 'Gold tier from 1,500 points: 1.5× points on every purchase'],
  ],
])('W20: where a tier begins is told, by %s', (basis, window, de, en) => {
  const tiers = (locale: Locale) =>
    ways({ tiers: { basis, window, levels } }, locale).filter((text) => /Stufe|tier/.test(text))
  expect(tiers('de')).toEqual(de)
  expect(tiers('en')).toEqual(en)
})

test.each<[Program['expiry'], string, string]>([
  [
    { kind: 'after-earning', months: 12, warnDays: 30 },
    'Punkte verfallen 12 Monate nach dem Einkauf.',
    'Points expire 12 months after the purchase.',
  ],
  [
    { kind: 'after-earning', months: 1, warnDays: 7 },
    'Punkte verfallen 1 Monat nach dem Einkauf.',
    'Points expire 1 month after the purchase.',
  ],
  [
    { kind: 'after-inactivity', months: 12, warnDays: 30, actions: ['order', 'redemption'] },
    'Punkte verfallen nach 12 Monaten ohne Aktivität. Als Aktivität zählt: eine Bestellung oder eine eingelöste Prämie.',
    'Points expire after 12 months without activity. What counts: an order or a redeemed reward.',
  ],
  [
    { kind: 'after-inactivity', months: 1, warnDays: 7, actions: ['adjustment'] },
    'Punkte verfallen nach 1 Monat ohne Aktivität. Als Aktivität zählt: eine Gutschrift oder ein Abzug durch den Shop.',
    'Points expire after 1 month without activity. What counts: points given or taken by the shop.',
  ],
])('W20: that points expire is told last (%j)', (expiry, de, en) => {
  expect(ways({ expiry }, 'de').at(-1)).toBe(de)
  expect(ways({ expiry }, 'en').at(-1)).toBe(en)
})

test('W20: of points that never expire nothing is said', () => {
  expect(ways({ expiry: { kind: 'never' } }, 'de').join()).not.toContain('verfallen')
})
