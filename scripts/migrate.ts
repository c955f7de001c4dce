import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import path from 'node:path'
import { runMigrations } from 'graphile-worker'
import pg from 'pg'
import { requireDatabaseUrl } from './database-url.ts'

const root = path.resolve(import.meta.dirname, '..')

/** Brings the database up to date: the queue's own tables, then ours. Safe to run again and at the same time. */
export async function migrate(databaseUrl: string): Promise<void> {
  await createDatabaseIfMissing(databaseUrl)
  await runMigrations({ connectionString: databaseUrl })
  await prismaMigrateDeploy(databaseUrl)
}

async function createDatabaseIfMissing(databaseUrl: string): Promise<void> {
  const url = requireDatabaseUrl(databaseUrl)
  const name = url.pathname.slice(1)
  const client = new pg.Client({ connectionString: databaseUrl })
  try {
    await client.connect()
  } catch (error) {
    if ((error as { code?: string }).code !== '3D000') throw error // 3D000: no such database
    url.pathname = '/postgres'
    const server = new pg.Client({ connectionString: url.href })
    await server.connect()
    await server.query(`CREATE DATABASE ${server.escapeIdentifier(name)}`).finally(() => server.end())
  } finally {
    await client.end().catch(() => {})
  }
}

function prismaMigrateDeploy(databaseUrl: string): Promise<void> {
  const cli = createRequire(import.meta.url).resolve('prisma/build/index.js')
  const preload = path.join(root, 'scripts/unref-timers.ts')
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', preload, cli, 'migrate', 'deploy'], {
      cwd: root,
      env: { ...process.env, DATABASE_URL: databaseUrl, PRISMA_HIDE_UPDATE_MESSAGE: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const words: Buffer[] = []
    child.stdout.on('data', (chunk) => words.push(chunk))
    child.stderr.on('data', (chunk) => words.push(chunk))
    child.once('error', reject)
    child.once('exit', (code) =>
      code === 0
        ? resolve()
        : reject(
            new Error(`The migration failed (exit ${code}):\n${Buffer.concat(words).toString().trim()}`),
          ),
    )
  })
}

if (import.meta.main) {
  await migrate(requireDatabaseUrl().href)
  console.log('The database is up to date.')
}
