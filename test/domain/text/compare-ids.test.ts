import { expect, test } from 'vitest'
import { compareIds } from '../../../app/domain/text/compare-ids.ts'

test.each([
  ['9', '10', -1],
  ['10', '9', 1],
  ['450789469', '450789470', -1],
  ['450789470', '450789469', 1],
  ['450789469', '450789469', 0],
])('%s and %s stand in the order of their numbers: %i', (a, b, order) => {
  expect(Math.sign(compareIds(a, b))).toBe(order)
})
