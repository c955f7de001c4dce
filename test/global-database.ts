import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { TestProject } from 'vitest/node'
import { startEmbeddedPostgres } from '../scripts/embedded-postgres.ts'
import { migrate } from '../scripts/migrate.ts'

export const TEMPLATE = 'stammgast_template'

/** One PostgreSQL for all database tests, with a migrated template that each test file clones. */
export default async function setup(project: TestProject) {
  const server = await startEmbeddedPostgres({
    dataDir: path.join(tmpdir(), `stammgast-test-${randomUUID()}`),
    password: 'test-only',
    temporary: true,
    settings: { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' },
  })
  await migrate(server.url(TEMPLATE))
  project.provide('postgresUrl', server.url('postgres'))
  return () => server.stop()
}

declare module 'vitest' {
  export interface ProvidedContext {
    postgresUrl: string
  }
}
