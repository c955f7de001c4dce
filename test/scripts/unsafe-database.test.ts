import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPool } from '../../app/db/connections.ts'
import { readEnv } from '../../app/env.server.ts'
import { freePort } from '../../scripts/embedded-postgres.ts'
import { startServer } from '../../server.ts'
import { useDatabase } from '../database.ts'
import { headersFor, SECRET } from '../intake/door-harness.ts'
import { type DatabaseLine, databaseLine } from '../support/line.ts'
import { appEnv } from '../support/processes.ts'

/** Something between the app and PostgreSQL forgets whom the app asked to work as. */

const database = useDatabase()
let line: DatabaseLine
const WORDS =
  /^The database connection works as "stammgast" and not as "stammgast_(shop|jobs)": row-level security would be off\./

beforeAll(async () => {
  line = await databaseLine(database.url())
  Object.assign(process.env, { DATABASE_URL: line.url, SHOPIFY_API_SECRET: SECRET })
})
afterAll(() => line.close())

const settings = () => readEnv({ ...process.env, HOST: '127.0.0.1', PORT: '0' })

test('F5: neither server, worker nor command line start where row-level security would be off', async () => {
  line.dropOptions(true)
  const port = await freePort()
  const start = (...args: string[]) =>
    new Promise<{ code: unknown; words: string }>((resolve) =>
      execFile(process.execPath, args, { env: appEnv(line.url, port) }, (error, _, words) =>
        resolve({ code: error?.code, words }),
      ),
    )
  const all = await Promise.all([
    start('server.ts'),
    start('worker.ts'),
    start('scripts/cli/main.ts', 'audit'),
  ])
  for (const { code, words } of all) {
    expect(code).toBe(1)
    expect(words).toMatch(WORDS)
  }
  line.dropOptions(false)
})

test('F5: a running server stores nothing and says why it is not ready, until it is led right again', async () => {
  const server = await startServer(settings(), (_, response) => void response.end())
  const at = `http://127.0.0.1:${server.port}`
  const body = JSON.stringify({ id: 1 })
  const deliver = async () => {
    const headers = headersFor(body, { 'x-shopify-webhook-id': randomUUID() })
    return (await fetch(`${at}/webhooks`, { method: 'POST', body, headers })).status
  }
  const ready = async () => {
    const response = await fetch(`${at}/readyz`)
    return `${response.status} ${await response.text()}`
  }
  const lead = async (isWrong: boolean) => {
    line.dropOptions(isWrong)
    await line.cut()
    await line.mend()
  }
  expect(await deliver()).toBe(200)
  await lead(true)
  await expect.poll(deliver).toBe(503)
  await expect.poll(ready).toMatch(/^503 The database connection works as "stammgast"/)
  const { rows } = await database.owner().query('SELECT count(*)::int AS n FROM delivery')
  expect(rows[0].n).toBe(1)
  await lead(false)
  await expect.poll(ready).toBe('200 ready')
  expect(await deliver()).toBe(200)
  await server.close()
})

test('F5: a role that passes row-level security by is refused', async () => {
  const pool = openPool({ url: database.url(), name: 'bypass', role: 'stammgast_shop' }, 1)
  // Roles belong to the whole server, which no other file uses meanwhile.
  await database.owner().query('ALTER ROLE stammgast_shop BYPASSRLS')
  try {
    await expect(pool.query('SELECT 1')).rejects.toThrow(
      'The role "stammgast_shop" passes row-level security by: take that from it',
    )
  } finally {
    await database.owner().query('ALTER ROLE stammgast_shop NOBYPASSRLS')
  }
  await expect(pool.query('SELECT 1')).resolves.toBeDefined()
  await pool.end()
})
