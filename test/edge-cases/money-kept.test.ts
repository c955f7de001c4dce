import { describe, expect, test } from 'vitest'
import { type OrderOptions, refundOfAmount, refundOfLine } from '../support/order-payload.ts'
import { useShopLife } from './shop-life.ts'

/**
 * Points are never for more than what the shop was paid and has kept, whatever Shopify calls the state of the
 * payment. Each story is told twice: with Shopify's own sum of what stands (`total`) and, as older deliveries, without.
 */
const shops = useShopLife()

interface State extends Partial<OrderOptions> {
  points: number
}

const counting = (...counted: string[]) => ({
  earning: {
    pointsPerUnit: '1',
    rounding: 'floor' as const,
    counts: Object.fromEntries(
      ['taxOnTop', 'shipping', 'duties', 'tips', 'cashRounding'].map((name) => [
        name,
        counted.includes(name),
      ]),
    ) as { taxOnTop: boolean; shipping: boolean; duties: boolean; tips: boolean; cashRounding: boolean },
  },
})

async function expectPoints(states: State[], program?: ReturnType<typeof counting>) {
  for (const told of ['with', 'without']) {
    const life = await shops.open(program ? { program } : {})
    for (const [n, { points, total, ...state }] of states.entries()) {
      const { status } = await life.order({
        id: 1,
        customer: 1,
        updatedAt: `2026-11-0${n + 2}T10:00:00Z`,
        ...state,
        ...(told === 'with' && total && { total }),
      })
      expect(status).toBe('done')
      expect((await life.balance(1))?.available, `state ${n + 1}, ${told} the sum`).toBe(points)
    }
  }
}

/** A refund of one piece without any payment, its price kept back, as an exchange writes it. */
const traded = (refund: { id: number; amount: string; line?: number }) => ({
  ...refundOfLine(1, { ...refund, kept: refund.amount }),
  transactions: [],
})

const FIFTY = { price: '50.00' }
const HUNDRED = { price: '100.00' }

describe('Money that has not come in', () => {
  test('R2: pieces not yet paid earn nothing after a refund, and all once they are paid', async () => {
    const [a, b, c] = [{ price: '60.00' }, { price: '40.00' }, { price: '30.00' }]
    const refunds = [refundOfLine(1, { id: 2, line: 1, amount: '40.00' })]
    const refunded = { status: 'partially_refunded', refunds }
    const added = { ...refunded, lines: [a, { ...b, current: 0 }, c] }
    await expectPoints([
      { lines: [a, b], total: '100.00', points: 100 },
      { ...refunded, lines: [a, { ...b, current: 0 }], total: '60.00', points: 60 },
      { ...added, total: '90.00', outstanding: '30.00', points: 60 },
      { ...added, total: '90.00', points: 90 },
    ])
  })

  test.each([
    ['partially_paid', 'paid', 50],
    ['paid', 'paid', 50],
    ['partially_refunded', 'partially_refunded', 43],
  ])(
    'R2: an order edited upward earns for what is paid, under the status %s',
    async (status, afterwards, paid) => {
      const refunds =
        paid === 50 ? [] : [refundOfAmount({ id: 1, amount: '7.00', at: '2026-11-01T12:00:00Z' })]
      const edited = { lines: [FIFTY, { price: '20.00' }], refunds, total: `${paid + 20}.00` }
      await expectPoints([
        { ...edited, status, outstanding: '20.00', points: paid },
        { ...edited, status: afterwards, points: paid + 20 },
      ])
    },
  )

  test('R2b: a deposit that is all given back is worth nothing', async () => {
    const lines = [{ price: '199.00' }]
    const refunds = [refundOfAmount({ id: 1, amount: '50.00' })]
    await expectPoints([
      { lines, status: 'partially_paid', total: '199.00', outstanding: '149.00', points: 50 },
      { lines, refunds, status: 'refunded', total: '149.00', outstanding: '149.00', points: 0 },
    ])
  })

  test('R2b: goodwill while something is owed comes out of what was paid', async () => {
    const lines = [HUNDRED, FIFTY]
    const refunds = [refundOfAmount({ id: 1, amount: '10.00' })]
    await expectPoints([
      { lines, status: 'partially_paid', total: '150.00', outstanding: '50.00', points: 100 },
      { lines, refunds, status: 'partially_refunded', total: '140.00', outstanding: '50.00', points: 90 },
    ])
  })

  test('R2b: an order of which nothing was ever paid is worth nothing, whatever was refunded', async () => {
    const lines = [{ price: '195.66' }, { price: '195.67' }, { price: '195.67' }]
    const refunds = [refundOfLine(1, { id: 1, amount: '195.66', kept: '89.64' })]
    const never = { lines, refunds, total: '488.94', outstanding: '598.94', points: 0 }
    await expectPoints([{ ...never, status: 'refunded' }])
    await expectPoints([{ ...never, status: 'partially_refunded' }])
  })

  test('R2b: everything given back leaves nothing, though the goods stay with the customer', async () => {
    const refunds = [refundOfAmount({ id: 1, amount: '50.00' })]
    await expectPoints([{ lines: [FIFTY], refunds, status: 'refunded', total: '0.00', points: 0 }])
  })

  test('R2b: an order created as paid is paid, and stays so where Shopify knows of no payment', async () => {
    const created = { lines: [HUNDRED, FIFTY], total: '150.00', points: 150 }
    await expectPoints([{ ...created, outstanding: '131.09', updatedAt: '2026-11-01T10:00:00+01:00' }])
    await expectPoints([{ ...created, outstanding: '150.00' }])
    await expectPoints([{ ...created, outstanding: '131.09', points: 18 }])
  })
})

