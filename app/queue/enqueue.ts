import { type JobName, type JobPayload, jobCatalogue } from './catalogue.ts'

interface Options {
  /** Jobs of one key that have not started become one. */
  key?: string
  runAt?: Date
  maxAttempts?: number
}

type Queryable = { query(text: string, values: unknown[]): Promise<unknown> }

/** Puts a job into the queue in the caller's own transaction: it exists if and only if the transaction commits. */
export async function enqueue<N extends JobName>(
  tx: Queryable,
  name: N,
  payload: JobPayload<N>,
  options: Options = {},
): Promise<void> {
  await enqueueEach(tx, name, [{ payload, ...options }])
}

/** The same for many jobs of one name, in one statement. */
export async function enqueueEach<N extends JobName>(
  tx: Queryable,
  name: N,
  jobs: ({ payload: JobPayload<N> } & Options)[],
): Promise<void> {
  if (jobs.length === 0) return
  const specs = jobs.map(({ payload, key, runAt, maxAttempts }) => ({
    identifier: name,
    payload: jobCatalogue[name].parse(payload),
    job_key: key ?? null,
    // By the clock that the worker goes by: the database's may be another one, and ahead of it.
    run_at: runAt ?? new Date(),
    max_attempts: maxAttempts ?? 25,
  }))
  await tx.query('SELECT enqueue_jobs($1)', [JSON.stringify(specs)])
}
