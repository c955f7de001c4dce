import { createHash } from 'node:crypto'
import type { OrderFacts } from '../../domain/order-facts.ts'

/**
 * One state of one order that somebody read.
 * - delivery: a webhook's payload; two of the same second may differ, and then Shopify has to be asked;
 * - read: just read from the Admin API, newer than any delivery of the same second;
 * - again: what we hold already, to be judged anew (a program was published for the past, a dispute changed).
 */
export interface OrderReading {
  shopId: number
  facts: OrderFacts
  origin: 'delivery' | 'read' | 'again'
  /**
   * An order from before the first program, which the merchant takes over: judged by the first version, either with
   * its points or as history that counts towards tiers and is worth none. What a version has judged stays as it is.
   */
  past?: 'award' | 'history'
}

export type Settled = { outcome: 'settled' } | { outcome: 'unchanged' | 'superseded' | 'in-doubt' }

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
  | 'cancelled'
  | 'paid'
  | 'unpaid'
  | 'refunded'
  | 'disputed'
  | 'edited'

/** The most telling difference between what was known of an order and what is. */
export function changeReason(before: OrderFacts | null, after: OrderFacts, moved: boolean): ChangeReason {
  if (before === null) return 'unknown'
  if (moved) return 'moved'
  if ((before.cancelledAt === null) !== (after.cancelledAt === null)) return 'cancelled'
  if (before.paid !== after.paid) return after.paid ? 'paid' : 'unpaid'
  if (before.refunds.length !== after.refunds.length) return 'refunded'
  if (before.dispute !== after.dispute) return 'disputed'
  return 'edited'
}

export function orderKey(shopId: number, orderId: string): string {
  return `${shopId}/${orderId}`
}

/**
 * 52 bits of a SHA-256 over what an order says of itself: equal for two deliveries of one state. Its time, and what
 * comes from elsewhere (product labels, disputes), are left out.
 */
export function factsDigest(facts: OrderFacts): number {
  const { updatedAt: _, dispute: _d, history: _h, lines, ...rest } = facts
  const content = JSON.stringify([rest, lines.map(({ collections: _c, tags: _t, ...line }) => line)])
  return Number(createHash('sha256').update(content).digest().readBigUInt64BE() >> 12n)
}

/** Of several states of one order the newest; of the same second, one that was read rather than delivered. */
export function supersedes(a: OrderReading, b: OrderReading): boolean {
  if (a.facts.updatedAt !== b.facts.updatedAt) return a.facts.updatedAt > b.facts.updatedAt
  return rank(a) > rank(b)
}

function rank(reading: OrderReading): number {
  return reading.origin === 'read' ? 2 : reading.origin === 'delivery' ? 1 : 0
}
