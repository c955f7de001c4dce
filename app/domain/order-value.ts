import { proportionFloor } from './decimal.ts'
import type { LineFacts, OrderFacts, RefundFacts } from './order-facts.ts'
import type { EarningRule } from './program.ts'

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
 *   single one takes. Money owed for pieces removed by an edit is given back first and takes nothing more.
 */
export type PartKind = 'line' | 'shipping' | 'duties' | 'tips' | 'cash-rounding'

/** Something the rules attach to a part; the rank decides who gives up the odd minor unit of a split first. */
export interface Ranked {
  /** Parts of a higher rank give first, so that a further refund can never raise a weighted sum. */
  rank: number
}

export interface ValuePart<W extends Ranked = Ranked> {
  kind: PartKind
  /** The goods; null for shipping, duties, tips and cash rounding. */
  line: LineFacts | null
  /** Minor units that stand and count. Only cash rounding can be negative. */
  amount: number
  weight: W
}

export type LeftOutCode =
  | 'gift-card'
  | 'tax-on-top'
  | 'shipping'
  | 'duties'
  | 'tips'
  | 'cash-rounding'
  | 'removed'
  | 'refunded'
  | 'refunded-without-lines'

export interface LeftOut {
  code: LeftOutCode
  /** The line it was left out of, if it was one line's. */
  line?: string
  /** Minor units. */
  amount: number
}

export interface OrderValue<W extends Ranked = Ranked> {
  /** The sum of the parts, minor units, ≥ 0. */
  total: number
  parts: ValuePart<W>[]
  leftOut: LeftOut[]
}

export type ZeroReason = 'test' | 'unpaid' | 'cancelled' | 'dispute-lost'

/** Why the order as a whole is worth nothing, or null. */
export function worthless(facts: OrderFacts): ZeroReason | null {
  if (facts.test) return 'test'
  if (facts.cancelledAt !== null) return 'cancelled'
  if (!facts.paid) return 'unpaid'
  if (facts.dispute === 'lost') return 'dispute-lost'
  return null
}

const EVEN: Ranked = { rank: 0 }
const evenly = () => EVEN

/** The qualifying value as it stands, whatever `worthless` says of the order. */
export function orderValue(facts: OrderFacts, counts: EarningRule['counts']): OrderValue {
  return weighedValue(facts, counts, evenly)
}

