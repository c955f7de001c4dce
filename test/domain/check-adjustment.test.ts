import { describe, expect, test } from 'vitest'
import { afterAdjustment, checkAdjustment } from '../../app/ui/members/changes/check-adjustment.ts'

const form = { remove: false, points: '', reason: '', sure: false }
const balance = (available: number, debt = 0) => ({ available, pending: 0, held: 0, debt })

describe('owner 1: an adjustment that the balance rules out is refused before anything is typed or sent', () => {
  test('nothing is taken from an account in debt, whatever the number', () => {
    for (const points of ['', '10', '9999999'])
      expect(checkAdjustment({ ...form, remove: true, points }, balance(0, 233)).refusal).toBe(
        'adjust.inDebt',
      )
    expect(checkAdjustment({ ...form, points: '10' }, balance(0, 233)).refusal).toBeNull()
  })

  test('no more is taken than is there', () => {
    const taking = (points: string) => checkAdjustment({ ...form, remove: true, points }, balance(10))
    expect(taking('11')).toMatchObject({ refusal: 'adjust.notEnough', ready: false })
    expect(taking('10').refusal).toBeNull()
    expect(taking('').refusal).toBeNull()
  })

  test.each([
    [balance(0, 233), 100, { available: 0, debt: 133, repays: 100 }],
    [balance(0, 233), 300, { available: 67, debt: 0, repays: 233 }],
    [balance(50), -20, { available: 30, debt: 0, repays: 0 }],
    [balance(50), 20, { available: 70, debt: 0, repays: 0 }],
  ])('what is there then, from %o with %i', (before, points, after) => {
    expect(afterAdjustment(before, points)).toEqual(after)
  })
})
