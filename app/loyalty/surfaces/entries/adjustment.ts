import { innerQuotes } from '../../../domain/text/inner-quotes.ts'
import { REDACTED } from '../../../domain/text/redacted.ts'
import type { ToldCredit } from '../../members/told-credits.ts'
import {
  actorText,
  creditTakenBack,
  fileOf,
  fileText,
  type Life,
  lifeDetails,
  lifeIn,
  undoneBy,
} from './by-hand.ts'
import { type Entry, type Line, titled } from './entry.ts'

interface Facts {
  /** The posting that it takes back, and what that was. */
  undoes: string | null
  credit: ToldCredit | null
  /** It was itself taken back. */
  undone: boolean
  fileName: string | null
  life: Life | null
}

/** Points given or taken by hand, one by one or with a file, and their taking back. */
export const adjustment: Entry<Facts> = {
  about: { file: 'source' },
  counts: [],
  credit: creditTakenBack,

  facts: ({ sourceId, credit, undone, fileName, why }) => ({
    undoes: undoneBy(sourceId),
    credit,
    undone,
    fileName,
    life: lifeIn(why),
  }),

  title(line, words) {
    const date = line.credit ? words.date(line.credit.at.getTime()) : ''
    return titled(titleKey(line), line, words, { date })
  },

  details: ({ life }, words) => lifeDetails(life, words),

  forMerchants: (line, words, viewer) => [...fileText(line, words), actorText(line.actor, words, viewer)],

  latest(line, words) {
    const { reason } = line
    if (reason === null || reason === REDACTED) return words.say('latest.adjustment')
    const file = fileOf(line)
    return file === null
      ? words.say('latest.adjusted', { reason })
      : words.say('latest.adjusted-by-file', { file: innerQuotes(file), reason })
  },

  undo: {
    by: 'adjustment',
    prefix: 'undo-',
    of: ({ undone, undoes }) => (undone ? 'undone' : undoes === null ? 'take-back' : null),
  },
}

function titleKey({ points, undoes, credit }: Line & Facts): string {
  const sign = points < 0 ? 'minus' : 'plus'
  if (undoes === null) return `adjustment-${sign}`
  return credit ? `undo-${sign}-of` : `undo-${sign}`
}
