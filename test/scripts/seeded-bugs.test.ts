import { existsSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { BUGS } from '../../scripts/seeded-bugs/bugs.ts'
import { withBug } from '../../scripts/seeded-bugs/with-bug.ts'

const root = path.join(import.meta.dirname, '../..')

test.each(BUGS.map((bug) => [bug.name, bug] as const))(
  'the safeguard "%s" stands where the seeded bug takes it away',
  async (_name, bug) => {
    const { whole, broken } = await withBug(root, bug)
    expect(broken).not.toBe(whole)
    for (const tests of bug.tests) expect(existsSync(path.join(root, tests)), tests).toBe(true)
  },
)