/** The same, with the weight that `weigh` gives to each line (null: what is no goods). */
export function weighedValue<W extends Ranked>(
  facts: OrderFacts,
  counts: EarningRule['counts'],
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
  counts: EarningRule['counts'],
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
export function valueSteps(
  facts: OrderFacts,
  counts: EarningRule['counts'],
): { at: number; value: number }[] {
  return weighedSteps(facts, counts, evenly).map(({ at, value }) => ({ at, value: value.total }))
}

/** A sum of money inside the order that stands or leaves as one. */
interface Slot<W> {
  kind: PartKind | 'tax'
  line: LineFacts | null
  counts: boolean
  weight: W
  /** Minor units as ordered. */
  ordered: number
  /** Minor units at the last refund of lines; what refunds without lines took since is not yet subtracted. */
  amount: number
  removed: number
  refunded: number
}

interface LineState<W> {
  goods: Slot<W>
  /** Tax on top that does not count; it matters for what a refund without lines can take. */
  tax: Slot<W> | null
  pieces: number
}

interface OrderState<W extends Ranked> {
  facts: OrderFacts
  slots: Slot<W>[]
  lines: LineState<W>[]
  shipping: Slot<W> | null
  /** Cash rounding that counts and lowers the price; ≤ 0, outside all splits. */
  roundedOff: { amount: number; weight: W } | null
  /** Refunded without lines since the last refund of lines. */
  taken: number
  /** Money for pieces removed by an edit that has not been given back yet. */
  owed: number
  /** Slots in the order in which splits run through them; made when first needed. */
  order: Slot<W>[] | null
}

function openOrder<W extends Ranked>(
  facts: OrderFacts,
  counts: EarningRule['counts'],
  weigh: (line: LineFacts | null) => W,
): OrderState<W> {
  const state: OrderState<W> = {
    facts,
    slots: [],
    lines: [],
    shipping: null,
    roundedOff: null,
    taken: 0,
    owed: 0,
    order: null,
  }
  const countsTax = facts.taxesIncluded || counts.taxOnTop
  for (const line of facts.lines) openLine(state, line, countsTax, weigh(line))
  openExtras(state, counts, countsTax, weigh)
  return state
}

function addSlot<W extends Ranked>(
  state: OrderState<W>,
  kind: Slot<W>['kind'],
  line: LineFacts | null,
  counts: boolean,
  weight: W,
  ordered: number,
): Slot<W> {
  const amount = Math.max(0, ordered)
  const slot = { kind, line, counts, weight, ordered: amount, amount, removed: 0, refunded: 0 }
  state.slots.push(slot)
  return slot
}

function openLine<W extends Ranked>(
  state: OrderState<W>,
  line: LineFacts,
  countsTax: boolean,
  weight: W,
): void {
  const onTop = state.facts.taxesIncluded ? 0 : line.tax
  const taxApart = onTop > 0 && !line.giftCard && !countsTax
  const goods = addSlot(state, 'line', line, !line.giftCard, weight, line.net + (taxApart ? 0 : onTop))
  const tax = taxApart ? addSlot(state, 'tax', line, false, weight, onTop) : null
  const removed = removedPieces(state.facts.refunds, line)
  const pieces = line.quantity - removed
  if (removed > 0 || pieces <= 0) {
    for (const slot of tax ? [goods, tax] : [goods]) {
      slot.removed = pieces <= 0 ? slot.amount : proportionFloor(slot.amount, removed, line.quantity)
      slot.amount -= slot.removed
      state.owed += slot.removed
    }
  }
  state.lines.push({ goods, tax, pieces })
}

/** Pieces that an edit took away, without a refund of theirs. */
function removedPieces(refunds: readonly RefundFacts[], line: LineFacts): number {
  let standing = line.quantity
  for (const refund of refunds) {
    for (const part of refund.lines) if (part.lineId === line.lineId) standing -= part.quantity
  }
  return Math.max(0, standing - line.currentQuantity)
}

function openExtras<W extends Ranked>(
  state: OrderState<W>,
  counts: EarningRule['counts'],
  countsTax: boolean,
  weigh: (line: null) => W,
): void {
  const { facts } = state
  let shipping = facts.shipping
  // The facts tell what stands; before its refunds there was more.
  for (const refund of facts.refunds) shipping += refund.shipping
  const shippingTax = facts.taxesIncluded ? 0 : facts.shippingTax
  const add = (kind: PartKind | 'tax', counting: boolean, amount: number) =>
    amount > 0 ? addSlot(state, kind, null, counting, weigh(null), amount) : null
  const taxApart = counts.shipping && !countsTax
  state.shipping = add('shipping', counts.shipping, shipping + (taxApart ? 0 : shippingTax))
  if (taxApart) add('tax', false, shippingTax)
  add('duties', counts.duties, facts.duties)
  add('tips', counts.tips, facts.tips)
  add('cash-rounding', counts.cashRounding, facts.cashRounding)
  if (counts.cashRounding && facts.cashRounding < 0) {
    state.roundedOff = { amount: facts.cashRounding, weight: weigh(null) }
  }
}

/** By time; refunds of the same moment by id, so that the order in which they are told does not matter. */
function chronological(refunds: readonly RefundFacts[]): readonly RefundFacts[] {
  if (refunds.length < 2) return refunds
  return [...refunds].sort((a, b) => a.at - b.at || compareIds(a.refundId, b.refundId))
}

/** Shopify's ids are numbers beyond 2^53: the longer text is the greater number. */
function compareIds(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0)
}

function applyRefund<W extends Ranked>(state: OrderState<W>, refund: RefundFacts): void {
  if (refund.lines.length > 0 || refund.shipping > 0) {
    settleTaken(state)
    for (const part of refund.lines) refundLine(state, part)
    if (state.shipping !== null) giveBack(state.shipping, refund.shipping)
  }
  if (refund.withoutLines > 0) {
    const forRemoved = Math.min(state.owed, refund.withoutLines)
    state.owed -= forRemoved
    state.taken = Math.min(standingPool(state), state.taken + refund.withoutLines - forRemoved)
  }
}

