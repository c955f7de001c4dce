import type { LeftOrder, LineFacts, OrderFacts, RefundFacts } from '../../domain/orders/order-facts.ts'
import { sameCode } from '../../domain/rewards/code-standing.ts'
import { type AdminGraphql, askAdmin } from '../ask-admin.ts'
import { gidOf } from '../gid.ts'
import type { LineFieldsFragment, OrderFieldsFragment } from '../graphql/generated/types.ts'
import { OrderById } from '../graphql/orders.ts'
import { clipped, id, minor, text, time } from '../payload.ts'
import { guestHash, withIdleCodes } from './order-from-webhook.ts'
import { dutiesTax, movedBy, paymentsOf, refundsBack } from './order-money.ts'
import { type ReadLine, withoutTipLines } from './tip-lines.ts'
import { wholeOrder } from './whole-order.ts'

export interface ReadOrder {
  facts: OrderFacts
  /** Chargebacks of the order; inquiries are none. */
  disputes: { disputeId: string; standing: 'open' | 'won' | 'lost' }[]
}

/** The order as it stands in Shopify now; null when it was deleted. */
export async function readOrder(
  graphql: AdminGraphql,
  orderId: string,
  shopId: number,
): Promise<ReadOrder | null> {
  const { order } = await askAdmin(graphql, OrderById, { id: gidOf('Order', orderId) })
  return order && orderFromGraphql(await wholeOrder(graphql, order), shopId)
}

export interface ReadOrders {
  orders: ReadOrder[]
  /** Those that say something else than an order can, or that Shopify does not hand out. */
  left: LeftOrder[]
}

/** An order that cannot be read is left out, with why, and those beside it are read. */
export function eachFromGraphql(orders: readonly OrderFieldsFragment[], shopId: number): ReadOrders {
  const read: ReadOrders = { orders: [], left: [] }
  for (const order of orders) {
    try {
      read.orders.push(orderFromGraphql(order, shopId))
    } catch (error) {
      const { message } = error as Error
      read.left.push({
        orderId: id(order.id, 'id'),
        name: clipped(text(order.name, 'name', ''), 60),
        problem: message,
      })
    }
  }
  return read
}

/** The same facts that the order's webhook carries. */
export function orderFromGraphql(order: OrderFieldsFragment, shopId: number): ReadOrder {
  const currency = order.currencyCode
  const money = (set: { shopMoney: { amount: string } } | null) =>
    set ? minor(set.shopMoney.amount, 'amount', currency) : 0
  const updatedAt = time(order.updatedAt, 'updatedAt')
  const status = (order.displayFinancialStatus ?? 'PENDING').toLowerCase()
  const { taxesIncluded } = order
  const refunds = refundsOf(order, money)
  const parts = {
    taxesIncluded,
    ...withoutTipLines(
      order.lineItems.nodes.map((line) => lineOf(line, money)),
      refunds.map(({ shippingTax: _, ...refund }) => refund),
      money(order.totalTipReceivedSet),
      taxesIncluded,
    ),
    ...shippingOf(order, refunds, money),
    ...dutiesOf(order, money),
  }
  const sums = {
    total: money(order.currentTotalPriceSet),
    outstanding: money(order.totalOutstandingSet),
    changed: updatedAt > time(order.createdAt, 'createdAt'),
  }
  const facts: OrderFacts = {
    orderId: id(order.id, 'id'),
    name: clipped(text(order.name, 'name'), 60),
    customerId: order.customer ? id(order.customer.id, 'customer.id') : null,
    guestHash: order.customer ? null : guestHash(shopId, order.email),
    currency,
    updatedAt,
    placedAt: time(order.processedAt, 'processedAt'),
    test: order.test,
    ...paymentsOf(status, sums, parts),
    cancelledAt: order.cancelledAt
      ? time(order.cancelledAt, 'cancelledAt')
      : status === 'voided' || status === 'expired'
        ? updatedAt
        : null,
    dispute: 'none',
    source: clipped(text(order.sourceName, 'sourceName', 'web'), 60),
    ...parts,
    cashRounding:
      money(order.totalCashRoundingAdjustment.paymentSet) +
      money(order.totalCashRoundingAdjustment.refundSet),
    ...codesOf(order, money),
  }
  return { facts, disputes: order.disputes.flatMap(disputeOf) }
}

