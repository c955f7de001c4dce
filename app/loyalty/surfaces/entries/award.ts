import type { SourceName } from '../../../domain/earning/sources.ts'
import type { TakenBecause } from '../../earning/award.ts'
import { type Entry, titled } from './entry.ts'

interface Facts {
  /** For which behaviour; of points that were taken back why, and of how many. */
  award: { source: SourceName; because: TakenBecause | null; of: number } | null
}

/** Points for a behaviour, and their taking back. */
export const award: Entry<Facts> = {
  about: {},
  counts: ['earned', 'takenBack'],

  facts({ why }) {
    const { source, because = null, of = 0 } = (why ?? {}) as Partial<NonNullable<Facts['award']>>
    return { award: source === undefined ? null : { source, because, of } }
  },

  title: (line, words) =>
    line.award ? words.say(`sources:${line.award.source}.${line.part}`) : titled('award', line, words),

  details({ award: its, moved }, words) {
    if (!its?.because) return []
    const lines = [words.say(`sources:because.${its.because}`)]
    if (moved < its.of) lines.push(words.say('sources:partly', { points: words.points(its.of - moved) }))
    return lines
  },
}
