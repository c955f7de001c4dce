import { Session } from '@shopify/shopify-api'
import pg from 'pg'
import { afterAll, beforeEach, expect, test, vi } from 'vitest'
import { loader as panel } from '../../app/routes/proxy.panel.ts'
import { closeShopify, shopify } from '../../app/shopify.server.ts'
import { useDatabase } from '../database.ts'
import { testProgram } from '../support/program.ts'
import { makeShop } from '../support/shop.ts'
import { answerOf, proxyCall } from '../support/shopper-requests.ts'

const database = useDatabase()
const DOMAIN = 'kontor-lindental.myshopify.com'
const HOUR_MS = 3_600_000
const fetchBefore = globalThis.fetch

afterAll(async () => {
  globalThis.fetch = fetchBefore
  await closeShopify()
})

/** Stands in for Shopify: a refresh token gives one new pair and is worth nothing afterwards. */
let shop: {
  refreshToken: string
  /** Refresh tokens in the order in which they were shown. */
  shown: string[]
  /** Access tokens of the questions to the Admin API. */
  asked: (string | null)[]
  /** Is called before the token endpoint answers. */
  before: () => Promise<void>
}

beforeEach(async () => {
  shop = { refreshToken: 'shprt_1', shown: [], asked: [], before: async () => {} }
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init)
    const { hostname, pathname } = new URL(request.url)
    if (hostname !== DOMAIN) throw new Error(`Nobody lives at ${request.url}`)
    if (pathname === '/admin/oauth/access_token') return renew(await request.json())
    shop.asked.push(request.headers.get('x-shopify-access-token'))
    return Response.json({ data: { shop: { name: 'Kontor' } } })
  }
  await keep(offline(60_000))
})

async function renew({ refresh_token: shown }: { refresh_token: string }): Promise<Response> {
  shop.shown.push(shown)
  await shop.before()
  if (shown !== shop.refreshToken) return Response.json({ error: 'invalid_grant' }, { status: 400 })
  const next = Number(shown.split('_')[1]) + 1
  shop.refreshToken = `shprt_${next}`
  return Response.json({
    access_token: `shpat_${next}`,
    scope: 'read_orders',
    expires_in: 3_600,
    refresh_token: shop.refreshToken,
    refresh_token_expires_in: 7_776_000,
  })
}

/** The first token, with so long to live. */
function offline(leftMs: number, more: Partial<Session> = {}): Session {
  return new Session({
    id: `offline_${DOMAIN}`,
    shop: DOMAIN,
    state: '',
    isOnline: false,
    scope: 'read_orders',
    accessToken: 'shpat_1',
    expires: new Date(Date.now() + leftMs),
    refreshToken: 'shprt_1',
    refreshTokenExpires: new Date(Date.now() + 1_000 * HOUR_MS),
    ...more,
  })
}

const keep = (session: Session) => shopify().sessionStorage.storeSession(session)
const kept = () => shopify().sessionStorage.loadSession(`offline_${DOMAIN}`)

/** Modules of their own, as another process has them; only the database is common. */
async function anotherProcess() {
  vi.resetModules()
  return import('../../app/shopify/shop-admin.ts')
}

/** Held or waited for. */
async function locks(): Promise<{ granted: boolean; state: string }[]> {
  const { rows } = await database.owner().query(
    `SELECT l.granted, a.state FROM pg_locks l JOIN pg_stat_activity a USING (pid)
      WHERE l.locktype = 'advisory' AND a.datname = current_database() ORDER BY l.granted`,
  )
  return rows
}

/** Shopify keeps its answer back until it is told to give it. */
function heldBack() {
  let answer: () => void = () => {}
  const told = new Promise<void>((resolve) => {
    answer = resolve
  })
  shop.before = () => told
  return { answer }
}

const untilAsked = () => expect.poll(() => shop.shown.length).toBeGreaterThan(0)

test('two processes at once use a refresh token once, and both have the new access token', async () => {
  const [one, other] = [await anotherProcess(), await anotherProcess()]
  const { answer } = heldBack()
  const both = [one.shopAdmin(DOMAIN), other.shopAdmin(DOMAIN)]
  await untilAsked()
  await expect.poll(async () => (await locks()).map(({ granted }) => granted)).toEqual([false, true])
  answer()
  for (const graphql of await Promise.all(both)) await graphql('{ shop { name } }')
  expect(shop.shown).toEqual(['shprt_1'])
  expect(shop.asked).toEqual(['shpat_2', 'shpat_2'])
  expect(await kept()).toMatchObject({ accessToken: 'shpat_2', refreshToken: 'shprt_2' })
  await expect.poll(() => locks()).toEqual([])
})

