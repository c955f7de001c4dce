import type { Campaign } from '../earning/campaigns.ts'
import { evaluateOrder, worthSteps } from '../earning/evaluate-order.ts'
import { currencyExponent } from '../money/money.ts'
import type { OrderFacts } from '../orders/order-facts.ts'
import { isDomainError } from '../text/errors.ts'
import { compileWindow, windowContains } from '../time/time-window.ts'
import type { CompiledProgram } from './compiled-program.ts'
import type { Program } from './program.ts'

/**
 * Points beyond what an account can hold exactly. A program that would give them is not published; one that was
 * published before this was asked keeps its orders out of the book one by one (docs/decisions/0039).
 */

/** Rate, campaigns and tier together give at most so many points for one whole unit of the currency. */
export const MOST_POINTS_PER_UNIT = 1_000_000

/**
 * No order is worth more: an account then holds the points of nine thousand such orders exactly (2^53), and a shop can
 * sum them up.
 */
export const MOST_POINTS_OF_ORDER = MOST_POINTS_PER_UNIT * 1_000_000

/** What is noted where such an order would stand. */
export const UNCOUNTABLE = `The points of the order are more than can be counted, at most ${MOST_POINTS_OF_ORDER}`

/** Factors are decimals: their product as a binary fraction may lie a little beside it. */
const TOLERANCE = 1 + 1e-9

/** What gives the most points for one whole unit of the currency, with the three factors that make it. */
export interface SteepestEarning {
  points: number
  rate: number
  /** Of campaigns that can meet on one line, together. */
  campaigns: number
  tier: number
}

/**
 * The steepest earning of a document where it is beyond what is allowed; null where it is not. Most documents are
 * known to be right by the product of everything in them; only for others it is asked which campaigns can meet.
 * @param document one that is right otherwise: its windows can be read
 */
export function tooSteep(document: Program): SteepestEarning | null {
  const rate = Number(document.earning.pointsPerUnit)
  const limit = MOST_POINTS_PER_UNIT * TOLERANCE
  if (rate * everyCampaign(document) * highestTier(document) <= limit) return null
  let steepest: SteepestEarning = { points: 0, rate, campaigns: 1, tier: 1 }
  const meet = meetings(document)
  for (const { id, factor } of [{ id: null, factor: 1 }, ...tierFactors(document)]) {
    const campaigns = meet(id)
    const points = rate * campaigns * factor
    if (points > steepest.points) steepest = { points, rate, campaigns, tier: factor }
  }
  return steepest.points > limit ? steepest : null
}

/** True when the order's points can be counted, now and at each step of its life, on whatever tier its member stands. */
export function isCountable(program: CompiledProgram, facts: OrderFacts): boolean {
  const { document } = program
  const units = grossValue(facts) / 10 ** currencyExponent(facts.currency)
  if (units * steepestOf(document) < MOST_POINTS_OF_ORDER / 2) return true
  try {
    const steps = worthSteps(program, facts)
    const tiers = [null, ...document.tiers.levels.map(({ id }) => id)]
    const worths = tiers.map((tierId) => evaluateOrder(program, facts, { tierId }))
    return [...steps, ...worths].every(({ points }) => points <= MOST_POINTS_OF_ORDER)
  } catch (error) {
    if (isDomainError(error, 'invalid-amount')) return false
    throw error
  }
}

const known = new WeakMap<Program, number>()

/** Never less than an order of the document can get for one unit. Asked for every order: worked out once. */
function steepestOf(document: Program): number {
  const found = known.get(document)
  if (found !== undefined) return found
  const steepest = Number(document.earning.pointsPerUnit) * everyCampaign(document) * highestTier(document)
  known.set(document, steepest)
  return steepest
}

/** Everything that an order ever said of itself, minor units: never less than what counts of it. */
function grossValue(facts: OrderFacts): number {
  let sum = facts.shipping + facts.shippingTax + facts.duties + facts.dutiesTax + facts.tips
  sum += Math.abs(facts.cashRounding)
  for (const { net, tax } of facts.lines) sum += net + tax
  for (const { shipping } of facts.refunds) sum += shipping
  return sum
}

function tierFactors({ tiers }: Program) {
  return tiers.levels.map(({ id, multiplier }) => ({ id, factor: Number(multiplier) }))
}

const highestTier = (document: Program) => Math.max(1, ...tierFactors(document).map(({ factor }) => factor))

/** One campaign more on a line; what makes less of it is left out. */
function stacked(stacking: Program['stacking'], before: number, { multiplier }: Campaign): number {
  const factor = Math.max(1, Number(multiplier))
  if (stacking === 'multiply') return before * factor
  return stacking === 'add' ? before + factor - 1 : Math.max(before, factor)
}

const everyCampaign = ({ stacking, campaigns }: Program) =>
  campaigns.reduce((factor, campaign) => stacked(stacking, factor, campaign), 1)

/**
 * Of a tier (null: none), the most that campaigns make together on one line: those that run at one moment, are for this
 * tier, and of those on products those on one product. A product can be in any collections and have any tags.
 */
function meetings({ stacking, campaigns }: Program): (tierId: string | null) => number {
  const windows = new Map(campaigns.map((campaign) => [campaign, compileWindow(campaign.window)]))
  const { wide, byProduct } = splitByScope(campaigns)
  // Whatever runs together also runs together when the last of it begins.
  const moments = [...new Set([...windows.values()].map(({ from }) => from))]
  return (tierId) => {
    let most = 1
    for (const at of moments) {
      const counting = new Set<Campaign>()
      for (const [campaign, window] of windows)
        if (windowContains(window, at) && isFor(campaign, tierId)) counting.add(campaign)
      const join = (list: Campaign[], from: number) =>
        list.reduce((factor, one) => (counting.has(one) ? stacked(stacking, factor, one) : factor), from)
      const base = join(wide, 1)
      most = Math.max(most, base, ...byProduct.map((list) => join(list, base)))
    }
    return most
  }
}

function splitByScope(campaigns: Campaign[]): { wide: Campaign[]; byProduct: Campaign[][] } {
  const wide: Campaign[] = []
  const ofProduct = new Map<string, Campaign[]>()
  for (const campaign of campaigns) {
    if (campaign.scope.kind !== 'products') wide.push(campaign)
    else
      for (const id of new Set(campaign.scope.ids))
        ofProduct.set(id, [...(ofProduct.get(id) ?? []), campaign])
  }
  // Most products of a campaign are in no other one: each set of campaigns is looked at once.
  const sets = new Map([...ofProduct.values()].map((list) => [list.map(({ id }) => id).join(' '), list]))
  return { wide, byProduct: [...sets.values()] }
}

const isFor = ({ tiers }: Campaign, tierId: string | null) =>
  tiers.length === 0 || (tierId !== null && tiers.includes(tierId))
