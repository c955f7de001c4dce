import { describe, expect, test } from 'vitest'
import type { LineFacts } from '../../app/domain/orders/order-facts.ts'
import { withoutTipLines } from '../../app/shopify/orders/tip-lines.ts'
import { orderPayload, refundOfLine } from '../support/order-payload.ts'
import { useShopLife } from './shop-life.ts'

const shops = useShopLife()
const COUNTS = { taxOnTop: false, shipping: false, duties: false, tips: true, cashRounding: false }
const tipsCount = { earning: { pointsPerUnit: '1', rounding: 'floor' as const, counts: COUNTS } }

/** An order of €50 whose tip of €5 stands among the lines, as Shopify sends it. */
function tipped(change: { refunded?: 'goods' | 'tip' } = {}) {
  const { refunded } = change
  const payload = orderPayload({
    id: 1,
    customer: 1,
    lines: [
      { price: '50.00', current: refunded === 'goods' ? 0 : 1 },
      { price: '5.00', current: refunded === 'tip' ? 0 : 1 },
    ],
    tip: '5.00',
    ...(refunded && {
      status: 'partially_refunded',
      updatedAt: '2026-11-05T10:00:00Z',
      refunds: [
        refundOfLine(1, {
          id: 1,
          line: refunded === 'tip' ? 1 : 0,
          amount: refunded === 'tip' ? '5.00' : '50.00',
        }),
      ],
    }),
  })
  Object.assign(payload.line_items[1] as object, {
    title: 'Tip',
    product_id: null,
    tip_payment_gateway: 'shopify_payments',
    tip_payment_method: 'visa',
  })
  return payload
}

describe('Tips that stand among the lines of an order', () => {
  test('are excluded by default', async () => {
    const life = await shops.open()
    await life.tell('orders/updated', tipped())
    expect(await life.balance(1)).toMatchObject({ available: 50 })
    expect((await life.history(1))[0]?.detail).toContain('Trinkgeld zählt nicht (5,00 €).')
  })

  test('count once where the merchant wants it, and go when they are refunded', async () => {
    const life = await shops.open({ program: tipsCount })
    await life.tell('orders/updated', tipped())
    expect(await life.balance(1)).toMatchObject({ available: 55 })
    await life.tell('orders/updated', tipped({ refunded: 'tip' }))
    expect(await life.balance(1)).toMatchObject({ available: 50 })
  })

  test('stay when the goods are refunded', async () => {
    const life = await shops.open({ program: tipsCount })
    await life.tell('orders/updated', tipped())
    await life.tell('orders/updated', tipped({ refunded: 'goods' }))
    expect(await life.balance(1)).toMatchObject({ available: 5 })
  })
})

describe('A tip’s line without a mark, as the Admin API tells it', () => {
  const line = (lineId: string, net: number, change: Partial<LineFacts> = {}, bare = true) => ({
    markedAsTip: false,
    bare,
    facts: {
      ...{ lineId, net, productId: null, title: 'Tip', giftCard: false, quantity: 1, currentQuantity: 1 },
      ...{ tax: 0, collections: [], tags: [] },
      ...change,
    },
  })
  const kept = (lines: ReturnType<typeof line>[], tips: number) =>
    withoutTipLines(lines, [], tips, true).lines.map(({ lineId }) => lineId)

  test('is known by its name, by its price where the name is translated', () => {
    expect(kept([line('1', 500), line('2', 300)], 300)).toEqual(['1'])
    expect(kept([line('1', 500, { title: 'Ware' }), line('2', 300, { title: 'Trinkgeld' })], 300)).toEqual([
      '1',
    ])
    expect(kept([line('1', 100), line('2', 200)], 300)).toEqual([])
  })

  test('R4: is not known by its price where it has a vendor, a SKU or something to ship', () => {
    expect(
      kept([line('1', 500, { title: 'Ware' }, false), line('2', 300, { title: 'Tee' }, false)], 300),
    ).toEqual(['1', '2'])
  })

  test('is never taken for more than was tipped, nor goods or gift cards for a tip', () => {
    expect(kept([line('1', 300, { title: 'Gravur' }), line('2', 300)], 300)).toEqual(['1'])
    expect(kept([line('1', 300, { productId: '7' }), line('2', 300, { giftCard: true })], 300)).toEqual([
      '1',
      '2',
    ])
    expect(kept([line('1', 300)], 0)).toEqual(['1'])
  })
})
