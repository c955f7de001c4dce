import type { z } from 'zod'
import type { ProgramIssue, ProgramIssueCode } from '../document/program-issue.ts'
import type { Around } from '../document/section.ts'
import { MOST_POINTS_PER_UNIT, tooSteep } from './countable.ts'
import { type Program, program, SECTIONS } from './program.ts'

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

/** What needs more than the document's shape: calendars, currencies, what sections say of each other. */
function furtherIssues(document: Program, shop: { currency: string } | undefined): ProgramIssue[] {
  const around: Around = {
    tierIds: new Set(document.tiers.levels.map(({ id }) => id)),
    currency: shop?.currency ?? null,
  }
  const issues = SECTIONS.flatMap(({ key, check }) =>
    (check?.(document[key] as never, around) ?? []).map((issue) => within(key, issue)),
  )
  // The windows have to be readable.
  return issues.length > 0 ? issues : steepIssues(document)
}

function within(key: string, issue: ProgramIssue): ProgramIssue {
  return { ...issue, path: issue.path === '' ? key : `${key}.${issue.path}` }
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
