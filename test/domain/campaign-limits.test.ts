import { type Limits, many, testLimits, text } from './limits.ts'
import { campaign } from './support.ts'

const scope = (kind: string, more: object) => ({ kind, ...more })

const names: Limits[] = [
  ['name', [{ de: 'A' }, { en: text(120) }, { de: text(120), en: 'B' }], [[{}, 'text-missing', {}]]],
  [
    'name.de',
    [' x '],
    [
      ['', 'required'],
      ['  ', 'required'],
      [text(121), 'too-large', { maximum: 120 }],
    ],
  ],
  [
    'name.en',
    ['x'],
    [
      ['', 'required'],
      ['  ', 'required'],
      [text(121), 'too-large', { maximum: 120 }],
    ],
  ],
  ...['de.one', 'de.many', 'en.one', 'en.many'].map(
    (form): Limits => [
      `pointName.${form}`,
      ['x', text(30)],
      [
        ['', 'required'],
        [' ', 'required'],
        [text(31), 'too-large', { maximum: 30 }],
      ],
    ],
  ),
]

const earning: Limits[] = [
  [
    'earning.pointsPerUnit',
    ['0', '0.0001', '10000', '000000001'],
    [
      ['0.00001', 'too-many-decimals', { decimals: 4 }],
      ['99999999999', 'too-large', { maximum: 10_000 }],
      ['10000.0001', 'too-large', { maximum: 10_000 }],
      ['1.', 'wrong-format'],
      ['.5', 'wrong-format'],
      ['-1', 'wrong-format'],
      ['x1', 'wrong-format'],
      ['1x', 'wrong-format'],
      ['0000000001', 'wrong-format'],
    ],
  ],
  [
    'earning.rounding',
    ['floor', 'nearest', 'ceil'],
    [
      ['', 'unknown-option'],
      [undefined, 'required'],
    ],
  ],
  ['earning.counts', [], [[{}, 'required']]],
  [
    'earning.counts.tips',
    [true],
    [
      ['yes', 'wrong-type'],
      [undefined, 'required'],
    ],
  ],
  [
    'returnWindowDays',
    [0, 365],
    [
      [-1, 'too-small', { minimum: 0 }],
      [366, 'too-large', { maximum: 365 }],
      [1.5, 'not-whole', {}],
    ],
  ],
  ['stacking', ['highest', 'multiply', 'add'], [['', 'unknown-option']]],
]

const campaigns: Limits[] = [
  [
    'campaigns',
    [[], many(100, (i) => campaign(`c${i}`, '2'))],
    [[many(101, (i) => campaign(`c${i}`, '2')), 'too-large', { maximum: 100 }]],
  ],
  [
    'campaigns.0.id',
    ['a', '0', 'a-b', '9-9', text(40)],
    [
      ['', 'required'],
      ['-a', 'wrong-format'],
      ['A', 'wrong-format'],
      ['a b', 'wrong-format'],
      ['a_', 'wrong-format'],
      ['!a', 'wrong-format'],
      [text(41), 'wrong-format'],
      [5, 'wrong-type'],
      [null, 'required'],
    ],
  ],
  [
    'campaigns.0.multiplier',
    ['0.01', '100', '1.25'],
    [
      ['0', 'not-positive', {}],
      ['0.00', 'not-positive', {}],
      ['100.01', 'too-large', { maximum: 100 }],
      ['1.001', 'too-many-decimals', { decimals: 2 }],
    ],
  ],
  [
    'campaigns.0.scope',
    [
      scope('all', {}),
      scope('products', { ids: ['1'] }),
      scope('products', { ids: many(250, String) }),
      scope('collections', { ids: many(100, String) }),
      scope('tags', { tags: ['tee', text(255)] }),
      scope('tags', { tags: many(100, (i) => `t${i}`) }),
    ],
    [
      [scope('', {}), 'unknown-option'],
      [scope('products', { ids: [] }), 'required'],
      [scope('products', { ids: many(251, String) }), 'too-large', { maximum: 250 }],
      [scope('products', { ids: ['x'] }), 'wrong-format'],
      [scope('products', { ids: ['1x'] }), 'wrong-format'],
      [scope('products', { ids: ['x1'] }), 'wrong-format'],
      [scope('collections', { ids: [] }), 'required'],
      [scope('collections', { ids: many(101, String) }), 'too-large', { maximum: 100 }],
      [scope('collections', { ids: [`1${'0'.repeat(20)}`] }), 'wrong-format'],
      [scope('tags', { tags: [] }), 'required'],
      [scope('tags', { tags: [' '] }), 'required'],
      [scope('tags', { tags: many(101, (i) => `t${i}`) }), 'too-large', { maximum: 100 }],
      [scope('tags', { tags: [text(256)] }), 'too-large', { maximum: 255 }],
    ],
  ],
  [
    'campaigns.0.tiers',
    [[], ['gold', 'silver', 'bronze'], many(20, () => 'gold')],
    [
      [many(21, () => 'gold'), 'too-large', { maximum: 20 }],
      [['ruby'], 'tier-unknown', { tier: 'ruby' }],
    ],
  ],
  [
    'campaigns.0.window.start',
    [null, '2026-11-27T00:00', '2028-02-29T23:59'],
    [
      ['2026-11-27', 'wrong-format'],
      ['2026-11-27T00:00Z', 'wrong-format'],
      ['x2026-11-27T00:00', 'wrong-format'],
      ['2026-11-27 00:00', 'wrong-format'],
      ['2026-11-27T24:00', 'local-time-unknown', { value: '2026-11-27T24:00' }],
      ['2026-11-31T00:00', 'local-time-unknown', { value: '2026-11-31T00:00' }],
      ['2026-13-01T00:00', 'local-time-unknown', { value: '2026-13-01T00:00' }],
      [undefined, 'required'],
    ],
  ],
  [
    'campaigns.0.window.end',
    ['2026-11-27T00:00'],
    [['2027-02-29T00:00', 'local-time-unknown', { value: '2027-02-29T00:00' }]],
  ],
  [
    'campaigns.0.window.timeZone',
    ['UTC'],
    [
      ['', 'required'],
      ['Mars/Base', 'time-zone-unknown', { value: 'Mars/Base' }],
    ],
  ],
  [
    'campaigns.0.window',
    [{ start: '2026-01-01T00:00', end: '2026-01-01T00:01', timeZone: 'UTC' }],
    [[{ start: '2026-01-01T00:00', end: '2026-01-01T00:00', timeZone: 'UTC' }, 'end-before-start', {}]],
  ],
]

testLimits([...names, ...earning, ...campaigns])
