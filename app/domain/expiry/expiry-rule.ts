import { z } from 'zod'
import { whole } from '../document/document-fields.ts'
import type { ProgramIssue } from '../document/program-issue.ts'
import { asWhole, section } from '../document/section.ts'

export const EXPIRY_LIMITS = {
  months: { min: 1, max: 120, decimals: 0 },
  warnDays: { min: 1, max: 180, decimals: 0 },
} as const

export const activityAction = z.enum(['order', 'redemption', 'adjustment'])
export type ActivityAction = z.infer<typeof activityAction>

/** The shortest month: a warning has to fit into the life of the points. */
const SHORTEST_MONTH_DAYS = 28
export const mostWarnDays = (months: number) =>
  Math.min(EXPIRY_LIMITS.warnDays.max, months * SHORTEST_MONTH_DAYS - 1)

/** How points lapse. Lots leave first-in first-out, and never before a warning was recorded as sent. */
export const expiryRule = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('never') }),
  z.object({
    kind: z.literal('after-earning'),
    months: whole(EXPIRY_LIMITS.months),
    warnDays: whole(EXPIRY_LIMITS.warnDays),
  }),
  z.object({
    kind: z.literal('after-inactivity'),
    months: whole(EXPIRY_LIMITS.months),
    warnDays: whole(EXPIRY_LIMITS.warnDays),
    /** What counts as being active; a document from before this could be chosen means orders and redemptions. */
    actions: z.array(activityAction).min(1).default(['order', 'redemption']),
  }),
])
export type ExpiryRule = z.infer<typeof expiryRule>

export const expirySection = section({
  key: 'expiry',
  schema: expiryRule,
  // Of a rule by inactivity it could not always be chosen what counts as being active.
  stored: (part) => expiryRule.parse(part),
  check: warningIssues,
  compile: (expiry) => ({ expiry }),
  changes: asWhole,
})

function warningIssues(rule: ExpiryRule): ProgramIssue[] {
  if (rule.kind === 'never') return []
  const maximum = mostWarnDays(rule.months)
  if (rule.warnDays <= maximum) return []
  const message = `a warning ${rule.warnDays} days ahead is earlier than points of ${rule.months} months`
  return [{ path: 'warnDays', code: 'too-large', message, values: { maximum } }]
}
