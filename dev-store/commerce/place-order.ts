/** A priced cart becomes an order. Pure: ids and times are arguments. */

import type { IdKind } from '../ids.ts'
import type { Address, IsoTime, Locale, Order, OrderLine, Transaction } from '../model.ts'
import { CommerceError } from './errors.ts'
import { cashRounding } from './money.ts'
import type { CartLine, Quote } from './pricing.ts'
import { STORE_CREDIT } from './store-credit.ts'

export type NextId = (kind: IdKind) => number

/** How a sale is paid: card and cash at once, money in advance later. */
export type Gateway = 'shopify_payments' | 'Vorkasse' | 'cash'

export interface Placement {
  quote: Quote
  source: 'web' | 'pos'
  customerId: number | null
  email: string | null
  locale: Locale
  currency: string
  gateway: Gateway
  /** So much of the total is paid with store credit; the rest by the gateway. */
  storeCredit?: number
  at: IsoTime
  address: Address | null
  tip?: number
  test?: boolean
  note?: string | null
  tags?: string[]
  presentment?: { currency: string; rate: string } | null
}

/** Throws CommerceError `empty-cart`. The order is paid at once unless money is left for the gateway "Vorkasse". */
export function placeOrder(placement: Placement, nextId: NextId): Order {
  const { quote, at } = placement
  if (quote.lines.length === 0) throw new CommerceError('empty-cart', 'An order needs at least one line')
  const id = nextId('Order')
  const number = nextId('OrderNumber')
  const total = quote.total + (placement.tip ?? 0)
  const credit = Math.min(placement.storeCredit ?? 0, total)
  const gateway = credit > 0 && credit === total ? STORE_CREDIT : placement.gateway
  const rounding = placement.gateway === 'cash' ? cashRounding(total) : 0
  return {
    id,
    number,
    name: `#${number}`,
    token: orderToken(id),
    source: placement.source,
    test: placement.test ?? false,
    customerId: placement.customerId,
    email: placement.email,
    locale: placement.locale,
    currency: placement.currency,
    presentment: placement.presentment ?? null,
    createdAt: at,
    processedAt: at,
    updatedAt: at,
    closedAt: null,
    fulfilledAt: placement.source === 'pos' ? at : null,
    cancelledAt: null,
    cancelReason: null,
    gateway,
    lines: quote.lines.map((line) => ({
      ...orderLine(line.line, placement.locale, nextId),
      allocations: line.allocations,
    })),
    shippingLines: quote.shipping
      ? [
          {
            id: nextId('ShippingLine'),
            title: quote.shipping.title,
            price: quote.shipping.price,
            taxRate: '0.19',
            allocations: quote.shipping.allocations,
          },
        ]
      : [],
    discountApplications: quote.applications,
    tip: placement.tip ?? 0,
    cashRounding: rounding,
    refundCashRounding: 0,
    refunds: [],
    transactions: [
      ...(credit > 0 ? [sale(STORE_CREDIT, credit, 0, at, nextId)] : []),
      ...(credit === 0 || credit < total ? [sale(gateway, total - credit, rounding, at, nextId)] : []),
    ],
    edits: [],
    disputes: [],
    shippingAddress: placement.address,
    tags: placement.tags ?? [],
    note: placement.note ?? null,
  }
}

/** A line without discounts. */
export function orderLine(line: CartLine, locale: Locale, nextId: NextId): OrderLine {
  const { product, variant, quantity } = line
  return {
    id: nextId('LineItem'),
    productId: product.id,
    variantId: variant.id,
    title: product.title[locale],
    variantTitle: product.variants.length > 1 ? variant.title[locale] : null,
    sku: variant.sku,
    vendor: product.vendor,
    grams: variant.grams,
    requiresShipping: variant.requiresShipping,
    giftCard: product.giftCard,
    taxable: !product.giftCard,
    taxRate: product.taxRate,
    price: variant.price,
    quantity,
    allocations: [],
    duties: 0,
    properties: [],
    addedByEditAt: null,
  }
}

function sale(gateway: string, amount: number, rounding: number, at: IsoTime, nextId: NextId): Transaction {
  return {
    id: nextId('OrderTransaction'),
    parentId: null,
    kind: 'sale',
    status: gateway === 'Vorkasse' ? 'pending' : 'success',
    gateway,
    amount,
    createdAt: at,
    rounding,
  }
}

/** Looks random, is always the same for the same id: 32 hex digits. */
export function orderToken(id: number): string {
  let state = BigInt(id) ^ 0x9e3779b97f4a7c15n
  let token = ''
  while (token.length < 32) {
    state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffff_ffff_ffff_ffffn
    token += (state >> 32n).toString(16).padStart(8, '0')
  }
  return token.slice(0, 32)
}
