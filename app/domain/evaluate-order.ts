import {
  type CampaignSet,
  type CompiledCampaign,
  campaignsIn,
  campaignsOnLine,
  runningCampaigns,
  type ScopedLine,
} from './campaign-index.ts'
import { type CompiledProgram, type CompiledTier, tierLevel } from './compiled-program.ts'
import { divideRounded, type Rounding, scaledToDecimal } from './decimal.ts'
import { DomainError } from './errors.ts'
import { addExtras, bigDecimal, type Factor, multiplyFactors, ONE, powerOfTen } from './factor.ts'
import { currencyExponent } from './money.ts'
import type { OrderFacts } from './order-facts.ts'
import {
  type LeftOut,
  type PartKind,
  type Ranked,
  type ValuePart,
  weighedSteps,
  weighedValue,
  worthless,
  type ZeroReason,
} from './order-value.ts'
import type { Program } from './program.ts'

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
  stacking: Program['stacking']
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

/** The multiplier of a line and where it comes from. */
interface Weight extends Ranked {
  factor: Factor
  campaigns: readonly { id: string; factor: string }[] | null
  outdone: readonly string[] | null
}

const PLAIN: Weight = { rank: 1, factor: ONE, campaigns: null, outdone: null }

/**
 * The worth of the order as it stands, under the program version and the tier of its own day. Zero with a
 * reason for orders that are test, unpaid, cancelled or lost to a chargeback. Whether it belongs to a customer
 * is no matter of the rules.
 * @throws DomainError invalid-amount when the points exceed 2^53; `isCountable` asks beforehand
 */
export function evaluateOrder(
  version: CompiledProgram,
  facts: OrderFacts,
  context: { tierId: string | null },
): OrderWorth {
  const program = inCurrencyOf(facts, version)
  const tier = tierLevel(program, context.tierId)
  const zero = worthless(facts)
  if (zero !== null) return { points: 0, qualifying: 0, why: explain(program, tier, NOTHING, [], [], zero) }
  const weighLine = weigher(program, facts.placedAt, tier)
  const value = weighedValue(facts, program.counts, weighLine)
  const sum = sumUp(program, tier, value.parts)
  return {
    points: sum.points,
    qualifying: value.total,
    why: explain(program, tier, sum, value.parts, value.leftOut, null),
  }
}

