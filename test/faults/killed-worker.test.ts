import type pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { useDatabase } from '../database.ts'
import { type AppProcess, startWorker, until } from '../support/processes.ts'
import { makeShop } from '../support/shop.ts'

/** Real workers, one of which is killed while it runs a job. */

const database = useDatabase()
const workers: AppProcess[] = []
/** Holds a table that the job needs, so that it is under way for as long as the test wants. */
let gate: pg.PoolClient

beforeEach(async () => {
  gate = await database.owner().connect()
  await gate.query('BEGIN; LOCK TABLE order_state IN ACCESS EXCLUSIVE MODE')
})

afterEach(async () => {
  await gate.query('ROLLBACK')
  gate.release()
  await Promise.all(workers.splice(0).map((worker) => worker.kill()))
  await database.owner().query('DELETE FROM graphile_worker._private_jobs')
})

test("a killed worker's job is taken up by the next worker within seconds", {
  timeout: 150_000,
}, async () => {
  const job = await queueJob('left behind')
  const killed = await start()
  await until('the job runs', 20_000, async () => (await holderOf(job)) !== null)
  const before = await holderOf(job)
  await killed.kill()
  expect(await holderOf(job)).toBe(before)

  await start()
  // Two looks, five seconds apart, and the queue's own pause; without them it would be four hours.
  await until('another one holds it', 60_000, async () => ![before, null].includes(await holderOf(job)))
  await gate.query('ROLLBACK')
  await until('it is done', 20_000, async () => (await attemptsOf(job)) === null)
})

test("a living worker's job is left to it, even when it loses its connection", {
  timeout: 150_000,
}, async () => {
  const job = await queueJob('under way')
  await start()
  await until('the job runs', 20_000, async () => (await holderOf(job)) !== null)
  const holder = await holderOf(job)
  await start()
  await othersAreTakenUp('first')

  const { rowCount } = await database.owner().query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE application_name = 'stammgast_life' AND datname = current_database()`,
  )
  expect(rowCount).toBe(2)
  await othersAreTakenUp('second')
  expect(await holderOf(job)).toBe(holder)
  expect(await attemptsOf(job)).toBe(1)
})

test('a worker that was stopped gives its lock up', { timeout: 60_000 }, async () => {
  const worker = await start()
  const lives = async () => {
    // Not those that a look or a start holds for a moment.
    const { rowCount } = await database.owner().query(
      `SELECT FROM pg_locks JOIN pg_stat_activity USING (pid)
        WHERE locktype = 'advisory' AND mode = 'ExclusiveLock' AND application_name = 'stammgast_life'
          AND datname = current_database()`,
    )
    return rowCount
  }
  await until('it holds one, and those that were killed none', 10_000, async () => (await lives()) === 1)
  await worker.stop()
  await until('no lock is held', 10_000, async () => (await lives()) === 0)
})

async function start(): Promise<AppProcess> {
  const worker = await startWorker(database.url())
  workers.push(worker)
  return worker
}

/** A job of a worker that nobody knows is freed when whoever lives has been told from whoever does not. */
async function othersAreTakenUp(name: string): Promise<void> {
  const nobody = `pool-of-nobody-${name}` // each has to be looked at twice
  const job = await queueJob(name, nobody)
  await until('the dead are told from the living', 60_000, async () => {
    const holder = await holderOf(job)
    return holder !== nobody
  })
}

/** @param lockedBy who took it at once, before anybody could */
async function queueJob(key: string, lockedBy: string | null = null): Promise<string> {
  const { shopId } = await makeShop(database.owner())
  const client = await database.owner().connect()
  try {
    await client.query('BEGIN')
    const { rows } = await client.query(
      `SELECT id::text FROM graphile_worker.add_job('settle-again', $1::json, job_key => $2)`,
      [JSON.stringify({ shopId }), key],
    )
    if (lockedBy !== null)
      await client.query(
        'UPDATE graphile_worker._private_jobs SET locked_by = $2, locked_at = now() WHERE id = $1',
        [rows[0].id, lockedBy],
      )
    await client.query('COMMIT')
    return rows[0].id
  } finally {
    client.release()
  }
}

async function holderOf(job: string): Promise<string | null> {
  return (await row(job))?.locked_by ?? null
}

/** Null when the job is done. */
async function attemptsOf(job: string): Promise<number | null> {
  return (await row(job))?.attempts ?? null
}

async function row(job: string): Promise<{ locked_by: string | null; attempts: number } | undefined> {
  const { rows } = await database
    .owner()
    .query('SELECT locked_by, attempts FROM graphile_worker._private_jobs WHERE id = $1', [job])
  return rows[0]
}
