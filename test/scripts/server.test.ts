import { createHmac, randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readEnv } from '../../app/env.server.ts'
import { freePort } from '../../scripts/embedded-postgres.ts'
import { startServer } from '../../server.ts'
import { useDatabase } from '../database.ts'
import { cable } from '../intake/door-harness.ts'
import { APP_SECRET } from '../support/app-secret.ts'

const database = useDatabase()
let line: Awaited<ReturnType<typeof cable>>
let server: Awaited<ReturnType<typeof startServer>>
let at: string

const settings = (over: Record<string, string> = {}) =>
  readEnv({ ...process.env, DATABASE_URL: line.url, HOST: '127.0.0.1', PORT: '0', ...over })

beforeAll(async () => {
  line = await cable(database.url())
  process.env.DATABASE_URL = line.url
  server = await startServer(settings(), (request, response) => {
    setTimeout(() => response.end(`page ${request.url}`), request.url === '/slow' ? 300 : 0)
  })
  at = `http://127.0.0.1:${server.port}`
})
afterAll(() => line.close())

const status = async (place: string) => (await fetch(at + place)).status

test('health, readiness, the webhook door and the pages each find their place', async () => {
  expect(await status('/healthz')).toBe(200)
  expect(await status('/readyz')).toBe(200)
  expect(await (await fetch(`${at}/app/members?after=3`)).text()).toBe('page /app/members?after=3')
  const body = '{}'
  const response = await fetch(`${at}/webhooks`, {
    method: 'POST',
    body,
    headers: {
      'x-shopify-hmac-sha256': createHmac('sha256', APP_SECRET).update(body).digest('base64'),
      'x-shopify-topic': 'orders/create',
      'x-shopify-shop-domain': 'kontor-lindental.myshopify.com',
      'x-shopify-webhook-id': randomUUID(),
    },
  })
  expect(response.status).toBe(200)
  const { rows } = await database.owner().query('SELECT count(*)::int AS n FROM delivery')
  expect(rows).toEqual([{ n: 1 }])
})

/** What readiness says, once its last answer is no longer fresh. */
const ready = async () => {
  const response = await fetch(`${at}/readyz`)
  return `${response.status} ${await response.text()}`
}

test('without the database the process is alive but not ready, and says so within about a second', async () => {
  await line.cut()
  await expect.poll(ready).toBe('503 the database does not answer')
  const started = performance.now()
  await expect.poll(ready).toBe('503 the database does not answer')
  expect(performance.now() - started).toBeLessThan(1_500)
  expect(await status('/healthz')).toBe(200)
  await line.mend()
  await expect.poll(ready).toBe('200 ready')
})

test('a database that lacks a migration is not ready', async () => {
  await database.owner().query(`UPDATE _prisma_migrations SET finished_at = NULL`)
  await expect.poll(ready).toBe('503 the database is not migrated')
  await database.owner().query(`UPDATE _prisma_migrations SET finished_at = now()`)
  await expect.poll(ready).toBe('200 ready')
})

test('F3: readiness proves a commit, one for all who ask within a second', async () => {
  const commits = async () => {
    const { rows } = await database
      .owner()
      .query('SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS at')
    return Number(rows[0].at)
  }
  await expect.poll(ready).toBe('200 ready')
  const before = await commits()
  await expect.poll(async () => (await ready()) === '200 ready' && (await commits()) > before).toBe(true)
  const some = await commits()
  expect(new Set(await Promise.all(Array.from({ length: 200 }, ready)))).toEqual(new Set(['200 ready']))
  expect((await commits()) - some).toBeLessThan(10)
})

test('F3: a database that takes no writes is not ready', async () => {
  const name = new URL(database.url()).pathname.slice(1)
  const set = async (value: string) => {
    await database.owner().query(`ALTER DATABASE ${name} ${value}`)
    await database
      .owner()
      .query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'stammgast_ready'`,
      )
  }
  await set('SET default_transaction_read_only = on')
  await expect.poll(ready).toBe('503 the database takes no writes')
  // This session has been open since before, and may still write.
  await set('RESET default_transaction_read_only')
  await expect.poll(ready).toBe('200 ready')
})

test('a taken port is said in a sentence that names the variable', async () => {
  const port = await freePort()
  const other = createServer().listen(port, '127.0.0.1')
  await expect(startServer(settings({ PORT: String(port) }), () => {})).rejects.toThrow(
    `Port ${port} is taken. Choose another one with the variable PORT.`,
  )
  other.close()
})

test('when it stops, what is under way is answered and nothing new is taken', async () => {
  const underWay = fetch(`${at}/slow`)
  await pause(100)
  const closed = server.close()
  expect(await (await underWay).text()).toBe('page /slow')
  await closed
  await expect(fetch(`${at}/healthz`)).rejects.toThrow()
})
