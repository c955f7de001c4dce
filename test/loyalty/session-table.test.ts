import { setTimeout as pause } from 'node:timers/promises'
import { Session } from '@shopify/shopify-api'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { acrossShops, withShop } from '../../app/db/db.server.ts'
import { SessionTable } from '../../app/shopify/session-storage.ts'
import { closeShopify, shopify } from '../../app/shopify.server.ts'
import { useDatabase } from '../database.ts'

const database = useDatabase()
const zoneBefore = process.env.TZ
let pool: pg.Pool
let table: SessionTable

beforeAll(() => {
  // Far from UTC, and neither here nor there the same.
  process.env.TZ = 'Pacific/Chatham'
  pool = new pg.Pool({ connectionString: database.url(), options: '-c TimeZone=America/New_York' })
  // Its connections are still closing when the database is dropped, which ends them from the other side.
  pool.on('error', () => {})
  table = new SessionTable(pool)
})
beforeEach(() => database.owner().query('TRUNCATE "Session"'))
afterAll(async () => {
  await closeShopify()
  await pool.end()
  if (zoneBefore === undefined) delete process.env.TZ
  else process.env.TZ = zoneBefore
})

const SHOP = 'kontor-lindental.myshopify.com'
const EXPIRES = new Date('2026-11-28T10:00:00.789Z')
const REFRESH_EXPIRES = new Date('2027-02-26T09:00:00.001Z')

function offline(more: Partial<Session> = {}): Session {
  const shop = more.shop ?? SHOP
  return new Session({
    id: `offline_${shop}`,
    shop,
    state: '',
    isOnline: false,
    scope: 'read_orders,write_customers',
    expires: EXPIRES,
    accessToken: 'shpat_1',
    refreshToken: 'shprt_1',
    refreshTokenExpires: REFRESH_EXPIRES,
    ...more,
  })
}

function online(): Session {
  const user = {
    id: 548_380_009_123,
    first_name: 'Jörg',
    last_name: "O'Hara",
    email: 'joerg@beispiel.example',
    email_verified: false,
    account_owner: true,
    locale: 'de',
    collaborator: true,
  }
  const onlineAccessInfo = { associated_user: user } as Session['onlineAccessInfo']
  const id = `${SHOP}_548380009123`
  const base = offline({ refreshToken: undefined, refreshTokenExpires: undefined })
  return new Session({ ...base, id, state: 'nonce', isOnline: true, onlineAccessInfo })
}

/** Stored and read again. */
async function throughTheTable(session: Session): Promise<Session | undefined> {
  expect(await table.storeSession(session)).toBe(true)
  return table.loadSession(session.id)
}

describe('a session comes back as it was stored', () => {
  test('offline, with its refresh token, both expiry dates to the millisecond', async () => {
    const back = await throughTheTable(offline())
    expect(back).toEqual(offline())
    expect(back).toBeInstanceOf(Session)
    expect(new Date().getTimezoneOffset()).not.toBe(0)
  })

  test('times stand in the table in UTC, whatever zone the process and the database have', async () => {
    await table.storeSession(offline())
    const { rows } = await pool.query(
      `SELECT expires::text, "refreshTokenExpires"::text AS refresh FROM "Session"`,
    )
    expect(rows).toEqual([{ expires: '2026-11-28 10:00:00.789', refresh: '2027-02-26 09:00:00.001' }])
  })

  test('online, with everything about its user that the library keeps', async () => {
    const back = await throughTheTable(online())
    expect(back?.equals(online())).toBe(true)
    expect(back?.onlineAccessInfo?.associated_user).toEqual(online().onlineAccessInfo?.associated_user)
  })

  test('without expiry, scope and refresh token, as a token that does not expire', async () => {
    const bare = new Session({
      id: 'offline_a',
      shop: SHOP,
      state: '',
      isOnline: false,
      accessToken: 'shpat',
    })
    expect(await throughTheTable(bare)).toEqual(bare)
  })

  test('with scopes and tokens of any length', async () => {
    const long = offline({
      scope: 'read_x,'.repeat(2_000),
      accessToken: 'a'.repeat(5_000),
      refreshToken: 'r'.repeat(5_000),
    })
    expect(await throughTheTable(long)).toEqual(long)
  })

  test('without its access token, once the library has taken that away, and is no longer active', async () => {
    const future = new Date(Date.now() + 3_600_000)
    const back = await throughTheTable(offline({ accessToken: undefined, expires: future }))
    expect(back?.accessToken).toBeUndefined()
    expect(back?.isActive(undefined)).toBe(false)
  })
})

