import type { Wording } from '../../../wording.ts'
import type { ToldCredit } from '../../members/told-credits.ts'
import { creditOfLapse, fileText, isByHand, type Lapse, lapseDetails, lapseIn } from './by-hand.ts'
import { type Entry, type Line, titled } from './entry.ts'

interface Facts {
  lapse: Lapse | null
  /** Of points of no order: what they came with. */
  credit: ToldCredit | null
  /** They were given back. */
  undone: boolean
}

/** Points lapsed: a posting for each lot, which is of one order or one credit. */
export const expiry: Entry<Facts> = {
  about: { order: 'why' },
  counts: [],
  credit: creditOfLapse,
  facts: ({ why, credit, undone }) => ({ lapse: lapseIn(why), credit, undone }),

  title(line, words) {
    const { order, credit } = line
    if (!order && credit?.source)
      return words.say(`sources:${credit.source}.lapsed`, { points: words.points(line.moved) })
    const date = credit ? words.date(credit.at.getTime()) : ''
    const of = order ? '-of-order' : isByHand(credit) ? `-of-${credit.kind}` : ''
    return titled(`expiry${of}`, line, words, { date })
  },

  details: (line, words) => lapseDetails(line, 'expiry', words),
  forMerchants: (line, words) => fileText(line, words),

  latest: (line, words) =>
    line.lapse === null ? words.say('latest.expiry') : lapsed(line, line.lapse, words),

  undo: { by: 'reinstatement', prefix: '', of: ({ undone }) => (undone ? 'undone' : 'give-back') },
}

/** Which points lapsed, and when their last day was. */
function lapsed({ order, credit }: Line & Facts, { earnedAt, on }: Lapse, words: Wording): string {
  const which = order
    ? words.say('latest.lapsed-of-order', { name: order.name })
    : credit?.source
      ? words.say(`sources:${credit.source}.latest-lapsed`)
      : words.say('latest.lapsed', { date: words.shortDate(earnedAt) })
  return on === null ? which : `${which} · ${words.say('latest.last-day', { date: words.shortDay(on) })}`
}
