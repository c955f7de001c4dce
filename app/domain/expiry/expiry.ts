import { addDaysToDate, addMonthsToDate, localDate } from '../time/time-window.ts'
import type { ActivityAction, ExpiryRule } from './expiry-rule.ts'

/**
 * When points lapse. The day of expiry is the last day on which they can be used, as shoppers read "valid until
 * 15 January 2027": they lapse when that day is over in the shop's zone.
 */

/**
 * The last valid day ("2027-01-15") of points earned at `earnedAt` (epoch ms): the day of earning some months
 * later, or the end of that month if it is shorter. Null when the rule does not look at earning.
 */
export function expiresOn(rule: ExpiryRule, earnedAt: number, zone: string): string | null {
  return rule.kind === 'after-earning' ? addMonthsToDate(localDate(earnedAt, zone), rule.months) : null
}

/** The last valid day of all of a member's points when nothing more happens. Null by other rules. */
export function expiresOnByInactivity(rule: ExpiryRule, lastActiveAt: number, zone: string): string | null {
  return rule.kind === 'after-inactivity' ? addMonthsToDate(localDate(lastActiveAt, zone), rule.months) : null
}

/** How long points last that are given by hand or with a file, as it is told before they are and in the history. */
export interface GivenLife {
  /** The last valid day ("2027-01-15"); by inactivity the one that holds if nothing happens until then. */
  on: string
  /** By inactivity: after so many months of it. */
  idleMonths: number | null
}

/** What the rule says of points given at `earnedAt` (epoch ms); null: they do not lapse. */
export function lifeOfGiven(rule: ExpiryRule, earnedAt: number, zone: string): GivenLife | null {
  if (rule.kind === 'never') return null
  const on = addMonthsToDate(localDate(earnedAt, zone), rule.months)
  return { on, idleMonths: rule.kind === 'after-inactivity' ? rule.months : null }
}

/** The day from which the warning is due; null when points never lapse. */
export function warnsOn(rule: ExpiryRule, lastValidDay: string): string | null {
  return rule.kind === 'never' ? null : addDaysToDate(lastValidDay, -rule.warnDays)
}

/** True once the last valid day is over in the zone. The warning is another condition, kept by the caller. */
export function hasLapsed(lastValidDay: string, now: number, zone: string): boolean {
  return localDate(now, zone) > lastValidDay
}

/** When a member last did each of the things that can count as activity (epoch ms); null: never. */
export type Activity = Record<ActivityAction, number | null>

/** The latest of the actions that the rule counts; null when she did none of them, or the rule counts none. */
export function lastActive(rule: ExpiryRule, activity: Activity): number | null {
  if (rule.kind !== 'after-inactivity') return null
  const times = rule.actions.flatMap((action) => activity[action] ?? [])
  return times.length === 0 ? null : Math.max(...times)
}

/** What of a lot decides when it lapses. */
export interface LapsingLot {
  /** Epoch ms. */
  earnedAt: number
  /** What was promised when the points were given; null: nothing. */
  expiresOn: string | null
}

/**
 * The last valid day of a lot under the rule in force today; null: it does not lapse. By inactivity points live some
 * months from the last activity, or from their own earning if that was later, and never shorter than was promised.
 */
export function lapsesOn(
  rule: ExpiryRule,
  lot: LapsingLot,
  activeAt: number | null,
  zone: string,
): string | null {
  if (rule.kind === 'never') return null
  if (rule.kind === 'after-earning') return lot.expiresOn
  const from = Math.max(lot.earnedAt, activeAt ?? lot.earnedAt)
  const day = addMonthsToDate(localDate(from, zone), rule.months)
  return later(day, lot.expiresOn ?? day)
}

/** The last valid day when a member is told at `toldAt` that points lapse on `day`: late news give later days. */
export function validUntil(day: string, toldAt: number, warnDays: number, zone: string): string {
  return later(day, addDaysToDate(localDate(toldAt, zone), warnDays))
}

