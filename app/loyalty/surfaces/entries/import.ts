import { innerQuotes } from '../../../domain/text/inner-quotes.ts'
import type { ToldCredit } from '../../members/told-credits.ts'
import {
  actorText,
  creditTakenBack,
  earnedText,
  fileOf,
  fileText,
  type Life,
  lifeDetails,
  lifeIn,
} from './by-hand.ts'
import { type Entry, titled } from './entry.ts'

interface Facts {
  /** Of what takes it back: what that was. */
  credit: ToldCredit | null
  fileName: string | null
  life: Life | null
}

/** Points brought along from another program, and their taking back. */
export const imported: Entry<Facts> = {
  about: { file: 'source' },
  counts: [],
  credit: creditTakenBack,
  facts: ({ credit, fileName, why }) => ({ credit, fileName, life: lifeIn(why) }),

  title: (line, words) => titled(line.points < 0 ? 'import-undone' : 'import', line, words),

  details: (line, words) =>
    line.credit ? [earnedText(line, line.credit.at.getTime(), words)] : lifeDetails(line.life, words),

  forMerchants: (line, words, viewer) => [...fileText(line, words), actorText(line.actor, words, viewer)],

  latest(line, words) {
    const name = fileOf(line)
    const file = name === null ? null : innerQuotes(name)
    if (line.points < 0)
      return file === null
        ? titled('import-undone', line, words)
        : words.say('latest.import-undone-of', { file })
    return file === null ? words.say('latest.import') : words.say('latest.import-of', { file })
  },
}
