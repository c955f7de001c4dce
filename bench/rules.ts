import { compileProgram } from '../app/domain/compiled-program.ts'
import { evaluateOrder } from '../app/domain/evaluate-order.ts'
import type { OrderFacts } from '../app/domain/order-facts.ts'
import type { Campaign, CampaignScope, Program } from '../app/domain/program.ts'
import { starterProgram } from '../app/domain/program-template.ts'

/**
 * How many orders the rules judge in a second on one core, explanation included: 20 running campaigns of every
 * kind of scope, orders of one to five lines, every tenth with a refund, every fifth of a member with a tier.
 */
export interface Figure {
  name: string
  value: number
  unit: string
  must: number
  target: number
}

const PLACED = Date.parse('2026-05-12T10:00:00Z')
const ORDERS = 2_000
const ROUNDS = 7
const ROUND_MS = 400

export async function rulesBench(): Promise<Figure[]> {
  const program = compileProgram(benchProgram(), { currency: 'EUR', timeZone: 'Europe/Berlin' }, 1)
  const orders = Array.from({ length: ORDERS }, (_, i) => benchOrder(i))
  const tiers = orders.map((_, i) => (i % 5 === 0 ? { tierId: 'gold' } : { tierId: null }))
  const rates: number[] = []
  let points = 0
  // The first round warms the compiler up and is not counted.
  for (let round = 0; round <= ROUNDS; round++) {
    const start = cpuMs()
    let judged = 0
    while (cpuMs() - start < ROUND_MS) {
      for (let i = 0; i < ORDERS; i++) {
        points += evaluateOrder(
          program,
          orders[i] as OrderFacts,
          tiers[i] as { tierId: string | null },
        ).points
      }
      judged += ORDERS
    }
    if (round > 0) rates.push((judged * 1000) / (cpuMs() - start))
  }
  if (points === 0) throw new Error('the benchmark judged orders that are worth nothing')
  rates.sort((a, b) => a - b)
  const median = Math.round(rates[Math.floor(rates.length / 2)] as number)
  return [
    {
      name: 'rules: orders judged on one core, 20 campaigns',
      value: median,
      unit: 'orders/s',
      must: 100_000,
      target: 500_000,
    },
  ]
}

/** Processor time of the whole process, garbage collection included: busy neighbours do not count. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

function benchProgram(): Program {
  const scopes: ((i: number) => CampaignScope)[] = [
    () => ({ kind: 'all' }),
    (i) => ({ kind: 'products', ids: Array.from({ length: 10 }, (_, n) => String(i * 7 + n)) }),
    (i) => ({ kind: 'collections', ids: [String(i), String(i + 1)] }),
    (i) => ({ kind: 'tags', tags: [`Tag-${i}`, `Tag-${i + 1}`] }),
  ]
  const campaigns = Array.from(
    { length: 20 },
    (_, i): Campaign => ({
      id: `campaign-${i}`,
      name: { de: `Aktion ${i}`, en: `Campaign ${i}` },
      multiplier: ['2', '1.5', '3', '1.25'][i % 4] as string,
      scope: (scopes[i % 4] as (i: number) => CampaignScope)(i),
      tiers: i % 5 === 0 ? ['gold'] : [],
      window: { start: '2026-05-01T00:00', end: '2026-06-01T00:00', timeZone: 'Europe/Berlin' },
    }),
  )
  return { ...starterProgram('EUR', 'Europe/Berlin'), campaigns }
}

function benchOrder(i: number): OrderFacts {
  const lines = Array.from({ length: 1 + (i % 5) }, (_, n) => ({
    lineId: String(n + 1),
    productId: String((i * 13 + n * 29) % 150),
    title: 'Teekanne',
    giftCard: false,
    quantity: 1 + (n % 2),
    currentQuantity: 1 + (n % 2),
    net: 990 + ((i * 37 + n * 101) % 9000),
    tax: 158,
    collections: [String((i + n) % 30), String((i + n * 3) % 30)],
    tags: [`tag-${(i + n) % 30}`, 'neu'],
  }))
  return {
    orderId: String(i),
    name: `#${i}`,
    customerId: String(i % 300),
    guestHash: null,
    currency: 'EUR',
    updatedAt: PLACED,
    placedAt: PLACED + i,
    test: false,
    paid: true,
    outstanding: 0,
    cancelledAt: null,
    dispute: 'none',
    taxesIncluded: true,
    source: 'web',
    lines,
    shipping: 490,
    shippingTax: 78,
    duties: 0,
    tips: 0,
    cashRounding: 0,
    refunds:
      i % 10 === 0 ? [{ refundId: '1', at: PLACED + 1, lines: [], withoutLines: 500, shipping: 0 }] : [],
    discountCodes: [],
  }
}

if (import.meta.main) console.log(JSON.stringify(await rulesBench()))
