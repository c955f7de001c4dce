import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nextAnswered } from '../../app/shopify/refused-question.ts'

test('D1: where a list can be read again is found to the grain, with few questions', async () => {
  const place = fc.integer({ min: 0, max: 2 ** 44 })
  await fc.assert(
    fc.asyncProperty(place, place, fc.integer({ min: 1, max: 5_000 }), async (from, wide, grain) => {
      const poison = from + wide
      let asked = 0
      const isAnswered = async (at: number) => {
        asked++
        return at >= poison
      }
      const found = await nextAnswered(isAnswered, { from, end: Number.MAX_SAFE_INTEGER, grain })
      expect(found).toBeGreaterThanOrEqual(poison)
      expect(found).toBeLessThanOrEqual(Math.max(from, poison) + grain)
      expect(asked).toBeLessThan(110)
    }),
  )
})

test('D1: a list that can be read nowhere ends the search for it', async () => {
  const asked: number[] = []
  const never = async (at: number) => !asked.push(at)
  expect(await nextAnswered(never, { from: 5, end: 1_000, grain: 1 })).toBeNull()
  expect(asked.at(-1)).toBe(1_000)
})
