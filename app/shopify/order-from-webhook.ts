import { createHash } from 'node:crypto'
import type { LineFacts, OrderFacts, RefundFacts } from '../domain/order-facts.ts'
import {
  clipped,
  count,
  flag,
  id,
  idOf,
  type Json,
  list,
  money,
  object,
  optionalId,
  refuse,
  text,
  time,
} from './payload.ts'
import { type ReadLine, withoutTipLines } from './tip-lines.ts'

/** Statuses under which money has come in, in full or in part; `outstanding` says what is still owed. */
const PAID = new Set(['paid', 'partially_paid', 'partially_refunded', 'refunded'])
const UNPAID = new Set(['pending', 'authorized', 'expired', 'voided', 'unpaid'])

/**
 * The facts of an order from the payload of `orders/create` or `orders/updated`.
 * Labels of products (collections, tags) are not in there; `collections` and `tags` come back empty.
 * @throws DomainError invalid-payload, naming the field
 */
export function orderFromWebhook(payload: Json, shopId: number): OrderFacts {
  const currency = text(payload.currency, 'currency')
  if (!/^[A-Z]{3}$/.test(currency)) refuse('currency', currency, 'a code like "EUR"')
  const updatedAt = time(payload.updated_at, 'updated_at')
  const placedAt = time(payload.processed_at ?? payload.created_at, 'processed_at')
  const status = financialStatus(payload.financial_status)
  const refunds = refundsOf(payload, currency)
  const cancelled = payload.cancelled_at
  const customer =
    payload.customer === undefined || payload.customer === null ? null : object(payload.customer, 'customer')
  return {
    orderId: idOf(payload, 'order'),
    name: clipped(text(payload.name, 'name', ''), 60),
    customerId: customer === null ? null : idOf(customer, 'customer'),
    guestHash: customer === null ? guestHash(shopId, payload.email) : null,
    currency,
    updatedAt,
    placedAt,
    test: flag(payload.test, 'test'),
    paid: PAID.has(status),
    outstanding:
      status === 'partially_paid' ? money(payload, 'total_outstanding', 'total_outstanding', currency) : 0,
    cancelledAt:
      cancelled !== undefined && cancelled !== null
        ? time(cancelled, 'cancelled_at')
        : status === 'voided'
          ? updatedAt
          : null,
    dispute: 'none',
    taxesIncluded: flag(payload.taxes_included, 'taxes_included'),
    source: clipped(text(payload.source_name, 'source_name', 'web'), 60),
    ...withoutTipLines(
      list(payload.line_items, 'line_items').map((line, i) => lineOf(line, `line_items[${i}]`, currency)),
      refunds.map(({ shippingTax: _, ...refund }) => refund),
      money(payload, 'total_tip_received', 'total_tip_received', currency),
    ),
    ...shippingOf(payload, refunds, currency),
    duties: money(payload, 'current_total_duties', 'current_total_duties', currency),
    cashRounding: roundingOf(payload, currency),
    discountCodes: list(payload.discount_codes, 'discount_codes').map((code) =>
      text(code.code, 'discount_codes.code'),
    ),
  }
}

/** The same person is the same hash within one shop, and no one across shops. */
export function guestHash(shopId: number, email: unknown): string | null {
  if (typeof email !== 'string' || email.trim() === '') return null
  return createHash('sha256').update(`${shopId}:${email.trim().toLowerCase()}`).digest('hex')
}

/**
 * Shopify's "refund discrepancy" is what was paid back beyond the lines (negative) or kept back (positive). Fed with
 * those of an order in their order, this tells what each paid beyond: what was kept back before is settled first. Whether
 * a later payment gives a fee back or is goodwill, nothing says (docs/decisions/0018-a-fee-kept-and-given-back.md).
 */
export function paidBeyondLines(): (discrepancy: number) => number {
  let keptBack = 0
  return (discrepancy) => {
    keptBack += Math.max(0, discrepancy)
    const paid = Math.max(0, -discrepancy)
    const settled = Math.min(keptBack, paid)
    keptBack -= settled
    return paid - settled
  }
}

function financialStatus(value: unknown): string {
  const status = text(value, 'financial_status', 'pending')
  if (PAID.has(status) || UNPAID.has(status)) return status
  return refuse('financial_status', status, [...PAID, ...UNPAID].join(', '))
}

function lineOf(line: Json, field: string, currency: string): ReadLine {
  const quantity = count(line.quantity, `${field}.quantity`)
  const gross = money(line, 'price', `${field}.price`, currency) * quantity
  const discounts = list(line.discount_allocations, `${field}.discount_allocations`).reduce(
    (sum, allocation) => sum + money(allocation, 'amount', `${field}.discount_allocations.amount`, currency),
    0,
  )
  const net = gross - discounts
  if (!Number.isSafeInteger(net)) refuse(`${field}.price`, line.price, 'an amount that fits')
  const facts: LineFacts = {
    lineId: idOf(line, field),
    productId: optionalId(line.product_id, `${field}.product_id`),
    title: clipped(text(line.title ?? line.name, `${field}.title`, ''), 200),
    giftCard: flag(line.gift_card, `${field}.gift_card`),
    quantity,
    currentQuantity:
      line.current_quantity === undefined || line.current_quantity === null
        ? quantity
        : count(line.current_quantity, `${field}.current_quantity`),
    net: Math.max(0, net),
    tax: taxOf(line, field, currency),
    collections: [],
    tags: [],
  }
  // Present on tips alone, and there even when it is null.
  return { facts, markedAsTip: line.tip_payment_gateway !== undefined }
}

