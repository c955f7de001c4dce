import { describe, expect, test } from 'vitest'
import type { Program } from '../../../app/domain/program/program.ts'
import { programHints } from '../../../app/domain/program/program-hints.ts'
import { validateProgram } from '../../../app/domain/program/validate-program.ts'
import type { Reward } from '../../../app/domain/rewards/kinds.ts'
import { campaign, document } from '../support.ts'

const NOW = Date.parse('2026-06-15T12:00:00Z')

/** Hints on a document that is valid all the same: "path code". */
function hints(change: Partial<Program>): string[] {
  const program = document(change)
  expect(validateProgram(program)).toMatchObject({ ok: true })
  return programHints(program, NOW).map(({ path, code }) => `${path} ${code}`)
}
const { earning, tiers, rewards } = document()
const tier = (i: number, change: object) => ({
  tiers: {
    ...tiers,
    levels: tiers.levels.map((level, at) => (at === i ? { ...level, ...change } : level)),
  },
})
const reward = (change: object) => ({ rewards: [{ ...rewards[0], ...change } as Reward] })
const until = (end: string) => ({ window: { start: null, end, timeZone: 'Europe/Berlin' } })

describe('W25: what may not be meant so is told and not forbidden', () => {
  test('the program to begin with has nothing of it', () => {
    expect(hints({})).toEqual([])
  })

  test('PR3: a name in one language only is told where shoppers read the other', () => {
    const named = (languages: ('de' | 'en')[]) =>
      programHints(
        document({
          name: { de: 'Treue' },
          campaigns: [campaign('a', '2', { name: { en: 'Double' } })],
          rewards: [{ ...rewards[0], name: { de: 'Fünf' } } as Reward],
        }),
        NOW,
        languages,
      ).map(({ path, code, values }) => [path, code, values.name])
    expect(named([])).toEqual([])
    expect(named(['de'])).toEqual([['campaigns.0.name', 'no-german-name', { en: 'Double' }]])
    expect(named(['de', 'en'])).toEqual([
      ['campaigns.0.name', 'no-german-name', { en: 'Double' }],
      ['rewards.0.name', 'no-english-name', { de: 'Fünf' }],
      ['name', 'no-english-name', { de: 'Treue' }],
    ])
  })

  test('owner 5: a twin is told by the language in which it is one, and by its name there', () => {
    const told = (...names: { de?: string; en?: string }[]) =>
      programHints(
        document({ campaigns: names.map((name, i) => campaign(`c${i}`, '2', { name })) }),
        NOW,
      ).map(({ path, code, values }) => [path, code, values.name])
    const [gold, silver] = [
      { de: 'Gold', en: 'Gold' },
      { de: 'Silber', en: 'Gold' },
    ]
    expect(told(gold, silver)).toEqual([
      ['campaigns.0.name', 'same-english-name', { en: 'Gold' }],
      ['campaigns.1.name', 'same-english-name', { en: 'Gold' }],
    ])
    expect(told({ de: 'Gold' }, { de: ' GOLD ', en: 'Golden' })).toEqual([
      ['campaigns.0.name', 'same-german-name', { de: ' GOLD ' }],
      ['campaigns.1.name', 'same-german-name', { de: 'Gold' }],
    ])
    // Alike in every language: no language need be named.
    expect(told(gold, gold).map(([, code]) => code)).toEqual(['same-name', 'same-name'])
    expect(told({ de: 'Nur' }, { de: 'nur' }).map(([, code]) => code)).toEqual(['same-name', 'same-name'])
    // One twin in each language.
    expect(
      told({ de: 'Rot', en: 'Red' }, { de: 'Rot', en: 'Scarlet' }, { de: 'Scharlach', en: 'Red' })[0],
    ).toEqual(['campaigns.0.name', 'same-german-name', { de: 'Rot' }])
    expect(told({ de: 'Eins' }, { en: 'Eins' })).toEqual([])
  })

  test.each<[string, Partial<Program>, string[]]>([
    [
      'a rate of nothing',
      { earning: { ...earning, pointsPerUnit: '0' } },
      ['earning.pointsPerUnit rate-zero'],
    ],
    [
      'two tiers of one name',
      tier(2, { name: { en: ' silver' } }),
      ['tiers.levels.1.name same-english-name', 'tiers.levels.2.name same-english-name'],
    ],
    [
      'a higher tier with a smaller factor',
      tier(2, { multiplier: '1.1' }),
      ['tiers.levels.2.multiplier tier-smaller-factor'],
    ],
    [
      'a campaign that is over',
      { campaigns: [campaign('a', '2', until('2026-06-15T14:00'))] },
      ['campaigns.0.window campaign-past'],
    ],
    [
      'a campaign that gives nothing more',
      { campaigns: [campaign('a', '1')] },
      ['campaigns.0.multiplier campaign-no-more'],
    ],
    [
      'two rewards of one name',
      { rewards: [rewards[0] as Reward, { ...(rewards[0] as Reward), id: 'other' }] },
      ['rewards.0.name same-name', 'rewards.1.name same-name'],
    ],
    ['a reward that costs next to nothing', reward({ cost: 5 }), ['rewards.0.cost reward-generous']],
    [
      'a whole order for nothing',
      reward({ kind: 'percent-off', percent: 100 }),
      ['rewards.0.percent reward-whole-order'],
    ],
    ['no reward on offer', reward({ active: false }), ['rewards rewards-none']],
    [
      'points that lapse before they can be used',
      { returnWindowDays: 60, expiry: { kind: 'after-earning', months: 2, warnDays: 10 } },
      ['expiry.months expiry-too-soon'],
    ],
  ])('%s', (_what, change, expected) => {
    expect(hints(change)).toEqual(expected)
  })

  test('a campaign that ends in a minute and a reward of a third are as they should be', () => {
    expect(hints({ campaigns: [campaign('a', '2', until('2026-06-15T14:01'))] })).toEqual([])
    expect(hints(reward({ amount: '5', cost: 15 }))).toEqual([])
  })
})
