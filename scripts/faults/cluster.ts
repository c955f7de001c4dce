import { randomUUID } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type pg from 'pg'
import { APP_SECRET } from '../../test/support/app-secret.ts'
import { cloneDatabase } from '../../test/support/databases.ts'
import { type RunningPostgres, startEmbeddedPostgres } from '../embedded-postgres.ts'
import { migrate } from '../migrate.ts'

const TEMPLATE = 'faults_template'

/** Two database servers: one that suffers, and one for the clean run, which must not suffer with the other. */
export interface Place {
  /** The clean run's database, which is this process's DATABASE_URL. */
  clean: pg.Pool
  /** A fresh database on the server that suffers. */
  fresh: { url: string; owner: pg.Pool }
  /** Stops that server as a power cut would (no checkpoint, no farewell) and starts it again; its new port. */
  crash(): Promise<number>
}

/** Makes both servers with a fresh database each, and takes everything away again. */
export async function inFreshPlace<T>(work: (place: Place) => Promise<T>): Promise<T> {
  const folder = path.join(tmpdir(), `stammgast-faults-${randomUUID()}`)
  const [calm, first] = await Promise.all([startServer(`${folder}-calm`), startServer(folder)])
  let stormy: RunningPostgres = first
  const crash = async () => {
    const [pid] = (await readFile(path.join(folder, 'postmaster.pid'), 'utf8')).split('\n')
    process.kill(Number(pid), 'SIGQUIT') // "immediate" shutdown
    await stormy.died
    await pause(50)
    stormy = await startServer(folder)
    return stormy.port
  }
  try {
    await Promise.all([migrate(calm.url(TEMPLATE)), migrate(stormy.url(TEMPLATE))])
    const clean = await cloneDatabase(calm.url('postgres'), TEMPLATE)
    const fresh = await cloneDatabase(stormy.url('postgres'), TEMPLATE)
    playCleanRunsOn(clean.url)
    const { closePools } = await import('../../app/db/db.server.ts')
    try {
      return await work({ clean: clean.owner, fresh, crash })
    } finally {
      await Promise.all([closePools(), clean.owner.end(), fresh.owner.end()])
    }
  } finally {
    await Promise.all([calm.stop(), stormy.stop()])
    await Promise.all([folder, `${folder}-calm`].map((at) => rm(at, { recursive: true, force: true })))
  }
}

/** What the server has acknowledged must outlive the server; that of the machine is not under test. */
function startServer(dataDir: string): Promise<RunningPostgres> {
  const settings = { fsync: 'off', synchronous_commit: 'on', deadlock_timeout: '500ms' }
  return startEmbeddedPostgres({ dataDir, password: 'test-only', settings })
}

/** The app in this process plays the clean run; its environment is read when it is first used. */
function playCleanRunsOn(databaseUrl: string): void {
  Object.assign(process.env, {
    NODE_ENV: 'test',
    LOG_LEVEL: 'silent',
    DATABASE_URL: databaseUrl,
    SHOPIFY_API_KEY: 'test-key',
    SHOPIFY_API_SECRET: APP_SECRET,
    SHOPIFY_APP_URL: 'http://127.0.0.1:3000',
  })
}
