import type { SourceName } from '../../../domain/earning/sources.ts'
import { REDACTED } from '../../../domain/text/redacted.ts'
import type { Wording } from '../../../wording.ts'
import type { ToldCredit } from '../../members/told-credits.ts'
import type { Line } from './entry.ts'

/** What points of no order say: given by hand or with a file, for some time, lapsed, given back. */

/** How long points last, as it was said when they were given. */
export interface Life {
  /** The last valid day; by inactivity the first that can be the last. Null: none of their own. */
  on: string | null
  /** By inactivity: after so many months of it. */
  idleMonths: number | null
}

/** Null: they do not lapse, or nobody said. */
export function lifeIn(why: unknown): Life | null {
  if (why === null) return null
  const { on = null, idleMonths = null } = why as Partial<Life>
  return { on, idleMonths }
}

export function lifeDetails(life: Life | null, words: Wording): string[] {
  if (life === null) return []
  const { on, idleMonths } = life
  const lines = idleMonths === null ? [] : [words.say('detail.idle', { count: idleMonths })]
  const valid = idleMonths === null ? 'given' : 'given-at-least'
  if (on !== null) lines.push(words.say(`detail.valid.${valid}`, { date: words.day(on) }))
  return lines
}

/** What points were that lapsed, or were given back after that, and until when they are valid. */
export interface Lapse {
  /** Epoch ms. */
  earnedAt: number
  /** The last valid day; null: none of their own. */
  on: string | null
  /** Of an expiry: when the warning was recorded as sent (epoch ms). */
  warnedAt: number | null
}

export function lapseIn(why: unknown): Lapse | null {
  const { earnedAt, on = null, warnedAt = null } = (why ?? {}) as Partial<Lapse>
  return earnedAt === undefined ? null : { earnedAt, on, warnedAt }
}

/** A lot knows no posting: the credit it came with is found by the moment it counts from. */
export function creditOfLapse({ why }: { why: unknown }): { earnedAt: number } | null {
  const lapse = lapseIn(why)
  return lapse && { earnedAt: lapse.earnedAt }
}

type Lapsed = Line & { lapse: Lapse | null; credit: ToldCredit | null }

export function lapseDetails(line: Lapsed, kind: 'expiry' | 'reinstatement', words: Wording): string[] {
  const { lapse, credit } = line
  if (lapse === null) return []
  const { on, earnedAt, warnedAt } = lapse
  const lines = [earnedText(line, earnedAt, words)]
  if (credit?.reason && credit.reason !== REDACTED)
    lines.push(words.say('detail.credit-reason', { reason: credit.reason }))
  if (on !== null) lines.push(words.say(`detail.valid.${kind}`, { date: words.day(on) }))
  if (warnedAt !== null) lines.push(words.say('detail.warned', { date: words.date(warnedAt) }))
  return lines
}

/** "Newsletter abonniert": the behaviour that points are for. */
export const gaveText = (source: SourceName, words: Wording): string => words.say(`sources:${source}.given`)

/** Given by hand or with a file; a behaviour has words of its own. */
export const isByHand = (
  credit: ToldCredit | null,
): credit is ToldCredit & { kind: 'adjustment' | 'import' } => credit !== null && credit.kind !== 'award'

/** What the points came from, and when. */
export function earnedText(
  { order, credit }: Pick<Lapsed, 'order' | 'credit'>,
  earnedAt: number,
  words: Wording,
): string {
  if (!order && credit?.source)
    return words.say('detail.credit-award', {
      what: gaveText(credit.source, words),
      date: words.date(earnedAt),
    })
  const from = order ? 'earned-with' : isByHand(credit) ? `credit-${credit.kind}` : 'expired-lot'
  return words.say(`detail.${from}`, { date: words.date(earnedAt), order: order?.name ?? '' })
}

/** The posting that a line takes back. */
export function undoneBy(sourceId: string): string | null {
  return /^undo-(\d+)$/.exec(sourceId)?.[1] ?? null
}

export function creditTakenBack({ sourceId }: { sourceId: string }): { postingId: string } | null {
  const postingId = undoneBy(sourceId)
  return postingId === null ? null : { postingId }
}

/** The file it came from; of what takes something back, or lapsed, the file that came from. */
export const fileOf = (line: { fileName?: string | null; credit: ToldCredit | null }): string | null =>
  line.fileName ?? line.credit?.fileName ?? null

export function fileText(line: Parameters<typeof fileOf>[0], words: Wording): string[] {
  const name = fileOf(line)
  return name === null ? [] : [words.say('detail.file', { name })]
}

/** "till:42@4": who is signed in at the till, and where it stands. */
const AT_TILL = /^till:(\d+)(?:@(\d+))?$/

export const isAtTill = (actor: string): boolean => AT_TILL.test(actor)

/** Staff and locations are Shopify's: we know their numbers. */
export function actorText(actor: string, words: Wording, viewer?: string): string {
  if (actor === viewer) return words.say('detail.you')
  if (actor === 'shopper') return words.say('detail.shopper')
  const [, person, location] = AT_TILL.exec(actor) ?? []
  if (person)
    return words.say(location ? 'detail.till-at' : 'detail.till', {
      number: person,
      location: location ?? '',
    })
  const number = /^staff:(.+)$/.exec(actor)?.[1]
  return number ? words.say('detail.staff', { number }) : words.say('detail.actor', { actor })
}
