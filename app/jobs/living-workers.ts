import type pg from 'pg'
import { openClient } from '../db/connections.ts'
import { logger } from '../logger.server.ts'
import { rest } from './rest.ts'

/**
 * Who of the workers lives. The queue takes a killed worker's jobs back only hours later; here every worker holds a
 * session lock of PostgreSQL for as long as its connection stands, and the others take up the jobs of those that hold
 * none. No clock is asked: a lock ends with the process.
 */

/** First keys of our session locks ("alive", "start" in ASCII, as far as 31 bits go). */
const ALIVE = 0x616c6976
const STARTING = 0x73746172

/** Twice in a row without a lock, so long apart, and a worker is dead; one that lost its connection is back by then. */
const LOOK_MS = 5_000
const BACK_MS = 500

export interface Life {
  /**
   * Starts a queue and holds the lock of its name before anybody may judge its jobs.
   * @param start resolves with the queue and the name under which it locks jobs
   */
  begin<Q extends { name: string; stop(): Promise<void> }>(start: () => Promise<Q>): Promise<Q>
  /** The queue of this name has stopped. */
  end(name: string): Promise<void>
  /** Gives all locks up. */
  close(): Promise<void>
}

/** @param pool connections of the owner of the queue's tables */
export async function joinTheLiving(databaseUrl: string, pool: pg.Pool): Promise<Life> {
  const ending = new AbortController()
  const names = new Set<string>()
  let client = await connect(databaseUrl)
  const watch = keepConnected()
  const looks = keepLooking(pool, ending.signal)

  async function keepConnected(): Promise<void> {
    for (let faults = 0; !ending.signal.aborted; ) {
      await rest(BACK_MS, ending.signal)
      if (ending.signal.aborted || client.stands()) continue
      try {
        client = await connectHolding(names)
        if (faults > 0) logger.info('the worker can say again that it lives')
        faults = 0
      } catch (error) {
        if (faults++ === 0)
          logger.warn({ reason: (error as Error).message }, 'the worker cannot say that it lives')
      }
    }
  }
  async function connectHolding(held: Iterable<string>): Promise<LifeLine> {
    const next = await connect(databaseUrl)
    try {
      for (const name of held) await hold(next, name)
      return next
    } catch (error) {
      next.end().catch(() => {})
      throw error
    }
  }

  return {
    begin: async (start) => {
      await client.query('SELECT pg_advisory_lock_shared($1, 0)', [STARTING])
      try {
        const queue = await start()
        names.add(queue.name)
        try {
          await hold(client, queue.name)
        } catch (error) {
          names.delete(queue.name)
          queue.stop().catch(() => {}) // it may wait for the same database
          throw error
        }
        return queue
      } finally {
        await client.query('SELECT pg_advisory_unlock_shared($1, 0)', [STARTING]).catch(() => {})
      }
    },
    end: async (name) => {
      names.delete(name)
      await client.query('SELECT pg_advisory_unlock($1, hashtext($2))', [ALIVE, name]).catch(() => {})
    },
    close: async () => {
      ending.abort()
      await Promise.all([watch, looks])
      await client.end().catch(() => {})
    },
  }
}

type LifeLine = Pick<pg.Client, 'query' | 'end'> & { stands(): boolean }

async function connect(url: string): Promise<LifeLine> {
  const client = await openClient({ url, name: 'stammgast_life' })
  let stands = true
  client.once('end', () => {
    stands = false
  })
  return Object.assign(client, { stands: () => stands })
}

async function hold(client: LifeLine, name: string): Promise<void> {
  await client.query('SELECT pg_advisory_lock($1, hashtext($2))', [ALIVE, name])
}

async function keepLooking(pool: pg.Pool, signal: AbortSignal): Promise<void> {
  let suspects = new Set<string>()
  while (!signal.aborted) {
    try {
      suspects = (await takeUpJobs(pool, suspects)) ?? suspects
    } catch (error) {
      logger.warn({ reason: (error as Error).message }, 'could not look for jobs of dead workers')
    }
    await rest(LOOK_MS, signal)
  }
}

/**
 * Frees the jobs of those who hold no lock now and held none at the last look.
 * @param suspects who held none at the last look
 * @returns who holds none now; null when a worker that is just starting forbids to judge
 */
async function takeUpJobs(pool: pg.Pool, suspects: ReadonlySet<string>): Promise<Set<string> | null> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    await client.query('BEGIN')
    const silent = await findSilent(client)
    const dead = [...(silent ?? [])].filter((name) => suspects.has(name))
    if (dead.length > 0) await client.query('SELECT graphile_worker.force_unlock_workers($1)', [dead])
    await client.query('COMMIT')
    if (dead.length > 0) logger.warn({ workers: dead }, 'took up the jobs of workers that were killed')
    return silent
  } catch (error) {
    await client.query('ROLLBACK').catch((lost: Error) => {
      broken = lost
    })
    throw error
  } finally {
    client.release(broken)
  }
}

/** In two statements: who starts after the first has no job in the second. */
async function findSilent(client: pg.PoolClient): Promise<Set<string> | null> {
  const alone = await client.query<{ is: boolean }>('SELECT pg_try_advisory_xact_lock($1, 0) AS is', [
    STARTING,
  ])
  if (!alone.rows[0]?.is) return null
  const { rows } = await client.query<{ name: string }>(
    `SELECT name
       FROM (SELECT locked_by AS name FROM graphile_worker._private_jobs WHERE locked_by IS NOT NULL
             UNION
             SELECT locked_by FROM graphile_worker._private_job_queues WHERE locked_by IS NOT NULL) holders
      WHERE NOT EXISTS (SELECT FROM pg_locks
                         WHERE locktype = 'advisory' AND granted AND objsubid = 2 AND classid = $1::bigint::oid
                           AND objid = hashtext(name)::oid
                           AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))`,
    [ALIVE],
  )
  return new Set(rows.map(({ name }) => name))
}
