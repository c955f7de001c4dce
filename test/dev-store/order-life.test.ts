import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import {
  assertDeletable,
  attachCustomer,
  cancelOrder,
  closeDispute,
  markPaid,
  openDispute,
  takeCustomerOff,
} from '../../dev-store/commerce/change-order.ts'
import { editOrder } from '../../dev-store/commerce/edit-order.ts'
import {
  currentNet,
  currentQuantity,
  financialStatus,
  netOf,
  orderTotals,
  pendingRefund,
} from '../../dev-store/commerce/order-state.ts'
import { refundOrder } from '../../dev-store/commerce/refund-order.ts'
import type { Order } from '../../dev-store/model.ts'
import type { Store } from '../../dev-store/store.ts'
import { order, product, smallShop } from './support.ts'

const LATER = '2026-11-21T15:00:00Z'
const NOTHING = { lines: [], shipping: 0, amount: null, note: null }
let store: Store

beforeEach(() => {
  store = smallShop().store
})

function line(of: Order, index = 0) {
  const found = of.lines[index]
  if (!found) throw new Error(`No line ${index}`)
  return found
}

describe('an order', () => {
  it('is paid at once by card and open by bank transfer, until it is marked as paid', () => {
    expect(financialStatus(order(store, [['lindenhonig', 1]]))).toBe('paid')
    const open = order(store, [['lindenhonig', 1]], { gateway: 'Vorkasse' })
    expect(financialStatus(open)).toBe('pending')
    expect(orderTotals(open).outstanding).toBe(890 + 490)
    const paid = markPaid(open, LATER, store.nextId)
    expect(financialStatus(paid)).toBe('paid')
    expect(orderTotals(paid)).toMatchObject({ outstanding: 0, received: 1380 })
    expect(paid.updatedAt).toBe(LATER)
    expect(() => markPaid(paid, LATER, store.nextId)).toThrow('is paid')
  })

  it('gives back exactly what was paid, whatever way its pieces are refunded', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 20 }),
        fc.constantFrom('WILLKOMMEN10', 'FUENFER', ''),
        (first, second, steps, code) => {
          const { store: shop } = smallShop()
          const placed = order(
            shop,
            [
              ['lindenhonig', first],
              ['becher-zweierlei', second],
            ],
            { codes: code === '' ? [] : [code] },
          )
          let now = placed
          for (const [index, step] of steps.entries()) {
            const target = line(now, index % 2)
            const quantity = Math.min(step, currentQuantity(now, target))
            if (quantity === 0) continue
            now = refundOrder(
              now,
              { ...NOTHING, lines: [{ lineId: target.id, quantity }] },
              LATER,
              shop.nextId,
            )
            for (const one of now.lines) expect(currentNet(now, one)).toBeGreaterThanOrEqual(0)
          }
          const rest = now.lines.map((one) => ({ lineId: one.id, quantity: currentQuantity(now, one) }))
          if (rest.some((one) => one.quantity > 0)) {
            now = refundOrder(now, { ...NOTHING, lines: rest }, LATER, shop.nextId)
          }
          const goods = placed.lines.reduce((sum, one) => sum + netOf(one), 0)
          expect(orderTotals(now).refunded).toBe(goods)
          expect(now.lines.every((one) => currentNet(now, one) === 0)).toBe(true)
        },
      ),
      { numRuns: 40 },
    )
  })

  it('refunds an amount without lines as a negative adjustment', () => {
    const refunded = refundOrder(
      order(store, [['wolldecke-hochmoor', 1]]),
      { ...NOTHING, amount: 1000 },
      LATER,
      store.nextId,
    )
    expect(refunded.refunds[0]?.adjustments).toMatchObject([{ amount: -1000, reason: 'Refund discrepancy' }])
    expect(orderTotals(refunded)).toMatchObject({
      currentSubtotal: 11_900,
      currentTotal: 10_900,
      refunded: 1000,
    })
    expect(financialStatus(refunded)).toBe('partially_refunded')
  })

  it('refunds shipping without touching the lines', () => {
    const placed = order(store, [['lindenhonig', 1]])
    const refunded = refundOrder(placed, { ...NOTHING, shipping: 490 }, LATER, store.nextId)
    expect(refunded.refunds[0]).toMatchObject({ shippingLines: [{ amount: 490 }], adjustments: [] })
    expect(orderTotals(refunded)).toMatchObject({ currentShipping: 0, currentSubtotal: 890, refunded: 490 })
    expect(() => refundOrder(refunded, { ...NOTHING, shipping: 1 }, LATER, store.nextId)).toThrow('shipping')
  })

  it('refuses to refund more pieces or money than there are', () => {
    const placed = order(store, [['lindenhonig', 2]])
    const lines = [{ lineId: line(placed).id, quantity: 3 }]
    expect(() => refundOrder(placed, { ...NOTHING, lines }, LATER, store.nextId)).toThrow('2 pieces left')
    expect(() => refundOrder(placed, { ...NOTHING, amount: 999_999 }, LATER, store.nextId)).toThrow(
      'can be refunded',
    )
    expect(() => refundOrder(placed, NOTHING, LATER, store.nextId)).toThrow('Nothing')
  })

  it('owes money after an edit removed paid pieces, and settles it without a second loss', () => {
    const placed = order(store, [['lindenhonig', 3]])
    const edited = editOrder(
      placed,
      { add: [], setQuantity: [{ lineId: line(placed).id, quantity: 2 }], note: null },
      LATER,
      store.nextId,
    )
    expect(currentQuantity(edited, line(edited))).toBe(2)
    expect(edited.refunds[0]).toMatchObject({ fromEdit: true, transactionIds: [] })
    expect(pendingRefund(edited)).toBe(890)
    expect(orderTotals(edited).currentTotal).toBe(2 * 890 + 490)
    const settled = refundOrder(edited, { ...NOTHING, amount: 890 }, LATER, store.nextId)
    expect(pendingRefund(settled)).toBe(0)
    expect(orderTotals(settled)).toMatchObject({ currentTotal: 2 * 890 + 490, outstanding: 0, refunded: 890 })
  })

  it('is partly paid after an edit added something, until the rest comes in', () => {
    const placed = order(store, [['lindenhonig', 1]])
    const tea = product(store, 'gruener-tee-morgentau')
    const [variant] = tea.variants
    if (!variant) throw new Error('no variant')
    const edited = editOrder(
      placed,
      { add: [{ product: tea, variant, quantity: 2 }], setQuantity: [], note: null },
      LATER,
      store.nextId,
    )
    expect(financialStatus(edited)).toBe('partially_paid')
    expect(orderTotals(edited)).toMatchObject({ outstanding: 2580, total: 1380, currentTotal: 3960 })
    expect(financialStatus(markPaid(edited, LATER, store.nextId))).toBe('paid')
  })

  it('is refunded or voided by cancelling, with nothing left', () => {
    const paid = cancelOrder(order(store, [['lindenhonig', 2]]), 'customer', LATER, store.nextId)
    expect(financialStatus(paid)).toBe('refunded')
    expect(orderTotals(paid)).toMatchObject({ currentTotal: 0, outstanding: 0, refunded: 2 * 890 + 490 })
    const open = order(store, [['lindenhonig', 2]], { gateway: 'Vorkasse' })
    const voided = cancelOrder(open, 'other', LATER, store.nextId)
    expect(financialStatus(voided)).toBe('voided')
    expect(orderTotals(voided)).toMatchObject({ currentTotal: 0, outstanding: 0 })
    expect(() => cancelOrder(voided, 'other', LATER, store.nextId)).toThrow('cancelled already')
    expect(() => assertDeletable(voided)).not.toThrow()
    expect(() => assertDeletable(order(store, [['lindenhonig', 1]]))).toThrow('cancel it first')
  })

  it('rounds cash at the till and lets a customer be attached once', () => {
    const till = order(store, [['geschirrtuecher-leinen', 1]], { gateway: 'cash', customerId: null })
    expect(till).toMatchObject({ source: 'pos', cashRounding: 0, customerId: null })
    const attached = attachCustomer(till, 5, 'mara@example.com', LATER)
    expect(attached.customerId).toBe(5)
    expect(() => attachCustomer(attached, 6, 'tilo@example.com', LATER)).toThrow('already')
  })

  it('lets its customer be taken off, once, and another one be attached', () => {
    const placed = order(store, [['lindenhonig', 1]])
    const off = takeCustomerOff(placed, LATER)
    expect(off).toMatchObject({ customerId: null, email: null, updatedAt: LATER })
    expect(() => takeCustomerOff(off, LATER)).toThrow('no customer')
    expect(attachCustomer(off, 6, 'tilo@example.com', LATER).customerId).toBe(6)
  })

  it('is disputed once at a time, over what was paid', () => {
    const placed = order(store, [['lindenhonig', 1]])
    const { order: disputed, dispute } = openDispute(placed, LATER, store.nextId)
    expect(dispute).toMatchObject({ status: 'needs_response', amount: 1380 })
    expect(() => openDispute(disputed, LATER, store.nextId)).toThrow('disputed already')
    const lost = closeDispute(disputed, 'lost', LATER)
    expect(lost.dispute).toMatchObject({ status: 'lost', finalizedOn: LATER })
    expect(() => closeDispute(lost.order, 'won', LATER)).toThrow('no open dispute')
  })

  it('leaves the given document alone and never sets its clock back', () => {
    const placed = order(store, [['lindenhonig', 1]])
    const before = structuredClone(placed)
    const next = refundOrder(placed, { ...NOTHING, shipping: 490 }, '2020-01-01T00:00:00Z', store.nextId)
    expect(placed).toEqual(before)
    expect(next.updatedAt).toBe(placed.updatedAt)
  })
})
