import type { SourceName } from '../../../domain/earning/sources.ts'
import type { TakenBecause } from '../../earning/stored-awards.ts'
import { type Entry, titled } from './entry.ts'

interface Facts {
  award: Told | null
}

/** For which behaviour; and of points that were taken back: */
interface Told {
  source: SourceName
  because: TakenBecause | null
  /** Of how many. */
  of: number
  /** Of those that could not be taken: how many a code still keeps. */
  held: number
  /** They were not there when they were to go back first. */
  freed: boolean
}

/** Points for a behaviour, and their taking back. */
export const award: Entry<Facts> = {
  about: {},
  counts: ['earned', 'takenBack'],

  facts({ why }) {
    const { source, because = null, of = 0, held = 0, freed = false } = (why ?? {}) as Partial<Told>
    return { award: source === undefined ? null : { source, because, of, held, freed } }
  },

  title: (line, words) =>
    line.award ? words.say(`sources:${line.award.source}.${line.part}`) : titled('award', line, words),

  details({ award: its, moved }, words) {
    if (its === null) return []
    if (!its.because) return [words.say(`sources:${its.source}.why`)]
    const lines = [words.say(`sources:because.${its.because}`)]
    const { of, held, freed } = its
    if (freed) lines.push(words.say('sources:freed'))
    const gone = of - moved - held
    if (gone > 0) lines.push(words.say('sources:partly', { points: words.points(gone) }))
    if (held > 0) lines.push(words.say('sources:held', { points: words.points(held) }))
    return lines
  },

  forMerchants: ({ programVersion }, words) =>
    programVersion === null ? [] : [words.say('detail.version', { version: programVersion })],
}
