import { describe, expect, test } from 'vitest'
import type { Reward } from '../../../app/domain/rewards/kinds.ts'
import { bestWorth, hasOpenWorth, pointsWorth } from '../../../app/domain/rewards/points-worth.ts'
import { document } from '../support.ts'

const [five, ten] = document().rewards
const off = (amount: string, cost: number, more: object = {}) =>
  ({ ...five, kind: 'amount-off', id: `off-${amount}-${cost}`, amount, cost, ...more }) as Reward
const percent = ten as Reward

describe('W6: what points are reckoned with', () => {
  test.each<[string, Reward[], string | null]>([
    ['nothing at all', [], null],
    ['percentages only', [percent], null],
    ['the first of equal ones', [off('5', 500), off('10', 1000)], 'off-5-500'],
    ['the one that gives most for a point', [off('5', 500), percent, off('12', 1000)], 'off-12-1000'],
    ['none that is hidden', [off('5', 500), off('12', 1000, { active: false })], 'off-5-500'],
  ])('%s', (_what, rewards, id) => {
    expect(bestWorth(rewards, 'EUR')?.reward.id ?? null).toBe(id)
  })

  test('is told in minor units, rounded once', () => {
    expect(pointsWorth(12_345, bestWorth([off('5', 500)], 'EUR') as never)).toBe(12_345)
    expect(pointsWorth(100, bestWorth([off('5', 300)], 'EUR') as never)).toBe(167)
    expect(pointsWorth(12_345, bestWorth([off('500', 500)], 'JPY') as never)).toBe(12_345)
  })

  test('percentages on offer may cost more', () => {
    expect(hasOpenWorth([off('5', 500)])).toBe(false)
    expect(hasOpenWorth([off('5', 500), percent])).toBe(true)
    expect(hasOpenWorth([{ ...percent, active: false }])).toBe(false)
  })
})
