/** Payloads of orders/updated as Shopify shapes them (fields of our subscription), small enough to read in a test. */
export interface OrderOptions {
  id: number | string
  customer?: number | string | null
  email?: string
  /** Pieces and prices of the lines; the first line's id is `${id}01`. */
  lines?: {
    price: string
    quantity?: number
    current?: number
    discount?: string
    giftCard?: boolean
    product?: number
    /** Tax of all pieces. */
    tax?: string
    duties?: object[]
  }[]
  status?: string
  placedAt?: string
  updatedAt?: string
  cancelledAt?: string | null
  currency?: string
  refunds?: object[]
  codes?: string[]
  test?: boolean
  source?: string
  shipping?: string
  shippingTax?: string
  /** Whether prices contain the tax; they do unless told otherwise. */
  taxesIncluded?: boolean
  /** What the shopper saw, where that is another currency: each amount times `rate`. */
  presentment?: { currency: string; rate: number }
  tip?: string
  duties?: string
  cashRounding?: string
  outstanding?: string
  /** What stands of the order's price by Shopify's own sum; it is not told unless given. */
  total?: string
  more?: object
}

export function lineId(order: number | string, index = 0): number {
  return Number(`${order}0${index + 1}`)
}

export function orderPayload(options: OrderOptions) {
  const currency = options.currency ?? 'EUR'
  const placedAt = options.placedAt ?? '2026-11-01T10:00:00+01:00'
  const { presentment } = options
  const set = (amount: string) => ({
    shop_money: { amount, currency_code: currency },
    presentment_money: {
      amount: presentment ? (Number(amount) * presentment.rate).toFixed(2) : amount,
      currency_code: presentment?.currency ?? currency,
    },
  })
  const taxLines = (tax: string | undefined) =>
    tax ? [{ title: 'MwSt', rate: 0.19, price: tax, price_set: set(tax) }] : []
  return {
    id: options.id,
    admin_graphql_api_id: `gid://shopify/Order/${options.id}`,
    name: `#${options.id}`,
    email: options.email ?? null,
    created_at: placedAt,
    processed_at: placedAt,
    updated_at: options.updatedAt ?? placedAt,
    cancelled_at: options.cancelledAt ?? null,
    test: options.test ?? false,
    currency,
    presentment_currency: presentment?.currency ?? currency,
    taxes_included: options.taxesIncluded ?? true,
    financial_status: options.status ?? 'paid',
    source_name: options.source ?? 'web',
    customer:
      options.customer == null
        ? null
        : { id: options.customer, admin_graphql_api_id: `gid://shopify/Customer/${options.customer}` },
    line_items: (options.lines ?? [{ price: '49.90' }]).map((line, i) => ({
      id: lineId(options.id, i),
      admin_graphql_api_id: `gid://shopify/LineItem/${lineId(options.id, i)}`,
      product_id: line.product ?? 7001 + i,
      title: `Ware ${i + 1}`,
      quantity: line.quantity ?? 1,
      current_quantity: line.current ?? line.quantity ?? 1,
      price: line.price,
      price_set: set(line.price),
      gift_card: line.giftCard ?? false,
      discount_allocations: line.discount ? [{ amount: line.discount, amount_set: set(line.discount) }] : [],
      tax_lines: taxLines(line.tax),
      ...(line.duties && { duties: line.duties }),
    })),
    shipping_lines: options.shipping
      ? [
          {
            price: options.shipping,
            price_set: set(options.shipping),
            discounted_price: options.shipping,
            discounted_price_set: set(options.shipping),
            tax_lines: taxLines(options.shippingTax),
          },
        ]
      : [],
    refunds: options.refunds ?? [],
    discount_codes: (options.codes ?? []).map((code) => ({ code, amount: '5.00', type: 'fixed_amount' })),
    total_tip_received: options.tip ?? '0.00',
    total_outstanding: options.outstanding ?? '0.00',
    ...(options.total && { current_total_price_set: set(options.total) }),
    ...(options.duties && { current_total_duties_set: set(options.duties) }),
    ...(options.cashRounding && {
      total_cash_rounding_payment_adjustment_set: set(options.cashRounding),
      total_cash_rounding_refund_adjustment_set: set('0.00'),
    }),
    ...options.more,
  }
}

