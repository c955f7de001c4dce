import { describe, expect, test } from 'vitest'
import { refundOfLine } from '../support/order-payload.ts'
import { useShopLife } from './shop-life.ts'

const shops = useShopLife()
const NONE = { taxOnTop: false, shipping: false, duties: false, tips: false, cashRounding: false }
const counting = (counts: Partial<typeof NONE>) => ({
  earning: { pointsPerUnit: '1', rounding: 'floor' as const, counts: { ...NONE, ...counts } },
})

describe('Tax', () => {
  test('inside the price counts: the shopper’s prices count as she sees them', async () => {
    const life = await shops.open()
    await life.order({ id: 1, customer: 1, lines: [{ price: '119.00', tax: '19.00' }] })
    expect(await life.balance(1)).toMatchObject({ available: 119 })
  })

  test('added on top does not count unless the merchant wants it', async () => {
    const order = { id: 1, customer: 1, lines: [{ price: '100.00', tax: '19.00' }], taxesIncluded: false }
    const without = await shops.open()
    await without.order(order)
    expect(await without.balance(1)).toMatchObject({ available: 100 })
    expect((await without.history(1))[0]?.detail).toContain(
      'Zusätzlich berechnete Steuer zählt nicht (19,00 €).',
    )
    expect((await without.history(1, 'en'))[0]?.detail.join()).toContain('€19.00')
    const counted = await shops.open({ program: counting({ taxOnTop: true }) })
    await counted.order(order)
    expect(await counted.balance(1)).toMatchObject({ available: 119 })
  })

  test('on top goes with its line when that is refunded', async () => {
    const life = await shops.open({ program: counting({ taxOnTop: true }) })
    const order = {
      id: 1,
      customer: 1,
      lines: [{ price: '50.00', quantity: 2, tax: '19.00' }],
      taxesIncluded: false,
    }
    await life.order(order)
    const refund = refundOfLine(1, { id: 1, amount: '50.00' })
    Object.assign(refund.refund_line_items[0] as object, { total_tax: '9.50' })
    await life.order({
      ...order,
      lines: [{ price: '50.00', quantity: 2, current: 1, tax: '19.00' }],
      refunds: [refund],
      status: 'partially_refunded',
      updatedAt: '2026-11-05T10:00:00Z',
    })
    expect(await life.balance(1)).toMatchObject({ available: 59 })
  })
})

describe('Shipping, duties, tips, cash rounding', () => {
  const order = {
    id: 1,
    customer: 1,
    lines: [{ price: '50.00' }],
    shipping: '5.00',
    duties: '7.00',
    tip: '3.00',
    cashRounding: '-2.00',
  }

  test('are excluded by default, and the explanation names each', async () => {
    const life = await shops.open()
    await life.order(order)
    expect(await life.balance(1)).toMatchObject({ available: 50 })
    expect((await life.history(1))[0]?.detail).toEqual(
      expect.arrayContaining([
        'Versand zählt nicht (5,00 €).',
        'Zoll zählt nicht (7,00 €).',
        'Trinkgeld zählt nicht (3,00 €).',
      ]),
    )
  })

  test.each([
    ['shipping', 55],
    ['duties', 57],
    ['tips', 53],
    ['cashRounding', 48],
  ] as const)('%s counts where the merchant wants it', async (what, points) => {
    const life = await shops.open({ program: counting({ [what]: true }) })
    await life.order(order)
    expect(await life.balance(1)).toMatchObject({ available: points })
  })

  test('refunded shipping goes where shipping counts', async () => {
    const life = await shops.open({ program: counting({ shipping: true }) })
    await life.order(order)
    await life.order({
      ...order,
      refunds: [
        {
          id: 4,
          created_at: '2026-11-05T10:00:00Z',
          refund_line_items: [],
          order_adjustments: [],
          refund_shipping_lines: [
            {
              id: 40,
              subtotal_amount_set: { shop_money: { amount: '5.00' } },
              tax_amount_set: { shop_money: { amount: '0.80' } },
            },
          ],
        },
      ],
      status: 'partially_refunded',
      updatedAt: '2026-11-05T10:00:00Z',
    })
    expect(await life.balance(1)).toMatchObject({ available: 50 })
  })
})

