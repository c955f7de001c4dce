import { describe, expect, test } from 'vitest'
import { ISSUE_CODES, type ProgramIssue } from '../../app/domain/document/program-issue.ts'
import type { Program } from '../../app/domain/program/program.ts'
import { validateProgram } from '../../app/domain/program/validate-program.ts'
import { campaign, document } from './support.ts'

/** A field of the program, values it may have (the first and the last allowed), and the nearest that it may not. */
export type Limits = [
  path: string,
  allowed: unknown[],
  refused: [value: unknown, code: string, values?: object][],
]

export const text = (length: number) => 'x'.repeat(length)
export const many = <T>(count: number, make: (i: number) => T) =>
  Array.from({ length: count }, (_, i) => make(i))

/** A valid program with one campaign, in which one value stands at the path ("campaigns.0.multiplier"). */
function withValue(path: string, value: unknown): Program {
  const copy = structuredClone(document({ campaigns: [campaign('double', '2')] }))
  let container = copy as unknown as Record<string, unknown>
  const keys = path.split('.')
  for (const key of keys.slice(0, -1)) container = container[key] as Record<string, unknown>
  container[keys.at(-1) as string] = value
  return copy
}

function issuesOf(path: string, value: unknown): ProgramIssue[] {
  const result = validateProgram(withValue(path, value), { currency: 'KWD' })
  return result.ok ? [] : result.issues
}

export function testLimits(table: Limits[]): void {
  describe.each(table)('%s', (path, allowed, refused) => {
    test.each(allowed.map((value) => [value]))('may be %j', (value) => {
      expect(issuesOf(path, value)).toEqual([])
    })

    test.each(refused)('may not be %j: %s', (value, code, values) => {
      expect(ISSUE_CODES).toContain(code)
      const found = issuesOf(path, value)
      const issue = found.find((one) => one.code === code)
      expect(issue, JSON.stringify(found)).toBeDefined()
      expect(`${issue?.path}.`.startsWith(`${path}.`)).toBe(true)
      expect(issue?.message).not.toBe('')
      if (values !== undefined) expect(issue?.values).toEqual(values)
    })
  })
}
