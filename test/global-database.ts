import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { TestProject } from 'vitest/node'
import { type RunningPostgres, startEmbeddedPostgres } from '../scripts/embedded-postgres.ts'
import { migrate } from '../scripts/migrate.ts'

export const TEMPLATE = 'stammgast_template'

/** A PostgreSQL with a migrated template that each test file clones. */
export async function startTestPostgres(): Promise<RunningPostgres> {
  const server = await startEmbeddedPostgres({
    dataDir: path.join(tmpdir(), `stammgast-test-${randomUUID()}`),
    password: 'test-only',
    temporary: true,
    settings: { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' },
  })
  await migrate(server.url(TEMPLATE))
  return server
}

/** One for all database tests. */
export default async function setup(project: TestProject) {
  const server = await startTestPostgres()
  project.provide('postgresUrl', server.url('postgres'))
  return () => server.stop()
}

declare module 'vitest' {
  export interface ProvidedContext {
    postgresUrl: string
  }
}
