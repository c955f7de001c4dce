import { type Entry, titled } from './entry.ts'

/** The return window of an order is over: pending points become available. */
export const maturity: Entry = {
  about: { order: 'source' },
  bookkeeping: true,
  counts: [],
  facts: () => ({}),
  title: (line, words) => titled('maturity', line, words),
  details: ({ moved }, words) => [words.say('detail.matured', { points: words.points(moved) })],
}
