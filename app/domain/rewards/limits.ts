import { z } from 'zod'
import { whole } from '../document/document-fields.ts'
import type { Words } from '../document/words.ts'
import {
  addDaysToDate,
  addMonthsToDate,
  compileWindow,
  localDate,
  startOfDate,
  timeWindow,
} from '../time/time-window.ts'

/** How often, how many and when: what a reward's offer is limited to. */

export const PERIODS = ['ever', 'day', 'week', 'month', 'year'] as const
/** A calendar period in the shop's zone; weeks begin on Monday. */
export type Period = (typeof PERIODS)[number]

export const TIMES = { min: 1, max: 1_000, decimals: 0 } as const
/** They are counted one by one whenever one is taken. */
export const STOCK = { min: 1, max: 100_000, decimals: 0 } as const

const memberLimit = z.object({ times: whole(TIMES), per: z.enum(PERIODS) })
export type MemberLimit = z.output<typeof memberLimit>

export const limits = z.object({
  /** So often each member can take it; null: as often as she likes. Once ever is the reward's own `oncePerMember`. */
  perMember: memberLimit.nullable(),
  /** So many are there in all; what is given back can be taken again. Null: any number. */
  stock: whole(STOCK).nullable(),
  /** When it can be taken; null: always. */
  offered: timeWindow.nullable(),
  /** Only for who has no order yet. */
  firstOrder: z.boolean(),
})
export type Limits = z.output<typeof limits>

export const NO_LIMITS: Limits = { perMember: null, stock: null, offered: null, firstOrder: false }

/** Of a reward that was written before there were limits it is left out, and of one that has none. */
interface Limited {
  oncePerMember: boolean
  limits?: Limits | undefined
}

export const limitsOf = ({ limits }: Limited): Limits => limits ?? NO_LIMITS

/** So often each member can take it; null: as often as she likes. */
export const memberLimitOf = (reward: Limited): MemberLimit | null =>
  reward.oncePerMember ? { times: 1, per: 'ever' } : limitsOf(reward).perMember

/** The calendar period in which `at` lies (epoch ms, half-open). */
export function periodAt(per: Period, at: number, zone: string): { from: number; until: number } {
  if (per === 'ever') return { from: -Infinity, until: Infinity }
  const day = localDate(at, zone)
  const [first, next] = datesOf(per, day)
  return { from: startOfDate(first, zone), until: startOfDate(next, zone) }
}

function datesOf(per: Exclude<Period, 'ever'>, day: string): [first: string, next: string] {
  if (per === 'day') return [day, addDaysToDate(day, 1)]
  if (per === 'week') {
    const monday = addDaysToDate(day, -((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7))
    return [monday, addDaysToDate(monday, 7)]
  }
  const first = per === 'month' ? `${day.slice(0, 8)}01` : `${day.slice(0, 5)}01-01`
  return [first, addMonthsToDate(first, per === 'month' ? 1 : 12)]
}

export type LimitRefusal = 'over' | 'early' | 'sold-out' | 'first-order' | 'once' | 'limit'

/** What the limits must know of the shop's reward and of who would take it. */
export interface Asking {
  /** When this member took it and did not give it back, epoch ms. */
  taken: readonly number[]
  hasOrder: boolean
  soldOut: boolean
  now: number
  timeZone: string
}

/**
 * Why it cannot be taken, what lasts longest first, and from when on it can be again (epoch ms), where the calendar says
 * that; null: it can be taken.
 */
export function limitRefusal(
  reward: Limited,
  { taken, hasOrder, soldOut, now, timeZone }: Asking,
): { reason: LimitRefusal; opensAt: number | null } | null {
  const { offered, stock, firstOrder } = limitsOf(reward)
  const { from, until } = offered ? compileWindow(offered) : { from: -Infinity, until: Infinity }
  if (now >= until) return { reason: 'over', opensAt: null }
  if (firstOrder && hasOrder) return { reason: 'first-order', opensAt: null }
  if (reward.oncePerMember && taken.length > 0) return { reason: 'once', opensAt: null }
  if (stock !== null && soldOut) return { reason: 'sold-out', opensAt: null }
  if (now < from) return { reason: 'early', opensAt: from }
  const limit = memberLimitOf(reward)
  if (limit === null) return null
  const period = periodAt(limit.per, now, timeZone)
  // One that came from a clock a little ahead of this one counts, too.
  if (taken.filter((at) => at >= period.from).length < limit.times) return null
  const opensAt = Number.isFinite(period.until) && period.until < until ? period.until : null
  return { reason: 'limit', opensAt }
}

type Dated = Pick<Words, 'say' | 'number'> & { date(at: number): string }

/** "2-mal im Monat je Mitglied", "100 Stück", "ab 1. Juni 2026", "nur vor der ersten Bestellung" */
export function limitTexts(reward: Limited, words: Dated): string[] {
  const { stock, offered, firstOrder } = limitsOf(reward)
  const limit = memberLimitOf(reward)
  return [
    ...(limit === null ? [] : [memberLimitText(limit, words)]),
    ...(stock === null ? [] : [words.say('rewards:limits.stock', { number: words.number(stock) })]),
    ...(offered === null ? [] : offeredTexts(offered, words)),
    ...(firstOrder ? [words.say('rewards:limits.firstOrder')] : []),
  ]
}

export const memberLimitText = ({ times, per }: MemberLimit, words: Pick<Words, 'say'>): string =>
  words.say(`rewards:limits.times.${per}`, { count: times })

function offeredTexts(offered: NonNullable<Limits['offered']>, words: Dated): string[] {
  const { from, until } = compileWindow(offered)
  return [
    ...(Number.isFinite(from) ? [words.say('rewards:limits.from', { date: words.date(from) })] : []),
    // The end is the first moment outside: at midnight the day before is the last one.
    ...(Number.isFinite(until) ? [words.say('rewards:limits.until', { date: words.date(until - 1) })] : []),
  ]
}

const WORDED = ['limit', 'sold-out', 'first-order', 'over', 'no-product', 'no-answer']

/** Why a member cannot take it, to her; null: the surface has words of its own. */
export function refusalText(
  { reason, opensAt }: { reason: string | null; opensAt: number | null },
  words: { say: Words['say']; date(at: number): string },
): string | null {
  if (reason === 'early' && opensAt !== null)
    return words.say('rewards:limits.why.early', { date: words.date(opensAt) })
  if (reason === 'limit' && opensAt !== null)
    return words.say('rewards:limits.why.again', { date: words.date(opensAt) })
  return reason !== null && WORDED.includes(reason) ? words.say(`rewards:limits.why.${reason}`) : null
}
