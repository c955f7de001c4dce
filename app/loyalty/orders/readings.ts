import { hash } from 'node:crypto'
import type { Source, Treatment } from '../../domain/orders/classify-reading.ts'
import type { LineFacts, OrderFacts } from '../../domain/orders/order-facts.ts'

/** One state of one order that somebody read. */
export type OrderReading = Source & { shopId: number; facts: OrderFacts }

/** Uncountable: its points are more than the book can hold, and the book has been left as it was. */
export interface Settled {
  outcome: Treatment['outcome'] | 'uncountable'
}

/** What a settlement did to one order in the book. */
export interface OrderChange {
  orderId: string
  name: string
  why: ChangeReason
  /** Points of the order in the book; null: it was unknown. */
  before: number | null
  after: number
  /** It belongs to another account than before. */
  moved: boolean
}

export type ChangeReason =
  | 'unknown'
  | 'moved'
  | 'taken-off'
  | 'cancelled'
  | 'paid'
  | 'unpaid'
  | 'refunded'
  | 'disputed'
  | 'edited'

/** The most telling difference between what was known of an order and what is. */
export function changeReason(before: OrderFacts | null, after: OrderFacts, moved: boolean): ChangeReason {
  if (before === null) return 'unknown'
  if (moved) return before.customerId !== null && after.customerId === null ? 'taken-off' : 'moved'
  if ((before.cancelledAt === null) !== (after.cancelledAt === null)) return 'cancelled'
  if (before.paid !== after.paid) return after.paid ? 'paid' : 'unpaid'
  if (repayments(before) !== repayments(after)) return 'refunded'
  if (before.dispute !== after.dispute) return 'disputed'
  return 'edited'
}

/** Shopify writes a refund also when an edit takes pieces out of an order that nobody is paid back for. */
const repayments = ({ refunds }: OrderFacts) => refunds.filter(({ withoutMoney }) => !withoutMoney).length

export function orderKey(shopId: number, orderId: string): string {
  return `${shopId}/${orderId}`
}

/**
 * 52 bits of a SHA-256 over what an order says of itself: equal for two deliveries of one state. Its time, and what
 * comes from elsewhere (product labels, disputes), are left out.
 */
export function factsDigest(facts: OrderFacts): number {
  const content = JSON.stringify([
    [facts.orderId, facts.name, facts.customerId, facts.guestHash, facts.currency, facts.source],
    [facts.placedAt, facts.cancelledAt, facts.test, facts.paid, facts.taxesIncluded],
    [facts.outstanding, facts.kept, facts.shipping, facts.shippingTax, facts.duties, facts.dutiesTax],
    [facts.tips, facts.cashRounding],
    facts.lines.map(contentOfLine),
    facts.refunds,
    facts.discountCodes,
    ...(facts.idleCodes ? [facts.idleCodes] : []),
  ])
  return Number.parseInt(hash('sha256', content).slice(0, 13), 16)
}

function contentOfLine(line: LineFacts): unknown[] {
  const { lineId, productId, title, giftCard, quantity, currentQuantity, net, tax } = line
  return [lineId, productId, title, giftCard, quantity, currentQuantity, net, tax]
}

/** Of several states of one order the newest; of the same second, one that was read rather than delivered. */
function supersedes(a: OrderReading, b: OrderReading): boolean {
  if (a.facts.updatedAt !== b.facts.updatedAt) return a.facts.updatedAt > b.facts.updatedAt
  return rank(a) > rank(b)
}

function rank(reading: OrderReading): number {
  return reading.origin === 'read' ? 2 : reading.origin === 'delivery' ? 1 : 0
}

export function newestOfEach(readings: OrderReading[]): Map<string, OrderReading> {
  const newest = new Map<string, OrderReading>()
  for (const reading of readings) {
    const key = orderKey(reading.shopId, reading.facts.orderId)
    const other = newest.get(key)
    if (!other || supersedes(reading, other)) newest.set(key, reading)
  }
  return newest
}

/** A reading that another one of the same batch was preferred to; of one second, nobody knows which is newer. */
export function outdone(
  reading: OrderReading,
  preferred: OrderReading,
  outcome: Settled['outcome'],
): Settled['outcome'] {
  if (outcome === 'superseded' || supersedes(preferred, reading)) return 'superseded'
  return factsDigest(reading.facts) === factsDigest(preferred.facts) ? 'unchanged' : 'in-doubt'
}