/** A refund of pieces of one line; `kept` of it is not paid back, a fee. */
export function refundOfLine(
  order: number | string,
  refund: { id: number; amount: string; quantity?: number; line?: number; at?: string; kept?: string },
) {
  const { kept = '0.00' } = refund
  return {
    id: refund.id,
    admin_graphql_api_id: `gid://shopify/Refund/${refund.id}`,
    created_at: refund.at ?? '2026-11-05T10:00:00+01:00',
    refund_line_items: [
      {
        line_item_id: lineId(order, refund.line ?? 0),
        quantity: refund.quantity ?? 1,
        subtotal: refund.amount,
        subtotal_set: { shop_money: { amount: refund.amount } },
        total_tax: '0.00',
      },
    ],
    order_adjustments:
      refund.kept === undefined
        ? []
        : [
            {
              id: refund.id * 10,
              amount: kept,
              amount_set: { shop_money: { amount: kept } },
              tax_amount: '0.00',
              kind: 'refund_discrepancy',
            },
          ],
    transactions: [
      { kind: 'refund', status: 'success', amount: (Number(refund.amount) - Number(kept)).toFixed(2) },
    ],
  }
}

/** Money given back that belongs to no line. */
export function refundOfAmount(refund: {
  id: number
  amount: string
  kind?: 'refund_discrepancy' | 'shipping_refund'
  at?: string
  /** How the payment ended. */
  payment?: 'success' | 'pending' | 'failure' | 'error'
}) {
  return {
    id: refund.id,
    admin_graphql_api_id: `gid://shopify/Refund/${refund.id}`,
    created_at: refund.at ?? '2026-11-05T10:00:00+01:00',
    refund_line_items: [],
    order_adjustments: [
      {
        id: refund.id * 10,
        amount: `-${refund.amount}`,
        amount_set: { shop_money: { amount: `-${refund.amount}` } },
        tax_amount: '0.00',
        kind: refund.kind ?? 'refund_discrepancy',
      },
    ],
    transactions: [{ kind: 'refund', status: refund.payment ?? 'success', amount: refund.amount }],
  }
}

/** Shipping given back, as Shopify writes it since API version 2024-10. */
export function refundOfShipping(refund: { id: number; amount: string; tax?: string; at?: string }) {
  return {
    id: refund.id,
    admin_graphql_api_id: `gid://shopify/Refund/${refund.id}`,
    created_at: refund.at ?? '2026-11-05T10:00:00+01:00',
    refund_line_items: [],
    refund_shipping_lines: [
      {
        id: refund.id * 10,
        subtotal_amount_set: { shop_money: { amount: refund.amount } },
        tax_amount_set: { shop_money: { amount: refund.tax ?? '0.00' } },
      },
    ],
    order_adjustments: [],
    transactions: [{ kind: 'refund', status: 'success', amount: refund.amount }],
  }
}

/** What `disputes/create` and `disputes/update` carry. */
export function disputePayload(dispute: {
  id: number
  order: number | null
  status: string
  type?: 'chargeback' | 'inquiry'
}) {
  return {
    id: dispute.id,
    admin_graphql_api_id: `gid://shopify/ShopifyPaymentsDispute/${dispute.id}`,
    order_id: dispute.order,
    type: dispute.type ?? 'chargeback',
    amount: '49.90',
    currency: 'EUR',
    reason: 'fraudulent',
    network_reason_code: '4837',
    status: dispute.status,
    evidence_due_by: '2026-12-24T10:00:00+01:00',
    evidence_sent_on: null,
    finalized_on: null,
    initiated_at: '2026-12-10T10:00:00+01:00',
  }
}

export function mergePayload(kept: number, deleted: number, status = 'completed') {
  return {
    admin_graphql_api_customer_kept_id: `gid://shopify/Customer/${kept}`,
    admin_graphql_api_customer_deleted_id: `gid://shopify/Customer/${deleted}`,
    admin_graphql_api_job_id: null,
    status,
    errors: status === 'completed' ? [] : [{ field: 'deleted_id', message: 'has a subscription' }],
  }
}
