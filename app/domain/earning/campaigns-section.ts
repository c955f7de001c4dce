import type { ProgramIssue } from '../document/program-issue.ts'
import { asWhole, byItem, section } from '../document/section.ts'
import { unknownTiers } from '../document/unknown-tiers.ts'
import { isCalendarTime, isTimeZone } from '../time/time-window.ts'
import { indexCampaigns } from './campaign-index.ts'
import { type Campaign, campaigns, stacking } from './campaigns.ts'

export const campaignsSection = section({
  key: 'campaigns',
  schema: campaigns,
  check: (list, { tierIds }) => [...unknownTiers(list, tierIds), ...list.flatMap(windowIssues)],
  compile: (list) => ({ campaigns: indexCampaigns(list) }),
  changes: byItem,
})

export const stackingSection = section({
  key: 'stacking',
  schema: stacking,
  compile: (rule) => ({ stacking: rule }),
  changes: asWhole,
})

/** Zones and calendars are more than a pattern can tell. */
function windowIssues({ window }: Campaign, i: number): ProgramIssue[] {
  const issues: ProgramIssue[] = []
  if (!isTimeZone(window.timeZone)) {
    issues.push({
      path: `${i}.window.timeZone`,
      code: 'time-zone-unknown',
      message: `"${window.timeZone}" is not an IANA time zone like "Europe/Berlin"`,
      values: { value: window.timeZone },
    })
  }
  for (const edge of ['start', 'end'] as const) {
    const value = window[edge]
    if (value === null || isCalendarTime(value)) continue
    issues.push({
      path: `${i}.window.${edge}`,
      code: 'local-time-unknown',
      message: `there is no ${value} in the calendar`,
      values: { value },
    })
  }
  return issues
}
