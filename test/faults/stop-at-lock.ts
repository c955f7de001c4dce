import type pg from 'pg'
import { until } from '../support/processes.ts'

/** A table held so that whoever changes it has to wait. */
export interface HeldTable {
  /** Resolves when somebody waits for the table. @throws Error when nobody did in time */
  reached(ms: number): Promise<void>
  release(): Promise<void>
}

/**
 * Stops a process at the statement that changes a table, without a hook in the product: the lock lets through what
 * only reads or locks rows.
 */
export async function holdTable(owner: pg.Pool, table: string): Promise<HeldTable> {
  const holder = await owner.connect()
  await holder.query(`BEGIN; LOCK TABLE ${table} IN SHARE MODE`)
  const somebodyWaits = async () => {
    const { rowCount } = await holder.query(
      'SELECT FROM pg_locks WHERE NOT granted AND relation = $1::regclass',
      [table],
    )
    return (rowCount ?? 0) > 0
  }
  return {
    reached: (ms) => until(`somebody waits for ${table}`, ms, somebodyWaits, 10),
    release: async () => {
      await holder.query('ROLLBACK')
      holder.release()
    },
  }
}
