import type { ToldCredit } from '../../members/told-credits.ts'
import { actorText, creditOfLapse, fileText, type Lapse, lapseDetails, lapseIn } from './by-hand.ts'
import { type Entry, titled } from './entry.ts'

interface Facts {
  lapse: Lapse | null
  /** Of points of no order: what they came with. */
  credit: ToldCredit | null
}

/** Lapsed points that somebody gave back, with a new last day. */
export const reinstatement: Entry<Facts> = {
  about: { order: 'why' },
  counts: [],
  credit: creditOfLapse,
  facts: ({ why, credit }) => ({ lapse: lapseIn(why), credit }),
  title: (line, words) => titled('reinstatement', line, words),
  details: (line, words) => lapseDetails(line, 'reinstatement', words),
  forMerchants: (line, words, viewer) => [...fileText(line, words), actorText(line.actor, words, viewer)],
}
