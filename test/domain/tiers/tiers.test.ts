import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { evaluateOrder, statusSteps } from '../../../app/domain/earning/evaluate-order.ts'
import type { OrderFacts } from '../../../app/domain/orders/order-facts.ts'
import {
  levelFor,
  type StatusStep,
  TRIAL_DAYS,
  tierAt,
  tierProgress,
} from '../../../app/domain/tiers/tiers.ts'
import { campaign, compiled, DAY, document, HOUR, line, order, PLACED, refund, settled } from '../support.ts'

const ZONE = 'Europe/Berlin'
const utc = (text: string) => Date.parse(text)

const bySpend = compiled()
const byOrders = compiled({ tiers: { ...document().tiers, basis: 'orders', levels: levels('1', '3', '5') } })
const byPoints = compiled({
  tiers: { ...document().tiers, basis: 'points', levels: levels('0', '100', '500') },
})

function levels(...thresholds: [string, string, string]) {
  return document().tiers.levels.map((level, i) => ({ ...level, threshold: thresholds[i] ?? '0' }))
}

function spent(at: number, minor: number): StatusStep[] {
  return [{ at, spend: minor, points: Math.floor(minor / 100), orders: minor > 0 ? 1 : 0 }]
}

describe('the level at an order', () => {
  test('is that of the other orders placed before it', () => {
    const others = [spent(PLACED - DAY, 20_000), spent(PLACED - 1, 10_000)]
    expect(tierAt(bySpend.ladder, others, PLACED, ZONE)?.id).toBe('silver')
    expect(tierAt(bySpend.ladder, others, PLACED - 1, ZONE)?.id).toBe('bronze')
    expect(tierAt(bySpend.ladder, [], PLACED, ZONE)?.id).toBe('bronze')
  })

  test('is reached exactly at its threshold', () => {
    expect(levelFor(bySpend.ladder, 29_999)?.id).toBe('bronze')
    expect(levelFor(bySpend.ladder, 30_000)?.id).toBe('silver')
    expect(levelFor(bySpend.ladder, 100_000)?.id).toBe('gold')
  })

  test('is none below the first level, and none without levels', () => {
    expect(tierAt(byOrders.ladder, [], PLACED, ZONE)).toBeNull()
    const none = compiled({ tiers: { ...document().tiers, levels: [] } })
    expect(tierAt(none.ladder, [spent(PLACED - DAY, 10)], PLACED, ZONE)).toBeNull()
  })

  test('counts orders, or points, where the ladder says so', () => {
    const three = [1, 2, 3].map((i) => spent(PLACED - i * DAY, 4000))
    expect(tierAt(byOrders.ladder, three, PLACED, ZONE)?.id).toBe('silver')
    expect(tierAt(byPoints.ladder, three, PLACED, ZONE)?.id).toBe('silver')
    expect(tierAt(byPoints.ladder, three.slice(1), PLACED, ZONE)?.id).toBe('bronze')
  })

  test('rounds a threshold in points up to whole ones', () => {
    const half = compiled({
      tiers: { ...document().tiers, basis: 'points', levels: levels('0.5', '100.5', '500') },
    })
    expect(half.ladder.levels.map((level) => level.threshold)).toEqual([1, 101, 500])
  })
})

describe('the window of a ladder', () => {
  const at = utc('2026-05-12T10:00:00Z')

  test('of twelve months back includes its first moment', () => {
    const start = utc('2025-05-12T10:00:00Z')
    expect(tierAt(bySpend.ladder, [spent(start, 30_000)], at, ZONE)?.id).toBe('silver')
    expect(tierAt(bySpend.ladder, [spent(start - 1, 30_000)], at, ZONE)?.id).toBe('bronze')
  })

  test('of the calendar year begins at midnight of the shop', () => {
    const ladder = compiled({ tiers: { ...document().tiers, window: { kind: 'calendar-year' } } }).ladder
    expect(tierAt(ladder, [spent(utc('2025-12-31T23:00:00Z'), 30_000)], at, ZONE)?.id).toBe('silver')
    expect(tierAt(ladder, [spent(utc('2025-12-31T22:59:59.999Z'), 30_000)], at, ZONE)?.id).toBe('bronze')
  })

  test('of a lifetime has no beginning', () => {
    const ladder = compiled({ tiers: { ...document().tiers, window: { kind: 'lifetime' } } }).ladder
    expect(tierAt(ladder, [spent(0, 100_000)], at, ZONE)?.id).toBe('gold')
  })
})

