import { type JobName, type JobPayload, jobCatalogue } from './catalogue.ts'
import { jobKey } from './job.ts'

interface Options {
  runAt?: Date
  /** Fewer than the catalogue says. */
  attempts?: number
}

type Queryable = { query(text: string, values: unknown[]): Promise<unknown> }

/** Puts a job into the queue in the caller's own transaction: it exists if and only if the transaction commits. */
export async function enqueue<N extends JobName>(
  tx: Queryable,
  name: N,
  payload: JobPayload<N>,
  options: Options = {},
): Promise<void> {
  await enqueueEach(tx, name, [payload], options)
}

/** The same for many jobs of one name, in one statement. */
export async function enqueueEach<N extends JobName>(
  tx: Queryable,
  name: N,
  payloads: readonly JobPayload<N>[],
  { runAt = new Date(), attempts }: Options = {},
): Promise<void> {
  if (payloads.length === 0) return
  const entry = jobCatalogue[name]
  const specs = payloads.map((payload) => ({
    identifier: name,
    payload: entry.payload.parse(payload),
    job_key: jobKey(name, entry, payload as Record<string, unknown>),
    // By the clock that the worker goes by: the database's may be another one, and ahead of it.
    run_at: runAt,
    max_attempts: attempts ?? entry.attempts,
  }))
  await tx.query('SELECT enqueue_jobs($1)', [JSON.stringify(specs)])
}