/** A warning as it was recorded. */
export interface SentWarning {
  /** Epoch ms; null: not yet. */
  sentAt: number | null
  /** The last valid day that the member was told. */
  validUntil: string | null
  warnDays: number
}

/** Points may lapse when the day the member was told is over, and the warning was sent early enough for it. */
export function mayLapse(
  { sentAt, validUntil: day, warnDays }: SentWarning,
  now: number,
  zone: string,
): boolean {
  if (sentAt === null || day === null) return false
  return hasLapsed(later(day, addDaysToDate(localDate(sentAt, zone), warnDays)), now, zone)
}

/** A warning that is neither withdrawn nor over, with the lots it speaks of. */
export interface OpenWarning extends SentWarning {
  warningId: number
  kind: Exclude<ExpiryRule['kind'], 'never'>
  lapsesOn: string
  /** Open lots that are still the member's; `points` is what no hold reserves. */
  lots: (LapsingLot & { lotId: number; points: number })[]
}

/** Points that lapse when a day is over. */
export interface UpcomingLapse {
  /** The last valid day. */
  on: string
  points: number
  warningIds: number[]
}

/**
 * What a member is told of points about to lapse, the nearest first. A warning that no longer holds (she was active,
 * the rule changed, the points are spent) tells nothing.
 */
export function upcomingLapses(
  rule: ExpiryRule,
  warnings: readonly OpenWarning[],
  activity: Activity,
  now: number,
  zone: string,
): UpcomingLapse[] {
  const byDay = new Map<string, UpcomingLapse>()
  for (const warning of warnings) {
    const points = lapsingLots(rule, warning, activity, zone).reduce((sum, lot) => sum + lot.points, 0)
    if (points === 0) continue
    const on = warnedDay(warning, now, zone)
    const lapse = byDay.get(on) ?? { on, points: 0, warningIds: [] }
    lapse.points += points
    lapse.warningIds.push(warning.warningId)
    byDay.set(on, lapse)
  }
  return [...byDay.values()].sort((a, b) => (a.on < b.on ? -1 : 1))
}

/**
 * The last valid day of a lot as it can be told now, by warning or without one: what the member was told of it, or the
 * day that a warning of today would give. Never the rule's own day where that would be too soon. Null: it stays.
 */
export function dayThatHolds(
  rule: ExpiryRule,
  lot: LapsingLot & { lotId: number },
  { warnings, activity }: { warnings: readonly OpenWarning[]; activity: Activity },
  now: number,
  zone: string,
): string | null {
  const day = lapsesOn(rule, lot, lastActive(rule, activity), zone)
  if (rule.kind === 'never' || day === null) return null
  const warning = warnings.find((one) =>
    lapsingLots(rule, one, activity, zone).some(({ lotId }) => lotId === lot.lotId),
  )
  return warning ? warnedDay(warning, now, zone) : validUntil(day, now, rule.warnDays, zone)
}

function warnedDay(warning: OpenWarning, now: number, zone: string): string {
  return warning.validUntil ?? validUntil(warning.lapsesOn, now, warning.warnDays, zone)
}

function lapsingLots(rule: ExpiryRule, warning: OpenWarning, activity: Activity, zone: string) {
  if (rule.kind !== warning.kind) return []
  const activeAt = lastActive(rule, activity)
  return warning.lots.filter((lot) => stillLapses(rule, warning.lapsesOn, lot, activeAt, zone))
}

/** A lot lapses with its warning unless its own day has moved beyond the warning's. */
export function stillLapses(
  rule: ExpiryRule,
  warnedFor: string,
  lot: LapsingLot,
  activeAt: number | null,
  zone: string,
): boolean {
  const day = lapsesOn(rule, lot, activeAt, zone)
  return day !== null && day <= warnedFor
}

function later(a: string, b: string): string {
  return a > b ? a : b
}
