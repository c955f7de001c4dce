import { setTimeout as pause } from 'node:timers/promises'
import type pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cloneTemplate, useDatabase } from '../database.ts'
import { SETTINGS, type Setting } from '../model/programs.ts'
import { type AppProcess, startWorker, until } from '../support/processes.ts'
import { inboxCounts } from './book.ts'
import { makeFaultShop, storeLines } from './clean-run.ts'
import { type Line, makeDeliveries } from './deliveries.ts'
import { type Migrating, nextVersion, type OtherVersion } from './other-versions.ts'

/** The app's next version changes a table that somebody reads for long, while a worker settles. */

const database = useDatabase()
const PER_ROUND = 20
/** A batch, and a try or two that it lets pass; without short tries it would stand as long as the reader reads. */
const ROUND_MS = 10_000
const { clean } = makeDeliveries(10_000, 4711)
let shop: { shopId: number; domain: string }
let worker: AppProcess
let next: OtherVersion
let reader: pg.PoolClient

beforeAll(async () => {
  shop = await makeFaultShop(database.owner(), SETTINGS[0] as Setting)
  next = await nextVersion(
    'ALTER TABLE balance ADD COLUMN next integer; ALTER TABLE posting ADD COLUMN next integer;',
  )
  worker = await startWorker(database.url())
  reader = await database.owner().connect()
})
afterAll(async () => {
  reader?.release(true)
  await worker?.kill()
  await next?.remove()
})

test('F7: behind a long reader a migration waits in short tries, settling goes on, and it lands when the reader ends', {
  timeout: 240_000,
}, async () => {
  await settle()
  await reader.query('BEGIN; SELECT count(*) FROM balance')
  const { rows } = await reader.query('SELECT pg_backend_pid() AS pid')

  const killed = next.migrate(database.url())
  await settleUntilItWaits(killed, rows[0].pid)
  killed.kill()
  await killed.ended
  await pause(1_000)
  expect(await sessionsWithin(3_000)).toBe(0)
  const again = next.migrate(database.url())
  const rounds = await settleUntilItWaits(again, rows[0].pid)
  expect(rounds).toBeGreaterThan(1)
  expect(await hasLanded()).toBe(false)

  await reader.query('COMMIT')
  expect(await again.ended, again.words()).toBe(0)
  expect(await hasLanded()).toBe(true)
  await settle()
  expect(worker.alive(), worker.words()).toBe(true)
})

test('F7: the next run waits for what the server still carries out for a killed one, and sees that it is done', {
  timeout: 120_000,
}, async () => {
  const { url, owner, drop } = await cloneTemplate()
  const slow = await nextVersion('SELECT pg_sleep(5); CREATE TABLE next_table (number integer PRIMARY KEY);')
  try {
    const killed = slow.migrate(url)
    const underWay = async () => {
      const { rowCount } = await owner.query(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'`,
      )
      return rowCount === 1
    }
    await until('the script is under way', 30_000, underWay)
    killed.kill()
    const again = slow.migrate(url)
    expect(await again.ended, again.words()).toBe(0)
    expect((await owner.query('SELECT FROM next_table')).rowCount).toBe(0)
  } finally {
    await slow.remove()
    await drop()
  }
})

/** @returns how many rounds were settled meanwhile */
async function settleUntilItWaits(migrating: Migrating, reader: number): Promise<number> {
  let over = false
  void migrating.ended.then(() => {
    over = true
  })
  const words = `The migration waits for a lock. The longest transaction is that of process ${reader} `
  for (let rounds = 0; ; rounds++) {
    if (migrating.words().includes(words)) return rounds
    expect(over, migrating.words()).toBe(false)
    await settle()
  }
}

/** Some deliveries come in and end. */
async function settle(): Promise<void> {
  const lines: Line[] = clean.splice(0, PER_ROUND)
  await storeLines(database.owner(), shop, lines)
  await until('what came in has ended', ROUND_MS, async () => {
    const { waiting = 0 } = await inboxCounts(database.owner())
    return waiting === 0
  })
}

/** It connects anew for each try. @returns the highest number of sessions of migrations that were seen */
async function sessionsWithin(ms: number): Promise<number> {
  let most = 0
  for (const end = performance.now() + ms; performance.now() < end; await pause(50)) {
    const { rows } = await database.owner().query(
      `SELECT count(*)::int AS n FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'stammgast_migrate'`,
    )
    most = Math.max(most, rows[0].n)
  }
  return most
}

async function hasLanded(): Promise<boolean> {
  const { rows } = await database.owner().query(
    `SELECT (SELECT count(*)::int FROM information_schema.columns
              WHERE table_name IN ('balance', 'posting') AND column_name = 'next') AS columns,
            (SELECT count(*)::int FROM _prisma_migrations
              WHERE migration_name LIKE '%_next' AND finished_at IS NOT NULL) AS finished`,
  )
  const [{ columns, finished }] = rows
  expect(columns).toBe(2 * finished)
  return finished === 1
}