function taxOf(resource: Json, field: string, currency: string): number {
  return list(resource.tax_lines, `${field}.tax_lines`).reduce(
    (sum, tax) => sum + money(tax, 'price', `${field}.tax_lines.price`, currency),
    0,
  )
}

type ReadRefund = RefundFacts & { shippingTax: number }

/** Refunds in the order they were made. */
function refundsOf(payload: Json, currency: string): ReadRefund[] {
  const refunds = list(payload.refunds, 'refunds').map((refund, i) => ({
    refund,
    field: `refunds[${i}]`,
    at: time(refund.created_at, `refunds[${i}].created_at`),
  }))
  refunds.sort((a, b) => a.at - b.at)
  const paidBeyond = paidBeyondLines()
  return refunds.map(({ refund, field, at }) => {
    const adjusted = adjustmentsOf(refund, field, currency)
    return {
      refundId: idOf(refund, field),
      at,
      lines: refundLinesOf(refund, field, currency),
      withoutLines: paidBeyond(adjusted.discrepancy),
      shipping: adjusted.shipping,
      shippingTax: adjusted.shippingTax,
      ...(isWithoutMoney(refund.transactions) ? { withoutMoney: true as const } : {}),
    }
  })
}

/** Shopify says so by an empty list; what says nothing of money is not taken for that. */
function isWithoutMoney(transactions: unknown): boolean {
  return Array.isArray(transactions) && transactions.length === 0
}

function refundLinesOf(refund: Json, field: string, currency: string): RefundFacts['lines'] {
  return list(refund.refund_line_items, `${field}.refund_line_items`).map((line, i) => {
    const at = `${field}.refund_line_items[${i}]`
    const lineItem = line.line_item as Json | undefined
    return {
      lineId: id(line.line_item_id ?? lineItem?.id, `${at}.line_item_id`),
      quantity: count(line.quantity, `${at}.quantity`),
      net: Math.max(0, money(line, 'subtotal', `${at}.subtotal`, currency)),
      tax: Math.max(0, money(line, 'total_tax', `${at}.total_tax`, currency)),
    }
  })
}

function adjustmentsOf(refund: Json, field: string, currency: string) {
  const sums = { discrepancy: 0, shipping: 0, shippingTax: 0 }
  for (const adjustment of list(refund.order_adjustments, `${field}.order_adjustments`)) {
    const amount = money(adjustment, 'amount', `${field}.order_adjustments.amount`, currency)
    const tax = money(adjustment, 'tax_amount', `${field}.order_adjustments.tax_amount`, currency)
    if (adjustment.kind === 'shipping_refund') {
      sums.shipping += Math.max(0, -amount)
      sums.shippingTax += Math.max(0, -tax)
    } else {
      sums.discrepancy += amount + tax
    }
  }
  // Since API version 2024-10 refunded shipping stands in lines of its own; never count it twice.
  if (sums.shipping === 0) {
    const at = `${field}.refund_shipping_lines`
    for (const line of list(refund.refund_shipping_lines, at)) {
      sums.shipping += Math.max(0, money(line, 'subtotal_amount', `${at}.subtotal_amount`, currency))
      sums.shippingTax += Math.max(0, money(line, 'tax_amount', `${at}.tax_amount`, currency))
    }
  }
  return sums
}

function shippingOf(payload: Json, refunds: ReadRefund[], currency: string) {
  let shipping = 0
  let shippingTax = 0
  list(payload.shipping_lines, 'shipping_lines').forEach((line, i) => {
    if (line.is_removed === true) return
    const field = `shipping_lines[${i}]`
    const discounted = line.discounted_price_set ?? line.discounted_price
    shipping += money(
      line,
      discounted === undefined || discounted === null ? 'price' : 'discounted_price',
      field,
      currency,
    )
    shippingTax += taxOf(line, field, currency)
  })
  for (const refund of refunds) {
    shipping -= refund.shipping
    shippingTax -= refund.shippingTax
  }
  return { shipping: Math.max(0, shipping), shippingTax: Math.max(0, shippingTax) }
}

function roundingOf(payload: Json, currency: string): number {
  return (
    money(
      payload,
      'total_cash_rounding_payment_adjustment',
      'total_cash_rounding_payment_adjustment',
      currency,
    ) +
    money(payload, 'total_cash_rounding_refund_adjustment', 'total_cash_rounding_refund_adjustment', currency)
  )
}
