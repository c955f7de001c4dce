/** Refunds and transactions as they stand in an order's webhook. */
import { decimal } from '../commerce/money.ts'
import { shippingNet } from '../commerce/order-state.ts'
import { STORE_CREDIT } from '../commerce/store-credit.ts'
import { gid, type Order, type Refund, type Shop, type Transaction } from '../model.ts'
import { linePayload } from './line-payload.ts'
import { localTime, type MoneySetOf, moneySetOf } from './shared.ts'

export function refundPayload(order: Order, refund: Refund, money: MoneySetOf, shop: Shop) {
  return {
    id: refund.id,
    order_id: order.id,
    created_at: localTime(refund.createdAt, shop.timeZone),
    note: refund.note,
    user_id: null,
    processed_at: localTime(refund.createdAt, shop.timeZone),
    duties: [],
    total_duties_set: money(0),
    return: null,
    refund_shipping_lines: refund.shippingLines.map((line) => ({
      id: line.id,
      full_refund: line.amount === order.shippingLines.reduce((sum, one) => sum + shippingNet(one), 0),
      shipping_line_id: line.shippingLineId,
      subtotal_amount_set: money(line.amount),
      tax_amount_set: money(line.tax),
    })),
    restock: refund.lines.some((line) => line.restockType !== 'no_restock'),
    admin_graphql_api_id: gid('Refund', refund.id),
    order_adjustments: refund.adjustments.map((one) => ({
      id: one.id,
      order_id: order.id,
      refund_id: refund.id,
      amount: decimal(one.amount),
      tax_amount: decimal(one.tax),
      kind: one.kind,
      reason: one.reason,
      amount_set: money(one.amount),
      tax_amount_set: money(one.tax),
    })),
    refund_line_items: refund.lines.map((line) => {
      const orderLine = order.lines.find((one) => one.id === line.lineId)
      return {
        id: line.id,
        quantity: line.quantity,
        line_item_id: line.lineId,
        location_id: null,
        restock_type: line.restockType,
        subtotal: line.subtotal / 100,
        total_tax: line.tax / 100,
        subtotal_set: money(line.subtotal),
        total_tax_set: money(line.tax),
        line_item: orderLine ? linePayload(order, orderLine, money) : null,
      }
    }),
    transactions: order.transactions
      .filter((one) => refund.transactionIds.includes(one.id))
      .map((one) => transactionPayload(order, one, shop)),
  }
}

export function transactionPayload(order: Order, transaction: Transaction, shop: Shop) {
  const manual = transaction.gateway !== 'shopify_payments' && transaction.gateway !== STORE_CREDIT
  return {
    id: transaction.id,
    order_id: order.id,
    kind: transaction.kind,
    gateway: transaction.gateway,
    status: transaction.status,
    message: null,
    created_at: localTime(transaction.createdAt, shop.timeZone),
    test: order.test,
    authorization: null,
    location_id: null,
    user_id: null,
    parent_id: transaction.parentId,
    processed_at: localTime(transaction.createdAt, shop.timeZone),
    device_id: null,
    error_code: null,
    source_name: order.source,
    receipt: {},
    amount: decimal(transaction.amount),
    currency: order.currency,
    total_unsettled_set: unsettled(order, transaction),
    payment_id: `${order.name}.${transaction.id}`,
    manual_payment_gateway: manual,
    amount_rounding: transaction.rounding === 0 ? null : decimal(transaction.rounding),
    admin_graphql_api_id: gid('OrderTransaction', transaction.id),
  }
}

/** The one money set whose parts say `currency` instead of `currency_code`. */
function unsettled(order: Order, transaction: Transaction) {
  const amount = transaction.status === 'pending' ? transaction.amount : 0
  const { shop_money, presentment_money } = moneySetOf(order.currency, order.presentment)(amount)
  return {
    presentment_money: { amount: presentment_money.amount, currency: presentment_money.currency_code },
    shop_money: { amount: shop_money.amount, currency: shop_money.currency_code },
  }
}
