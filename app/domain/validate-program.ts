import type { z } from 'zod'
import { MOST_POINTS_PER_UNIT, tooSteep } from './countable.ts'
import { currencyExponent } from './money.ts'
import { type Program, program } from './program.ts'
import { isTimeZone } from './time-window.ts'

/** Every way in which a document can be wrong. Surfaces have words for each, in each language. */
export const ISSUE_CODES = [
  'required',
  'wrong-type',
  'wrong-format',
  'not-whole',
  'unknown-option',
  'too-small',
  'too-large',
  'not-positive',
  'text-missing',
  'end-before-start',
  'duplicate-id',
  'threshold-order',
  'tier-unknown',
  'time-zone-unknown',
  'local-time-unknown',
  'too-many-decimals',
  'too-many-points',
  'invalid',
] as const
export type ProgramIssueCode = (typeof ISSUE_CODES)[number]

export interface ProgramIssue {
  /** Where: "campaigns.0.window.end". Empty: the document as a whole. */
  path: string
  code: ProgramIssueCode
  /** In English, with the allowed values; for logs and files. */
  message: string
  /** What a message in another language may name: `minimum`, `maximum`, `tier`, `below`, `decimals`, `value`, `points`, `rate`, `campaigns`, `tier`. */
  values: Record<string, unknown>
}

export type Validation = { ok: true; program: Program } | { ok: false; issues: ProgramIssue[] }

/**
 * Reads a program document from anywhere: a form, a file, the database. At most one issue for each path.
 * With the shop's currency, amounts are checked against its decimals too (JPY has none).
 */
export function validateProgram(document: unknown, shop?: { currency: string }): Validation {
  const parsed = program.safeParse(document, { reportInput: true })
  const issues = parsed.success ? furtherIssues(parsed.data, shop) : parsed.error.issues.map(readIssue)
  const byPath = new Map<string, ProgramIssue>()
  for (const issue of issues) if (!byPath.has(issue.path)) byPath.set(issue.path, issue)
  if (parsed.success && byPath.size === 0) return { ok: true, program: parsed.data }
  return { ok: false, issues: [...byPath.values()] }
}

function readIssue(issue: z.core.$ZodIssue): ProgramIssue {
  const { code, ...values } = classify(issue)
  return { path: issue.path.join('.'), message: issue.message, code, values }
}

function classify(issue: z.core.$ZodIssue): { code: ProgramIssueCode; [value: string]: unknown } {
  const missing = issue.input === undefined || issue.input === null
  switch (issue.code) {
    case 'custom':
      return { code: 'invalid', ...issue.params }
    case 'invalid_type':
      if (issue.expected === 'int' && Number.isFinite(issue.input)) return { code: 'not-whole' }
      return { code: missing ? 'required' : 'wrong-type' }
    case 'invalid_format':
      return { code: issue.input === '' ? 'required' : 'wrong-format' }
    case 'invalid_value':
    case 'invalid_union':
      return { code: missing ? 'required' : 'unknown-option' }
    case 'too_small':
      // An empty text or list is simply not filled in.
      if (issue.origin !== 'number' && issue.minimum === 1) return { code: 'required' }
      return { code: 'too-small', minimum: issue.minimum }
    case 'too_big':
      return { code: 'too-large', maximum: issue.maximum }
    default:
      return { code: 'invalid' }
  }
}

/** What needs more than the document's shape: zones, calendars, currencies. */
function furtherIssues(document: Program, shop: { currency: string } | undefined): ProgramIssue[] {
  const issues: ProgramIssue[] = []
  document.campaigns.forEach(({ window }, i) => {
    const path = `campaigns.${i}.window`
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
      if (value !== null && !isCalendarTime(value)) {
        issues.push({
          path: `${path}.${edge}`,
          code: 'local-time-unknown',
          message: `there is no ${value} in the calendar`,
          values: { value },
        })
      }
    }
  })
  if (shop !== undefined) issues.push(...currencyIssues(document, shop.currency))
  // The windows have to be readable.
  return issues.length > 0 ? issues : steepIssues(document)
}

function steepIssues(document: Program): ProgramIssue[] {
  const steepest = tooSteep(document)
  if (steepest === null) return []
  const { points, rate, campaigns, tier } = steepest
  const factors = `${rate} × campaigns ${campaigns} × tier ${tier}`
  return [
    {
      path: campaigns > 1 && document.stacking !== 'highest' ? 'stacking' : 'earning.pointsPerUnit',
      code: 'too-many-points',
      message: `${points} points for one unit of the currency (${factors}) are more than ${MOST_POINTS_PER_UNIT}`,
      values: { ...steepest, maximum: MOST_POINTS_PER_UNIT },
    },
  ]
}

function isCalendarTime(wallClock: string): boolean {
  const ms = Date.parse(`${wallClock}:00Z`)
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(wallClock)
}

function currencyIssues(document: Program, currency: string): ProgramIssue[] {
  const decimals = currencyExponent(currency)
  const issues: ProgramIssue[] = []
  const check = (path: string, amount: string | null) => {
    const fraction = amount?.split('.')[1] ?? ''
    if (!/[1-9]/.test(fraction.slice(decimals))) return
    issues.push({
      path,
      code: 'too-many-decimals',
      message: `"${amount}" has more than the ${decimals} decimals of ${currency}`,
      values: { value: amount, decimals, currency },
    })
  }
  document.rewards.forEach((reward, i) => {
    if (reward.kind === 'amount-off') check(`rewards.${i}.amount`, reward.amount)
    check(`rewards.${i}.minimumSpend`, reward.minimumSpend)
  })
  if (document.tiers.basis === 'spend') {
    document.tiers.levels.forEach((level, i) => {
      check(`tiers.levels.${i}.threshold`, level.threshold)
    })
  }
  return issues
}
