import { REDACTED } from '../../domain/text/redacted.ts'
import type { Wording } from '../../wording.ts'
import type { Audience, Entry, Line } from './entries/entry.ts'
import { entryOf, type HistoryLine } from './entries.ts'

/** One line of a history in words: a short title, and why it is so many points, step by step. */
export interface ExplainedEntry {
  title: string
  detail: string[]
}

/**
 * Puts a line of the history into words. Pure.
 * @param audience merchants also read who booked it and by which version; shoppers read nothing of that
 * @param viewer who reads it, as an actor: what she booked herself is told so
 */
export function explainEntry(
  line: HistoryLine,
  words: Wording,
  audience: Audience = 'shopper',
  viewer?: string,
): ExplainedEntry {
  const entry = entryOf(line.kind)
  const title = entry.title(line, words)
  return {
    title: line.earlier ? words.say('title.earlier', { title }) : title,
    detail: [
      ...(line.earlier ? [words.say('detail.earlier')] : []),
      ...entry.details(line, words, audience),
      ...debtDetails(line, entry, words),
      ...reasonDetails(line, words),
      ...((audience === 'merchant' && entry.forMerchants?.(line, words, viewer)) || []),
    ],
  }
}

/** A joined account hands its debt on: there nothing is settled by that, and nothing more was taken back. */
function debtDetails({ part, repaid, owed }: Line, { joins }: Entry, words: Wording): string[] {
  const lines: string[] = []
  if (repaid > 0 && !(joins && part === 'out'))
    lines.push(words.say('detail.repaid', { points: words.points(repaid) }))
  if (owed > 0)
    lines.push(words.say(joins ? 'detail.owed-before' : 'detail.owed', { points: words.points(owed) }))
  return lines
}

function reasonDetails({ reason }: Line, words: Wording): string[] {
  if (reason === REDACTED) return [words.say('detail.redacted')]
  return reason ? [words.say('detail.reason', { reason })] : []
}