test('all who ask in one process share one renewal and its connection', async () => {
  const { shopAdmin, promptShopAdmin } = await anotherProcess()
  const { answer } = heldBack()
  const all = Array.from({ length: 20 }, (_, n) => (n % 2 ? shopAdmin : promptShopAdmin)(DOMAIN))
  await untilAsked()
  expect(await locks()).toHaveLength(1)
  answer()
  await Promise.all(all)
  expect(shop.shown).toEqual(['shprt_1'])
})

test('while Shopify is asked, the lock is held and no transaction stands open', async () => {
  const { shopAdmin } = await anotherProcess()
  const { answer } = heldBack()
  const renewal = shopAdmin(DOMAIN)
  await untilAsked()
  expect(await locks()).toEqual([{ granted: true, state: 'idle' }])
  const { rows } = await database
    .owner()
    .query(
      `SELECT application_name FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'`,
    )
  expect(rows).toEqual([])
  answer()
  await renewal
})

const refuse = async () => {
  shop.refreshToken = 'another'
}

test.each([
  ['refuses', refuse],
  ['cannot be reached', () => Promise.reject(new TypeError('fetch failed'))],
])('when Shopify %s, the job fails, the lock is gone, and the next one may try', async (_, before) => {
  const { shopAdmin } = await anotherProcess()
  shop.before = before
  await expect(shopAdmin(DOMAIN)).rejects.toThrow(`did not renew the access token of ${DOMAIN}`)
  await expect.poll(() => locks()).toEqual([])
  expect(await kept()).toMatchObject({ accessToken: 'shpat_1', refreshToken: 'shprt_1' })
  shop.before = async () => {}
  shop.refreshToken = 'shprt_1'
  await (await shopAdmin(DOMAIN))('{ shop { name } }')
  expect(shop.asked).toEqual(['shpat_2'])
})

const cutLock = () =>
  database.owner().query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE application_name = 'stammgast_lock' AND datname = current_database()`,
  )

test('a process that loses the lock’s connection meanwhile goes on, and lets others in', async () => {
  const [one, other] = [await anotherProcess(), await anotherProcess()]
  const { answer } = heldBack()
  const renewal = one.shopAdmin(DOMAIN)
  await untilAsked()
  await cutLock()
  await expect.poll(() => locks()).toEqual([])
  answer()
  await (await renewal)('{ shop { name } }')
  await (await other.shopAdmin(DOMAIN))('{ shop { name } }')
  expect(shop.asked).toEqual(['shpat_2', 'shpat_2'])
})

test('a process that loses its connection while it waits for the lock asks Shopify for nothing', async () => {
  const { shopAdmin } = await anotherProcess()
  const holder = new pg.Client({ connectionString: database.url() })
  await holder.connect()
  await holder.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [`token:${DOMAIN}`])
  const failed = expect(shopAdmin(DOMAIN)).rejects.toThrow('terminating connection')
  await expect.poll(async () => (await locks()).map(({ granted }) => granted)).toEqual([false, true])
  await cutLock()
  await failed
  await holder.end()
  expect(shop.shown).toEqual([])
})

test.each([
  ['that has an hour to live', () => offline(HOUR_MS)],
  ['that does not expire', () => offline(0, { expires: undefined, refreshToken: undefined })],
  ['that cannot be renewed', () => offline(60_000, { refreshToken: undefined })],
])('a token %s is used as it is, without a lock', async (_, session) => {
  await keep(session())
  const { shopAdmin } = await anotherProcess()
  await (await shopAdmin(DOMAIN))('{ shop { name } }')
  expect(shop).toMatchObject({ shown: [], asked: ['shpat_1'] })
})

test('a shop that has not installed the app has no Admin API', async () => {
  const { shopAdmin } = await anotherProcess()
  await expect(shopAdmin('nobody.myshopify.com')).rejects.toThrow('Could not find a session')
})

test('a shopper’s page renews nothing, and does not fail when Shopify renews nothing', async () => {
  const { domain } = await makeShop(database.owner(), { program: testProgram() })
  await keep(offline(-60_000, { id: `offline_${domain}`, shop: domain }))
  const asked: string[] = []
  globalThis.fetch = async (input) => {
    asked.push(String(input))
    throw new Error('Shopify is away')
  }
  const request = proxyCall('/panel', { shop: domain, customer: '6001' })
  const { status } = await answerOf(() => panel({ request, params: {}, context: {} } as never))
  expect(status).toBe(200)
  expect(asked).toEqual([])
})