describe('what an order contributes', () => {
  test('is its qualifying value, its points without tiers, and one order', () => {
    const program = compiled({
      campaigns: [campaign('all', '2'), campaign('gold-only', '5', { tiers: ['gold'] })],
    })
    expect(statusSteps(program, order())).toEqual([{ at: PLACED, spend: 4990, points: 99, orders: 1 }])
  })

  test('follows its refunds in time and ends with the cancellation', () => {
    const facts = order({
      refunds: [refund({ at: PLACED + DAY, withoutLines: 990 })],
      cancelledAt: PLACED + 2 * DAY,
    })
    expect(statusSteps(bySpend, facts)).toEqual([
      { at: PLACED, spend: 4990, points: 49, orders: 1 },
      { at: PLACED + DAY, spend: 4000, points: 40, orders: 1 },
      { at: PLACED + 2 * DAY, spend: 0, points: 0, orders: 0 },
    ])
  })

  test('is no order once all of it was given back, and none for gift cards alone', () => {
    const back = settled(
      order({ refunds: [refund({ lines: [{ lineId: '1', quantity: 1, net: 4990, tax: 0 }] })] }),
    )
    expect(statusSteps(bySpend, back).map((step) => step.orders)).toEqual([1, 0])
    expect(statusSteps(bySpend, order({ lines: [line(5000, { giftCard: true })] }))[0]?.orders).toBe(0)
  })
})

describe('earn, refund, earn again', () => {
  const big = (refundedAt: number | null) =>
    order({
      orderId: '1',
      placedAt: PLACED,
      lines: [line(100_000)],
      refunds: refundedAt === null ? [] : [refund({ at: refundedAt, withoutLines: 100_000 })],
    })
  const second = order({ orderId: '2', placedAt: PLACED + 2 * DAY, lines: [line(10_000)] })
  const pointsOfSecond = (first: OrderFacts) => {
    const tier = tierAt(bySpend.ladder, [statusSteps(bySpend, first)], second.placedAt, ZONE)
    return evaluateOrder(bySpend, second, { tierId: tier?.id ?? null }).points
  }

  test('a refund before the second order leaves no multiplier', () => {
    expect(pointsOfSecond(big(PLACED + DAY))).toBe(100)
    expect(pointsOfSecond(big(second.placedAt))).toBe(100)
  })

  test('A13: nor does a refund after it, as long as the first order is on trial', () => {
    expect(pointsOfSecond(big(null))).toBe(150)
    expect(pointsOfSecond(big(second.placedAt + 1))).toBe(100)
    expect(pointsOfSecond(big(PLACED + TRIAL_DAYS * DAY))).toBe(100)
  })

  test('A13: a refund after the trial does not claw the multiplier back', () => {
    expect(pointsOfSecond(big(PLACED + TRIAL_DAYS * DAY + 1))).toBe(150)
  })

  test('A13: a cancellation is a refund of everything', () => {
    const cancelled = (at: number) => ({ ...big(null), cancelledAt: at })
    expect(pointsOfSecond(cancelled(second.placedAt + DAY))).toBe(100)
    expect(pointsOfSecond(cancelled(PLACED + (TRIAL_DAYS + 1) * DAY))).toBe(150)
  })

  test('A13: where a member stands now asks for now alone', () => {
    const steps = [statusSteps(bySpend, big(PLACED + 5 * DAY))]
    expect(tierProgress(bySpend.ladder, steps, PLACED + DAY, ZONE).current?.id).toBe('gold')
    expect(tierProgress(bySpend.ladder, steps, PLACED + 5 * DAY, ZONE).current?.id).toBe('bronze')
  })

  test('an order never lifts itself', () => {
    expect(tierAt(bySpend.ladder, [], PLACED, ZONE)?.id).toBe('bronze')
    expect(tierAt(bySpend.ladder, [statusSteps(bySpend, big(null))], PLACED, ZONE)?.id).toBe('bronze')
  })
})

