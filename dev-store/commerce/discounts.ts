/** Whether a discount may be used, and what it is worth. Pure. */
import type { Cents, DiscountClass, DiscountNode, IsoTime } from '../model.ts'
import { share, split } from './money.ts'

export type DiscountRefusal =
  | 'unknown'
  | 'not-started'
  | 'expired'
  | 'minimum'
  | 'customer'
  | 'used-up'
  | 'used-by-customer'
  | 'no-entitled-items'
  | 'not-combinable'

export interface PricedLine {
  productId: number
  variantId: number
  collectionIds: number[]
  giftCard: boolean
  price: Cents
  quantity: number
  /** Price × quantity minus what earlier discounts took. */
  remaining: Cents
}

export interface Buyer {
  customerId: number | null
  /** Segments that the customer belongs to. */
  segmentIds: number[]
}

export function discountClass(node: DiscountNode): DiscountClass {
  if (node.kind === 'free_shipping') return 'SHIPPING'
  return node.items.all ? 'ORDER' : 'PRODUCT'
}

export function discountStatus(
  node: Pick<DiscountNode, 'startsAt' | 'endsAt'>,
  at: IsoTime,
): 'SCHEDULED' | 'ACTIVE' | 'EXPIRED' {
  if (node.startsAt > at) return 'SCHEDULED'
  return node.endsAt !== null && node.endsAt <= at ? 'EXPIRED' : 'ACTIVE'
}

/** Gift cards are never discounted. */
export function isEntitled(node: DiscountNode, line: PricedLine): boolean {
  if (line.giftCard) return false
  // This shop sells nothing by subscription.
  if (node.purchases && !node.purchases.once) return false
  if (node.items.all || node.kind === 'free_shipping') return true
  return (
    node.items.productIds.includes(line.productId) ||
    node.items.variantIds.includes(line.variantId) ||
    line.collectionIds.some((id) => node.items.collectionIds.includes(id))
  )
}

/** Why the discount cannot be used now, or null. Minimums look at undiscounted prices of entitled lines. */
export function refusal(
  node: DiscountNode,
  lines: PricedLine[],
  buyer: Buyer,
  at: IsoTime,
): DiscountRefusal | null {
  const status = discountStatus(node, at)
  if (status === 'SCHEDULED') return 'not-started'
  if (status === 'EXPIRED') return 'expired'
  if (node.usageLimit !== null && node.uses.length >= node.usageLimit) return 'used-up'
  if (node.context.kind === 'customers' && !node.context.ids.includes(buyer.customerId ?? -1))
    return 'customer'
  if (node.context.kind === 'segments' && !node.context.ids.some((id) => buyer.segmentIds.includes(id)))
    return 'customer'
  if (node.oncePerCustomer && node.uses.some((use) => isSameBuyer(use.customerId, buyer))) {
    return 'used-by-customer'
  }
  const entitled = lines.filter((line) => isEntitled(node, line))
  if (entitled.length === 0) return 'no-entitled-items'
  return meetsMinimum(node, entitled) ? null : 'minimum'
}

function isSameBuyer(customerId: number | null, buyer: Buyer): boolean {
  return customerId !== null && customerId === buyer.customerId
}

function meetsMinimum(node: DiscountNode, entitled: PricedLine[]): boolean {
  if (!node.minimum) return true
  if (node.minimum.kind === 'quantity') {
    return entitled.reduce((sum, line) => sum + line.quantity, 0) >= node.minimum.quantity
  }
  return entitled.reduce((sum, line) => sum + line.price * line.quantity, 0) >= node.minimum.amount
}

const COMBINES = { ORDER: 'order', PRODUCT: 'product', SHIPPING: 'shipping' } as const

/** Both sides must allow the other's class. */
export function combine(one: DiscountNode, other: DiscountNode): boolean {
  return one.combinesWith[COMBINES[discountClass(other)]] && other.combinesWith[COMBINES[discountClass(one)]]
}

/**
 * What the discount takes off each line (same order as `lines`); never more than the line has left. The parts
 * of an amount spread over the order sum to exactly that amount, or to all that is left.
 */
export function takeOff(node: DiscountNode, lines: PricedLine[]): Cents[] {
  const weights = lines.map((line) => (isEntitled(node, line) ? line.remaining : 0))
  const available = weights.reduce((sum, weight) => sum + weight, 0)
  if (node.value.kind === 'percentage') {
    return split(Math.min(share(available, node.value.fraction), available), weights)
  }
  if (node.value.onEachItem) {
    const each = node.value.amount
    return lines.map((line, index) => Math.min(each * line.quantity, weights[index] ?? 0))
  }
  return split(Math.min(node.value.amount, available), weights)
}
