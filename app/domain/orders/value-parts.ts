import type { LineFacts } from './order-facts.ts'

/** What the value of an order is made of. */
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
  | 'outstanding'

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
