/** Orders, lines, refunds, transactions. */
import { taxInside } from '../../commerce/money.ts'
import {
  currentQuantity,
  discountOf,
  duties,
  financialStatus,
  netOf,
  orderTotals,
  shippingNet,
  shippingRefunded,
} from '../../commerce/order-state.ts'
import { gatewayNames } from '../../commerce/store-credit.ts'
import {
  type Cents,
  type DiscountAllocation,
  type DiscountApplication,
  gid,
  type Order,
  type OrderLine,
  type Refund,
  type ShippingLine,
  type Transaction,
} from '../../model.ts'
import { connection, type PageArguments } from '../connection.ts'
import type { ApiContext, Presented } from '../context.ts'
import type { SearchFields } from '../search.ts'
import { presentProduct, presentVariant } from './catalogue.ts'
import { presentCustomer } from './customer.ts'
import { metafieldFields } from './metafield.ts'
import { moneyBag, moneyV2 } from './money.ts'

export const ORDER_SEARCH: SearchFields<Order> = {
  id: (row) => row.id,
  name: (row) => [row.name, row.name.replace('#', '')],
  customer_id: (row) => row.customerId,
  email: (row) => row.email,
  created_at: (row) => row.createdAt,
  processed_at: (row) => row.processedAt,
  updated_at: (row) => row.updatedAt,
  financial_status: (row) => financialStatus(row),
  fulfillment_status: (row) => (row.fulfilledAt ? 'fulfilled' : 'unfulfilled'),
  status: (row) => (row.cancelledAt ? 'cancelled' : row.closedAt ? 'closed' : 'open'),
  discount_code: (row) => row.discountApplications.flatMap((one) => one.code ?? []),
  source_name: (row) => row.source,
  tag: (row) => row.tags,
  test: (row) => row.test,
}

export const orderText = (row: Order) => `${row.name} ${row.email ?? ''}`

export const ORDER_SORT: Record<string, (row: Order) => string | number> = {
  ID: (row) => row.id,
  CREATED_AT: (row) => row.createdAt,
  PROCESSED_AT: (row) => row.processedAt,
  UPDATED_AT: (row) => row.updatedAt,
  ORDER_NUMBER: (row) => row.number,
  TOTAL_PRICE: (row) => orderTotals(row).total,
}

export function presentOrder(row: Order): Presented {
  const bag = (cents: Cents) => moneyBag(cents, row.currency, row.presentment)
  return {
    __typename: 'Order',
    id: gid('Order', row.id),
    legacyResourceId: String(row.id),
    name: row.name,
    number: row.number,
    email: row.email,
    test: row.test,
    note: row.note,
    tags: row.tags,
    sourceName: row.source,
    currencyCode: row.currency,
    presentmentCurrencyCode: row.presentment?.currency ?? row.currency,
    customerLocale: row.locale,
    paymentGatewayNames: gatewayNames(row),
    confirmed: true,
    confirmationNumber: row.token.slice(0, 9).toUpperCase(),
    edited: row.edits.length > 0,
    closed: row.closedAt !== null,
    closedAt: row.closedAt,
    cancelledAt: row.cancelledAt,
    cancelReason: row.cancelReason?.toUpperCase() ?? null,
    createdAt: row.createdAt,
    processedAt: row.processedAt,
    updatedAt: row.updatedAt,
    taxesIncluded: (_: unknown, { shop }: ApiContext) => shop.taxesIncluded,
    taxExempt: false,
    displayFinancialStatus: () => financialStatus(row).toUpperCase(),
    displayFulfillmentStatus: row.fulfilledAt ? 'FULFILLED' : 'UNFULFILLED',
    returnStatus: 'NO_RETURN',
    fullyPaid: () => orderTotals(row).outstanding <= 0,
    unpaid: () => orderTotals(row).received === 0,
    canMarkAsPaid: () => row.cancelledAt === null && orderTotals(row).outstanding > 0,
    discountCodes: row.discountApplications.flatMap((one) => one.code ?? []),
    discountCode: row.discountApplications.find((one) => one.code !== null)?.code ?? null,
    discountApplications: (args: PageArguments) =>
      connection(
        row.discountApplications.map((application, id) => ({ id, application })),
        args,
        ({ application, id }) => presentApplication(application, id, row.currency),
      ),
    customer: (_: unknown, { store }: ApiContext) => {
      const customer = row.customerId === null ? undefined : store.customer(row.customerId)
      return customer ? presentCustomer(customer) : null
    },
    lineItems: (args: PageArguments) => connection(row.lines, args, (line) => presentLine(row, line)),
    shippingLine: () => (row.shippingLines[0] ? presentShippingLine(row, row.shippingLines[0]) : null),
    shippingLines: (args: PageArguments) =>
      connection(row.shippingLines, args, (line) => presentShippingLine(row, line)),
    refunds: ({ first }: { first?: number | null }) =>
      row.refunds.slice(0, first ?? row.refunds.length).map((refund) => presentRefund(row, refund)),
    transactions: ({ first }: { first?: number | null }) =>
      row.transactions.slice(0, first ?? row.transactions.length).map((one) => presentTransaction(row, one)),
    disputes: row.disputes.map((dispute) => ({
      __typename: 'OrderDisputeSummary',
      id: gid('ShopifyPaymentsDispute', dispute.id),
      initiatedAs: dispute.type.toUpperCase(),
      status: dispute.status.toUpperCase(),
    })),
    ...totals(row, bag),
    ...metafieldFields('ORDER', row.id),
  }
}

