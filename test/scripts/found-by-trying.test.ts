import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

const root = path.join(import.meta.dirname, '../..')
const rows = [
  ...readFileSync(path.join(root, 'docs/found-by-trying.md'), 'utf8').matchAll(
    /^\| ([RWAFD]\d+[bc]?) \|.*\| ([^|]*) \|$/gm,
  ),
].map(
  ([, row = '', files = '']) =>
    [row, [...files.matchAll(/`([^`]+)`/g)].map(([, file]) => file ?? '')] as const,
)

test('every row is there', () => expect(rows).toHaveLength(78))

test.each(rows)('%s has its tests where the page says', (row, files) => {
  expect(files.length).toBeGreaterThan(0)
  for (const file of files) {
    const text = readFileSync(path.join(root, 'test', file), 'utf8')
    expect(text, file).toMatch(new RegExp(`['\`"](([RWAFD]\\d+[bc]?, )*)${row}(, [RWAFD]\\d+[bc]?)*:`))
  }
})
