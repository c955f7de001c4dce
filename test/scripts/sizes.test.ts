import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

/** So much one reads in one go; why so, and what lies apart: docs/decisions/0057-pages-and-transactions.md. */
const MOST_LINES = 300
const MOST_LINES_OF_A_ROUTE = 30
const MOST_FILES = 15

const ours = globSync('app/**/*.{ts,tsx}').filter(
  (file) => !file.includes('/generated/') && !file.endsWith('.d.ts'),
)
const linesOf = (file: string) => readFileSync(file, 'utf8').trimEnd().split('\n').length

test('there are files to count', () => {
  expect(ours.length).toBeGreaterThan(400)
})

test(`no file of app/ is longer than ${MOST_LINES} lines`, () => {
  const long = ours.filter((file) => linesOf(file) > MOST_LINES)
  expect(long.map((file) => `${file}: ${linesOf(file)}`)).toEqual([])
})

test(`no route is longer than ${MOST_LINES_OF_A_ROUTE} lines`, () => {
  const long = ours.filter((file) => file.startsWith('app/routes/') && linesOf(file) > MOST_LINES_OF_A_ROUTE)
  expect(long.map((file) => `${file}: ${linesOf(file)}`)).toEqual([])
})

test(`no folder holds more than ${MOST_FILES} files`, () => {
  const counts = new Map<string, number>()
  for (const file of ours) counts.set(path.dirname(file), (counts.get(path.dirname(file)) ?? 0) + 1)
  // Remix wants the routes in one folder.
  counts.delete('app/routes')
  const full = [...counts].filter(([, count]) => count > MOST_FILES)
  expect(full.map(([folder, count]) => `${folder}: ${count}`)).toEqual([])
})
