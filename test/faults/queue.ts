import type pg from 'pg'

/** The queue, seen and moved from outside: so that a test need not wait for hours. */

export async function queueJob(owner: pg.Pool, name: string, payload: object): Promise<void> {
  await owner.query('SELECT enqueue_jobs($1)', [
    JSON.stringify([{ identifier: name, payload, job_key: `test:${name}`, max_attempts: 25 }]),
  ])
}

/**
 * Whatever waits for its next try has waited long enough.
 * @returns whether a job has had its last try: then the clock's `resume-work` is due
 */
export async function letHoursPass(owner: pg.Pool): Promise<boolean> {
  await owner.query(
    'UPDATE graphile_worker._private_jobs SET run_at = now() WHERE locked_at IS NULL AND run_at > now() AND attempts < max_attempts',
  )
  await owner.query('UPDATE inbox SET not_before = now() WHERE not_before > now()')
  const { rowCount } = await owner.query(
    'SELECT FROM graphile_worker._private_jobs WHERE locked_at IS NULL AND attempts >= max_attempts',
  )
  if (rowCount === 0) return false
  await owner.query(
    `UPDATE redemption SET changed_at = changed_at - interval '3 hours' WHERE status = 'preparing'`,
  )
  return true
}

/**
 * The next try for what Shopify does not know again may begin: those that began more than a minute ago are over, as
 * are those whose answer was lost. A worker that was killed leaves its try to nobody for a quarter of an hour.
 */
export async function letTriesEnd(owner: pg.Pool): Promise<void> {
  await owner.query(
    `UPDATE redemption SET making_until = now()
      WHERE status = 'preparing' AND making_until BETWEEN now() AND now() + interval '14 minutes'`,
  )
}

/** Jobs that are not done, each with its last error. One that gave its key and its work to a later one is left out. */
export async function jobsLeft(owner: pg.Pool): Promise<string[]> {
  const { rows } = await owner.query<{ name: string; attempts: number; error: string | null }>(
    `SELECT t.identifier AS name, j.attempts, j.last_error AS error
       FROM graphile_worker._private_jobs j JOIN graphile_worker._private_tasks t ON t.id = j.task_id
      WHERE j.key IS NOT NULL OR j.attempts < j.max_attempts ORDER BY j.id`,
  )
  return rows.map(
    ({ name, attempts, error }) => `${name}, ${attempts} tries: ${error?.split('\n')[0] ?? 'no error'}`,
  )
}
