import { type Entry, titled } from './entry.ts'

interface Facts {
  /** The orders the points came from, and how many were still pending then. */
  claimed: { orders: string[]; pending: number }
}

/** What somebody collected as a guest becomes hers. */
export const claim: Entry<Facts> = {
  about: {},
  joins: true,
  counts: [],

  facts({ why, pending }) {
    const { orders = [] } = (why ?? {}) as { orders?: string[] }
    return { claimed: { orders, pending: Math.max(0, pending) } }
  },

  title: (line, words) => titled('claim', line, words),

  details({ claimed: { orders, pending } }, words) {
    const lines: string[] = []
    if (orders.length > 0)
      lines.push(words.say('detail.claim-orders', { count: orders.length, orders: orders.join(', ') }))
    if (pending > 0) lines.push(words.say('detail.claim-pending', { points: words.points(pending) }))
    return lines
  },

  latest: (_, words) => words.say('latest.claim'),
}
