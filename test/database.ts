import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, inject } from 'vitest'
import { closePools } from '../app/db.server.ts'
import { TEMPLATE } from './global-database.ts'

/** Gives the test file a database of its own, cloned from the template, and points DATABASE_URL at it. */
export function useDatabase(): { url: () => string; owner: () => pg.Pool } {
  const name = `t_${randomUUID().replaceAll('-', '').slice(0, 20)}`
  let url = ''
  let owner: pg.Pool

  beforeAll(async () => {
    const server = new URL(inject('postgresUrl'))
    await onServer(server.href, async (client) => {
      await client.query('SELECT pg_advisory_lock(1)') // a template can be cloned by one at a time
      await client.query(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`)
    })
    server.pathname = `/${name}`
    url = server.href
    setTestEnvironment(url)
    owner = new pg.Pool({ connectionString: url, max: 4 })
    owner.on('error', () => {}) // dropping the database ends connections that are still idle
  })

  afterAll(async () => {
    await closePools()
    await owner?.end()
    await onServer(inject('postgresUrl'), (client) =>
      client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
    )
  })

  return { url: () => url, owner: () => owner }
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

function setTestEnvironment(databaseUrl: string) {
  Object.assign(process.env, {
    NODE_ENV: 'test',
    LOG_LEVEL: process.env.LOG_LEVEL ?? 'silent',
    DATABASE_URL: databaseUrl,
    SHOPIFY_API_KEY: 'test-key',
    SHOPIFY_API_SECRET: 'test-secret',
    SHOPIFY_APP_URL: 'http://127.0.0.1:3000',
  })
}
