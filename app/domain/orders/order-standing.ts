import { proportionFloor } from '../money/decimal.ts'
import { type KeptMoney, moneyReceived, takeBack } from './kept-money.ts'
import type { LineFacts, OrderFacts, RefundFacts } from './order-facts.ts'
import type { LeftOut, OrderValue, PartKind, Ranked, ValuePart } from './value-parts.ts'
import type { WhatCounts } from './what-counts.ts'

/**
 * The money of one order while its refunds are played through, for `order-value.ts`, where the rules are told.
 * Open the order, apply refunds in their order, read the value at any point.
 */
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

export interface OrderState<W extends Ranked> {
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
  /** What the shop has of the payments after the refunds so far; null: no limit is known. */
  kept: KeptMoney | null
  /** Slots in the order in which splits run through them; made when first needed. */
  order: Slot<W>[] | null
}

/** The order as it was placed, without the pieces an edit removed. */
export function openOrder<W extends Ranked>(
  facts: OrderFacts,
  counts: WhatCounts,
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
    kept: null,
    order: null,
  }
  const countsTax = facts.taxesIncluded || counts.taxOnTop
  for (const line of facts.lines) openLine(state, line, countsTax, weigh(line))
  openExtras(state, counts, countsTax, weigh)
  if (facts.refunds.length > 0 || facts.kept !== undefined)
    state.kept = moneyReceived(facts, standingPool(state), state.owed)
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
      // While the customer owes money, the shop owes her none.
      if (state.facts.outstanding === 0) state.owed += slot.removed
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
  counts: WhatCounts,
  countsTax: boolean,
  weigh: (line: null) => W,
): void {
  const { facts } = state
  let shipping = facts.shipping
  // The facts tell what stands; before its refunds there was more.
  for (const refund of facts.refunds) shipping += refund.shipping
  const shippingTax = facts.taxesIncluded ? 0 : facts.shippingTax
  const dutiesTax = facts.taxesIncluded ? 0 : facts.dutiesTax
  const add = (kind: PartKind | 'tax', counting: boolean, amount: number) =>
    amount > 0 ? addSlot(state, kind, null, counting, weigh(null), amount) : null
  const addTaxed = (kind: PartKind, counting: boolean, amount: number, tax: number) => {
    const taxApart = counting && !countsTax
    const slot = add(kind, counting, amount + (taxApart ? 0 : tax))
    if (taxApart) add('tax', false, tax)
    return slot
  }
  state.shipping = addTaxed('shipping', counts.shipping, shipping, shippingTax)
  addTaxed('duties', counts.duties, facts.duties, dutiesTax)
  add('tips', counts.tips, facts.tips)
  add('cash-rounding', counts.cashRounding, facts.cashRounding)
  if (counts.cashRounding && facts.cashRounding < 0) {
    state.roundedOff = { amount: facts.cashRounding, weight: weigh(null) }
  }
}

export function applyRefund<W extends Ranked>(state: OrderState<W>, refund: RefundFacts): void {
  if (refund.lines.length > 0 || refund.shipping > 0) {
    settleTaken(state)
    const as = refund.withoutMoney ? 'removed' : 'refunded'
    for (const part of refund.lines) refundLine(state, part, as)
    if (state.shipping !== null) giveBack(state.shipping, refund.shipping, as)
  }
  if (refund.withoutLines > 0) {
    const forRemoved = Math.min(state.owed, refund.withoutLines)
    state.owed -= forRemoved
    state.taken = Math.min(standingPool(state), state.taken + refund.withoutLines - forRemoved)
  }
  if (state.kept === null) return
  takeBack(state.kept, refund, state.facts.taxesIncluded)
  // More went back than stood for it: the rest is money for everything, like a refund without lines.
  const pool = standingPool(state)
  state.taken = Math.max(state.taken, Math.min(pool, pool - state.kept.amount - state.facts.outstanding))
}

/** How the money is told to have left. */
type Leaving = 'removed' | 'refunded'

