import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { checkMigrations, findLinter } from '../../scripts/check-migrations.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'stammgast-migrations-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function faultsOf(script: string, name = '20270101000000_new'): Promise<string[] | null> {
  await mkdir(path.join(folder, name))
  await writeFile(path.join(folder, name, 'migration.sql'), script)
  return checkMigrations(folder)
}
const canCheck = findLinter() !== null

const REFUSED: [what: string, script: string, rule: string][] = [
  [
    'an index of a full table',
    'CREATE INDEX late ON posting (order_id);',
    'require-concurrent-index-creation',
  ],
  ['a column taken away', 'ALTER TABLE balance DROP COLUMN held;', 'ban-drop-column'],
  [
    'a check of all rows',
    'ALTER TABLE lot ADD CONSTRAINT some CHECK (rest >= 0);',
    'constraint-missing-not-valid',
  ],
  [
    'a column that old code cannot fill',
    'ALTER TABLE lot ADD COLUMN x int NOT NULL;',
    'adding-required-field',
  ],
  ['another type', 'ALTER TABLE lot ALTER COLUMN rest TYPE numeric;', 'changing-column-type'],
  [
    'an index made aside in company',
    'CREATE INDEX CONCURRENTLY IF NOT EXISTS a ON lot (rest); SELECT 1;',
    'is alone in its file',
  ],
  ['a patience of its own', `SET lock_timeout = '9s'; SELECT 1;`, 'lock_timeout is set by whoever runs it'],
]

test.runIf(canCheck).each(REFUSED)('F7: a migration with %s is refused', async (_, script, rule) => {
  const faults = await faultsOf(script)
  expect(faults?.join('\n')).toContain('20270101000000_new: ')
  expect(faults?.join('\n')).toContain(rule)
})

test.runIf(canCheck)(
  'F7: a new table with its indexes, an index made aside and older migrations pass',
  async () => {
    expect(await faultsOf('CREATE TABLE t (a bigint PRIMARY KEY); CREATE INDEX ON t (a);')).toEqual([])
    expect(
      await faultsOf('CREATE INDEX CONCURRENTLY IF NOT EXISTS b ON lot (rest);', '20270102000000_aside'),
    ).toEqual([])
    expect(await faultsOf('ALTER TABLE balance DROP COLUMN held;', '20261123000000_old')).toEqual([])
  },
)
