import { createHash } from 'node:crypto'
import type { LineFacts, OrderFacts, RefundFacts } from '../../domain/orders/order-facts.ts'
import {
  clipped,
  count,
  flag,
  givenList,
  id,
  idOf,
  type Json,
  list,
  minor,
  money,
  object,
  optionalId,
  present,
  refuse,
  text,
  time,
} from '../payload.ts'
import { dutiesTax, movedBy, PAID, paymentsOf, refundsBack, type Sums } from './order-money.ts'
import { type ReadLine, withoutTipLines } from './tip-lines.ts'

const UNPAID = new Set(['pending', 'authorized', 'expired', 'voided', 'unpaid'])
/** The payment was given up; a later one makes the order worth something again (docs/decisions/0033). */
const ENDED = new Set(['voided', 'expired'])

/**
 * The facts of an order from the payload of `orders/create` or `orders/updated`.
 * Labels of products (collections, tags) are not in there; `collections` and `tags` come back empty.
 * @param created the payload of `orders/create`
 * @throws DomainError invalid-payload, naming the field
 */
export function orderFromWebhook(payload: Json, shopId: number, created = false): OrderFacts {
  const currency = text(payload.currency, 'currency')
  if (!/^[A-Z]{3}$/.test(currency)) refuse('currency', currency, 'a code like "EUR"')
  const updatedAt = time(payload.updated_at, 'updated_at')
  const placedAt = time(payload.processed_at ?? payload.created_at, 'processed_at')
  const status = financialStatus(payload.financial_status)
  const taxesIncluded = flag(payload.taxes_included, 'taxes_included')
  // An order just created has none yet, and of one that nobody paid nothing can have gone back.
  const mayLackRefunds = created || !PAID.has(status)
  const toldRefunds = mayLackRefunds
    ? list(payload.refunds, 'refunds')
    : givenList(payload.refunds, 'refunds')
  const refunds = refundsOf(toldRefunds, taxesIncluded, currency)
  const parts = {
    taxesIncluded,
    ...withoutTipLines(
      givenList(payload.line_items, 'line_items').map((line, i) =>
        lineOf(line, `line_items[${i}]`, currency),
      ),
      refunds.map(({ shippingTax: _, ...refund }) => refund),
      money(payload, 'total_tip_received', 'total_tip_received', currency),
      taxesIncluded,
    ),
    ...shippingOf(payload, refunds, currency),
    ...dutiesOf(payload, currency),
  }
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
    ...paymentsOf(status, sumsOf(payload, updatedAt, currency), parts),
    cancelledAt:
      cancelled !== undefined && cancelled !== null
        ? time(cancelled, 'cancelled_at')
        : ENDED.has(status)
          ? updatedAt
          : null,
    dispute: 'none',
    source: clipped(text(payload.source_name, 'source_name', 'web'), 60),
    ...parts,
    cashRounding: roundingOf(payload, currency),
    ...codesOf(payload),
  }
}

/** The same person is the same hash within one shop, and no one across shops. */
export function guestHash(shopId: number, email: unknown): string | null {
  if (typeof email !== 'string' || email.trim() === '') return null
  return createHash('sha256').update(`${shopId}:${email.trim().toLowerCase()}`).digest('hex')
}

/** The discount codes of the order, and which of them took nothing off. */
function codesOf(payload: Json): Pick<OrderFacts, 'discountCodes' | 'idleCodes'> {
  const codes = list(payload.discount_codes, 'discount_codes').map(({ code, amount }) => ({
    code: text(code, 'discount_codes.code'),
    idle: /^0+(\.0+)?$/.test(String(amount)),
  }))
  return withIdleCodes(codes)
}

/** `idle`: the code took nothing off. */
export function withIdleCodes(
  codes: { code: string; idle: boolean }[],
): Pick<OrderFacts, 'discountCodes' | 'idleCodes'> {
  const idleCodes = codes.filter(({ idle }) => idle).map(({ code }) => code)
  return { discountCodes: codes.map(({ code }) => code), ...(idleCodes.length > 0 && { idleCodes }) }
}

function financialStatus(value: unknown): string {
  const status = text(value, 'financial_status', 'pending')
  if (PAID.has(status) || UNPAID.has(status)) return status
  return refuse('financial_status', status, [...PAID, ...UNPAID].join(', '))
}

