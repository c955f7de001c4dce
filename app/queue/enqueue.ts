import { type JobName, type JobPayload, jobCatalogue } from './catalogue.ts'

interface Options {
  /** Jobs of one key that have not started become one. */
  key?: string
  runAt?: Date
  maxAttempts?: number
}

/** Puts a job into the queue in the caller's own transaction: it exists if and only if the transaction commits. */
export async function enqueue<N extends JobName>(
  tx: { query(text: string, values: unknown[]): Promise<unknown> },
  name: N,
  payload: JobPayload<N>,
  options: Options = {},
): Promise<void> {
  const checked = jobCatalogue[name].parse(payload)
  await tx.query('SELECT enqueue_job($1, $2::json, $3, $4, $5)', [
    name,
    JSON.stringify(checked),
    options.key ?? null,
    options.runAt ?? null,
    options.maxAttempts ?? 25,
  ])
}
