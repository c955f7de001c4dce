import { randomUUID } from 'node:crypto'
import pg from 'pg'

export interface ClonedDatabase {
  url: string
  owner: pg.Pool
  drop(): Promise<void>
}

/**
 * A database of its own on this server, cloned from a migrated template. The template's files are copied as they are:
 * half the work of PostgreSQL's own way, which writes every page into its log.
 */
export async function cloneDatabase(serverUrl: string, template: string): Promise<ClonedDatabase> {
  const name = `t_${randomUUID().replaceAll('-', '').slice(0, 20)}`
  await onServer(serverUrl, async (client) => {
    await client.query('SELECT pg_advisory_lock(1)') // a template can be cloned by one at a time
    await untilUnused(() => client.query(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY file_copy`))
  })
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  const owner = new pg.Pool({ connectionString: url.href, max: 4 })
  owner.on('error', () => {}) // dropping the database ends connections that are still idle
  return {
    url: url.href,
    owner,
    drop: async () => {
      await owner.end()
      await onServer(serverUrl, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))
    },
  }
}

/** Connections that may break: the server is to be stopped. */
export function patientPool(url: string): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max: 4 })
  pool.on('error', () => {})
  pool.on('connect', (client) => void client.on('error', () => {}))
  return pool
}

const IN_USE = '55006'

/** PostgreSQL waits five seconds for the sessions that made the template; on a busy machine they take longer to end. */
async function untilUnused(clone: () => Promise<unknown>, tries = 6): Promise<void> {
  try {
    await clone()
  } catch (error) {
    if ((error as { code?: string }).code !== IN_USE || tries <= 1) throw error
    await untilUnused(clone, tries - 1)
  }
}

async function onServer(url: string, work: (client: pg.Client) => Promise<unknown>) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}
