import { describe, expect, test } from 'vitest'
import { whollyGivenBack } from '../../../app/domain/orders/given-back.ts'
import type { OrderFacts } from '../../../app/domain/orders/order-facts.ts'
import { DAY, line, order, PLACED, refund } from '../support.ts'

const gone = line(5000, { currentQuantity: 0 })
const back = (paidBack: number, at = PLACED + DAY) =>
  refund({ at, paidBack, lines: [{ lineId: '1', quantity: 1, net: 5000, tax: 0 }] })

describe('R17: an order is wholly given back', () => {
  test('when its pieces and all its money are gone, from the last payment on', () => {
    const refunds = [back(4000), refund({ at: PLACED + 3 * DAY, paidBack: 1000 })]
    expect(whollyGivenBack(order({ lines: [gone], kept: 0, refunds }))).toBe(PLACED + 3 * DAY)
  })

  test.each<[string, Partial<OrderFacts>]>([
    ['a piece stands', { lines: [gone, line(100, { lineId: '2' })], kept: 0, refunds: [back(5000)] }],
    ['the shop has kept something', { lines: [gone], kept: 490, refunds: [back(5000)] }],
    ['nobody knows what it has kept', { lines: [gone], refunds: [back(5000)] }],
    ['nothing was paid back', { lines: [gone], kept: 0, refunds: [{ ...back(0), withoutMoney: true }] }],
    ['nothing happened', {}],
  ])('but not while %s', (_, facts) => {
    expect(whollyGivenBack(order(facts))).toBeNull()
  })
})