function refundLine<W extends Ranked>(state: OrderState<W>, part: RefundFacts['lines'][number]): void {
  const line = state.lines.find(({ goods }) => goods.line?.lineId === part.lineId)
  if (!line) return
  line.pieces -= part.quantity
  const lastPiece = line.pieces <= 0 && part.quantity > 0
  const onTop = state.facts.taxesIncluded ? 0 : part.tax
  giveBack(line.goods, lastPiece ? line.goods.amount : part.net + (line.tax ? 0 : onTop))
  if (line.tax) giveBack(line.tax, lastPiece ? line.tax.amount : onTop)
}

function giveBack<W>(slot: Slot<W>, amount: number): void {
  const given = Math.min(slot.amount, Math.max(0, amount))
  slot.amount -= given
  slot.refunded += given
}

function standingPool<W extends Ranked>(state: OrderState<W>): number {
  let pool = 0
  for (const slot of state.slots) pool += slot.amount
  return pool
}

/** What every slot gives to the refunds without lines since the last refund of lines; sums to `taken`. */
function eachShare<W extends Ranked>(
  state: OrderState<W>,
  visit: (slot: Slot<W>, share: number) => void,
): void {
  state.order ??= [...state.slots].sort((a, b) => splitRank(b) - splitRank(a))
  const pool = standingPool(state)
  let upToHere = 0
  let given = 0
  for (const slot of state.order) {
    upToHere += slot.amount
    const sum = proportionFloor(state.taken, upToHere, pool)
    visit(slot, sum - given)
    given = sum
  }
}

function splitRank<W extends Ranked>(slot: Slot<W>): number {
  return slot.counts ? slot.weight.rank : -1
}

function settleTaken<W extends Ranked>(state: OrderState<W>): void {
  if (state.taken === 0) return
  // The shares are all of the amounts as they were: collect them before changing any.
  const shares: [Slot<W>, number][] = []
  eachShare(state, (slot, share) => shares.push([slot, share]))
  for (const [slot, share] of shares) slot.amount -= share
  state.taken = 0
}

function currentValue<W extends Ranked>(state: OrderState<W>): OrderValue<W> {
  let shares: Map<Slot<W>, number> | null = null
  if (state.taken > 0) {
    const map = new Map<Slot<W>, number>()
    eachShare(state, (slot, share) => map.set(slot, share))
    shares = map
  }
  const parts: ValuePart<W>[] = []
  let total = 0
  for (const slot of state.slots) {
    if (!slot.counts) continue
    const amount = shares === null ? slot.amount : slot.amount - (shares.get(slot) ?? 0)
    if (amount === 0) continue
    parts.push({ kind: slot.kind as PartKind, line: slot.line, amount, weight: slot.weight })
    total += amount
  }
  const shared = state.facts.refunds.length > 0 ? sharedOut(state) - total : 0
  const { roundedOff } = state
  if (roundedOff !== null && total > 0) {
    const amount = Math.max(-total, roundedOff.amount)
    parts.push({ kind: 'cash-rounding', line: null, amount, weight: roundedOff.weight })
    total += amount
  }
  return { total, parts, leftOut: leftOut(state, shared) }
}

/** What would count if nothing had been refunded without lines. */
function sharedOut<W extends Ranked>(state: OrderState<W>): number {
  let sum = 0
  for (const slot of state.slots) if (slot.counts) sum += slot.ordered - slot.removed - slot.refunded
  return sum
}

function leftOut<W extends Ranked>(state: OrderState<W>, shared: number): LeftOut[] {
  const out: LeftOut[] = []
  let tax = 0
  for (const { kind, line, counts, amount, removed, refunded } of state.slots) {
    if (kind === 'tax') tax += amount
    else if (!counts) {
      if (kind === 'line' && line !== null)
        out.push({ code: 'gift-card', line: line.lineId, amount: line.net })
      else if (kind !== 'line' && amount > 0) out.push({ code: kind, amount })
    } else {
      const of = line === null ? {} : { line: line.lineId }
      if (removed > 0) out.push({ code: 'removed', ...of, amount: removed })
      if (refunded > 0) out.push({ code: 'refunded', ...of, amount: refunded })
    }
  }
  if (tax > 0) out.push({ code: 'tax-on-top', amount: tax })
  if (shared > 0) out.push({ code: 'refunded-without-lines', amount: shared })
  return out
}
