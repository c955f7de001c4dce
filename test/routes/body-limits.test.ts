import { type IncomingMessage, request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readEnv } from '../../app/env.server.ts'
import { startServer } from '../../server.ts'
import { useDatabase } from '../database.ts'
import { testProgram } from '../support/program.ts'
import { makeShop } from '../support/shop.ts'
import { adminToken, BROWSER, extensionToken } from '../support/shopper-requests.ts'

/** The whole web process with the built pages, and bodies that never end. */
const database = useDatabase()
const MB = 2 ** 20
const CHUNK = Buffer.alloc(64 * 1024, 0x20)
let server: Awaited<ReturnType<typeof startServer>>
let shop = ''

beforeAll(async () => {
  const made = await makeShop(database.owner(), { program: testProgram() })
  shop = made.domain
  await database.owner().query(
    `INSERT INTO "Session" (id, shop, state, "accessToken", scope, expires)
     VALUES ($1, $2, '', 'shpat_x', 'read_orders', now() + interval '1 year')`,
    [`offline_${shop}`, shop],
  )
  server = await startServer(
    readEnv({ ...process.env, DATABASE_URL: database.url(), HOST: '127.0.0.1', PORT: '0' }),
  )
})
afterAll(() => server.close())

interface Outcome {
  /** Null: the connection ended without an answer. */
  status: number | null
  /** Bytes that left before the connection ended. */
  sent: number
  ended: boolean
}

/** Sends up to `size` bytes without announcing how many, as long as somebody takes them. */
async function pour(path: string, headers: Record<string, string>, size: number): Promise<Outcome> {
  const outcome: Outcome = { status: null, sent: 0, ended: false }
  const call = request({
    port: server.port,
    host: '127.0.0.1',
    path,
    method: 'POST',
    headers: { 'user-agent': BROWSER, ...headers },
  })
  const ended = new Promise<void>((resolve) => {
    call.once('error', () => resolve())
    call.once('close', () => resolve())
    call.once('response', (response: IncomingMessage) => {
      outcome.status = response.statusCode ?? null
      response.resume()
      response.once('error', () => resolve())
    })
  }).then(() => {
    outcome.ended = true
  })
  while (outcome.sent < size && !outcome.ended && outcome.status === null) {
    outcome.sent += CHUNK.length
    if (!call.write(CHUNK)) await Promise.race([ended, new Promise((resolve) => call.once('drain', resolve))])
    else await new Promise(setImmediate)
  }
  if (!headers['content-length'] && !outcome.ended) call.end()
  await ended
  return outcome
}

const bearer = async (admin: boolean) => ({
  authorization: `Bearer ${admin ? await adminToken(shop) : await extensionToken({ shop, customer: '6101' })}`,
})

describe('A3: a body is counted while it comes and cut off, with little memory', () => {
  test.each([
    ['/api/preview', false, 'application/json'],
    ['/app/settings', true, 'application/json'],
    ['/app/program', true, 'application/json'],
    ['/app/members/6101', true, 'application/x-www-form-urlencoded'],
    ['/app/operations/bulk?index', true, 'multipart/form-data; boundary=x'],
  ])('%s', async (path, admin, type) => {
    globalThis.gc?.()
    const before = process.memoryUsage().rss
    const { status, sent, ended } = await pour(
      path,
      { ...(await bearer(admin)), 'content-type': type },
      100 * MB,
    )
    expect([null, 413, 422]).toContain(status)
    expect(ended).toBe(true)
    expect(sent).toBeLessThan(60 * MB)
    expect(process.memoryUsage().rss - before).toBeLessThan(90 * MB)
  })

  test('a little too much is read to its end, so that the sender hears why', async () => {
    const headers = { ...(await bearer(false)), 'content-type': 'application/json' }
    expect(await pour('/api/preview', headers, 128 * 1024)).toMatchObject({ status: 413, ended: true })
  })

  test('an announced length is believed only when it is too large', async () => {
    const headers = { ...(await bearer(false)), 'content-type': 'application/json' }
    const announced = { ...headers, 'content-length': String(100 * MB) }
    expect(await pour('/api/preview', announced, 100 * MB)).toMatchObject({ status: 413, ended: true })
  })

  test('what is compressed is not unpacked', async () => {
    const headers = {
      ...(await bearer(false)),
      'content-type': 'application/json',
      'content-encoding': 'gzip',
    }
    expect(await pour('/api/preview', headers, 64 * 1024)).toMatchObject({ status: 415, ended: true })
  })
})
