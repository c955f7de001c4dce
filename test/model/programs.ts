import type { Program } from '../../app/domain/program/program.ts'
import { asKind, type Reward } from '../../app/domain/rewards/kinds.ts'
import { NO_LIMITS } from '../../app/domain/rewards/limits.ts'
import { testProgram } from '../support/program.ts'
import { NOW } from './tellings.ts'

/** The shops in which histories are played: plain, with a ladder by spend and campaigns, with one by points. */
export interface Setting {
  name: string
  programs: { program: Program; from: string }[]
}

const reward = (id: string, cost: number, more: object = {}) => ({
  id,
  kind: 'amount-off' as const,
  amount: '5.00',
  name: { de: id, en: id },
  cost,
  minimumSpend: null,
  validDays: 25,
  oncePerMember: false,
  tiers: [] as string[],
  active: true,
  ...more,
})
const levels = (thresholds: [string, string, string]) =>
  thresholds.map((threshold, i) => ({
    id: ['bronze', 'silver', 'gold'][i] as string,
    name: { en: `Level ${i}` },
    threshold,
    multiplier: ['1', '1.5', '2'][i] as string,
  }))
const always = { start: null, end: null, timeZone: 'Europe/Berlin' }

const rewards = (tier: string[]) => [
  // Phases are 30 and 50 days long: this code can be used in the next one, the second in all, the third in none.
  reward('small', 20, { validDays: 40 }),
  { ...asKind(reward('once', 15, { oncePerMember: true, validDays: 200 }), 'free-shipping') },
  reward('exclusive', 30, { tiers: tier }),
  // No code: what it becomes is the member's as soon as it is made.
  { ...asKind(reward('credit', 25), 'store-credit') },
  // Five points are a quarter; from ten points on.
  { ...asKind(reward('chosen', 5, { validDays: 40 }), 'flexible-amount'), amount: '0.25', leastPoints: 10 },
  // People do it: its points are held until they have.
  {
    ...asKind(reward('visit', 22, { validDays: 40 }), 'experience'),
    note: { de: 'An der Kasse' },
  } as Reward,
  // Spent with the click; staff take them back, or do not.
  {
    ...asKind(reward('trees', 18), 'donation'),
    amount: '2.00',
    cause: { de: 'Bäume' },
  } as Reward,
  {
    ...asKind(reward('draw', 12), 'draw-ticket'),
    tickets: 2,
    limits: { ...NO_LIMITS, offered: { start: null, end: '2099-12-24T18:00', timeZone: 'Europe/Berlin' } },
  } as Reward,
]

const plain = testProgram({ rewards: rewards([]) })
const bySpend = testProgram({
  rewards: rewards(['silver', 'gold']),
  tiers: {
    basis: 'spend',
    window: { kind: 'rolling', months: 2 },
    levels: levels(['0.00', '80.00', '150.00']),
  },
  campaigns: [
    {
      id: 'triple',
      name: { en: 'Triple' },
      multiplier: '3',
      scope: { kind: 'products', ids: ['7002'] },
      tiers: [],
      window: always,
    },
    {
      id: 'golden',
      name: { en: 'Golden' },
      multiplier: '2',
      scope: { kind: 'all' },
      tiers: ['gold'],
      window: always,
    },
  ],
  expiry: { kind: 'after-earning', months: 12, warnDays: 30 },
})
const byPoints = testProgram({
  rewards: rewards(['gold']),
  returnWindowDays: 0,
  stacking: 'multiply',
  earning: {
    pointsPerUnit: '1.5',
    rounding: 'nearest',
    counts: { taxOnTop: false, shipping: true, duties: false, tips: false, cashRounding: false },
  },
  tiers: { basis: 'points', window: { kind: 'lifetime' }, levels: levels(['10', '100', '250']) },
})

export const SETTINGS: Setting[] = [
  {
    name: 'plain, another rate from the second phase on',
    programs: [
      { program: plain, from: '2020-01-01T00:00:00Z' },
      {
        program: {
          ...plain,
          returnWindowDays: 30,
          earning: { ...plain.earning, pointsPerUnit: '2', rounding: 'ceil' },
        },
        from: new Date(NOW[0] + 10 * 86_400_000).toISOString(),
      },
    ],
  },
  {
    name: 'ladder by spend, campaigns, expiry',
    programs: [{ program: bySpend, from: '2020-01-01T00:00:00Z' }],
  },
  {
    name: 'ladder by points, no return window, then by orders',
    programs: [
      { program: byPoints, from: '2020-01-01T00:00:00Z' },
      {
        program: {
          ...byPoints,
          returnWindowDays: 10,
          tiers: { basis: 'orders', window: { kind: 'calendar-year' }, levels: levels(['1', '2', '3']) },
        },
        from: new Date(NOW[1] + 10 * 86_400_000).toISOString(),
      },
    ],
  },
]
