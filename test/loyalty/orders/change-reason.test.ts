import { expect, test } from 'vitest'
import type { OrderFacts, RefundFacts } from '../../../app/domain/orders/order-facts.ts'
import { changeReason } from '../../../app/loyalty/orders/readings.ts'
import { order, refund } from '../../domain/support.ts'

const paidBack: RefundFacts = refund()
const takenOut: RefundFacts = { ...refund(), refundId: '2', withoutMoney: true }
const withRefunds = (...refunds: RefundFacts[]): OrderFacts => order({ refunds })

test('a reading that finds a missed edit downward says so, though Shopify writes it as a refund', () => {
  expect(changeReason(withRefunds(), withRefunds(takenOut), false)).toBe('edited')
  expect(changeReason(withRefunds(paidBack), withRefunds(paidBack, takenOut), false)).toBe('edited')
})

test('money that went back is a refund, also beside an edit', () => {
  expect(changeReason(withRefunds(), withRefunds(paidBack), false)).toBe('refunded')
  expect(changeReason(withRefunds(), withRefunds(takenOut, paidBack), false)).toBe('refunded')
  expect(changeReason(withRefunds(takenOut), withRefunds(paidBack), false)).toBe('refunded')
})

test('an order that moved went to another customer, or its customer was taken off it', () => {
  const [hers, his, nobodys] = ['1', '2', null].map((customerId) => order({ customerId }))
  expect(changeReason(hers as OrderFacts, his as OrderFacts, true)).toBe('moved')
  expect(changeReason(hers as OrderFacts, nobodys as OrderFacts, true)).toBe('taken-off')
  expect(changeReason(nobodys as OrderFacts, his as OrderFacts, true)).toBe('moved')
})