describe('Money that went back', () => {
  test('R7: goodwill and then a return leave what the shop has kept', async () => {
    const goodwill = refundOfAmount({ id: 201, amount: '20.00', at: '2026-11-03T10:00:00Z' })
    const back = refundOfLine(1, { id: 202, line: 1, amount: '50.00', at: '2026-11-04T10:00:00Z' })
    const status = 'partially_refunded'
    await expectPoints([
      { lines: [FIFTY, FIFTY], total: '100.00', points: 100 },
      { lines: [FIFTY, FIFTY], refunds: [goodwill], status, total: '80.00', points: 80 },
      {
        lines: [FIFTY, { ...FIFTY, current: 0 }],
        refunds: [goodwill, back],
        status,
        total: '30.00',
        points: 30,
      },
    ])
  })

  test('R7: what is kept belongs to everything that stands, also to what does not count', async () => {
    // 20 given back of 60 goods and 40 gift card; then all goods but one piece are returned for their price.
    const lines = [
      { price: '30.00', quantity: 2 },
      { price: '40.00', giftCard: true },
    ]
    const goodwill = refundOfAmount({ id: 1, amount: '20.00', at: '2026-11-03T10:00:00Z' })
    const back = refundOfLine(1, { id: 2, amount: '30.00', at: '2026-11-04T10:00:00Z' })
    const status = 'partially_refunded'
    await expectPoints([
      { lines, refunds: [goodwill], status, total: '80.00', points: 48 },
      {
        lines: [
          { price: '30.00', quantity: 2, current: 1 },
          { price: '40.00', giftCard: true },
        ],
        refunds: [goodwill, back],
        status,
        total: '50.00',
        points: 18,
      },
    ])
  })

  test('R7b: a refund of shipping that is taken back and made again counts as their sum', async () => {
    const adjustment = (id: number, amount: string) => ({
      id,
      kind: 'shipping_refund',
      amount,
      amount_set: { shop_money: { amount } },
      tax_amount: '0.00',
    })
    const shipping = {
      ...refundOfAmount({ id: 1, amount: '5.00', kind: 'shipping_refund', at: '2026-11-01T11:00:00Z' }),
      order_adjustments: [adjustment(1, '-5.00'), adjustment(2, '5.00'), adjustment(3, '-5.00')],
    }
    const goodwill = refundOfAmount({ id: 2, amount: '21.00', at: '2026-11-01T12:00:00Z' })
    const order = { lines: [HUNDRED], shipping: '10.00', status: 'partially_refunded', total: '84.00' }
    await expectPoints([{ ...order, refunds: [shipping, goodwill], points: 80 }])
  })

  test('R17: a refund whose payment failed takes nothing, and its second try takes what it gives', async () => {
    const lines = [{ price: '80.00' }]
    const failed = (payment: 'failure' | 'error') =>
      refundOfAmount({ id: 12, amount: '80.00', at: '2026-11-03T10:00:00Z', payment })
    const again = refundOfAmount({ id: 13, amount: '80.00', at: '2026-11-05T10:00:00Z' })
    await expectPoints([
      { lines, total: '80.00', points: 80 },
      { lines, refunds: [failed('failure')], total: '80.00', points: 80 },
      { lines, refunds: [failed('error')], total: '80.00', points: 80 },
      { lines, refunds: [failed('error'), again], status: 'refunded', total: '0.00', points: 0 },
    ])
  })

  test('R17: a refund whose payment is still under way takes its part', async () => {
    const refunds = [refundOfAmount({ id: 1, amount: '30.00', payment: 'pending' })]
    await expectPoints([
      { lines: [{ price: '80.00' }], refunds, status: 'partially_refunded', total: '50.00', points: 50 },
    ])
  })

  test('R17: a piece that came back counts no more though its payment failed; the others are not touched', async () => {
    const lines = [{ ...HUNDRED, current: 0 }, HUNDRED]
    const failed = {
      ...refundOfLine(1, { id: 1, amount: '100.00', at: '2026-11-03T10:00:00Z' }),
      transactions: [{ kind: 'refund', status: 'failure', amount: '100.00' }],
    }
    const later = refundOfAmount({ id: 2, amount: '100.00', at: '2026-11-05T10:00:00Z' })
    await expectPoints([
      { lines, refunds: [failed], total: '100.00', outstanding: '-100.00', points: 100 },
      { lines, refunds: [failed, later], status: 'partially_refunded', total: '100.00', points: 100 },
    ])
  })

  test('R17: after an exchange, goodwill makes the new piece cheaper', async () => {
    const exchange = traded({ id: 13, amount: '100.00' })
    const goodwill = refundOfAmount({ id: 14, amount: '20.00', at: '2026-11-06T10:00:00Z' })
    const lines = [{ ...HUNDRED, current: 0 }, { price: '250.00' }]
    await expectPoints([
      { lines: [HUNDRED], total: '100.00', points: 100 },
      { lines, refunds: [exchange], total: '250.00', points: 250 },
      { lines, refunds: [exchange, goodwill], status: 'partially_refunded', total: '230.00', points: 230 },
    ])
  })

  test('R7: after returns, an edit upward that was paid and one downward, what stands counts in full', async () => {
    const back = (id: number) => refundOfLine(1, { id, amount: '10.00', at: `2026-11-02T10:00:0${id}Z` })
    const edit = traded({ id: 3, amount: '10.00' })
    const status = 'partially_refunded'
    const pieces = (quantity: number, current: number) => [{ price: '10.00', quantity, current }]
    await expectPoints([
      { lines: pieces(14, 12), refunds: [back(1), back(2)], status, total: '120.00', points: 120 },
      {
        lines: pieces(16, 14),
        refunds: [back(1), back(2)],
        status,
        total: '140.00',
        outstanding: '20.00',
        points: 120,
      },
      { lines: pieces(16, 14), refunds: [back(1), back(2)], status, total: '140.00', points: 140 },
      { lines: pieces(16, 13), refunds: [back(1), back(2), edit], status, total: '130.00', points: 130 },
    ])
  })

  test('R17: money for pieces that an edit took out is no goodwill', async () => {
    const edit = traded({ id: 1, amount: '20.00' })
    const back = refundOfAmount({ id: 2, amount: '20.00', at: '2026-11-06T10:00:00Z' })
    const lines = [{ price: '20.00', quantity: 3, current: 2 }]
    await expectPoints([
      { lines, refunds: [edit], total: '40.00', outstanding: '-20.00', points: 40 },
      { lines, refunds: [edit, back], status: 'partially_refunded', total: '40.00', points: 40 },
    ])
  })
})