/** What a code took off lies spread over the lines and the shipping. */
function codesOf(order: OrderFieldsFragment, money: Money): Pick<OrderFacts, 'discountCodes' | 'idleCodes'> {
  const allocations = [...order.lineItems.nodes, ...order.shippingLines.nodes].flatMap(
    (line) => line.discountAllocations,
  )
  const codes = order.discountCodes.map((code) => ({
    code,
    idle: !allocations.some(
      ({ allocatedAmountSet, discountApplication: by }) =>
        'code' in by && sameCode(by.code, code) && money(allocatedAmountSet) !== 0,
    ),
  }))
  return withIdleCodes(codes)
}

type Money = (set: { shopMoney: { amount: string } } | null) => number

function lineOf(line: LineFieldsFragment, money: Money): ReadLine {
  const sum = (sets: { shopMoney: { amount: string } }[]) =>
    sets.reduce((total, set) => total + money(set), 0)
  const gross = money(line.originalUnitPriceSet) * line.quantity
  const facts: LineFacts = {
    lineId: id(line.id, 'lineItem.id'),
    productId: line.product ? id(line.product.id, 'product.id') : null,
    title: clipped(text(line.title, 'lineItem.title'), 200),
    giftCard: line.isGiftCard,
    quantity: line.quantity,
    currentQuantity: line.currentQuantity,
    net: Math.max(0, gross - sum(line.discountAllocations.map((part) => part.allocatedAmountSet))),
    tax: sum(line.taxLines.map((tax) => tax.priceSet)),
    collections: [],
    tags: [],
  }
  return { facts, markedAsTip: false, bare: !line.vendor && !line.sku && !line.requiresShipping }
}

type ReadRefund = RefundFacts & { shippingTax: number }

function refundsOf(order: OrderFieldsFragment, money: Money): ReadRefund[] {
  const inOrder = order.refunds
    .map((refund) => ({ refund, at: time(refund.createdAt ?? order.updatedAt, 'refund.createdAt') }))
    .sort((a, b) => a.at - b.at)
  const backOf = refundsBack(order.taxesIncluded)
  return inOrder.map(({ refund, at }) => {
    const lines = refund.refundLineItems.nodes.map((line) => ({
      lineId: id(line.lineItem.id, 'refundLineItem.lineItem.id'),
      quantity: line.quantity,
      net: Math.max(0, money(line.subtotalSet)),
      tax: Math.max(0, money(line.totalTaxSet)),
    }))
    const discrepancy = refund.orderAdjustments.nodes.reduce(
      (sum, part) => sum + money(part.amountSet) + money(part.taxAmountSet),
      0,
    )
    const shippingLines = refund.refundShippingLines.nodes
    const shipping = shippingLines.reduce((sum, line) => sum + money(line.subtotalAmountSet), 0)
    const tax = shippingLines.reduce((sum, line) => sum + money(line.taxAmountSet), 0)
    const moved = movedBy(refund.transactions.nodes.map(({ status }) => status.toLowerCase()))
    return {
      refundId: id(refund.id, 'refund.id'),
      at,
      lines,
      ...backOf({ lines, shipping: Math.max(0, shipping), discrepancy, moved }),
      shippingTax: moved === 'failed' ? 0 : Math.max(0, tax),
    }
  })
}

function dutiesOf(order: OrderFieldsFragment, money: Money) {
  const duties = money(order.currentTotalDutiesSet)
  const charged = { duties: 0, tax: 0 }
  for (const duty of order.lineItems.nodes.flatMap((line) => line.duties)) {
    charged.duties += money(duty.price)
    for (const tax of duty.taxLines) charged.tax += money(tax.priceSet)
  }
  return { duties, dutiesTax: dutiesTax(duties, charged) }
}

function shippingOf(order: OrderFieldsFragment, refunds: ReadRefund[], money: Money) {
  const lines = order.shippingLines.nodes.filter((line) => !line.isRemoved)
  const shipping = lines.reduce((sum, line) => sum + money(line.discountedPriceSet), 0)
  const tax = lines.flatMap((line) => line.taxLines).reduce((sum, line) => sum + money(line.priceSet), 0)
  const back = refunds.reduce((sum, refund) => sum + refund.shipping, 0)
  const taxBack = refunds.reduce((sum, refund) => sum + refund.shippingTax, 0)
  return { shipping: Math.max(0, shipping - back), shippingTax: Math.max(0, tax - taxBack) }
}

function disputeOf(dispute: OrderFieldsFragment['disputes'][number]): ReadOrder['disputes'] {
  if (dispute.initiatedAs === 'INQUIRY') return []
  const standing =
    dispute.status === 'WON' || dispute.status === 'PREVENTED'
      ? 'won'
      : dispute.status === 'NEEDS_RESPONSE' || dispute.status === 'UNDER_REVIEW'
        ? 'open'
        : 'lost'
  return [{ disputeId: id(dispute.id, 'dispute.id'), standing }]
}
