import { addExtras, type Factor, multiplyFactors, ONE } from '../money/factor.ts'
import type { Ranked } from '../orders/value-parts.ts'
import type { CompiledTier } from '../tiers/ladder.ts'
import {
  type CampaignSet,
  type CompiledCampaign,
  campaignsIn,
  campaignsOnLine,
  runningCampaigns,
  type ScopedLine,
} from './campaign-index.ts'
import type { Stacking } from './campaigns.ts'
import type { EarningTerms } from './earning-terms.ts'

/** The multiplier of a line and where it comes from. */
export interface Weight extends Ranked {
  factor: Factor
  campaigns: readonly { id: string; factor: string }[] | null
  outdone: readonly string[] | null
}

const PLAIN: Weight = { rank: 1, factor: ONE, campaigns: null, outdone: null }

/** What campaigns make of each line of an order placed at `at` (epoch ms); null: of what is no goods. */
export function weigher(
  terms: EarningTerms,
  at: number,
  tier: CompiledTier | null,
): (line: ScopedLine | null) => Weight {
  const { blocks } = terms.campaigns
  const running = runningCampaigns(terms.campaigns, at, tier === null ? null : tier.id)
  if (running === null) return () => PLAIN
  const [only] = blocks
  if (blocks.length === 1 && only !== undefined) {
    const active = running[0] as number
    return (line) => {
      const set = campaignsOnLine(only, active, line)
      return set === 0 ? PLAIN : stackOnce(terms, set, [set])
    }
  }
  return (line) => {
    const set = blocks.map((block, i) => campaignsOnLine(block, running[i] as number, line))
    return set.every((bits) => bits === 0) ? PLAIN : stackOnce(terms, set.join(), set)
  }
}

/*
 * The same campaigns meet on line after line: what they make together is worked out once for each program. The
 * memory is bounded, and forgetting changes nothing but the time it takes.
 */
const stacks = new WeakMap<EarningTerms, Map<number | string, Weight>>()
const STACKS_KEPT = 4096

function stackOnce(terms: EarningTerms, key: number | string, set: CampaignSet): Weight {
  let known = stacks.get(terms)
  if (known === undefined || known.size >= STACKS_KEPT) {
    known = new Map()
    stacks.set(terms, known)
  }
  const found = known.get(key)
  if (found !== undefined) return found
  const weight = stack(terms.stacking, campaignsIn(terms.campaigns, set))
  known.set(key, weight)
  return weight
}

/** Several campaigns on one line, by the program's stacking rule. Campaigns come in the document's order. */
function stack(stacking: Stacking, campaigns: CompiledCampaign[]): Weight {
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