test('every column of the table is stored, and nothing that has no column', async () => {
  await table.storeSession(new Session({ ...online(), refreshToken: 'r', refreshTokenExpires: EXPIRES }))
  const { rows } = await pool.query('SELECT * FROM "Session"')
  expect(Object.entries(rows[0]).filter(([, value]) => value === null)).toEqual([])
  const stranger = offline()
  stranger.toPropertyArray = () => [['shoeSize', 43]]
  await expect(table.storeSession(stranger)).rejects.toThrow('no column for shoeSize')
})

test('storing again replaces all of it: nothing of the older one is left', async () => {
  await table.storeSession(offline())
  const renewed = offline({ accessToken: 'shpat_2', refreshToken: 'shprt_2' })
  expect(await throughTheTable(renewed)).toEqual(renewed)
  const lasting = new Session({
    id: renewed.id,
    shop: SHOP,
    state: '',
    isOnline: false,
    accessToken: 'shpat_3',
  })
  expect(await throughTheTable(lasting)).toEqual(lasting)
  expect((await pool.query('SELECT count(*)::int AS n FROM "Session"')).rows).toEqual([{ n: 1 }])
})

test('many processes may store the same new session at once', async () => {
  const stored = Array.from({ length: 20 }, (_, n) =>
    table.storeSession(offline({ accessToken: `shpat_${n}` })),
  )
  expect(await Promise.all(stored)).toEqual(stored.map(() => true))
  expect(await table.findSessionsByShop(SHOP)).toHaveLength(1)
})

test('a session that is not there is undefined, and deleting it is no error', async () => {
  expect(await table.loadSession('offline_nobody')).toBeUndefined()
  expect(await table.deleteSession('offline_nobody')).toBe(true)
  expect(await table.deleteSessions([])).toBe(true)
  expect(await table.findSessionsByShop(SHOP)).toEqual([])
})

test('sessions are found and deleted by shop and id, and no other shop’s', async () => {
  const ids = Array.from({ length: 30 }, (_, n) => `${SHOP}_${n}`)
  for (const id of ids) await table.storeSession(offline({ id }))
  const other = offline({ shop: 'other.myshopify.com' })
  await table.storeSession(other)
  const found = await table.findSessionsByShop(SHOP)
  expect(found.map(({ id }) => id).sort()).toEqual([...ids].sort())
  expect(found[0]).toEqual(offline({ id: found[0]?.id }))
  await table.deleteSession(ids[0] ?? '')
  await table.deleteSessions(ids.slice(1, 29))
  expect(await table.findSessionsByShop(SHOP)).toEqual([offline({ id: ids[29] })])
  expect(await table.loadSession(other.id)).toEqual(other)
})

test('the roles of requests and jobs see no session', async () => {
  const look = `SELECT FROM "Session"`
  const denied = { code: '42501' }
  await expect(withShop(1, (tx) => tx.query(look))).rejects.toMatchObject(denied)
  await expect(acrossShops((tx) => tx.query(look))).rejects.toMatchObject(denied)
})

/** Backends of the app's own pool. */
async function connections(): Promise<number[]> {
  const { rows } = await database
    .owner()
    .query(
      `SELECT pid FROM pg_stat_activity WHERE application_name = 'stammgast_sessions' AND datname = current_database()`,
    )
  return rows.map(({ pid }) => pid)
}

test('a connection that is lost while it is idle ends nothing: the next question opens another', async () => {
  const { sessionStorage } = shopify()
  await sessionStorage.storeSession(offline())
  const [only = 0, ...more] = await connections()
  expect(more).toEqual([])
  await database.owner().query('SELECT pg_terminate_backend($1)', [only])
  await expect.poll(() => connections()).toEqual([])
  // PostgreSQL has let it go; that this process has heard of it as well is seen nowhere.
  await pause(500)
  expect(await sessionStorage.loadSession(offline().id)).toEqual(offline())
})

test('after closing, no connection to the sessions is left', async () => {
  await shopify().sessionStorage.loadSession(offline().id)
  expect(await connections()).toHaveLength(1)
  await closeShopify()
  await expect.poll(() => connections()).toEqual([])
})
