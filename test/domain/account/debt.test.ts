import fc from 'fast-check'
import { expect, test } from 'vitest'
import { stillOwed } from '../../../app/domain/account/debt.ts'

test('of many causes the newest are named, and the rest is a sum', () => {
  const lines = [{ owed: 3 }, { owed: 4 }]
  expect(stillOwed(10, lines)).toEqual({
    shares: [
      { line: lines[0], points: 3 },
      { line: lines[1], points: 4 },
    ],
    older: 3,
  })
  expect(stillOwed(5, lines).shares.map(({ points }) => points)).toEqual([3, 2])
  expect(stillOwed(3, lines)).toEqual({ shares: [{ line: lines[0], points: 3 }], older: 0 })
})

test('what is named and what is older make the debt, as settling the oldest first leaves it', () => {
  const owing = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 12 })
  fc.assert(
    fc.property(owing, fc.integer({ min: 0, max: 600 }), (oldestFirst, earned) => {
      const left = [...oldestFirst]
      for (let points = earned; points > 0 && left.length > 0; ) {
        const settled = Math.min(points, left[0] as number)
        points -= settled
        left[0] = (left[0] as number) - settled
        if (left[0] === 0) left.shift()
      }
      const debt = left.reduce((sum, owed) => sum + owed, 0)
      const lines = oldestFirst.map((owed) => ({ owed })).reverse()
      const told = stillOwed(debt, lines)
      expect(told.shares.map(({ points }) => points)).toEqual(left.reverse())
      expect(told.older).toBe(0)
      // Fewer lines than owe: their shares stay, what is missing is older.
      const few = stillOwed(debt, lines.slice(0, 3))
      expect(few.shares).toEqual(told.shares.slice(0, 3))
      expect(few.shares.reduce((sum, { points }) => sum + points, few.older)).toBe(debt)
    }),
  )
})
