import type pg from 'pg'
import { logger } from '../logger.server.ts'

/** So far may the clocks of two workers differ; what the queue then waits for is over within a minute or two. */
const TOLERANCE_MS = 60_000
/** Far enough back for everything that runs every hour or more often to run once. */
const CATCH_UP_MS = 2 * 3_600_000

/**
 * The queue's clockwork keeps the last minute at which each thing ran and starts nothing before that minute is over:
 * once the clock has been ahead, nothing would run until it shows again what it has shown. What the database has from
 * a time to come is set right: the clockwork runs everything once, and jobs that were due by then are due now. Every
 * job may run twice. One that runs at this moment counts too: should it fail, it is tried again from now on. Without
 * such a time nothing changes, so any number of workers may call it.
 * @param latest epoch milliseconds; what the clock has shown at most, if that is known
 */
export async function heedClockSetBack(pool: pg.Pool, now: number, latest = now): Promise<void> {
  const { rows } = await pool.query<{ jobs: number; items: number }>(
    `WITH shown AS (
       SELECT greatest(max(coalesce(last_execution, known_since)) + $3 * interval '1 ms', $2::timestamptz) AS latest
         FROM graphile_worker._private_known_crontabs
     ), items AS (
       UPDATE graphile_worker._private_known_crontabs SET last_execution = $1::timestamptz - $4 * interval '1 ms'
        WHERE coalesce(last_execution, known_since) > $1::timestamptz + $3 * interval '1 ms' RETURNING 1
     ), jobs AS (
       UPDATE graphile_worker._private_jobs SET run_at = $1::timestamptz
        WHERE run_at > $1::timestamptz AND run_at <= (SELECT latest FROM shown)
          AND (SELECT latest FROM shown) > $1::timestamptz + 2 * $3 * interval '1 ms' RETURNING 1
     )
     SELECT (SELECT count(*) FROM items)::int AS items, (SELECT count(*) FROM jobs)::int AS jobs`,
    [new Date(now).toISOString(), new Date(latest).toISOString(), TOLERANCE_MS, CATCH_UP_MS],
  )
  const { jobs = 0, items = 0 } = rows[0] ?? {}
  if (jobs + items > 0) logger.warn({ jobs, items }, 'the clock was set back; what waited for it is due now')
}
