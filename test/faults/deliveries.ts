import fc from 'fast-check'
import { history } from '../model/history.ts'
import { tell } from '../model/tellings.ts'
import { seeded } from '../support/random.ts'

/** One webhook delivery as a line of a replay file. */
export interface Line {
  topic: 'orders/create' | 'orders/updated'
  payload: object
}

/** Shares of deliveries that are duplicates of another. */
const DUPLICATES = 0.3

/**
 * Deliveries of orders with refunds, edits, cancellations and new holders: `clean` each once and in the order in
 * which things happened, `garbled` as many as asked for, 30 % of them duplicates, in random order.
 */
export function makeDeliveries(count: number, seed: number): { clean: Line[]; garbled: Line[] } {
  const random = seeded(seed)
  const wanted = Math.ceil(count * (1 - DUPLICATES))
  const clean: Line[] = []
  for (let number = 0; clean.length < wanted; number++) {
    const [plan] = fc.sample(history, { seed: seed + number, numRuns: 1 })
    if (!plan) throw new Error('No history')
    // Two states of one second would have to be read from Shopify, which is not there.
    for (const order of plan.orders) for (const deed of order.deeds) deed.sameSecond = false
    for (const { versions } of tell({ ...plan, wishes: [], merges: [], disputes: [] }, number).orders) {
      for (const [i, version] of versions.entries()) {
        if (clean.length === wanted) break
        clean.push({ topic: i === 0 ? 'orders/create' : 'orders/updated', payload: version.payload(null) })
      }
    }
  }
  const twice = Array.from({ length: count - clean.length }, () => random.pick(clean))
  return { clean, garbled: random.shuffled([...clean, ...twice]) }
}
