import { describe, expect, test } from 'vitest'
import { evaluateOrder } from '../../../app/domain/earning/evaluate-order.ts'
import type { LineFacts, OrderFacts } from '../../../app/domain/orders/order-facts.ts'
import { compileProgram } from '../../../app/domain/program/compiled-program.ts'
import { type Program, program as programSchema } from '../../../app/domain/program/program.ts'
import type { Reward } from '../../../app/domain/rewards/kinds.ts'
import type { HistoryLine } from '../../../app/loyalty/surfaces/entries.ts'
import { explainEntry } from '../../../app/loyalty/surfaces/explain-entry.ts'
import { namesOf } from '../../../app/loyalty/surfaces/order-words.ts'
import { type Locale, type PointName, wording } from '../../../app/wording.ts'
import { type LineOf, lineOf } from '../../support/history-line.ts'
import { testProgram } from '../../support/program.ts'

const COFFEE = '701'

const document: Program = programSchema.parse({
  schema: 1,
  name: { de: 'Stammgast' },
  pointName: { de: { one: 'Punkt', many: 'Punkte' }, en: { one: 'point', many: 'points' } },
  earning: {
    pointsPerUnit: '1',
    rounding: 'floor',
    counts: { taxOnTop: false, shipping: false, duties: false, tips: false, cashRounding: false },
  },
  returnWindowDays: 14,
  campaigns: [
    {
      id: 'coffee',
      name: { de: 'Kaffeewochen', en: 'Coffee weeks' },
      multiplier: '2',
      scope: { kind: 'collections', ids: [COFFEE] },
      tiers: [],
      window: { start: null, end: null, timeZone: 'Europe/Berlin' },
    },
    {
      id: 'organic',
      name: { de: 'Bio', en: 'Organic' },
      multiplier: '1.5',
      scope: { kind: 'tags', tags: ['bio'] },
      tiers: [],
      window: { start: null, end: null, timeZone: 'Europe/Berlin' },
    },
  ],
  stacking: 'highest',
  tiers: {
    basis: 'spend',
    window: { kind: 'rolling', months: 12 },
    levels: [{ id: 'gold', name: { de: 'Gold', en: 'Gold' }, threshold: '500', multiplier: '1.5' }],
  },
  rewards: [],
  expiry: { kind: 'never' },
})
const program = compileProgram(document, { currency: 'EUR', timeZone: 'Europe/Berlin' }, 3)

function line(lineId: string, net: number, more: Partial<LineFacts> = {}): LineFacts {
  return {
    lineId,
    productId: lineId,
    title: `Artikel ${lineId}`,
    giftCard: false,
    quantity: 1,
    currentQuantity: 1,
    net,
    tax: 0,
    collections: [],
    tags: [],
    ...more,
  }
}

function order(lines: LineFacts[], more: Partial<OrderFacts> = {}): OrderFacts {
  return {
    orderId: '1042',
    name: '#1042',
    customerId: '7',
    guestHash: null,
    currency: 'EUR',
    updatedAt: 0,
    placedAt: Date.parse('2026-11-01T12:00:00Z'),
    test: false,
    paid: true,
    outstanding: 0,
    cancelledAt: null,
    dispute: 'none',
    taxesIncluded: true,
    source: 'web',
    lines,
    shipping: 0,
    shippingTax: 0,
    duties: 0,
    dutiesTax: 0,
    tips: 0,
    cashRounding: 0,
    refunds: [],
    discountCodes: [],
    ...more,
  }
}

/** A line of the history as the book tells it of this order. */
function entry(
  facts: OrderFacts,
  before = 0,
  tierId: string | null = null,
  more: Partial<LineOf<'order'>> = {},
): LineOf<'order'> {
  const worth = evaluateOrder(program, facts, { tierId })
  const points = worth.points - before
  return lineOf('order', {
    part: 'worth',
    sourceId: facts.orderId,
    points,
    moved: Math.abs(points),
    after: { available: worth.points, pending: 0 },
    order: { id: facts.orderId, name: facts.name },
    programVersion: 3,
    // As it comes from the database: through JSON.
    why: JSON.parse(JSON.stringify(worth.why)),
    before,
    names: namesOf(document),
    ...more,
  })
}

