import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import path from 'node:path'
import { runMigrations } from 'graphile-worker'
import type pg from 'pg'
import { openClient, openPool } from '../app/db/connections.ts'
import { requireDatabaseUrl } from './database-url.ts'
import { inShortTries, TRY_MS, understandKilledRun } from './migrations/short-tries.ts'

const root = path.resolve(import.meta.dirname, '..')

const NAME = 'stammgast_migrate'
/** "migr" in ASCII, as far as 31 bits go. */
const ONE_AT_A_TIME = 0x6d696772

/**
 * Brings the database up to date: the queue's own tables, then ours. Safe to run again and at the same time: one waits
 * for the other.
 * @param tell hears who is in the way of a lock
 */
export async function migrate(
  databaseUrl: string,
  tell = (words: string) => console.log(words),
): Promise<void> {
  await createDatabaseIfMissing(databaseUrl)
  const client = await openClient({ url: databaseUrl, name: NAME })
  try {
    await client.query('SELECT pg_advisory_lock($1)', [ONE_AT_A_TIME])
    await migrateQueue(databaseUrl, client, tell)
    await understandKilledRun(client)
    const lost = new AbortController()
    client.once('end', () => lost.abort())
    await prismaMigrateDeploy(databaseUrl, lost.signal, tell)
  } finally {
    await client.end()
  }
}

async function createDatabaseIfMissing(databaseUrl: string): Promise<void> {
  const url = requireDatabaseUrl(databaseUrl)
  const name = url.pathname.slice(1)
  try {
    await (await openClient({ url: databaseUrl, name: NAME })).end()
  } catch (error) {
    if ((error as { code?: string }).code !== '3D000') throw error // 3D000: no such database
    url.pathname = '/postgres'
    const server = await openClient({ url: url.href, name: NAME })
    await server.query(`CREATE DATABASE ${server.escapeIdentifier(name)}`).finally(() => server.end())
  }
}

async function migrateQueue(url: string, client: pg.Client, tell: (words: string) => void): Promise<void> {
  const pgPool = openPool({ url, name: NAME, settings: { lock_timeout: `${TRY_MS}ms` } }, 2)
  try {
    await inShortTries(client, () => runMigrations({ pgPool }), tell)
  } finally {
    await pgPool.end()
  }
}

/** @param lost ends it: the database is gone, and Prisma would wait for an answer for ever */
function prismaMigrateDeploy(
  databaseUrl: string,
  lost: AbortSignal,
  tell: (words: string) => void,
): Promise<void> {
  const cli = createRequire(import.meta.url).resolve('prisma/build/index.js')
  const preload = path.join(root, 'scripts/unref-timers.ts')
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', preload, cli, 'migrate', 'deploy'], {
      cwd: root,
      env: { ...process.env, DATABASE_URL: databaseUrl, PRISMA_HIDE_UPDATE_MESSAGE: '1' },
      // What it says by message is for whoever waits.
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      signal: lost,
    })
    const words: Buffer[] = []
    child.stdout?.on('data', (chunk) => words.push(chunk))
    child.stderr?.on('data', (chunk) => words.push(chunk))
    child.on('message', (message) => tell(String(message)))
    child.once('error', (error) =>
      reject(lost.aborted ? new Error('The connection to the database was lost while migrating.') : error),
    )
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
