import { type Entry, titled } from './entry.ts'

/** A bank looks into the payment of an order: what is left of its points is held until it has decided. */
export const dispute: Entry = {
  about: { order: 'source' },
  counts: [],
  facts: () => ({}),
  title: (line, words) => titled(`dispute-${line.part}`, line, words),
  details({ part, moved }, words) {
    const what = part === 'freeze' ? 'detail.frozen' : 'detail.unfrozen'
    return [words.say(what, { points: words.points(moved) })]
  },
  latest: (_, words) => words.say('latest.dispute'),
}