function explain(told: HistoryLine, locale: Locale = 'de', audience?: 'merchant', pointName?: PointName) {
  const words = wording(locale, { timeZone: 'Europe/Berlin', currency: 'EUR', pointName })
  const { title, detail } = explainEntry(told, words, audience)
  // Intl writes a no-break space before the currency; the eye does not care.
  return { title, detail: detail.map((text) => text.replaceAll('\u00a0', ' ')) }
}

describe('an order that nothing multiplies', () => {
  const told = entry(order([line('1', 4990)]))

  test('is one line of arithmetic, in German', () => {
    expect(explain(told)).toEqual({
      title: 'Bestellung #1042',
      detail: ['49,90 € × 1 Punkt je 1 € = 49,9 → abgerundet 49 Punkte'],
    })
  })

  test('and in English', () => {
    expect(explain(told, 'en')).toEqual({
      title: 'Order #1042',
      detail: ['€49.90 × 1 point per €1 = 49.9 → rounded down to 49 points'],
    })
  })

  test('says nothing of rounding where there was none, and uses the singular', () => {
    expect(explain(entry(order([line('1', 100)]))).detail).toEqual(['1,00 € × 1 Punkt je 1 € = 1 Punkt'])
  })

  test('uses the program’s own word for points', () => {
    const stars: PointName = { de: { one: 'Stern', many: 'Sterne' }, en: { one: 'star', many: 'stars' } }
    expect(explain(told, 'de', undefined, stars).detail[0]).toContain(
      '1 Stern je 1 € = 49,9 → abgerundet 49 Sterne',
    )
    expect(explain(told, 'en', undefined, stars).detail[0]).toContain('49 stars')
  })

  test('tells merchants the program version, and shoppers not', () => {
    expect(explain(told, 'de', 'merchant').detail).toContain('Gerechnet nach Programmversion 3')
    expect(explain(told).detail.join()).not.toContain('Programmversion')
  })
})

describe('an order with campaigns and a tier', () => {
  const coffee = line('Kaffee', 1800, { collections: [COFFEE], tags: ['bio'], title: 'Hausmischung' })
  const told = entry(order([coffee, line('2', 4990), line('3', 2500, { giftCard: true })]), 0, 'gold')

  test('names what counted, what multiplied, what was outdone and what was left out', () => {
    expect(told.points).toBe(128)
    expect(explain(told).detail).toEqual([
      'Es zählen 67,90 €.',
      'Hausmischung (18,00 €): 2-fach durch „Kaffeewochen“',
      '„Bio“ gilt auch, aber nur die höchste Aktion zählt.',
      'Stufe Gold: 1,5-fach',
      '1 Punkt je 1 € ergibt 128,85 → abgerundet 128 Punkte',
      'Geschenkgutscheine zählen nicht (25,00 €).',
    ])
  })

  test('in English too', () => {
    expect(explain(told, 'en').detail).toEqual([
      'What counts: €67.90.',
      'Hausmischung (€18.00): 2× by “Coffee weeks”',
      '“Organic” applies too, but only the highest campaign counts.',
      'Gold tier: 1.5×',
      '1 point per €1 makes 128.85 → rounded down to 128 points',
      'Gift cards do not count (€25.00).',
    ])
  })

  test('many items under one campaign are told in one line', () => {
    const many = Array.from({ length: 40 }, (_, n) => line(String(n), 100, { collections: [COFFEE] }))
    expect(explain(entry(order(many))).detail).toContain('40 Artikel (40,00 €): 2-fach durch „Kaffeewochen“')
  })

  test('a campaign that the version no longer names is told by its id', () => {
    expect(explain({ ...told, names: null }).detail[1]).toBe('Hausmischung (18,00 €): 2-fach durch „coffee“')
  })
})

