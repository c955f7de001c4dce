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

/**
 * One for each process of the room: roles, transaction numbers, locks, checkpoints and the number of connections
 * belong to a whole server, and so to one test file at a time (docs/decisions/0051-the-database-room.md).
 */
export default async function setup(project: TestProject) {
  const { config, vitest } = project
  const processes = Math.min(config.maxWorkers, vitest.state.getPaths().length)
  const servers = await Promise.all(Array.from({ length: processes }, startTestPostgres))
  project.provide(
    'postgresUrls',
    servers.map((server) => server.url('postgres')),
  )
  return () => Promise.all(servers.map((server) => server.stop()))
}

declare module 'vitest' {
  export interface ProvidedContext {
    postgresUrls: string[]
  }
}