describe('the way to the next level', () => {
  const now = PLACED

  test('shows what is missing and how far the member has come', () => {
    const progress = tierProgress(bySpend.ladder, [spent(now - DAY, 18_000)], now, ZONE)
    expect(progress).toMatchObject({ sum: 18_000, missing: 12_000, missingText: '120.00', progress: 0.6 })
    expect([progress.current?.id, progress.next?.id]).toEqual(['bronze', 'silver'])
  })

  test('starts anew between two levels', () => {
    const progress = tierProgress(bySpend.ladder, [spent(now - DAY, 65_000)], now, ZONE)
    expect([progress.current?.id, progress.next?.id, progress.progress]).toEqual(['silver', 'gold', 0.5])
  })

  test('ends on the highest level', () => {
    const progress = tierProgress(bySpend.ladder, [spent(now, 200_000)], now, ZONE)
    expect(progress).toMatchObject({ next: null, missing: 0, progress: 1 })
    expect(progress.current?.id).toBe('gold')
  })

  test('counts orders in whole numbers', () => {
    expect(tierProgress(byOrders.ladder, [spent(now - HOUR, 100)], now, ZONE).missingText).toBe('2')
    expect(tierProgress(byOrders.ladder, [], now, ZONE)).toMatchObject({
      current: null,
      missing: 1,
      progress: 0,
    })
  })

  test('without levels has no end and no goal', () => {
    const none = compiled({ tiers: { ...document().tiers, levels: [] } })
    expect(tierProgress(none.ladder, [], now, ZONE)).toMatchObject({ current: null, next: null, missing: 0 })
  })
})

describe('for any member', () => {
  const someSteps = fc
    .array(
      fc.record({
        at: fc.integer({ min: PLACED - 900 * DAY, max: PLACED + 30 * DAY }),
        spend: fc.nat(90_000),
        refundAfter: fc.integer({ min: 1, max: 120 * DAY }),
        refund: fc.nat(90_000),
      }),
      { maxLength: 12 },
    )
    .map((list) =>
      list.map(({ at, spend, refundAfter, refund: back }) => [
        ...spent(at, spend),
        ...spent(at + refundAfter, Math.max(0, spend - back)),
      ]),
    )

  const trialEnd = ([placed]: StatusStep[]) => (placed?.at ?? 0) + TRIAL_DAYS * DAY

  test('the level does not depend on the order in which orders arrived', () => {
    fc.assert(
      fc.property(
        someSteps.chain((steps) =>
          fc.tuple(fc.constant(steps), fc.shuffledSubarray(steps, { minLength: steps.length })),
        ),
        ([steps, shuffled]) => {
          expect(tierAt(bySpend.ladder, shuffled, PLACED, ZONE)).toBe(
            tierAt(bySpend.ladder, steps, PLACED, ZONE),
          )
        },
      ),
    )
  })

  test('nothing that happens later, and after the trial of its order, changes the level at a moment', () => {
    fc.assert(
      fc.property(someSteps, (steps) => {
        const known = steps
          .map((order) => order.filter(({ at }) => at <= Math.max(PLACED, trialEnd(order))))
          .filter((order) => order.length > 0)
        expect(tierAt(bySpend.ladder, known, PLACED, ZONE)).toBe(tierAt(bySpend.ladder, steps, PLACED, ZONE))
      }),
    )
  })

  test('the level is that of the plain sum inside the window', () => {
    fc.assert(
      fc.property(someSteps, (steps) => {
        const from = Date.parse('2025-05-12T10:00:00Z')
        let sum = 0
        for (const [placed, refunded] of steps) {
          if (!placed || placed.at < from || placed.at >= PLACED) continue
          const until = Math.max(PLACED, trialEnd([placed]))
          sum += refunded && refunded.at <= until ? refunded.spend : placed.spend
        }
        expect(tierAt(bySpend.ladder, steps, PLACED, ZONE)?.id).toBe(levelFor(bySpend.ladder, sum)?.id)
      }),
    )
  })
})