describe('Several currencies', () => {
  test('count in shop money, whatever the shopper saw, at refund time too', async () => {
    const life = await shops.open()
    const order = {
      id: 1,
      customer: 1,
      lines: [{ price: '50.00', quantity: 2 }],
      presentment: { currency: 'USD', rate: 1.1 },
    }
    await life.order(order)
    expect(await life.balance(1)).toMatchObject({ available: 100 })
    // The rate has moved meanwhile; Shopify's shop money is what counts.
    await life.order({
      ...order,
      lines: [{ price: '50.00', quantity: 2, current: 1 }],
      presentment: { currency: 'USD', rate: 1.4 },
      refunds: [refundOfLine(1, { id: 1, amount: '50.00' })],
      status: 'partially_refunded',
      updatedAt: '2026-11-05T10:00:00Z',
    })
    expect(await life.balance(1)).toMatchObject({ available: 50 })
    expect((await life.history(1))[0]?.detail[0]).toContain('50,00 €')
  })

  test('of no decimals: yen', async () => {
    const life = await shops.open({
      currency: 'JPY',
      timeZone: 'Asia/Tokyo',
      program: { earning: { pointsPerUnit: '0.01', rounding: 'floor', counts: NONE } },
    })
    await life.order({ id: 1, customer: 1, currency: 'JPY', lines: [{ price: '4990' }] })
    expect(await life.balance(1)).toMatchObject({ available: 49 })
    expect((await life.history(1))[0]?.detail[0]).toContain('4.990')
    expect((await life.history(1, 'en'))[0]?.detail[0]).toContain('¥4,990')
    // Shopify writes yen with a decimal here and there.
    await life.order({
      id: 2,
      customer: 1,
      currency: 'JPY',
      lines: [{ price: '100.0' }],
      updatedAt: '2026-11-02T10:00:00Z',
    })
    expect(await life.balance(1)).toMatchObject({ available: 50 })
  })

  test('of three decimals: dinars', async () => {
    const life = await shops.open({
      currency: 'KWD',
      timeZone: 'Asia/Kuwait',
      program: { earning: { pointsPerUnit: '10', rounding: 'floor', counts: NONE } },
    })
    const order = { id: 1, customer: 1, currency: 'KWD', lines: [{ price: '12.345', quantity: 2 }] }
    await life.order(order)
    expect(await life.balance(1)).toMatchObject({ available: 246 })
    await life.order({
      ...order,
      lines: [{ price: '12.345', quantity: 2, current: 1 }],
      refunds: [refundOfLine(1, { id: 1, amount: '12.345' })],
      status: 'partially_refunded',
      updatedAt: '2026-11-05T10:00:00Z',
    })
    expect(await life.balance(1)).toMatchObject({ available: 123 })
  })
})

describe('Gift card', () => {
  test('bought: excluded, and the explanation says so', async () => {
    const life = await shops.open()
    await life.order({ id: 1, customer: 1, lines: [{ price: '20.00' }, { price: '50.00', giftCard: true }] })
    expect(await life.balance(1)).toMatchObject({ available: 20 })
    expect((await life.history(1))[0]?.detail).toContain('Geschenkgutscheine zählen nicht (50,00 €).')
    expect((await life.history(1, 'en'))[0]?.detail).toContain('Gift cards do not count (€50.00).')
  })

  test('used to pay: earns normally', async () => {
    const life = await shops.open()
    await life.order({
      id: 1,
      customer: 1,
      lines: [{ price: '20.00' }],
      more: { payment_gateway_names: ['gift_card'], total_outstanding: '0.00' },
    })
    expect(await life.balance(1)).toMatchObject({ available: 20 })
  })
})

describe('Draft order', () => {
  test('earns nothing until it is paid', async () => {
    const life = await shops.open()
    const draft = { id: 1, customer: 1, lines: [{ price: '20.00' }], source: 'shopify_draft_order' }
    await life.order({ ...draft, status: 'pending' })
    expect(await life.balance(1)).toMatchObject({ pending: 0, available: 0 })
    expect(await life.history(1)).toEqual([])
    await life.order({ ...draft, updatedAt: '2026-11-02T10:00:00Z' })
    expect(await life.balance(1)).toMatchObject({ available: 20 })
  })
})