describe('Duties', () => {
  const duty = { id: 1, price_set: { shop_money: { amount: '5.62' } }, tax_lines: [{ price: '1.07' }] }
  const abroad = (change: object = {}) => ({
    lines: [{ price: '192.99', tax: '36.67', duties: [duty] }],
    taxesIncluded: false,
    shipping: '15.26',
    shippingTax: '2.90',
    duties: '5.62',
    ...change,
  })
  const everything = counting('taxOnTop', 'shipping', 'duties')

  test('R7c: the tax on duties counts where duties and added tax do', async () => {
    await expectPoints([{ ...abroad(), points: 254 }], everything)
    await expectPoints([{ ...abroad(), points: 213 }], counting('shipping', 'duties'))
    await expectPoints([{ ...abroad(), points: 192 }])
  })

  test('R7c: and goes with them, also where they tell their price themselves', async () => {
    const { price_set, ...bare } = duty
    const own = { ...bare, shop_money: price_set.shop_money }
    const lines = [{ price: '192.99', tax: '36.67', duties: [own] }]
    await expectPoints([{ ...abroad({ lines }), points: 254 }], everything)
    // 192.99 + 36.67 + 15.26 + 2.90 + 2.81 + 0.53
    await expectPoints([{ ...abroad({ lines, duties: '2.81' }), points: 251 }], everything)
  })

  test('R7c: duties that are told one level deeper are read there', async () => {
    const nested = { current_total_duties_set: { shop_money: { amount: '164.86' } } }
    const order = { lines: [{ price: '194.99' }], more: { current_total_duties_set: nested } }
    await expectPoints([{ ...order, points: 194 }])
    await expectPoints([{ ...order, points: 359 }], counting('duties'))
  })
})
