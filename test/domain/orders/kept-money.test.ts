import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { OrderFacts, RefundFacts } from '../../../app/domain/orders/order-facts.ts'
import { orderValue, valueSteps } from '../../../app/domain/orders/order-value.ts'
import { DAY, line, NOTHING_BESIDE, order, PLACED, refund } from '../support.ts'

const value = (facts: OrderFacts, counts = NOTHING_BESIDE) => orderValue(facts, counts).total
const EVERYTHING = { taxOnTop: true, shipping: true, duties: true, tips: true, cashRounding: true }

/** Orders as a shop lives them: some of the price is paid, some pieces return, some money goes back for nothing. */
interface Story {
  lines: { price: number; quantity: number; giftCard: boolean }[]
  shipping: number
  /** Of the price, in thousandths. */
  paid: number
  deeds: { line: number; quantity: number; goodwill: number; shipping: boolean; fee: number }[]
}

const story: fc.Arbitrary<Story> = fc.record({
  lines: fc.array(
    fc.record({
      price: fc.integer({ min: 1, max: 20_000 }),
      quantity: fc.integer({ min: 1, max: 4 }),
      giftCard: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.constant(true)),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  shipping: fc.constantFrom(0, 490),
  paid: fc.oneof(fc.constant(1000), fc.nat(1000)),
  deeds: fc.array(
    fc.record({
      line: fc.nat(3),
      quantity: fc.nat(2),
      goodwill: fc.oneof(fc.constant(0), fc.nat(5_000)),
      shipping: fc.boolean(),
      fee: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(500)),
    }),
    { maxLength: 5 },
  ),
})

const priceOf = ({ lines, shipping }: Story) =>
  shipping + lines.reduce((sum, { price, quantity }) => sum + price * quantity, 0)

/** The facts after the first `deeds` deeds. */
function factsOf(told: Story, deeds = told.deeds.length): OrderFacts {
  const price = priceOf(told)
  const received = Math.floor((price * told.paid) / 1000)
  const left = told.lines.map(({ quantity }) => quantity)
  let shipping = told.shipping
  let kept = received
  const refunds: RefundFacts[] = []
  for (const [n, deed] of told.deeds.slice(0, deeds).entries()) {
    const of = told.lines[deed.line]
    const quantity = Math.min(deed.quantity, left[deed.line] ?? 0)
    const net = (of?.price ?? 0) * quantity
    const shipped = deed.shipping ? shipping : 0
    const worth = Math.max(0, net + shipped - deed.fee)
    const paidBack = Math.min(kept, worth + deed.goodwill)
    left[deed.line] = (left[deed.line] ?? 0) - quantity
    shipping -= shipped
    kept -= paidBack
    refunds.push({
      refundId: String(n + 1),
      at: PLACED + (n + 1) * DAY,
      lines: quantity > 0 ? [{ lineId: `l${deed.line}`, quantity, net, tax: 0 }] : [],
      withoutLines: Math.max(0, paidBack - net - shipped),
      shipping: shipped,
      paidBack,
    })
  }
  return order({
    lines: told.lines.map((one, i) =>
      line(one.price * one.quantity, {
        lineId: `l${i}`,
        quantity: one.quantity,
        currentQuantity: left[i] ?? 0,
        giftCard: one.giftCard,
      }),
    ),
    shipping,
    outstanding: price - received,
    kept,
    refunds,
  })
}

const standing = ({ lines }: OrderFacts) =>
  lines.reduce(
    (sum, { giftCard, net, quantity, currentQuantity }) =>
      giftCard ? sum : sum + (net * currentQuantity) / quantity,
    0,
  )

const holds = (property: (told: Story) => void) => () =>
  fc.assert(fc.property(story, property), { numRuns: 1000 })

describe('R2, R7: whatever happens to an order', () => {
  test(
    'it counts neither more than the shop has kept nor more than the goods that stand',
    holds((told) => {
      const facts = factsOf(told)
      expect(value(facts)).toBeLessThanOrEqual(Math.min(facts.kept ?? 0, standing(facts)))
      expect(value(facts, EVERYTHING)).toBeLessThanOrEqual(facts.kept ?? 0)
    }),
  )

  test(
    'no refund makes it count for more, and no payment for less',
    holds((any) => {
      // A fee for what does not count is money for the goods, as long as they are not paid in full.
      const told = { ...any, deeds: any.deeds.map((deed) => ({ ...deed, fee: 0 })) }
      // What is open is shared out anew over what stands, and may round to the next unit.
      const rounded = told.paid === 1000 ? 0 : 1
      for (let n = 1; n <= told.deeds.length; n++)
        expect(value(factsOf(told, n))).toBeLessThanOrEqual(value(factsOf(told, n - 1)) + rounded)
      expect(value(factsOf({ ...told, paid: 1000 }))).toBeGreaterThanOrEqual(value(factsOf(told)))
    }),
  )

  test(
    'every step of the past is told as it stood then',
    holds((told) => {
      const steps = valueSteps(factsOf(told), NOTHING_BESIDE).map((step) => step.value)
      expect(steps).toEqual(Array.from(steps, (_, n) => value(factsOf(told, n))))
    }),
  )

  test(
    'all goods given back with all the money leave nothing, and so does a full refund that leaves the goods',
    holds((told) => {
      const back = told.lines.map((_, n) => ({ line: n, quantity: 4, goodwill: 0, shipping: true, fee: 0 }))
      expect(value(factsOf({ ...told, deeds: [...told.deeds, ...back] }), EVERYTHING)).toBe(0)
      const gift = { line: 0, quantity: 0, goodwill: 1_000_000, shipping: false, fee: 0 }
      expect(value(factsOf({ ...told, deeds: [...told.deeds, gift] }), EVERYTHING)).toBe(0)
    }),
  )

  test(
    'the pieces paid and kept count in full where nothing is open and nothing was given for nothing',
    holds((told) => {
      const deeds = told.deeds.map((deed) => ({ ...deed, goodwill: 0, fee: 0 }))
      const facts = factsOf({ ...told, paid: 1000, deeds })
      expect(value(facts)).toBe(standing(facts))
    }),
  )

  test(
    "it is worth the same where Shopify's own sum is missing",
    holds((told) => {
      const { kept: _, ...facts } = factsOf(told)
      expect(value(facts)).toBe(value(factsOf(told)))
    }),
  )

  test(
    'what counts and what was left out add up to what was ordered',
    holds((told) => {
      const facts = factsOf(told)
      const { total, leftOut } = orderValue(facts, NOTHING_BESIDE)
      const codes = ['removed', 'refunded', 'refunded-without-lines', 'outstanding']
      const missing = leftOut.filter(({ code }) => codes.includes(code))
      const goods = facts.lines.filter(({ giftCard }) => !giftCard).reduce((sum, { net }) => sum + net, 0)
      expect(missing.reduce((sum, { amount }) => sum + amount, total)).toBe(goods)
      for (const { amount } of leftOut) expect(amount).toBeGreaterThan(0)
    }),
  )
})

describe('money kept', () => {
  const two = [line(5000), line(5000, { lineId: '2' })]

  test('of nothing known limits nothing', () => {
    expect(value(order({ lines: two }))).toBe(10_000)
  })

  test('limits an order without refunds', () => {
    expect(value(order({ lines: two, outstanding: 4000, kept: 6000 }))).toBe(6000)
    expect(value(order({ lines: two, outstanding: 4000 }))).toBe(6000)
  })

  test('beyond what stands, a fee, counts for nothing', () => {
    const lines = [line(5000), line(5000, { lineId: '2', currentQuantity: 0 })]
    const back = refund({ lines: [{ lineId: '2', quantity: 1, net: 5000, tax: 0 }], paidBack: 4500 })
    expect(value(order({ lines, kept: 5500, refunds: [back] }))).toBe(5000)
  })

  test('of states that were stored before money was read is not guessed', () => {
    const lines = [line(1000), line(700, { lineId: '2' })]
    const refunds = [refund({ lines: [{ lineId: '1', quantity: 0, net: 5000, tax: 0 }] })]
    expect(value(order({ lines, refunds }))).toBe(700)
  })

  test('of pieces that were traded in went into other pieces, unless all of it was paid back', () => {
    const lines = [line(10_000, { currentQuantity: 0 }), line(25_000, { lineId: '2' })]
    const exchange = refund({
      lines: [{ lineId: '1', quantity: 1, net: 10_000, tax: 0 }],
      withoutMoney: true,
      paidBack: 0,
    })
    const back = (paidBack: number) => refund({ paidBack, at: PLACED + 2 * DAY })
    expect(value(order({ lines, refunds: [exchange] }))).toBe(25_000)
    expect(value(order({ lines, refunds: [exchange, back(2000)] }))).toBe(23_000)
    expect(value(order({ lines, refunds: [exchange, back(10_000)] }))).toBe(25_000)
  })
})