function refundLine<W extends Ranked>(
  state: OrderState<W>,
  part: RefundFacts['lines'][number],
  as: Leaving,
): void {
  const line = state.lines.find(({ goods }) => goods.line?.lineId === part.lineId)
  if (!line) return
  line.pieces -= part.quantity
  const lastPiece = line.pieces <= 0 && part.quantity > 0
  const onTop = state.facts.taxesIncluded ? 0 : part.tax
  giveBack(line.goods, lastPiece ? line.goods.amount : part.net + (line.tax ? 0 : onTop), as)
  if (line.tax) giveBack(line.tax, lastPiece ? line.tax.amount : onTop, as)
}

function giveBack<W>(slot: Slot<W>, amount: number, as: Leaving): void {
  const given = Math.min(slot.amount, Math.max(0, amount))
  slot.amount -= given
  slot[as] += given
}

function standingPool<W extends Ranked>(state: OrderState<W>): number {
  let pool = 0
  for (const slot of state.slots) pool += slot.amount
  return pool
}

/** What every slot gives when `amount` is taken from all that stands; sums to `amount`. */
function sharesOf<W extends Ranked>(state: OrderState<W>, amount: number): Map<Slot<W>, number> {
  state.order ??= [...state.slots].sort((a, b) => splitRank(b) - splitRank(a))
  const shares = new Map<Slot<W>, number>()
  const pool = standingPool(state)
  let upToHere = 0
  let given = 0
  for (const slot of state.order) {
    upToHere += slot.amount
    const sum = proportionFloor(amount, upToHere, pool)
    shares.set(slot, sum - given)
    given = sum
  }
  return shares
}

function splitRank<W extends Ranked>(slot: Slot<W>): number {
  return slot.counts ? slot.weight.rank : -1
}

function settleTaken<W extends Ranked>(state: OrderState<W>): void {
  if (state.taken === 0) return
  for (const [slot, share] of sharesOf(state, state.taken)) slot.amount -= share
  state.taken = 0
}

/** What counts after the refunds applied so far. */
export function currentValue<W extends Ranked>(state: OrderState<W>): OrderValue<W> {
  const missing = missingMoney(state)
  const shares = missing > 0 ? sharesOf(state, missing) : null
  const parts: ValuePart<W>[] = []
  let total = 0
  for (const slot of state.slots) {
    if (!slot.counts) continue
    const amount = shares === null ? slot.amount : slot.amount - (shares.get(slot) ?? 0)
    if (amount === 0) continue
    parts.push({ kind: slot.kind as PartKind, line: slot.line, amount, weight: slot.weight })
    total += amount
  }
  const shared = missing > 0 || state.facts.refunds.length > 0 ? sharedOut(state, total, missing) : NO_SHARE
  const { roundedOff } = state
  if (roundedOff !== null && total > 0) {
    const amount = Math.max(-total, roundedOff.amount)
    parts.push({ kind: 'cash-rounding', line: null, amount, weight: roundedOff.weight })
    total += amount
  }
  return { total, parts, leftOut: leftOut(state, shared) }
}

/** Of all that stands, what was given back for no line, never came in, or went beyond what stood. */
function missingMoney<W extends Ranked>(state: OrderState<W>): number {
  const { taken, kept } = state
  const { outstanding } = state.facts
  if (kept === null && outstanding === 0) return taken
  const pool = standingPool(state)
  return kept === null
    ? Math.min(pool, taken + outstanding)
    : Math.max(taken, Math.min(pool, pool - kept.amount))
}

const NO_SHARE = { refunded: 0, outstanding: 0 }

/** What is missing of the parts that count because money left, or never came, for everything at once. */
function sharedOut<W extends Ranked>(state: OrderState<W>, total: number, missing: number): typeof NO_SHARE {
  let whole = 0
  let standing = 0
  for (const slot of state.slots) {
    if (!slot.counts) continue
    whole += slot.ordered - slot.removed - slot.refunded
    standing += slot.amount
  }
  const refunded = missing - Math.min(missing - state.taken, state.facts.outstanding)
  const afterRefunds = standing - proportionFloor(refunded, standing, standingPool(state))
  return { refunded: whole - afterRefunds, outstanding: afterRefunds - total }
}

function leftOut<W extends Ranked>(state: OrderState<W>, shared: typeof NO_SHARE): LeftOut[] {
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
  if (shared.refunded > 0) out.push({ code: 'refunded-without-lines', amount: shared.refunded })
  if (shared.outstanding > 0) out.push({ code: 'outstanding', amount: shared.outstanding })
  return out
}
