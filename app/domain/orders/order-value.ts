import { compareIds } from '../text/compare-ids.ts'
import type { LineFacts, OrderFacts, RefundFacts } from './order-facts.ts'
import { applyRefund, currentValue, openOrder } from './order-standing.ts'
import type { OrderValue, Ranked } from './value-parts.ts'
import type { WhatCounts } from './what-counts.ts'

/**
 * What of an order's money earns points, as it stands now: the qualifying value, part by part. It is a function
 * of the order's current state alone, in whole minor units, never below zero; a full refund leaves exactly zero.
 *
 * How money leaves an order:
 * - pieces removed by an edit (`currentQuantity` below what was ordered and not refunded) leave with their share
 *   of the line's price, as if they had never been ordered; the last piece takes the rest;
 * - a refund of lines takes what it says, at most what stands; when a line's last piece goes, all of it goes;
 * - a refund without lines takes from everything that could be refunded at that moment, pro rata: goods, gift
 *   cards, tax on top, shipping. What counts loses `floor(refunded × counting ÷ everything)`, where `refunded`
 *   is all that was refunded so since the last refund of lines, so that many small refunds take exactly what a
 *   single one takes. Money owed for pieces removed by an edit is given back first and takes nothing more;
 * - money that is still outstanding has never come in: it is missing from everything that stands, pro rata;
 * - whatever stands by all that, the shop has to have the money for it (`kept`): what goes beyond is missing from
 *   everything that stands, pro rata. So it is where goodwill and a later return give back more than was left.
 */
export type ZeroReason = 'test' | 'unpaid' | 'cancelled' | 'dispute-lost' | 'history'

/** Why the order as a whole is worth nothing, or null. */
export function worthless(facts: OrderFacts): ZeroReason | null {
  if (facts.test) return 'test'
  if (facts.cancelledAt !== null) return 'cancelled'
  if (!facts.paid) return 'unpaid'
  if (facts.dispute === 'lost') return 'dispute-lost'
  // Its value still climbs the ladder: weighedSteps() does not ask.
  if (facts.history) return 'history'
  return null
}

const EVEN: Ranked = { rank: 0 }
const evenly = () => EVEN

/** The qualifying value as it stands, whatever `worthless` says of the order. */
export function orderValue(facts: OrderFacts, counts: WhatCounts): OrderValue {
  return weighedValue(facts, counts, evenly)
}

/** The same, with the weight that `weigh` gives to each line (null: what is no goods). */
export function weighedValue<W extends Ranked>(
  facts: OrderFacts,
  counts: WhatCounts,
  weigh: (line: LineFacts | null) => W,
): OrderValue<W> {
  const state = openOrder(facts, counts, weigh)
  for (const refund of chronological(facts.refunds)) applyRefund(state, refund)
  return currentValue(state)
}

/**
 * The value as it stood from a moment on, oldest first, derived from the final state alone: the placed order at
 * `placedAt`, then every refund at its own time, then nothing from the cancellation on. Empty for orders that
 * never were anything: test, unpaid, or lost to a chargeback (that money never really came).
 */
export function weighedSteps<W extends Ranked>(
  facts: OrderFacts,
  counts: WhatCounts,
  weigh: (line: LineFacts | null) => W,
): { at: number; value: OrderValue<W> }[] {
  if (facts.test || !facts.paid || facts.dispute === 'lost') return []
  const state = openOrder(facts, counts, weigh)
  const steps = [{ at: facts.placedAt, value: currentValue(state) }]
  for (const refund of chronological(facts.refunds)) {
    applyRefund(state, refund)
    const at = Math.max(refund.at, facts.placedAt)
    const value = currentValue(state)
    if (steps.at(-1)?.at === at) steps.pop()
    steps.push({ at, value })
  }
  const { cancelledAt } = facts
  if (cancelledAt === null) return steps
  const before = steps.filter((step) => step.at < cancelledAt)
  return [
    ...before,
    { at: Math.max(cancelledAt, facts.placedAt), value: { total: 0, parts: [], leftOut: [] } },
  ]
}

/** `weighedSteps` with the totals only. */
export function valueSteps(facts: OrderFacts, counts: WhatCounts): { at: number; value: number }[] {
  return weighedSteps(facts, counts, evenly).map(({ at, value }) => ({ at, value: value.total }))
}

/** By time; refunds of the same moment by id, so that the order in which they are told does not matter. */
function chronological(refunds: readonly RefundFacts[]): readonly RefundFacts[] {
  if (refunds.length < 2) return refunds
  return [...refunds].sort((a, b) => a.at - b.at || compareIds(a.refundId, b.refundId))
}
