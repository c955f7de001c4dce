import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { evaluateOrder } from '../../../app/domain/earning/evaluate-order.ts'
import type { OrderFacts } from '../../../app/domain/orders/order-facts.ts'
import type { Program } from '../../../app/domain/program/program.ts'
import { readFacts, storeFacts } from '../../../app/loyalty/orders/stored-facts.ts'
import { readStoredWhy, storeWhy } from '../../../app/loyalty/orders/stored-why.ts'
import { campaign, compiled, earning, line, order, refund } from '../../domain/support.ts'

const inDatabase = (value: unknown) => JSON.parse(JSON.stringify(value))
const labels = fc.array(fc.constantFrom('1', '2', 'bio'), { maxLength: 2 })
const orMore = <T>(usual: T, other: fc.Arbitrary<T>) => fc.oneof(fc.constant(usual), other)
const amount = fc.integer({ min: 0, max: 100_000 })

const someLine = fc
  .record({
    giftCard: fc.boolean(),
    collections: labels,
    tags: labels,
    productId: fc.constantFrom(null, '7'),
  })
  .chain((more) => amount.map((net) => line(net, more)))
const someFacts: fc.Arbitrary<OrderFacts> = fc
  .record({
    customerId: orMore<string | null>('1', fc.constant(null)),
    guestHash: orMore<string | null>(null, fc.constant('abc')),
    test: fc.boolean(),
    paid: fc.boolean(),
    outstanding: orMore(0, amount),
    cancelledAt: orMore<number | null>(null, amount),
    dispute: fc.constantFrom('none', 'open', 'lost'),
    taxesIncluded: fc.boolean(),
    source: fc.constantFrom('web', 'pos'),
    lines: fc.array(someLine, { maxLength: 3 }),
    shipping: orMore(0, amount),
    tips: orMore(0, amount),
    refunds: orMore<OrderFacts['refunds']>([], fc.constant([refund()])),
    discountCodes: orMore<string[]>([], fc.constant(['A', 'B'])),
  })
  .map((more) => order(more as Partial<OrderFacts>))

describe('what is stored of an order', () => {
  test('reads as it was, whatever is unusual about it', () => {
    fc.assert(
      fc.property(someFacts, (facts) => {
        expect(readFacts(inDatabase(storeFacts(facts)), facts.orderId)).toEqual(facts)
      }),
    )
    const history = order({ history: true })
    expect(readFacts(inDatabase(storeFacts(history)), history.orderId)).toEqual(history)
  })

  test('reads in the older form, which left nothing out', () => {
    const facts = order({ lines: [line(4990), line(100, { giftCard: true, tags: ['bio'] })] })
    expect(readFacts(inDatabase(facts), facts.orderId)).toEqual(facts)
  })
})

describe('the explanation of points', () => {
  const scope = { kind: 'tags', tags: ['bio'] } as const
  const programs: Partial<Program>[] = [
    {},
    { campaigns: [campaign('a', '2')] },
    { campaigns: [campaign('a', '2'), campaign('b', '3')] },
    { campaigns: [campaign('a', '2'), campaign('b', '3')], stacking: 'multiply' },
    { campaigns: [campaign('a', '1.5', { scope: { ...scope, tags: ['bio'] } })], stacking: 'add' },
    {
      earning: earning({ rounding: 'nearest', counts: { ...earning().counts, shipping: true, tips: true } }),
    },
  ]

  test('reads as it was, for any order under any program', () => {
    fc.assert(
      fc.property(
        someFacts,
        fc.constantFrom(...programs),
        fc.constantFrom(null, 'gold', 'bronze'),
        (facts, program, tierId) => {
          const { why } = evaluateOrder(compiled(program), facts, { tierId })
          expect(readStoredWhy(inDatabase(storeWhy(why)))).toEqual(inDatabase(why))
        },
      ),
    )
  })

  test('reads in the older form', () => {
    const { why } = evaluateOrder(compiled({ campaigns: [campaign('a', '2')] }), order(), { tierId: null })
    expect(readStoredWhy(inDatabase({ ...why, was: 0 }))).toEqual(inDatabase(why))
  })

  test('is none where a posting has none', () => {
    for (const value of [null, undefined, {}, { v: 2 }, { v: 2, lines: 'x' }, { v: 1, order: '#1' }])
      expect(readStoredWhy(value)).toBeNull()
  })
})
