import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type pg from 'pg'
import { cloneDatabase } from '../test/support/databases.ts'
import { type RunningPostgres, startEmbeddedPostgres } from './embedded-postgres.ts'
import { migrate } from './migrate.ts'

/**
 * `npm run test:faults`: the app's real processes are killed while deliveries come in, and PostgreSQL with them.
 * KILLS (500), DELIVERIES (10,000) and SEED scale and repeat; `-- --only replay` or `-- --only storm` chooses.
 */
const KILLS = Number(process.env.KILLS ?? 500)
const DELIVERIES = Number(process.env.DELIVERIES ?? 10_000)
const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 30))
const TEMPLATE = 'faults_template'

interface Cluster {
  server: RunningPostgres
  /** Stops it as a power cut would (no checkpoint, no farewell) and starts it again. */
  crash(): Promise<number>
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { only: { type: 'string' } } })
  if (values.only !== undefined && !['replay', 'storm'].includes(values.only)) {
    console.error(
      'Usage: [KILLS=500] [DELIVERIES=10000] [SEED=n] npm run test:faults [-- --only replay|storm]',
    )
    return 2
  }
  // Each part in a process of its own, with the environment of its own clean run.
  if (values.only === undefined) return (await runAlone('replay')) + (await runAlone('storm')) > 0 ? 1 : 0
  console.log(`KILLS=${KILLS} DELIVERIES=${DELIVERIES} SEED=${SEED}`)
  // The clean run has a server of its own: it must not suffer with the other.
  const dataDir = path.join(tmpdir(), `stammgast-faults-${randomUUID()}`)
  const [calm, stormy] = await Promise.all([startServer(`${dataDir}-calm`), startServer(dataDir)])
  try {
    await migrate(calm.url(TEMPLATE))
    const cluster = crashable(stormy, dataDir)
    await migrate(stormy.url(TEMPLATE))
    const work = values.only === 'replay' ? replay : storm
    const passed = await inFreshDatabases(calm, stormy, (clean, url, owner) =>
      work(clean, url, owner, cluster),
    )
    await cluster.server.stop()
    return passed ? 0 : 1
  } finally {
    await calm.stop()
    await Promise.all(
      [dataDir, `${dataDir}-calm`].map((place) => rm(place, { recursive: true, force: true })),
    )
  }
}

function runAlone(part: string): Promise<number> {
  const env = { ...process.env, SEED: String(SEED) }
  const child = spawn(process.execPath, [import.meta.filename, '--only', part], { env, stdio: 'inherit' })
  return new Promise((resolve) => child.once('close', (code) => resolve(code ?? 1)))
}

/** What the server has acknowledged must outlive the server; that of the machine is not under test. */
function startServer(dataDir: string): Promise<RunningPostgres> {
  const settings = { fsync: 'off', synchronous_commit: 'on', deadlock_timeout: '500ms' }
  return startEmbeddedPostgres({ dataDir, password: 'test-only', settings })
}

function crashable(server: RunningPostgres, dataDir: string): Cluster {
  const cluster: Cluster = {
    server,
    async crash() {
      const [pid] = (await readFile(path.join(dataDir, 'postmaster.pid'), 'utf8')).split('\n')
      process.kill(Number(pid), 'SIGQUIT') // "immediate" shutdown
      await cluster.server.died
      await pause(50)
      cluster.server = await startServer(dataDir)
      return cluster.server.port
    },
  }
  return cluster
}

async function inFreshDatabases(
  calm: RunningPostgres,
  other: RunningPostgres,
  work: (clean: pg.Pool, url: string, owner: pg.Pool) => Promise<boolean>,
): Promise<boolean> {
  const clean = await cloneDatabase(calm.url('postgres'), TEMPLATE)
  const fresh = await cloneDatabase(other.url('postgres'), TEMPLATE)
  // The app in this process plays the clean run; its environment is read when it is first used.
  Object.assign(process.env, {
    NODE_ENV: 'test',
    LOG_LEVEL: 'silent',
    DATABASE_URL: clean.url,
    SHOPIFY_API_KEY: 'test-key',
    SHOPIFY_API_SECRET: 'test-secret',
    SHOPIFY_APP_URL: 'http://127.0.0.1:3000',
  })
  const { closePools } = await import('../app/db.server.ts')
  try {
    return await work(clean.owner, fresh.url, fresh.owner)
  } finally {
    await Promise.all([closePools(), clean.owner.end(), fresh.owner.end()])
  }
}

async function replay(clean: pg.Pool, url: string, owner: pg.Pool): Promise<boolean> {
  const { replayWithKills } = await import('../test/faults/replay-with-kills.ts')
  console.log(`replay: ${DELIVERIES} deliveries, 30 % duplicates, random order, worker killed twice`)
  const report = await replayWithKills(clean, { url, owner }, { count: DELIVERIES, seed: SEED })
  const passed = report.replay.code === 0 && report.audit.code === 0 && report.differences.length === 0
  console.log(
    `  ${report.deliveries} deliveries, ${report.ledger.orders} orders, ${report.ledger.accounts} balances`,
  )
  console.log(
    `  waiting at each kill: ${report.waitingAtKill.join(', ')}; ended: ${JSON.stringify(report.inbox)}`,
  )
  console.log(
    `  ${report.audit.words.trim().split('\n').at(-1)}; differences from a clean run: ${report.differences.length}`,
  )
  for (const difference of report.differences) console.log(`    ${difference}`)
  console.log(`  ${passed ? 'passed' : 'FAILED'} in ${(report.ms / 1_000).toFixed(1)} s`)
  return passed
}

async function storm(
  clean: pg.Pool,
  databaseUrl: string,
  _owner: pg.Pool,
  cluster: Cluster,
): Promise<boolean> {
  const { killStorm } = await import('../test/faults/kill-storm.ts')
  console.log(`storm: ${KILLS} kills`)
  const started = performance.now()
  const report = await killStorm({
    clean,
    databaseUrl,
    kills: KILLS,
    seed: SEED,
    crashPostgres: () => cluster.crash(),
    tell: (words) => console.log(`  … ${words}`),
  })
  for (const [what, n] of Object.entries(report.kills)) console.log(`  ${String(n).padStart(5)}  ${what}`)
  const { lost, differences, recovery, inbox } = report
  console.log(
    `  ${report.deliveries} deliveries; lost: ${lost}; differences from a clean run: ${differences.length}`,
  )
  for (const difference of differences) console.log(`    ${difference}`)
  console.log(`  ended: ${JSON.stringify(inbox)}; ${report.audit.words.trim().split('\n').at(-1)}`)
  console.log(
    `  recovery: median ${(recovery.median / 1_000).toFixed(1)} s, longest ${(recovery.longest / 1_000).toFixed(1)} s`,
  )
  const passed =
    lost === 0 &&
    differences.length === 0 &&
    report.audit.code === 0 &&
    !inbox.quarantined &&
    recovery.longest < 60_000
  console.log(`  ${passed ? 'passed' : 'FAILED'} in ${((performance.now() - started) / 1_000).toFixed(0)} s`)
  return passed
}

process.exitCode = await main()