type BagOf = (cents: Cents) => ReturnType<typeof moneyBag>

function totals(row: Order, bag: BagOf) {
  const of = (pick: (all: ReturnType<typeof orderTotals>) => Cents) => () => bag(pick(orderTotals(row)))
  const owedDuties = duties(row)
  return {
    subtotalPriceSet: of((all) => all.subtotal),
    totalPriceSet: of((all) => all.total),
    originalTotalPriceSet: of((all) => all.total),
    totalDiscountsSet: of((all) => all.discounts),
    totalTaxSet: of((all) => all.tax),
    totalShippingPriceSet: of((all) => all.shipping),
    currentSubtotalPriceSet: of((all) => all.currentSubtotal),
    currentShippingPriceSet: of((all) => all.currentShipping),
    currentTotalPriceSet: of((all) => all.currentTotal),
    currentTotalDiscountsSet: of((all) => all.currentDiscounts),
    currentTotalTaxSet: of((all) => all.currentTax),
    totalReceivedSet: of((all) => all.received),
    totalRefundedSet: of((all) => all.refunded),
    netPaymentSet: of((all) => all.received - all.refunded),
    totalOutstandingSet: of((all) => all.outstanding),
    totalRefundedShippingSet: () => bag(shippingRefunded(row)),
    totalTipReceivedSet: bag(row.tip),
    currentTotalDutiesSet: owedDuties > 0 ? bag(owedDuties) : null,
    originalTotalDutiesSet: owedDuties > 0 ? bag(owedDuties) : null,
    currentTotalAdditionalFeesSet: null,
    totalCashRoundingAdjustment: {
      __typename: 'CashRoundingAdjustment',
      paymentSet: bag(row.cashRounding),
      refundSet: bag(row.refundCashRounding),
    },
  }
}

export function presentLine(order: Order, row: OrderLine): Presented {
  const bag = (cents: Cents) => moneyBag(cents, order.currency, order.presentment)
  const left = () => currentQuantity(order, row)
  return {
    __typename: 'LineItem',
    id: gid('LineItem', row.id),
    title: row.title,
    variantTitle: row.variantTitle,
    name: row.variantTitle ? `${row.title} - ${row.variantTitle}` : row.title,
    sku: row.sku,
    vendor: row.vendor,
    quantity: row.quantity,
    currentQuantity: left,
    refundableQuantity: left,
    unfulfilledQuantity: () => (order.fulfilledAt ? 0 : left()),
    nonFulfillableQuantity: 0,
    isGiftCard: row.giftCard,
    taxable: row.taxable,
    requiresShipping: row.requiresShipping,
    restockable: true,
    merchantEditable: order.cancelledAt === null,
    customAttributes: row.properties.map(({ name, value }) => ({
      __typename: 'Attribute',
      key: name,
      value,
    })),
    product: (_: unknown, { store }: ApiContext) => {
      const product = row.productId === null ? undefined : store.products.get(row.productId)
      return product ? presentProduct(product) : null
    },
    variant: (_: unknown, { store }: ApiContext) => {
      const product = row.productId === null ? undefined : store.products.get(row.productId)
      const variant = product?.variants.find((one) => one.id === row.variantId)
      return product && variant ? presentVariant(product, variant) : null
    },
    originalUnitPriceSet: bag(row.price),
    originalTotalSet: bag(row.price * row.quantity),
    totalDiscountSet: bag(discountOf(row)),
    discountedTotalSet: ({ withCodeDiscounts }: { withCodeDiscounts?: boolean | null }) => {
      const counted = row.allocations.filter(
        (one) => withCodeDiscounts || order.discountApplications[one.applicationIndex]?.kind !== 'code',
      )
      return bag(row.price * row.quantity - counted.reduce((sum, one) => sum + one.amount, 0))
    },
    discountAllocations: row.allocations.map((one) => presentAllocation(order, one)),
    taxLines: presentTaxLines(order, row.taxable ? netOf(row) : 0, row.taxRate),
    duties: [],
  }
}

function presentTaxLines(order: Order, gross: Cents, rate: string): Presented[] {
  if (gross === 0 || Number(rate) === 0) return []
  const tax = taxInside(gross, rate)
  return [
    {
      __typename: 'TaxLine',
      title: 'DE MwSt',
      rate: Number(rate),
      ratePercentage: Number((Number(rate) * 100).toFixed(4)),
      priceSet: moneyBag(tax, order.currency, order.presentment),
      channelLiable: false,
      source: null,
    },
  ]
}

function presentAllocation(order: Order, allocation: DiscountAllocation): Presented {
  return {
    __typename: 'DiscountAllocation',
    allocatedAmountSet: moneyBag(allocation.amount, order.currency, order.presentment),
    discountApplication: () => {
      const application = order.discountApplications[allocation.applicationIndex]
      return application ? presentApplication(application, allocation.applicationIndex, order.currency) : null
    },
  }
}

