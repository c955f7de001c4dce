/** Money given back. Pure: returns a new document, ids and times are arguments. */
import type { IsoTime, Order, OrderAdjustment, RefundLine, Transaction } from '../model.ts'
import { CommerceError } from './errors.ts'
import { cashRounding, taxInside } from './money.ts'
import {
  changed,
  currentQuantity,
  lineOf,
  payments,
  pendingRefund,
  refundValue,
  shippingRefunded,
  shippingTotal,
} from './order-state.ts'
import type { NextId } from './place-order.ts'
import { STORE_CREDIT } from './store-credit.ts'

export interface RefundRequest {
  lines: { lineId: number; quantity: number }[]
  /** Cents of shipping to give back. */
  shipping: number
  /** Money to give back; null = what lines and shipping are worth. More or less becomes an adjustment. */
  amount: number | null
  note: string | null
  restockType?: RefundLine['restockType']
}

/**
 * Gives money back: by line, shipping, an amount without lines, or together. An order that is not paid only
 * loses the lines. Throws `nothing-to-refund`, `unknown-line`, `quantity-too-large`, `amount-too-large`.
 */
export function refundOrder(order: Order, request: RefundRequest, at: IsoTime, nextId: NextId): Order {
  const next = changed(order, at)
  const lines = refundLines(next, request.lines, request.restockType ?? 'return', nextId)
  const shippingLeft = shippingTotal(next) - shippingRefunded(next)
  if (request.shipping > shippingLeft || request.shipping < 0) {
    throw new CommerceError('amount-too-large', `Only ${shippingLeft} cents of shipping can be refunded`)
  }
  const worth = lines.reduce((sum, line) => sum + line.subtotal, 0) + request.shipping
  const { received, refunded } = payments(next)
  const available = received - refunded
  const amount = request.amount ?? Math.min(worth, available)
  if (amount > available || amount < 0) {
    throw new CommerceError('amount-too-large', `Only ${available} cents can be refunded`)
  }
  if (amount === 0 && lines.length === 0) throw new CommerceError('nothing-to-refund', 'Nothing to refund')
  const paying = amount > 0 ? refundTransactions(next, amount, at, nextId) : []
  const shippingLine = next.shippingLines[0]
  next.refunds.push({
    id: nextId('Refund'),
    createdAt: at,
    note: request.note,
    lines,
    shippingLines:
      request.shipping > 0 && shippingLine
        ? [
            {
              id: nextId('RefundShippingLine'),
              shippingLineId: shippingLine.id,
              amount: request.shipping,
              tax: taxInside(request.shipping, shippingLine.taxRate),
            },
          ]
        : [],
    adjustments: received > 0 ? discrepancies(order, amount - worth, nextId) : [],
    transactionIds: paying.map((one) => one.id),
    fromEdit: false,
  })
  next.transactions.push(...paying)
  next.refundCashRounding += paying.reduce((sum, one) => sum + one.rounding, 0)
  return next
}

/** `beyond`: money given back minus what lines and shipping are worth. First settles what an edit left owed. */
function discrepancies(order: Order, beyond: number, nextId: NextId): OrderAdjustment[] {
  if (beyond === 0) return []
  const settled = beyond > 0 ? Math.min(beyond, pendingRefund(order)) : 0
  const rest = beyond - settled
  const rows: OrderAdjustment[] = []
  if (settled !== 0) rows.push(adjustment(-settled, 'Pending refund discrepancy', nextId))
  if (rest !== 0) rows.push(adjustment(-rest, 'Refund discrepancy', nextId))
  return rows
}

export function adjustment(
  amount: number,
  reason: OrderAdjustment['reason'],
  nextId: NextId,
): OrderAdjustment {
  return { id: nextId('OrderAdjustment'), kind: 'refund_discrepancy', amount, tax: 0, reason }
}

/** What was paid with store credit goes back there first; the rest the way it came. */
function refundTransactions(order: Order, amount: number, at: IsoTime, nextId: NextId): Transaction[] {
  const done = order.transactions.filter((one) => one.status === 'success')
  const sum = (kind: Transaction['kind']) =>
    done.reduce((all, one) => all + (one.kind === kind && one.gateway === STORE_CREDIT ? one.amount : 0), 0)
  const credit = Math.min(amount, sum('sale') - sum('refund'))
  const refund = (gateway: string, part: number): Transaction[] => {
    if (part === 0) return []
    const sales = done.filter((one) => one.kind === 'sale')
    const paid = sales.find((one) => (one.gateway === STORE_CREDIT) === (gateway === STORE_CREDIT))
    return [
      {
        id: nextId('OrderTransaction'),
        parentId: paid?.id ?? null,
        kind: 'refund',
        status: 'success',
        gateway,
        amount: part,
        createdAt: at,
        rounding: gateway === 'cash' ? cashRounding(part) : 0,
      },
    ]
  }
  return [...refund(STORE_CREDIT, credit), ...refund(otherGateway(order), amount - credit)]
}

/** The way of payment beside store credit: an order that was all paid with it, and then grew, is paid by hand. */
export function otherGateway(order: Order): string {
  return order.gateway === STORE_CREDIT ? 'manual' : order.gateway
}

/** Throws `unknown-line`, `quantity-too-large`. */
export function refundLines(
  order: Order,
  wanted: { lineId: number; quantity: number }[],
  restockType: RefundLine['restockType'],
  nextId: NextId,
): RefundLine[] {
  return wanted
    .filter((one) => one.quantity !== 0)
    .map(({ lineId, quantity }) => {
      const line = lineOf(order, lineId)
      const left = currentQuantity(order, line)
      if (quantity < 0 || quantity > left) {
        throw new CommerceError(
          'quantity-too-large',
          `Line ${lineId} has ${left} pieces left, not ${quantity}`,
        )
      }
      const subtotal = refundValue(order, line, quantity)
      const tax = taxInside(subtotal, line.taxRate)
      return { id: nextId('RefundLineItem'), lineId, quantity, subtotal, tax, restockType }
    })
}
