import { readFileSync } from 'node:fs'
import path from 'node:path'

export interface TestCounts {
  passed: number
  failed: number
  skipped: number
}

export const NONE: TestCounts = { passed: 0, failed: 0, skipped: 0 }

export interface TimedTest {
  /** From the root. */
  file: string
  title: string
  ms: number
}

export interface Report {
  tests: TestCounts
  timed: TimedTest[]
}

interface VitestReport {
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numTodoTests: number
  testResults: {
    name: string
    status: string
    assertionResults: { fullName: string; duration?: number | null }[]
  }[]
}

/**
 * What vitest's JSON reporter has written. A file that could not be loaded, or a run that broke, counts as one failed
 * test: it must not look like none.
 * @param code what vitest ended with
 */
export function readReport(file: string, code: number, root: string): Report {
  try {
    const report = JSON.parse(readFileSync(file, 'utf8')) as VitestReport
    return { tests: countTests(report, code), timed: timedTests(report, root) }
  } catch {
    return { tests: { ...NONE, failed: code === 0 ? 0 : 1 }, timed: [] }
  }
}

function countTests(report: VitestReport, code: number): TestCounts {
  const broken = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  )
  const failed = report.numFailedTests + broken.length
  return {
    passed: report.numPassedTests,
    failed: code !== 0 && failed === 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

function timedTests({ testResults }: VitestReport, root: string): TimedTest[] {
  return testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.flatMap(({ fullName, duration }) =>
      duration ? [{ file: path.relative(root, name), title: fullName, ms: duration }] : [],
    ),
  )
}

/** The slowest first. */
export function slowestTests(timed: readonly TimedTest[], count: number): TimedTest[] {
  return timed.toSorted((a, b) => b.ms - a.ms).slice(0, count)
}
