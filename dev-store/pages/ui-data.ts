/** Carts and orders in the shape that the host of the UI extensions takes. */
import { netOf, orderTotals } from '../commerce/order-state.ts'
import type { Quote } from '../commerce/pricing.ts'
import type { DiscountAllocation, DiscountApplication, Locale, Order } from '../model.ts'
import type { Store } from '../store.ts'
import type { UiCheckout, UiDiscount, UiOrder } from '../ui-host/index.ts'
import type { ShopperSession } from './session.ts'

/** Splits what lines carry into discounts on one line and discounts on the whole cart. */
function discountsOf(
  applications: DiscountApplication[],
  allocations: DiscountAllocation[],
  whole: boolean,
): UiDiscount[] {
  return applications.flatMap((application, index) => {
    if ((application.targetSelection === 'all') !== whole || application.targetType !== 'line_item') return []
    const amount = allocations.reduce(
      (sum, one) => sum + (one.applicationIndex === index ? one.amount : 0),
      0,
    )
    return amount > 0 ? [{ amount, code: application.code, title: application.title }] : []
  })
}

const total = (discounts: UiDiscount[]) => discounts.reduce((sum, one) => sum + one.amount, 0)

export function quoteAsCheckout(
  store: Store,
  session: ShopperSession,
  quote: Quote,
  locale: Locale,
): UiCheckout {
  return {
    token: session.token,
    currency: store.shop.currency,
    lines: quote.lines.map(({ line, gross, allocations }) => {
      const discounts = discountsOf(quote.applications, allocations, false)
      return {
        id: String(line.variant.id),
        productId: line.product.id,
        variantId: line.variant.id,
        title: line.product.title[locale],
        variantTitle: line.product.variants.length > 1 ? line.variant.title[locale] : null,
        vendor: line.product.vendor,
        productType: line.product.productType,
        sku: line.variant.sku,
        quantity: line.quantity,
        requiresShipping: line.variant.requiresShipping,
        total: gross - total(discounts),
        discounts,
      }
    }),
    discountCodes: quote.applications.flatMap((one) => (one.code === null ? [] : [one.code])),
    discounts: discountsOf(
      quote.applications,
      quote.lines.flatMap((line) => line.allocations),
      true,
    ),
    subtotal: quote.subtotal,
    shipping: quote.shipping?.net ?? null,
    tax: quote.tax,
    total: quote.total,
    canUpdateDiscountCodes: true,
  }
}

export function orderAsCheckout(store: Store, order: Order): UiCheckout {
  const totals = orderTotals(order)
  return {
    token: order.token,
    currency: order.currency,
    lines: order.lines.map((line) => {
      const product = line.productId === null ? undefined : store.products.get(line.productId)
      const discounts = discountsOf(order.discountApplications, line.allocations, false)
      const whole = discountsOf(order.discountApplications, line.allocations, true)
      return {
        id: String(line.id),
        productId: line.productId ?? 0,
        variantId: line.variantId ?? 0,
        title: line.title,
        variantTitle: line.variantTitle,
        vendor: line.vendor ?? '',
        productType: product?.productType ?? '',
        sku: line.sku,
        quantity: line.quantity,
        requiresShipping: line.requiresShipping,
        total: netOf(line) + total(whole),
        discounts,
      }
    }),
    discountCodes: order.discountApplications.flatMap((one) => (one.code === null ? [] : [one.code])),
    discounts: discountsOf(
      order.discountApplications,
      order.lines.flatMap((line) => line.allocations),
      true,
    ),
    subtotal: totals.subtotal,
    shipping: order.shippingLines.length > 0 ? totals.shipping : null,
    tax: totals.tax,
    total: totals.total,
    canUpdateDiscountCodes: false,
  }
}

export function uiOrder(store: Store, order: Order): UiOrder {
  const earlier =
    order.customerId !== null && store.ordersOf(order.customerId).some((one) => one.number < order.number)
  return {
    id: order.id,
    name: order.name,
    confirmationNumber: order.token.slice(0, 9).toUpperCase(),
    isFirstOrder: !earlier,
    processedAt: order.processedAt,
    cancelledAt: order.cancelledAt,
  }
}
