import type { OrderFacts } from '../orders/order-facts.ts'
import { weighedSteps, weighedValue, worthless } from '../orders/order-value.ts'
import type { LeftOut, ValuePart } from '../orders/value-parts.ts'
import { levelOf } from '../tiers/ladder.ts'
import type { StatusStep } from '../tiers/tiers.ts'
import type { EarningTerms } from './earning-terms.ts'
import { explainOrder, type OrderWhy } from './order-why.ts'
import { NO_POINTS, sumPoints } from './sum-points.ts'
import { type Weight, weigher } from './weigh-lines.ts'

/**
 * What an order is worth: Σ over what counts of value × campaign multiplier, times the tier's multiplier, times
 * points per unit, rounded once. Exact: no binary fraction is ever used.
 *
 * Campaigns on products, collections and tags multiply goods. Shipping, duties, tips and cash rounding, where
 * the program counts them, get the points per unit and the tier's multiplier; of campaigns only those on
 * everything ("double points today").
 */
export interface OrderWorth {
  /** Whole points, ≥ 0. */
  points: number
  /** Qualifying value, minor units. */
  qualifying: number
  why: OrderWhy
}

/**
 * The worth of the order as it stands, under the program version and the tier of its own day. Zero with a
 * reason for orders that are test, unpaid, cancelled or lost to a chargeback. Whether it belongs to a customer
 * is no matter of the rules.
 * @throws DomainError invalid-amount when the points exceed 2^53; `isCountable` asks beforehand
 */
export function evaluateOrder(
  version: EarningTerms,
  facts: OrderFacts,
  context: { tierId: string | null },
): OrderWorth {
  const terms = inCurrencyOf(facts, version)
  const tier = levelOf(terms.ladder, context.tierId)
  const zero = worthless(facts)
  if (zero !== null)
    return { points: 0, qualifying: 0, why: explainOrder(terms, tier, NO_POINTS, [], [], zero) }
  const weighLine = weigher(terms, facts.placedAt, tier)
  const value = weighedValue(facts, terms.counts, weighLine)
  const sum = sumPoints(terms, tier, value.parts)
  return {
    points: sum.points,
    qualifying: value.total,
    why: explainOrder(terms, tier, sum, value.parts, value.leftOut, null),
  }
}

/** An order keeps its currency, though its shop has another one by now: the rate is for one unit of the order's. */
function inCurrencyOf({ currency }: OrderFacts, terms: EarningTerms): EarningTerms {
  return terms.currency === currency ? terms : { ...terms, currency }
}

/** An open chargeback: what was posted stays as it is until the bank has decided. */
export function worthIsFrozen(facts: OrderFacts): boolean {
  return facts.dispute === 'open'
}

/** A line of a cart. `amount`: minor units after discounts, as the shopper sees it. */
export interface CartLine {
  productId: string | null
  collections: readonly string[]
  tags: readonly string[]
  amount: number
  giftCard?: boolean
}

export interface Cart {
  lines: readonly CartLine[]
  /** Minor units, where they are known: they count where the program counts them. */
  shipping?: number | undefined
  /** Added on top of lines and shipping, all of it together. */
  taxOnTop?: number | undefined
  at: number
  tierId: string | null
}

/** @property atLeast some of the tax could not be told apart, and is left out */
export type CartWorth = OrderWorth & { atLeast: boolean }

/** What a cart would earn if it were ordered at `at`; the same arithmetic as for an order of these lines. */
export function previewCart(terms: EarningTerms, cart: Cart): CartWorth {
  const tier = levelOf(terms.ladder, cart.tierId)
  const weighLine = weigher(terms, cart.at, tier)
  const parts: ValuePart<Weight>[] = []
  const out: LeftOut[] = []
  let total = 0
  for (const line of cart.lines) {
    if (line.giftCard) {
      out.push({ code: 'gift-card', amount: line.amount })
      continue
    }
    parts.push({ kind: 'line', line: null, amount: line.amount, weight: weighLine(line) })
    total += line.amount
  }
  const { shipping = 0, taxOnTop = 0 } = cart
  const { counts } = terms
  if (counts.shipping && shipping > 0) {
    parts.push({ kind: 'shipping', line: null, amount: shipping, weight: weighLine(null) })
    total += shipping
  }
  // Tax has the weight of what it is on. What it is on of several, or of what does not count, a sum does not tell.
  const [first] = parts
  const onOne = parts.every(({ weight }) => weight.factor.text === first?.weight.factor.text)
  const onCounting = out.length === 0 && (counts.shipping || shipping === 0)
  const known = first !== undefined && onOne && onCounting
  if (counts.taxOnTop && taxOnTop > 0 && known) {
    parts.push({ kind: 'line', line: null, amount: taxOnTop, weight: first.weight })
    total += taxOnTop
  }
  const sum = sumPoints(terms, tier, parts)
  const why = explainOrder(terms, tier, sum, parts, out, null)
  return { points: sum.points, qualifying: total, why, atLeast: counts.taxOnTop && taxOnTop > 0 && !known }
}

/**
 * Points of the order from each moment on, without any tier's doing: no tier multiplier, no campaign for tiers
 * only. This is what climbs a ladder by points; it must not depend on the place on the ladder.
 */
export function worthSteps(
  version: EarningTerms,
  facts: OrderFacts,
): { at: number; value: number; points: number }[] {
  const terms = inCurrencyOf(facts, version)
  const weighLine = weigher(terms, facts.placedAt, null)
  return weighedSteps(facts, terms.counts, weighLine).map(({ at, value }) => ({
    at,
    value: value.total,
    points: sumPoints(terms, null, value.parts).points,
  }))
}

/** What an order contributes to the ladder over time, from its final state alone. */
export function statusSteps(terms: EarningTerms, facts: OrderFacts): StatusStep[] {
  return worthSteps(terms, facts).map(({ at, value, points }) => ({
    at,
    spend: value,
    points,
    orders: value > 0 ? 1 : 0,
  }))
}