describe('Subscription renewal', () => {
  test('is a normal order, and a campaign on the subscribed product gives it its own multiplier', async () => {
    const campaign = {
      id: 'abo',
      name: { de: 'Abo-Bonus', en: 'Subscription bonus' },
      multiplier: '2',
      scope: { kind: 'products' as const, ids: ['9001'] },
      tiers: [],
      window: { start: null, end: null, timeZone: 'Europe/Berlin' },
    }
    const life = await shops.open({ program: { campaigns: [campaign] } })
    const renewal = { customer: 1, source: 'subscription_contract' }
    await life.order({ ...renewal, id: 1, lines: [{ price: '15.00' }] })
    expect(await life.balance(1)).toMatchObject({ available: 15 })
    await life.order({ ...renewal, id: 2, lines: [{ price: '15.00', product: 9001 }] })
    expect(await life.balance(1)).toMatchObject({ available: 15 + 30 })
    expect((await life.history(1))[0]?.detail).toContain('Ware 1 (15,00 €): 2-fach durch „Abo-Bonus“')
  })
})

describe('Test order', () => {
  test('never posts, and an order that turns out to be one gives everything back', async () => {
    const life = await shops.open()
    await life.order({ id: 1, customer: 1, test: true })
    expect(await life.history(1)).toEqual([])
    await life.order({ id: 2, customer: 1 })
    await life.order({ id: 2, customer: 1, test: true, updatedAt: '2026-11-02T10:00:00Z' })
    expect(await life.balance(1)).toMatchObject({ available: 0, pending: 0 })
  })
})

describe('Campaign window', () => {
  const doubled = (start: string, end: string) => ({
    campaigns: [
      {
        id: 'day',
        name: { de: 'Doppeltag', en: 'Double day' },
        multiplier: '2',
        scope: { kind: 'all' as const },
        tiers: [],
        window: { start, end, timeZone: 'Europe/Berlin' },
      },
    ],
  })
  const bought = async (life: Awaited<ReturnType<typeof shops.open>>, placedAt: string, id: number) => {
    await life.order({ id, customer: id, lines: [{ price: '10.00' }], placedAt, updatedAt: placedAt })
    const balance = await life.balance(id)
    return (balance?.available ?? 0) + (balance?.pending ?? 0)
  }

  test('is half-open: its first instant counts, its last does not', async () => {
    const life = await shops.open({ program: doubled('2026-11-01T00:00', '2026-11-02T00:00') })
    expect(await bought(life, '2026-10-31T23:59:59+01:00', 1)).toBe(10)
    expect(await bought(life, '2026-11-01T00:00:00+01:00', 2)).toBe(20)
    expect(await bought(life, '2026-11-01T23:59:59+01:00', 3)).toBe(20)
    expect(await bought(life, '2026-11-02T00:00:00+01:00', 4)).toBe(10)
  })

  test('on the day the clock goes back lasts 25 hours', async () => {
    const life = await shops.open({ program: doubled('2026-10-25T00:00', '2026-10-26T00:00') })
    expect(await bought(life, '2026-10-24T21:59:59Z', 1)).toBe(10)
    expect(await bought(life, '2026-10-24T22:00:00Z', 2)).toBe(20)
    expect(await bought(life, '2026-10-25T22:59:59Z', 3)).toBe(20)
    expect(await bought(life, '2026-10-25T23:00:00Z', 4)).toBe(10)
  })

  test('that begins or ends in the hour which autumn shows twice has all of that hour in it', async () => {
    const begins = await shops.open({ program: doubled('2026-10-25T02:30', '2026-10-25T04:00') })
    expect(await bought(begins, '2026-10-25T00:29:59Z', 1)).toBe(10)
    expect(await bought(begins, '2026-10-25T00:30:00Z', 2)).toBe(20)
    const ends = await shops.open({ program: doubled('2026-10-25T01:00', '2026-10-25T02:30') })
    expect(await bought(ends, '2026-10-25T01:29:59Z', 1)).toBe(20)
    expect(await bought(ends, '2026-10-25T01:30:00Z', 2)).toBe(10)
  })

  test('that begins in the hour which spring skips begins where the clock goes on', async () => {
    const life = await shops.open({ program: doubled('2026-03-29T02:30', '2026-03-29T04:00') })
    expect(await bought(life, '2026-03-29T00:59:59Z', 1)).toBe(10)
    expect(await bought(life, '2026-03-29T01:00:00Z', 2)).toBe(20)
    expect(await bought(life, '2026-03-29T02:00:00Z', 3)).toBe(10)
  })
})
