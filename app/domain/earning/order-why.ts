import type { Rounding } from '../money/decimal.ts'
import type { ZeroReason } from '../orders/order-value.ts'
import type { LeftOut, PartKind, ValuePart } from '../orders/value-parts.ts'
import type { CompiledTier } from '../tiers/ladder.ts'
import type { Stacking } from './campaigns.ts'
import type { EarningTerms } from './earning-terms.ts'
import type { PointsSum } from './sum-points.ts'
import type { Weight } from './weigh-lines.ts'

/**
 * The proof of a number of points, kept with the posting as JSON and shown in words by the surfaces. Money in
 * minor units of `currency`, factors as decimal text. Read it back with `readWhy`.
 */
export interface OrderWhy {
  v: 1
  /** Program version. */
  program: number
  currency: string
  /** Points per unit of the currency. */
  rate: string
  rounding: Rounding
  stacking: Stacking
  /** The member's tier, if it multiplies. */
  tier: { id: string; factor: string } | null
  lines: WhyLine[]
  /** What did not count. */
  out: LeftOut[]
  /** The points before rounding, exact decimal text. */
  exact: string
  points: number
  /** Why the order as a whole is worth nothing. */
  zero: ZeroReason | null
}

export interface WhyLine {
  kind: PartKind
  /** Shopify's id of the line; absent for what is no goods. */
  line?: string
  title?: string
  /** Minor units that count. */
  value: number
  /** What the campaigns made of it together; absent means 1. */
  factor?: string
  campaigns?: readonly { id: string; factor: string }[]
  /** Campaigns that matched too, but only the highest counts. */
  outdone?: readonly string[]
}

/** The proof of `sum`, with what counted and what did not. */
export function explainOrder(
  terms: EarningTerms,
  tier: CompiledTier | null,
  sum: PointsSum,
  parts: readonly ValuePart<Weight>[],
  out: LeftOut[],
  zero: ZeroReason | null,
): OrderWhy {
  return {
    v: 1,
    program: terms.version,
    currency: terms.currency,
    rate: terms.rate.text,
    rounding: terms.rounding,
    stacking: terms.stacking,
    tier: tier === null ? null : { id: tier.id, factor: tier.multiplier.text },
    lines: parts.map(explainPart),
    out,
    exact: sum.exact,
    points: sum.points,
    zero,
  }
}

function explainPart({ kind, line, amount, weight }: ValuePart<Weight>): WhyLine {
  const shown: WhyLine = { kind, value: amount }
  if (line !== null) {
    shown.line = line.lineId
    shown.title = line.title
  }
  if (weight.campaigns !== null) {
    shown.factor = weight.factor.text
    shown.campaigns = weight.campaigns
    if (weight.outdone !== null) shown.outdone = weight.outdone
  }
  return shown
}
