import type { ProgramIssue } from '../document/program-issue.ts'
import { isCalendarTime, isTimeZone, type TimeWindow } from './time-window.ts'

/** Zones and calendars are more than a pattern can tell. */
export function unreadableWindow(window: TimeWindow, path: string): ProgramIssue[] {
  const issues: ProgramIssue[] = []
  if (!isTimeZone(window.timeZone)) {
    issues.push({
      path: `${path}.timeZone`,
      code: 'time-zone-unknown',
      message: `"${window.timeZone}" is not an IANA time zone like "Europe/Berlin"`,
      values: { value: window.timeZone },
    })
  }
  for (const edge of ['start', 'end'] as const) {
    const value = window[edge]
    if (value === null || isCalendarTime(value)) continue
    issues.push({
      path: `${path}.${edge}`,
      code: 'local-time-unknown',
      message: `there is no ${value} in the calendar`,
      values: { value },
    })
  }
  return issues
}
