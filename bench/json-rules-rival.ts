import { Engine, type RuleProperties } from 'json-rules-engine'
import type { Campaign } from '../app/domain/earning/campaigns.ts'
import type { LineFacts } from '../app/domain/orders/order-facts.ts'
import { weighedValue } from '../app/domain/orders/order-value.ts'
import type { Program } from '../app/domain/program/program.ts'
import { compileWindow } from '../app/domain/time/time-window.ts'
import type { SampleOrder } from './rules-sample.ts'

/**
 * The same program as rules of json-rules-engine: it decides which campaigns touch what, the rest (the value that
 * counts after refunds, the best multiplier, the tier, one rounding) is worked out from its answer with as little as
 * that takes, and without any explanation. Knows the stacking "highest" and the rounding "floor".
 */
export interface Rival {
  /** What the engine is told of an order; made once for each order, before measuring. */
  prepare(order: SampleOrder): PreparedOrder
  points(order: PreparedOrder): Promise<number>
}

interface PreparedOrder extends SampleOrder {
  /** For one run on the order, or for one run on each line. */
  runs: EngineFacts[]
}

interface EngineFacts {
  placedAt: number
  tier: string
  products: string[]
  collections: string[]
  tags: string[]
  [name: string]: unknown
}

interface Touch {
  /** Hundredths. */
  multiplier: number
  touches(line: LineFacts): boolean
}

/** One run of the engine for each line: the engine decides everything. */
export function rivalByLine(program: Program): Rival {
  const engine = new Engine(program.campaigns.map(ruleOf))
  const touchOf = new Map(program.campaigns.map((campaign) => [campaign.id, touch(campaign)]))
  return {
    prepare: (order) => ({ ...order, runs: order.facts.lines.map((line) => tell(order, [line])) }),
    points: async ({ facts, tierId, runs }) => {
      const weights = new Map<LineFacts, { rank: number }>()
      for (const [n, run] of runs.entries()) {
        const { events } = await engine.run(run)
        let best = 0
        for (const { type } of events) best = Math.max(best, (touchOf.get(type) as Touch).multiplier)
        weights.set(facts.lines[n] as LineFacts, { rank: best || 100 })
      }
      return total(program, facts, tierId, (line) => weights.get(line) as { rank: number })
    },
  }
}

/** One run for the whole order: fewer runs, but whom a campaign touches is asked again for each line. */
export function rivalByOrder(program: Program): Rival {
  const engine = new Engine(program.campaigns.map(ruleOf))
  const touchOf = new Map(program.campaigns.map((campaign) => [campaign.id, touch(campaign)]))
  return {
    prepare: (order) => ({ ...order, runs: [tell(order, order.facts.lines)] }),
    points: async ({ facts, tierId, runs: [run] }) => {
      const { events } = await engine.run(run)
      const running = events.map(({ type }) => touchOf.get(type) as Touch)
      return total(program, facts, tierId, (line) => {
        let best = 0
        for (const { multiplier, touches } of running)
          if (multiplier > best && touches(line)) best = multiplier
        return { rank: best || 100 }
      })
    },
  }
}

function tell({ facts, tierId }: SampleOrder, lines: LineFacts[]): EngineFacts {
  return {
    placedAt: facts.placedAt,
    tier: tierId ?? 'none',
    products: [...new Set(lines.map(({ productId }) => productId ?? ''))],
    collections: [...new Set(lines.flatMap((line) => line.collections))],
    tags: [...new Set(lines.flatMap((line) => line.tags))],
  }
}

/** What is asked first decides most: a rule whose scope or tier does not fit asks no further. */
function ruleOf({ id, scope, tiers, window }: Campaign): RuleProperties {
  const { from, until } = compileWindow(window)
  const all = [
    { fact: 'placedAt', operator: 'greaterThanInclusive', value: from },
    { fact: 'placedAt', operator: 'lessThan', value: until },
    ...(tiers.length > 0 ? [{ fact: 'tier', operator: 'in', value: tiers, priority: 3 }] : []),
    ...(scope.kind === 'products'
      ? [{ fact: 'products', operator: 'someFact:in', value: scope.ids, priority: 2 }]
      : scope.kind === 'collections'
        ? [{ fact: 'collections', operator: 'someFact:in', value: scope.ids, priority: 2 }]
        : scope.kind === 'tags'
          ? [{ fact: 'tags', operator: 'someFact:in', value: scope.tags.map(lower), priority: 2 }]
          : []),
  ]
  return { conditions: { all }, event: { type: id } }
}

function touch({ scope, multiplier }: Campaign): Touch {
  const hundredths = Math.round(Number(multiplier) * 100)
  const wanted = new Set(
    scope.kind === 'all' ? [] : scope.kind === 'tags' ? scope.tags.map(lower) : scope.ids,
  )
  const has = (value: string) => wanted.has(value)
  const touches = {
    all: () => true,
    products: (line: LineFacts) => has(line.productId ?? ''),
    collections: (line: LineFacts) => line.collections.some(has),
    tags: (line: LineFacts) => line.tags.some(has),
  }[scope.kind]
  return { multiplier: hundredths, touches }
}

const lower = (tag: string) => tag.toLowerCase()

function total(
  program: Program,
  facts: SampleOrder['facts'],
  tierId: string | null,
  weigh: (line: LineFacts) => { rank: number },
): number {
  const { parts } = weighedValue(facts, program.earning.counts, (line) =>
    line ? weigh(line) : { rank: 100 },
  )
  let sum = 0
  for (const { amount, weight } of parts) sum += amount * weight.rank
  const tier = program.tiers.levels.find(({ id }) => id === tierId)
  const hundredths = Math.round(Number(tier?.multiplier ?? '1') * 100)
  const rate = Math.round(Number(program.earning.pointsPerUnit) * 100)
  // Hundredths of money × campaign × tier × rate.
  return Math.floor((sum * hundredths * rate) / 1e8)
}