describe('an order that changed', () => {
  const refund = {
    refundId: '1',
    at: 1,
    lines: [{ lineId: '1', quantity: 1, net: 2990, tax: 0 }],
    withoutLines: 0,
    shipping: 0,
  }

  test('a partial refund says what the order is still worth and what it was before', () => {
    const lines = [line('1', 2990, { currentQuantity: 0 }), line('2', 2000)]
    const told = entry(order(lines, { refunds: [refund] }), 49)
    expect(told.points).toBe(-29)
    expect(explain(told)).toEqual({
      title: 'Erstattung zu Bestellung #1042',
      detail: [
        'Die Bestellung ist jetzt noch 20,00 € wert: 20 Punkte statt bisher 49.',
        '20,00 € × 1 Punkt je 1 € = 20 Punkte',
        'Erstattet: 29,90 €.',
      ],
    })
    expect(explain(told, 'en').detail[0]).toBe('The order is now worth €20.00: 20 points instead of 49.')
  })

  test('an edit after a refund is no further refund', () => {
    const lines = [line('1', 2990, { currentQuantity: 0 }), line('2', 2000, { currentQuantity: 0 })]
    const edit = { ...refund, refundId: '2', lines: [{ lineId: '2', quantity: 1, net: 2000, tax: 0 }] }
    const facts = order(lines, { refunds: [refund, { ...edit, withoutMoney: true }] })
    expect(explain(entry(facts, 20, null, { refundedBefore: 2990 }))).toMatchObject({
      title: 'Bestellung #1042 neu berechnet',
      detail: expect.arrayContaining(['Erstattet: 29,90 €.', 'Aus der Bestellung genommen: 20,00 €.']),
    })
    const paidBack = entry(order(lines, { refunds: [refund, edit] }), 20, null, { refundedBefore: 2990 })
    expect(explain(paidBack).title).toBe('Erstattung zu Bestellung #1042')
  })

  test('a cancellation takes all back', () => {
    const told = entry(order([line('1', 4990)], { cancelledAt: 5 }), 49)
    expect(told.points).toBe(-49)
    expect(explain(told)).toEqual({
      title: 'Bestellung #1042 storniert',
      detail: ['Die Bestellung wurde storniert: 0 Punkte statt bisher 49.'],
    })
  })

  test('what was spent already is owed, and said so', () => {
    const told = entry(order([line('1', 4990)], { cancelledAt: 5 }), 49, null, { owed: 10 })
    expect(explain(told).detail).toContain(
      '10 Punkte waren nicht mehr da. Diese werden mit den nächsten Punkten verrechnet.',
    )
  })

  test('pending points say when they become available, in the shop’s time zone', () => {
    // 23:30 UTC on the 14th is already the 15th in Berlin.
    const told = entry(order([line('1', 4990)]), 0, null, {
      status: 'pending',
      availableAt: new Date('2026-11-14T23:30:00Z'),
    })
    expect(explain(told).detail.at(-1)).toBe('Vorgemerkt bis zum 15. November 2026, danach verfügbar.')
    expect(explain(told, 'en').detail.at(-1)).toBe('Pending until November 15, 2026, then available.')
  })
})

