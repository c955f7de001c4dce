import type { ExpiryRule } from './program.ts'
import { addDaysToDate, addMonthsToDate, localDate } from './time-window.ts'

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

/** The day from which the warning is due; null when points never lapse. */
export function warnsOn(rule: ExpiryRule, lastValidDay: string): string | null {
  return rule.kind === 'never' ? null : addDaysToDate(lastValidDay, -rule.warnDays)
}

/** True once the last valid day is over in the zone. The warning is another condition, kept by the caller. */
export function hasLapsed(lastValidDay: string, now: number, zone: string): boolean {
  return localDate(now, zone) > lastValidDay
}
