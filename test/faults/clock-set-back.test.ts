import { expect, test } from 'vitest'
import { useDatabase } from '../database.ts'
import { startWorker, until } from '../support/processes.ts'
import { seeded } from '../support/random.ts'
import { shakyLine } from '../support/shaky-line.ts'

/** A real worker whose clock was a day ahead and is set right: while it runs, and while none runs. */

const database = useDatabase()
const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

test('what runs by the clock goes on at once after the clock was set back', {
  timeout: 120_000,
}, async () => {
  const line = await shakyLine('http://127.0.0.1:9', seeded(1))
  line.setClock(DAY)
  const around = { storeUrl: line.url }
  const worker = await startWorker(database.url(), around)
  try {
    line.setClock(beforeMinute())
    await until(
      'the clockwork has run a day ahead',
      30_000,
      async () => (await lastRun()) > Date.now() + DAY / 2,
    )
    await waitAhead('while it runs')
    line.setClock(0)
    await until('it runs today', 30_000, ranToday)
    await until('what was due is done', 30_000, isDone)

    line.setClock(beforeMinute())
    await until(
      'the clockwork has run a day ahead',
      30_000,
      async () => (await lastRun()) > Date.now() + DAY / 2,
    )
  } finally {
    await worker.kill()
  }

  await waitAhead('while none runs')
  line.setClock(0)
  const next = await startWorker(database.url(), around)
  try {
    await until('it runs today', 30_000, ranToday)
    await until('what was due is done', 30_000, isDone)
    expect(next.alive()).toBe(true)
  } finally {
    await next.kill()
    await line.close()
  }
})

/** A day ahead and just before a minute, so that nobody waits for it; a leap from wherever the clock was. */
const beforeMinute = () => DAY + 3 * MINUTE - (Date.now() % MINUTE) - 2_000

async function lastRun(): Promise<number> {
  const { rows } = await database
    .owner()
    .query(
      `SELECT last_execution FROM graphile_worker._private_known_crontabs WHERE identifier = 'mature-points'`,
    )
  return rows[0]?.last_execution?.getTime() ?? 0
}

/** Since the clock was set right: before that, its last run lay ahead, and then two hours back. */
const ranToday = async () => {
  const at = await lastRun()
  return at > Date.now() - 30 * MINUTE && at < Date.now() + MINUTE
}

/**
 * A job that was due a day ahead, before all that the clockwork catches up with there: its worker may be killed at the
 * first of that.
 */
async function waitAhead(key: string): Promise<void> {
  await database
    .owner()
    .query(`SELECT graphile_worker.add_job('expire-points', '{}', job_key => $1, run_at => $2)`, [
      key,
      new Date(Date.now() + DAY - 10 * MINUTE),
    ])
}

async function isDone(): Promise<boolean> {
  const { rowCount } = await database
    .owner()
    .query(`SELECT FROM graphile_worker._private_jobs WHERE key LIKE 'while %'`)
  return rowCount === 0
}
