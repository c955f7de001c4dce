import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readReport, slowestTests } from '../../scripts/test/report.ts'

let folder: string
let place: string

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'stammgast-report-'))
  place = path.join(folder, 'report.json')
})
afterAll(() => rm(folder, { recursive: true }))

const vitestSays = (testResults: unknown[], numFailedTests = 0) =>
  writeFile(
    place,
    JSON.stringify({ numPassedTests: 3, numFailedTests, numPendingTests: 1, numTodoTests: 1, testResults }),
  )
const file = (name: string, ...durations: (number | null)[]) => ({
  name: path.join(folder, name),
  status: 'passed',
  assertionResults: durations.map((duration, i) => ({ fullName: `${name} ${i}`, duration })),
})

test('the slowest tests of all rooms are told with their files', async () => {
  await vitestSays([file('test/a.test.ts', 20, null, 3_000), file('test/b.test.ts', 500)])
  const { tests, timed } = readReport(place, 0, folder)
  expect(tests).toEqual({ passed: 3, failed: 0, skipped: 2 })
  expect(slowestTests(timed, 2)).toEqual([
    { file: 'test/a.test.ts', title: 'test/a.test.ts 2', ms: 3_000 },
    { file: 'test/b.test.ts', title: 'test/b.test.ts 0', ms: 500 },
  ])
})

test('a file that could not be loaded, a run that broke and a report that is missing each count as a failure', async () => {
  await vitestSays([{ name: 'a', status: 'failed', assertionResults: [] }])
  expect(readReport(place, 1, folder).tests.failed).toBe(1)
  await vitestSays([])
  expect(readReport(place, 1, folder).tests.failed).toBe(1)
  const missing = path.join(folder, 'missing.json')
  expect(readReport(missing, 1, folder)).toEqual({
    tests: { passed: 0, failed: 1, skipped: 0 },
    timed: [],
  })
})
