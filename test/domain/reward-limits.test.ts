import { type Limits, many, testLimits } from './limits.ts'
import { document } from './support.ts'

const levels = (...thresholds: string[]) =>
  thresholds.map((threshold, i) => ({ id: `t${i}`, name: { en: `T${i}` }, threshold, multiplier: '1' }))
const rewards = (count: number) => many(count, (i) => ({ ...document().rewards[0], id: `r${i}` }))

const tiers: Limits[] = [
  ['tiers.basis', ['spend', 'points', 'orders'], [['', 'unknown-option']]],
  [
    'tiers.window',
    [
      { kind: 'rolling', months: 1 },
      { kind: 'rolling', months: 60 },
      { kind: 'calendar-year' },
      { kind: 'lifetime' },
    ],
    [
      [{ kind: '' }, 'unknown-option'],
      [{ kind: 'rolling', months: 0 }, 'too-small', { minimum: 1 }],
      [{ kind: 'rolling', months: 61 }, 'too-large', { maximum: 60 }],
      [{ kind: 'rolling', months: 1.5 }, 'not-whole', {}],
    ],
  ],
  [
    'tiers.levels',
    [[], levels('0'), levels('0', '0.001', '100000000'), levels(...many(20, String))],
    [
      [levels(...many(21, String)), 'too-large', { maximum: 20 }],
      [levels('0', '0'), 'threshold-order', { below: '0' }],
      [levels('5', '4'), 'threshold-order', { below: '5' }],
      [levels('10', '9.99', '20'), 'threshold-order', { below: '10' }],
      [levels('100000000.01'), 'too-large', { maximum: 100_000_000 }],
      [levels('1.0001'), 'too-many-decimals', { decimals: 3 }],
      [levels('0', '1').map((level) => ({ ...level, id: 'same' })), 'duplicate-id', {}],
    ],
  ],
  [
    'tiers.levels.0.multiplier',
    ['0.01', '100'],
    [
      ['0', 'not-positive', {}],
      ['100.01', 'too-large', { maximum: 100 }],
      ['1.001', 'too-many-decimals', { decimals: 2 }],
    ],
  ],
]

const offers: Limits[] = [
  ['rewards', [[], rewards(100)], [[rewards(101), 'too-large', { maximum: 100 }]]],
  [
    'rewards.0.kind',
    [],
    [
      ['', 'unknown-option'],
      ['free-gift', 'unknown-option'],
    ],
  ],
  [
    'rewards.0.amount',
    ['0.001', '1000000'],
    [
      ['0', 'not-positive', {}],
      ['1000000.001', 'too-large', { maximum: 1_000_000 }],
      ['0.0001', 'too-many-decimals', { decimals: 3 }],
    ],
  ],
  [
    'rewards.0.minimumSpend',
    [null, '0.001'],
    [
      ['0', 'not-positive', {}],
      [undefined, 'required'],
    ],
  ],
  [
    'rewards.0.cost',
    [1, 100_000_000],
    [
      [0, 'too-small', { minimum: 1 }],
      [100_000_001, 'too-large', { maximum: 100_000_000 }],
    ],
  ],
  [
    'rewards.0.validDays',
    [1, 730],
    [
      [0, 'too-small', { minimum: 1 }],
      [731, 'too-large', { maximum: 730 }],
    ],
  ],
  [
    'rewards.0.tiers',
    [many(20, () => 'gold')],
    [
      [many(21, () => 'gold'), 'too-large', { maximum: 20 }],
      [['ruby'], 'tier-unknown', { tier: 'ruby' }],
    ],
  ],
  ['rewards.0.oncePerMember', [true], [['no', 'wrong-type']]],
  ['rewards.0.active', [false], [[undefined, 'required']]],
  [
    'rewards.1.percent',
    [1, 100],
    [
      [0, 'too-small', { minimum: 1 }],
      [101, 'too-large', { maximum: 100 }],
      [2.5, 'not-whole', {}],
    ],
  ],
]

const earned = (months: number, warnDays: number) => ({ kind: 'after-earning', months, warnDays })
const idle = (months: number, warnDays: number, ...actions: string[]) => ({
  kind: 'after-inactivity',
  months,
  warnDays,
  actions,
})
const expiry: Limits[] = [
  [
    'expiry',
    [
      { kind: 'never' },
      earned(1, 1),
      earned(1, 27),
      earned(120, 180),
      idle(1, 27, 'order', 'redemption', 'adjustment'),
      idle(120, 180, 'adjustment'),
    ],
    [
      [{ kind: '' }, 'unknown-option'],
      [earned(0, 1), 'too-small', { minimum: 1 }],
      [earned(121, 1), 'too-large', { maximum: 120 }],
      [earned(12, 0), 'too-small', { minimum: 1 }],
      [earned(12, 181), 'too-large', { maximum: 180 }],
      [earned(1, 28), 'too-large', { maximum: 27 }],
      [earned(2, 56), 'too-large', { maximum: 55 }],
      [idle(0, 1, 'order'), 'too-small', { minimum: 1 }],
      [idle(121, 1, 'order'), 'too-large', { maximum: 120 }],
      [idle(12, 0, 'order'), 'too-small', { minimum: 1 }],
      [idle(12, 181, 'order'), 'too-large', { maximum: 180 }],
      [idle(1, 28, 'order'), 'too-large', { maximum: 27 }],
      [idle(12, 9), 'required'],
      [idle(12, 9, ''), 'unknown-option'],
    ],
  ],
]

testLimits([...tiers, ...offers, ...expiry])
