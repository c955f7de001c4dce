import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { type ServerType, serve } from '@hono/node-server'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { issueToken, renewToken } from '../../dev-store/admin-api/access-tokens.ts'
import { stepLength } from '../../dev-store/clock.ts'
import type { PracticeContext } from '../../dev-store/context.ts'
import { openContext, practiceApp } from '../../dev-store/practice-store.ts'

const DAY_MS = 86_400_000
const dataDirectory = path.join(tmpdir(), `stammgast-clock-${randomUUID()}`)
const settings = {
  port: 0,
  origin: 'http://127.0.0.1:4000',
  appUrl: 'http://127.0.0.1:9',
  apiKey: 'key',
  apiSecret: 'secret',
  projectRoot: path.resolve(import.meta.dirname, '../..'),
  dataDirectory,
  pastOrders: 0,
}
let context: PracticeContext
let server: ServerType
let origin = ''

beforeAll(async () => {
  context = openContext(settings)
  const app = practiceApp(context)
  await new Promise<void>((resolve) => {
    server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
      origin = `http://127.0.0.1:${port}`
      resolve()
    })
  })
})
afterAll(() => {
  server.close()
  context.store.close()
  rmSync(dataDirectory, { recursive: true, force: true })
})

const move = (step: string) =>
  fetch(`${origin}/admin/clock`, { method: 'POST', body: new URLSearchParams({ step }), redirect: 'manual' })

/** What a process of the app, started with the preload, says after running this. */
async function inApp(script: string): Promise<string> {
  const preload = path.join(settings.projectRoot, 'dev-store/practice-clock.ts')
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', preload, '--input-type=module', '-e', `${script}; process.exit(0)`],
    { env: { ...process.env, PRACTICE_STORE_URL: origin } },
  )
  return stdout.trim()
}

test('months and years go by the calendar, to the end of a shorter month', () => {
  const at = (text: string) => Date.parse(text)
  const after = (step: 'month' | 'year' | 'day', text: string) =>
    new Date(at(text) + stepLength(step, at(text))).toISOString()
  expect(after('month', '2027-01-31T10:00:00Z')).toBe('2027-02-28T10:00:00.000Z')
  expect(after('month', '2026-12-15T10:00:00Z')).toBe('2027-01-15T10:00:00.000Z')
  expect(after('year', '2028-02-29T10:00:00Z')).toBe('2029-02-28T10:00:00.000Z')
  expect(after('day', '2027-03-27T10:00:00Z')).toBe('2027-03-28T10:00:00.000Z')
})

test('the page moves the clock, which never goes back and survives a restart', async () => {
  const before = context.store.now()
  expect((await move('day')).status).toBe(303)
  expect((await move('backwards')).status).toBe(303)
  expect(context.store.now() - before).toBeGreaterThanOrEqual(DAY_MS)
  expect(context.store.now() - before).toBeLessThan(DAY_MS + 10_000)
  const page = await (await fetch(`${origin}/admin/clock`)).text()
  expect(page).toContain('Die Uhr geht einen Tag vor.')
  const again = openContext(settings)
  expect(again.store.clockOffset).toBe(DAY_MS)
  again.store.close()
})

test("a process that starts later has the shop's clock from its first line, and hears of a move at once", async () => {
  const script = `
    const real = () => Math.round(performance.timeOrigin + performance.now())
    const first = Date.now() - real()
    await fetch(process.env.PRACTICE_STORE_URL + '/admin/clock',
      { method: 'POST', body: new URLSearchParams({ step: 'week' }), redirect: 'manual' })
    const then = new Date().getTime() - real()
    console.log(JSON.stringify([first, then].map((ms) => Math.round(ms / 3600000))))`
  expect(JSON.parse(await inApp(script))).toEqual([24, 24 * 8])
})

test('dates are what they were, but for the present', async () => {
  const script = `
    class Own extends Date {}
    const given = new Date(2027, 0, 15)
    console.log(JSON.stringify([new Date() instanceof Date, given.getMonth(), Date.UTC(1970, 0, 2), new Date(0).toISOString(),
      Date.parse('1970-01-01T00:00:00Z'), new Own(5).getTime(), new Own() instanceof Own, typeof Date(), new Date(given) - given]))`
  expect(JSON.parse(await inApp(script))).toEqual([
    true,
    0,
    DAY_MS,
    '1970-01-01T00:00:00.000Z',
    0,
    5,
    true,
    'string',
    0,
  ])
})

test('the access of the app outlives a move of any length', async () => {
  context.store.installation = { ...context.store.installation, installed: true, scope: 'read_orders' }
  const { refreshToken } = issueToken(context.store, 'offline', true)
  await move('year')
  expect(renewToken(context.store, refreshToken ?? '')).not.toBeNull()
})