function sumsOf(payload: Json, updatedAt: number, currency: string): Sums {
  const sum = (name: string) => money(payload, name, name, currency)
  return {
    total: present(payload, 'current_total_price') ? sum('current_total_price') : null,
    outstanding: sum('total_outstanding'),
    changed: updatedAt > time(payload.created_at ?? payload.processed_at, 'created_at'),
  }
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
  return { facts, markedAsTip: line.tip_payment_gateway !== undefined, bare: false }
}

function taxOf(resource: Json, field: string, currency: string): number {
  return list(resource.tax_lines, `${field}.tax_lines`).reduce(
    (sum, tax) => sum + money(tax, 'price', `${field}.tax_lines.price`, currency),
    0,
  )
}

type ReadRefund = RefundFacts & { shippingTax: number }

/** Refunds in the order they were made. */
function refundsOf(told: Json[], taxesIncluded: boolean, currency: string): ReadRefund[] {
  const refunds = told.map((refund, i) => ({
    refund,
    field: `refunds[${i}]`,
    at: time(refund.created_at, `refunds[${i}].created_at`),
  }))
  refunds.sort((a, b) => a.at - b.at)
  const backOf = refundsBack(taxesIncluded)
  return refunds.map(({ refund, field, at }) => {
    const lines = refundLinesOf(refund, field, currency)
    const { shipping, shippingTax, discrepancy } = adjustmentsOf(refund, field, currency)
    const moved = movedBy(statusesOf(refund.transactions, `${field}.transactions`))
    return {
      refundId: idOf(refund, field),
      at,
      lines,
      ...backOf({ lines, shipping, discrepancy, moved }),
      shippingTax: moved === 'failed' ? 0 : shippingTax,
    }
  })
}

/** An empty list says that no money moved; what says nothing of money is not taken for that. */
function statusesOf(transactions: unknown, field: string): unknown[] | null {
  return Array.isArray(transactions) ? list(transactions, field).map(({ status }) => status) : null
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
  let adjusted = false
  for (const adjustment of list(refund.order_adjustments, `${field}.order_adjustments`)) {
    const amount = money(adjustment, 'amount', `${field}.order_adjustments.amount`, currency)
    const tax = money(adjustment, 'tax_amount', `${field}.order_adjustments.tax_amount`, currency)
    if (adjustment.kind === 'shipping_refund') {
      adjusted = true
      sums.shipping -= amount
      sums.shippingTax -= tax
    } else {
      sums.discrepancy += amount + tax
    }
  }
  // Since API version 2024-10 refunded shipping stands in lines of its own; never count it twice.
  if (!adjusted) {
    const at = `${field}.refund_shipping_lines`
    for (const line of list(refund.refund_shipping_lines, at)) {
      sums.shipping += money(line, 'subtotal_amount', `${at}.subtotal_amount`, currency)
      sums.shippingTax += money(line, 'tax_amount', `${at}.tax_amount`, currency)
    }
  }
  // One adjustment can take back what another gave: only their sum cannot be below zero.
  return { ...sums, shipping: Math.max(0, sums.shipping), shippingTax: Math.max(0, sums.shippingTax) }
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

function dutiesOf(payload: Json, currency: string) {
  const duties = money(payload, 'current_total_duties', 'current_total_duties', currency)
  const charged = { duties: 0, tax: 0 }
  list(payload.line_items, 'line_items').forEach((line, i) => {
    list(line.duties, `line_items[${i}].duties`).forEach((duty, n) => {
      const field = `line_items[${i}].duties[${n}]`
      charged.duties += dutyPrice(duty, field, currency)
      charged.tax += taxOf(duty, field, currency)
    })
  })
  return { duties, dutiesTax: dutiesTax(duties, charged) }
}

/** A duty tells its price in sets of its own, or as the money itself. */
function dutyPrice(duty: Json, field: string, currency: string): number {
  const { shop_money: own } = duty
  if (own === undefined || own === null) return money(duty, 'price', `${field}.price`, currency)
  return minor(object(own, `${field}.shop_money`).amount, `${field}.shop_money.amount`, currency)
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
