import { createHash } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type pg from 'pg'

/**
 * A change of a table waits for whoever reads it, and everybody else then waits for the change: behind an audit of half
 * an hour all settling would stand. So a migration waits for its locks in short tries, each a transaction of its own,
 * and lets all others go on in between.
 */

/** So long the others may have to wait for one try. */
export const TRY_MS = 200
const PAUSE_MS = 1_000
/** Longer than any statement of ours may run. */
const PATIENCE_MS = 3_600_000
const TELL_EVERY_MS = 10_000
/** lock_not_available, and deadlock_detected: it takes several locks, and others may have begun at the other end. */
const IN_THE_WAY = ['55P03', '40P01']

/**
 * @param attempt leaves nothing behind when it fails for want of a lock
 * @throws Error when the lock could not be had for an hour, and whatever else `attempt` throws
 */
export async function inShortTries<T>(
  client: Pick<pg.ClientBase, 'query'>,
  attempt: () => Promise<T>,
  tell: (words: string) => void,
): Promise<T> {
  const began = performance.now()
  for (let told = began; ; await pause(PAUSE_MS * (0.5 + Math.random()))) {
    try {
      return await attempt()
    } catch (error) {
      if (!IN_THE_WAY.includes((error as { code?: string }).code ?? '')) throw error
    }
    const now = performance.now()
    const tooLong = now - began > PATIENCE_MS
    if (!tooLong && now - told < TELL_EVERY_MS) continue
    told = now
    const words = `waits for a lock. ${await whoIsInTheWay(client)}`
    if (tooLong) throw new Error(`The migration has waited for an hour and still ${words}`)
    tell(`The migration ${words}`)
  }
}

async function whoIsInTheWay(client: Pick<pg.ClientBase, 'query'>): Promise<string> {
  const { rows } = await client.query<{ pid: number; name: string; seconds: number }>(
    `SELECT pid, application_name AS name, extract(epoch FROM now() - xact_start)::int AS seconds
       FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
      ORDER BY xact_start LIMIT 1`,
  )
  const [oldest] = rows
  if (!oldest) return 'Nobody is in the way at this moment.'
  return `The longest transaction is that of process ${oldest.pid} (${oldest.name || 'without a name'}), for ${oldest.seconds} s.`
}

/** What stands in the list of migrations beside one that has begun, so that a killed run is understood by the next. */
const WAITS = 'waits for its locks: nothing of it is done'
const DONE = 'all of it is done'

/** The server carries a script on when whoever sent it was killed, and may bring it to its end. "scri" in ASCII. */
const ALONE = `SELECT pg_advisory_xact_lock(${0x73637269});`

/**
 * Runs the script of a migration that has begun: whole, in one transaction, in short tries. One that makes or drops an
 * index CONCURRENTLY must be alone in its file, can be in no transaction, and is in nobody's way.
 */
export async function runScript(
  client: Pick<pg.ClientBase, 'query'>,
  script: string,
  tell: (words: string) => void,
): Promise<void> {
  const id = /\bCONCURRENTLY\b/i.test(script) ? undefined : await idOfBegun(client, script)
  if (id === undefined) return void (await client.query(script))
  await client.query('UPDATE public._prisma_migrations SET logs = $2 WHERE id = $1', [id, WAITS])
  const whole = `SET LOCAL lock_timeout = ${TRY_MS};\n${ALONE}\n${script}\n;UPDATE public._prisma_migrations SET logs = '${DONE}' WHERE id = '${id}'`
  await inShortTries(client, () => client.query(whole), tell)
}

/** The id, a UUID, of the migration with this script that is under way. */
async function idOfBegun(client: Pick<pg.ClientBase, 'query'>, script: string): Promise<string | undefined> {
  const { rows: found } = await client.query(`SELECT to_regclass('public._prisma_migrations') AS "list"`)
  if (found[0]?.list === null) return undefined
  const { rows } = await client.query<{ id: string }>(
    `SELECT id FROM public._prisma_migrations
      WHERE checksum = $1 AND finished_at IS NULL AND rolled_back_at IS NULL`,
    [createHash('sha256').update(script).digest('hex')],
  )
  return rows.length === 1 && /^[0-9a-f-]{36}$/.test(rows[0]?.id ?? '') ? rows[0]?.id : undefined
}

/**
 * Sets right what a killed run has left in the list: Prisma refuses to go on while one stands there as begun. Only while
 * no other run is under way; waits for what the server still does for the killed one.
 */
export async function understandKilledRun(client: Pick<pg.ClientBase, 'query'>): Promise<void> {
  const { rows } = await client.query(`SELECT to_regclass('public._prisma_migrations') AS "list"`)
  if (rows[0]?.list === null) return
  const begun = 'finished_at IS NULL AND rolled_back_at IS NULL'
  // One statement after the other sees what was committed while it waited.
  await client.query(
    `BEGIN;
     ${ALONE}
     UPDATE public._prisma_migrations SET rolled_back_at = now() WHERE ${begun} AND logs = '${WAITS}';
     UPDATE public._prisma_migrations SET finished_at = now(), applied_steps_count = 1, logs = NULL
      WHERE ${begun} AND logs = '${DONE}';
     COMMIT`,
  )
}
