/** An order as Shopify sends it in orders/create, orders/updated and their relatives. */
import { decimal } from '../commerce/money.ts'
import {
  discountOf,
  duties,
  financialStatus,
  orderTotals,
  shippingNet,
  shippingRefunded,
} from '../commerce/order-state.ts'
import { gatewayNames } from '../commerce/store-credit.ts'
import { type Customer, type DiscountApplication, gid, type Order, type Shop } from '../model.ts'
import { customerInOrder } from './customer-payload.ts'
import { allocationPayload, linePayload, taxLines } from './line-payload.ts'
import { refundPayload } from './refund-payload.ts'
import { addressPayload, localTime, type MoneySetOf, moneySetOf } from './shared.ts'

/** `customer` is the order's customer, or null for a guest and at the till. */
export function orderPayload(order: Order, customer: Customer | null, shop: Shop) {
  const money = moneySetOf(order.currency, order.presentment)
  const time = (at: string | null) => (at === null ? null : localTime(at, shop.timeZone))
  const address = order.shippingAddress ? addressPayload(order.shippingAddress) : null
  return {
    id: order.id,
    admin_graphql_api_id: gid('Order', order.id),
    app_id: null,
    browser_ip: null,
    buyer_accepts_marketing: customer?.acceptsMarketing ?? false,
    cancel_reason: order.cancelReason,
    cancelled_at: time(order.cancelledAt),
    cart_token: null,
    checkout_token: null,
    client_details: null,
    closed_at: time(order.closedAt),
    confirmation_number: order.token.slice(0, 9).toUpperCase(),
    confirmed: true,
    contact_email: order.email,
    created_at: time(order.createdAt),
    currency: order.currency,
    ...totalsPayload(order, money),
    customer_locale: order.locale,
    device_id: null,
    discount_codes: discountCodes(order),
    duties_included: false,
    email: order.email ?? '',
    estimated_taxes: false,
    financial_status: financialStatus(order),
    fulfillment_status: order.fulfilledAt ? 'fulfilled' : null,
    landing_site: null,
    landing_site_ref: null,
    location_id: order.source === 'pos' ? 71_000_000_001 : null,
    merchant_business_entity_id: 'MTU0ODM4MDAwOQ',
    merchant_of_record_app_id: null,
    name: order.name,
    note: order.note,
    note_attributes: [],
    number: order.number - 1000,
    order_number: order.number,
    order_status_url: `https://${shop.domain}/${shop.id}/orders/${order.token}/authenticate?key=${order.token.slice(0, 16)}`,
    payment_gateway_names: gatewayNames(order),
    phone: null,
    po_number: null,
    presentment_currency: order.presentment?.currency ?? order.currency,
    processed_at: time(order.processedAt),
    reference: null,
    referring_site: null,
    source_identifier: null,
    source_name: order.source,
    source_url: null,
    tags: order.tags.join(', '),
    tax_exempt: false,
    taxes_included: shop.taxesIncluded,
    test: order.test,
    token: order.token,
    total_weight: order.lines.reduce((sum, line) => sum + line.grams * line.quantity, 0),
    updated_at: time(order.updatedAt),
    user_id: null,
    billing_address: address,
    customer: customer ? customerInOrder(customer, shop) : null,
    discount_applications: order.discountApplications.map(applicationPayload),
    fulfillments: [],
    line_items: order.lines.map((line) => linePayload(order, line, money)),
    payment_terms: null,
    refunds: order.refunds.map((refund) => refundPayload(order, refund, money, shop)),
    shipping_address: address,
    shipping_lines: shippingLines(order, money),
    returns: [],
    line_item_groups: [],
  }
}

function totalsPayload(order: Order, money: MoneySetOf) {
  const totals = orderTotals(order)
  const pair = <Name extends string>(name: Name, amount: number) =>
    ({ [name]: decimal(amount), [`${name}_set`]: money(amount) }) as Record<Name | `${Name}_set`, unknown>
  const owedDuties = duties(order)
  return {
    current_shipping_price_set: money(totals.currentShipping),
    ...pair('current_subtotal_price', totals.currentSubtotal),
    current_total_additional_fees_set: null,
    ...pair('current_total_discounts', totals.currentDiscounts),
    current_total_duties_set: owedDuties > 0 ? money(owedDuties) : null,
    ...pair('current_total_price', totals.currentTotal),
    ...pair('current_total_tax', totals.currentTax),
    original_total_additional_fees_set: null,
    original_total_duties_set: owedDuties > 0 ? money(owedDuties) : null,
    ...pair('subtotal_price', totals.subtotal),
    tax_lines: taxSummary(order, money),
    total_cash_rounding_payment_adjustment_set: money(order.cashRounding),
    total_cash_rounding_refund_adjustment_set: money(order.refundCashRounding),
    ...pair('total_discounts', totals.discounts),
    ...pair('total_line_items_price', totals.lineItems),
    total_outstanding: decimal(totals.outstanding),
    ...pair('total_price', totals.total),
    total_shipping_price_set: money(totals.shipping),
    ...pair('total_tax', totals.tax),
    total_tip_received: decimal(order.tip),
  }
}

/** Tax lines of the whole order: one per rate. */
function taxSummary(order: Order, money: MoneySetOf) {
  const parts = new Map<string, number>()
  const add = (rate: string, price: number) => parts.set(rate, (parts.get(rate) ?? 0) + price)
  for (const line of order.lines) {
    if (line.addedByEditAt !== null || !line.taxable) continue
    for (const tax of taxLines(line.price * line.quantity - discountOf(line), line.taxRate, money)) {
      add(line.taxRate, Math.round(Number(tax.price) * 100))
    }
  }
  for (const line of order.shippingLines) {
    for (const tax of taxLines(shippingNet(line), line.taxRate, money)) {
      add(line.taxRate, Math.round(Number(tax.price) * 100))
    }
  }
  return [...parts].map(([rate, price]) => ({
    channel_liable: false,
    price: decimal(price),
    price_set: money(price),
    rate: Number(rate),
    title: 'DE MwSt',
  }))
}

function discountCodes(order: Order) {
  return order.discountApplications.flatMap((application, index) => {
    if (application.code === null) return []
    const amount = [...order.lines, ...order.shippingLines]
      .flatMap((line) => line.allocations)
      .reduce((sum, one) => sum + (one.applicationIndex === index ? one.amount : 0), 0)
    const type = application.targetType === 'shipping_line' ? 'shipping' : application.valueType
    return [{ code: application.code, amount: decimal(amount), type }]
  })
}

function applicationPayload(application: DiscountApplication) {
  return {
    target_type: application.targetType,
    type: application.kind === 'code' ? 'discount_code' : application.kind,
    value: application.value,
    value_type: application.valueType,
    allocation_method: application.allocationMethod,
    target_selection: application.targetSelection,
    ...(application.code === null ? { title: application.title } : { code: application.code }),
  }
}

function shippingLines(order: Order, money: MoneySetOf) {
  const refunded = shippingRefunded(order)
  return order.shippingLines.map((line) => {
    const net = shippingNet(line)
    return {
      id: line.id,
      carrier_identifier: null,
      code: line.title,
      current_discounted_price_set: money(net - refunded),
      discounted_price: decimal(net),
      discounted_price_set: money(net),
      is_removed: false,
      phone: null,
      price: decimal(line.price),
      price_set: money(line.price),
      requested_fulfillment_service_id: null,
      source: 'shopify',
      title: line.title,
      tax_lines: taxLines(net, line.taxRate, money),
      discount_allocations: line.allocations.map((one) => allocationPayload(one, money)),
    }
  })
}