describe('what is no order', () => {
  test('an adjustment shows its reason to everybody and its actor to the merchant', () => {
    const told = lineOf('adjustment', { points: -20, actor: 'staff:5', reason: 'Doppelt gebucht' })
    expect(explain(told)).toEqual({ title: 'Abzug', detail: ['Grund: Doppelt gebucht'] })
    expect(explain(told, 'en', 'merchant')).toEqual({
      title: 'Deduction',
      detail: ['Reason: Doppelt gebucht', 'Posted by a staff member (no. 5)'],
    })
  })

  test('a redemption and its return name the reward and the code', () => {
    const redemption = {
      id: '4',
      code: 'STAMM-7K2P',
      reward: testProgram().rewards[0] as Reward,
      status: 'ready' as const,
      shownCode: null,
      tickets: null,
      rewardName: { de: '5 € Gutschein' },
      createdAt: new Date('2026-11-05T12:00:00Z'),
      endsAt: new Date('2026-12-05T12:00:00Z'),
      returnReason: null,
      orderName: null,
    }
    const told = lineOf('redemption', { part: 'reserve', points: -500, redemption })
    expect(explain(told)).toEqual({
      title: 'Eingelöst: 5 € Gutschein',
      detail: ['Code STAMM-7K2P, gültig bis 5. Dezember 2026'],
    })
    const back = {
      ...told,
      part: 'release',
      points: 500,
      redemption: { ...redemption, returnReason: 'lapsed' as const },
    }
    expect(explain(back, 'en')).toEqual({
      title: 'Points back: 5 € Gutschein',
      detail: ['The code was not used and has lapsed.', 'Code STAMM-7K2P'],
    })
  })

  test.each(['maturity', 'expiry', 'merge', 'claim', 'import'] as const)(
    '%s has a title in both languages',
    (kind) => {
      for (const locale of ['de', 'en'] as const) {
        const { title } = explain(lineOf(kind, { part: 'x' }) as HistoryLine, locale)
        expect(title).not.toMatch(/title|Buchung|Posting/)
        expect(title.length).toBeGreaterThan(3)
      }
    },
  )

  test('a part that nobody knows is still a posting', () => {
    expect(explain(lineOf('redemption', { part: 'unheard-of' })).title).toBe('Buchung')
  })
})

describe('points that lapsed', () => {
  const lapse = {
    earnedAt: Date.parse('2026-03-15T09:00:00Z'),
    on: '2027-03-15',
    warnedAt: Date.parse('2027-02-13T00:05:00Z'),
  }
  const told = lineOf('expiry', { points: -49, moved: 49, order: { id: '1042', name: '#1042' }, lapse })

  test('say from which order they were, until when they were valid, and when that was announced', () => {
    expect(explain(told)).toEqual({
      title: '49 Punkte aus Bestellung #1042 verfallen',
      detail: [
        'Verdient mit Bestellung #1042 vom 15. März 2026',
        'Gültig bis zum 15. März 2027',
        'Angekündigt am 13. Februar 2027',
      ],
    })
    expect(explain(told, 'en')).toEqual({
      title: '49 points of order #1042 expired',
      detail: [
        'Earned with order #1042 of March 15, 2026',
        'Valid until March 15, 2027',
        'Announced on February 13, 2027',
      ],
    })
  })

  test('and came with no order, say how many they were', () => {
    const given = { ...told, order: null, points: -1, moved: 1 }
    expect(explain(given)).toMatchObject({ title: '1 Punkt verfallen' })
    expect(explain(given, 'en')).toMatchObject({ title: '1 point expired' })
    expect(explain(given, 'en').detail[0]).toBe('Earned on March 15, 2026')
  })

  test('and were given back, say why and until when they are valid now; merchants read by whom', () => {
    const back = lineOf('reinstatement', {
      points: 49,
      moved: 49,
      reason: 'Kulanz',
      actor: 'staff:9',
      lapse: { ...lapse, on: '2027-06-30', warnedAt: null },
    })
    expect(explain(back, 'de', 'merchant')).toEqual({
      title: 'Verfallene Punkte zurückgegeben',
      detail: [
        'Verdient am 15. März 2026',
        'Neu gültig bis zum 30. Juni 2027',
        'Grund: Kulanz',
        'Gebucht durch einen Mitarbeiter (Nr. 9)',
      ],
    })
    expect(explain(back, 'en')).toEqual({
      title: 'Expired points given back',
      detail: ['Earned on March 15, 2026', 'Now valid until June 30, 2027', 'Reason: Kulanz'],
    })
  })
})