/** An order keeps its currency, though its shop has another one by now: the rate is for one unit of the order's. */
function inCurrencyOf({ currency }: OrderFacts, program: CompiledProgram): CompiledProgram {
  return program.currency === currency ? program : { ...program, currency }
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
export function previewCart(program: CompiledProgram, cart: Cart): CartWorth {
  const tier = tierLevel(program, cart.tierId)
  const weighLine = weigher(program, cart.at, tier)
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
  const { counts } = program
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
  const sum = sumUp(program, tier, parts)
  const why = explain(program, tier, sum, parts, out, null)
  return { points: sum.points, qualifying: total, why, atLeast: counts.taxOnTop && taxOnTop > 0 && !known }
}

/**
 * Points of the order from each moment on, without any tier's doing: no tier multiplier, no campaign for tiers
 * only. This is what climbs a ladder by points; it must not depend on the place on the ladder.
 */
export function worthSteps(
  version: CompiledProgram,
  facts: OrderFacts,
): { at: number; value: number; points: number }[] {
  const program = inCurrencyOf(facts, version)
  const weighLine = weigher(program, facts.placedAt, null)
  return weighedSteps(facts, program.counts, weighLine).map(({ at, value }) => ({
    at,
    value: value.total,
    points: sumUp(program, null, value.parts).points,
  }))
}

function weigher(
  program: CompiledProgram,
  at: number,
  tier: CompiledTier | null,
): (line: ScopedLine | null) => Weight {
  const { blocks } = program.campaigns
  const running = runningCampaigns(program.campaigns, at, tier === null ? null : tier.id)
  if (running === null) return () => PLAIN
  const [only] = blocks
  if (blocks.length === 1 && only !== undefined) {
    const active = running[0] as number
    return (line) => {
      const set = campaignsOnLine(only, active, line)
      return set === 0 ? PLAIN : stackOnce(program, set, [set])
    }
  }
  return (line) => {
    const set = blocks.map((block, i) => campaignsOnLine(block, running[i] as number, line))
    return set.every((bits) => bits === 0) ? PLAIN : stackOnce(program, set.join(), set)
  }
}

/*
 * The same campaigns meet on line after line: what they make together is worked out once for each program. The
 * memory is bounded, and forgetting changes nothing but the time it takes.
 */
const stacks = new WeakMap<CompiledProgram, Map<number | string, Weight>>()
const STACKS_KEPT = 4096

function stackOnce(program: CompiledProgram, key: number | string, set: CampaignSet): Weight {
  let known = stacks.get(program)
  if (known === undefined || known.size >= STACKS_KEPT) {
    known = new Map()
    stacks.set(program, known)
  }
  const found = known.get(key)
  if (found !== undefined) return found
  const weight = stack(program.stacking, campaignsIn(program.campaigns, set))
  known.set(key, weight)
  return weight
}

/** Several campaigns on one line, by the program's stacking rule. Campaigns come in the document's order. */
function stack(stacking: Program['stacking'], campaigns: CompiledCampaign[]): Weight {
  const factors = campaigns.map(({ multiplier }) => multiplier)
  if (stacking === 'multiply') return weigh(factors.reduce(multiplyFactors), campaigns, null)
  if (stacking === 'add') return weigh(addExtras(factors), campaigns, null)
  // Highest: among equals the first of the document.
  const best = campaigns.reduce((a, b) => (b.multiplier.near > a.multiplier.near ? b : a))
  const outdone = campaigns.filter((campaign) => campaign !== best).map(({ id }) => id)
  return weigh(best.multiplier, [best], outdone.length > 0 ? outdone : null)
}

function weigh(factor: Factor, campaigns: CompiledCampaign[], outdone: string[] | null): Weight {
  // Explanations of many orders share these lists: nobody may change them.
  const shown = Object.freeze(campaigns.map(({ id, multiplier }) => ({ id, factor: multiplier.text })))
  return { rank: factor.near, factor, campaigns: shown, outdone: outdone && Object.freeze(outdone) }
}

interface Sum {
  points: number
  exact: string
}

const NOTHING: Sum = { points: 0, exact: '0' }

/** Σ value × factor, times tier, times rate; in Numbers while they are exact, else in BigInt. */
function sumUp(
  program: CompiledProgram,
  tier: CompiledTier | null,
  parts: readonly ValuePart<Weight>[],
): Sum {
  const tierFactor = tier === null ? ONE : tier.multiplier
  let decimals = 0
  for (const { weight } of parts) if (weight.factor.decimals > decimals) decimals = weight.factor.decimals
  const scale = decimals + tierFactor.decimals + program.rate.decimals + currencyExponent(program.currency)
  if (scale > 15) return sumUpBig(program, tierFactor, parts, decimals, scale)
  let sum = 0
  for (const { amount, weight } of parts) {
    const { mantissa, decimals: own, big } = weight.factor
    sum += amount * (mantissa * powerOfTen(decimals - own))
    if (big !== null || !Number.isSafeInteger(sum))
      return sumUpBig(program, tierFactor, parts, decimals, scale)
  }
  const exact = Math.max(0, sum) * tierFactor.mantissa * program.rate.mantissa
  if (!Number.isSafeInteger(exact)) return sumUpBig(program, tierFactor, parts, decimals, scale)
  return {
    points: roundScaled(exact, powerOfTen(scale), program.rounding),
    exact: scaledToDecimal(exact, scale),
  }
}

function roundScaled(numerator: number, denominator: number, rounding: Rounding): number {
  const rest = numerator % denominator
  const floor = (numerator - rest) / denominator
  if (rest === 0 || rounding === 'floor') return floor
  return rounding === 'ceil' || rest >= denominator / 2 ? floor + 1 : floor
}

function sumUpBig(
  program: CompiledProgram,
  tier: Factor,
  parts: readonly ValuePart<Weight>[],
  decimals: number,
  scale: number,
): Sum {
  let sum = 0n
  for (const { amount, weight } of parts) {
    const { mantissa, decimals: own, big } = weight.factor
    sum += BigInt(amount) * (big ?? BigInt(mantissa)) * 10n ** BigInt(decimals - own)
  }
  const exact = (sum > 0n ? sum : 0n) * BigInt(tier.mantissa) * BigInt(program.rate.mantissa)
  const points = divideRounded(exact, 10n ** BigInt(scale), program.rounding)
  if (!Number.isSafeInteger(points)) {
    throw new DomainError('invalid-amount', `${points} points are more than can be counted`, {
      value: points,
    })
  }
  return { points, exact: bigDecimal(exact, scale) }
}

function explain(
  program: CompiledProgram,
  tier: CompiledTier | null,
  sum: Sum,
  parts: readonly ValuePart<Weight>[],
  out: LeftOut[],
  zero: ZeroReason | null,
): OrderWhy {
  return {
    v: 1,
    program: program.version,
    currency: program.currency,
    rate: program.rate.text,
    rounding: program.rounding,
    stacking: program.stacking,
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
