/** One line of an order as in Shopify's webhooks. */
import { decimal, taxInside } from '../commerce/money.ts'
import { currentQuantity, netOf } from '../commerce/order-state.ts'
import { type DiscountAllocation, gid, type Order, type OrderLine } from '../model.ts'
import type { MoneySetOf } from './shared.ts'

const TAX_TITLE = 'DE MwSt'

export function taxLines(gross: number, rate: string, money: MoneySetOf) {
  if (Number(rate) === 0) return []
  const price = taxInside(gross, rate)
  return [
    {
      channel_liable: false,
      price: decimal(price),
      price_set: money(price),
      rate: Number(rate),
      title: TAX_TITLE,
    },
  ]
}

export function allocationPayload(allocation: DiscountAllocation, money: MoneySetOf) {
  return {
    amount: decimal(allocation.amount),
    amount_set: money(allocation.amount),
    discount_application_index: allocation.applicationIndex,
  }
}

export function linePayload(order: Order, line: OrderLine, money: MoneySetOf) {
  const left = currentQuantity(order, line)
  const fulfilled = order.fulfilledAt !== null && line.addedByEditAt === null
  return {
    id: line.id,
    admin_graphql_api_id: gid('LineItem', line.id),
    attributed_staffs: [],
    current_quantity: left,
    fulfillable_quantity: fulfilled ? 0 : left,
    fulfillment_service: 'manual',
    fulfillment_status: fulfilled ? 'fulfilled' : null,
    gift_card: line.giftCard,
    grams: line.grams,
    name: line.variantTitle ? `${line.title} - ${line.variantTitle}` : line.title,
    price: decimal(line.price),
    price_set: money(line.price),
    product_exists: line.productId !== null,
    product_id: line.productId,
    properties: line.properties,
    quantity: line.quantity,
    requires_shipping: line.requiresShipping,
    sales_line_item_group_id: null,
    sku: line.sku ?? '',
    taxable: line.taxable,
    title: line.title,
    // Only discounts on the line itself are counted here; codes stand in discount_allocations.
    total_discount: '0.00',
    total_discount_set: money(0),
    variant_id: line.variantId,
    variant_inventory_management: 'shopify',
    variant_title: line.variantTitle,
    vendor: line.vendor,
    tax_lines: line.taxable ? taxLines(netOf(line), line.taxRate, money) : [],
    duties: [],
    discount_allocations: line.allocations.map((one) => allocationPayload(one, money)),
  }
}