const APPLICATION_TYPES = {
  code: 'DiscountCodeApplication',
  automatic: 'AutomaticDiscountApplication',
  manual: 'ManualDiscountApplication',
} as const

function presentApplication(row: DiscountApplication, index: number, currency: string): Presented {
  return {
    __typename: APPLICATION_TYPES[row.kind],
    index,
    code: row.code,
    title: row.title,
    description: null,
    allocationMethod: row.allocationMethod.toUpperCase(),
    targetSelection: row.targetSelection.toUpperCase(),
    targetType: row.targetType.toUpperCase(),
    value:
      row.valueType === 'percentage'
        ? { __typename: 'PricingPercentageValue', percentage: Number(row.value) }
        : moneyV2(Math.round(Number(row.value) * 100), currency),
  }
}

function presentShippingLine(order: Order, row: ShippingLine): Presented {
  const bag = (cents: Cents) => moneyBag(cents, order.currency, order.presentment)
  const refunded = order.refunds
    .flatMap((refund) => refund.shippingLines)
    .reduce((sum, line) => (line.shippingLineId === row.id ? sum + line.amount : sum), 0)
  return {
    __typename: 'ShippingLine',
    id: gid('ShippingLine', row.id),
    title: row.title,
    code: row.title,
    source: 'shopify',
    custom: false,
    isRemoved: false,
    originalPriceSet: bag(row.price),
    discountedPriceSet: bag(shippingNet(row)),
    currentDiscountedPriceSet: bag(shippingNet(row) - refunded),
    discountAllocations: row.allocations.map((one) => presentAllocation(order, one)),
    taxLines: presentTaxLines(order, shippingNet(row), row.taxRate),
  }
}

export function presentRefund(order: Order, row: Refund): Presented {
  const bag = (cents: Cents) => moneyBag(cents, order.currency, order.presentment)
  const money = order.transactions.filter((one) => row.transactionIds.includes(one.id))
  const refunded = money.reduce((sum, one) => sum + (one.status === 'success' ? one.amount : 0), 0)
  return {
    __typename: 'Refund',
    id: gid('Refund', row.id),
    legacyResourceId: String(row.id),
    createdAt: row.createdAt,
    processedAt: row.createdAt,
    updatedAt: row.createdAt,
    note: row.note,
    order: () => presentOrder(order),
    totalRefundedSet: bag(refunded),
    duties: [],
    refundLineItems: (args: PageArguments) =>
      connection(row.lines, args, (line) => ({
        __typename: 'RefundLineItem',
        id: gid('RefundLineItem', line.id),
        quantity: line.quantity,
        lineItem: () => {
          const orderLine = order.lines.find((one) => one.id === line.lineId)
          return orderLine ? presentLine(order, orderLine) : null
        },
        subtotalSet: bag(line.subtotal),
        priceSet: bag(line.quantity === 0 ? 0 : Math.round(line.subtotal / line.quantity)),
        totalTaxSet: bag(line.tax),
        restockType: line.restockType.toUpperCase(),
        restocked: line.restockType !== 'no_restock',
        location: null,
      })),
    orderAdjustments: (args: PageArguments) =>
      connection(row.adjustments, args, (one) => ({
        __typename: 'OrderAdjustment',
        id: gid('OrderAdjustment', one.id),
        amountSet: bag(one.amount),
        taxAmountSet: bag(one.tax),
        reason:
          one.reason === 'Pending refund discrepancy' ? 'PENDING_REFUND_DISCREPANCY' : 'REFUND_DISCREPANCY',
      })),
    refundShippingLines: (args: PageArguments) =>
      connection(row.shippingLines, args, (one) => ({
        __typename: 'RefundShippingLine',
        id: gid('RefundShippingLine', one.id),
        shippingLine: () => {
          const line = order.shippingLines.find((each) => each.id === one.shippingLineId)
          return line ? presentShippingLine(order, line) : null
        },
        subtotalAmountSet: bag(one.amount),
        taxAmountSet: bag(one.tax),
      })),
    transactions: (args: PageArguments) => connection(money, args, (one) => presentTransaction(order, one)),
  }
}

export function presentTransaction(order: Order, row: Transaction): Presented {
  return {
    __typename: 'OrderTransaction',
    id: gid('OrderTransaction', row.id),
    kind: row.kind.toUpperCase(),
    status: row.status.toUpperCase(),
    gateway: row.gateway,
    formattedGateway: row.gateway,
    amountSet: moneyBag(row.amount, order.currency, order.presentment),
    amountRoundingSet: row.rounding === 0 ? null : moneyBag(row.rounding, order.currency, order.presentment),
    createdAt: row.createdAt,
    processedAt: row.createdAt,
    test: order.test,
    errorCode: null,
    parentTransaction: () => {
      const parent = order.transactions.find((one) => one.id === row.parentId)
      return parent ? presentTransaction(order, parent) : null
    },
    order: () => presentOrder(order),
  }
}
