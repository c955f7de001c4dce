import { type Entry, titled } from './entry.ts'

/** Shopify made one customer of two; told on both accounts. */
export const merge: Entry = {
  about: {},
  joins: true,
  counts: [],
  facts: () => ({}),
  // By its side: a debt that comes along is less than nothing.
  title: (line, words) => titled(line.part === 'out' ? 'merge-out' : 'merge-in', line, words),
  details: ({ part }, words) => [words.say(`detail.merge-${part}`)],
  latest: (_, words) => words.say('latest.merge'),
}
