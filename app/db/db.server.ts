import pg from 'pg'
import { env } from '../env.server.ts'
import { isUnsafe, openClient, openPool, type Role } from './connections.ts'
import { BY_KEY, prepared } from './prepared.ts'
import { TryAgain, type Tx } from './tx.ts'

/**
 * Two pools on one database, each with a role of its own: `stammgast_shop` sees the rows of one shop (row-level
 * security), `stammgast_jobs` works across shops. Neither owns a table.
 */

const INT8 = 20
const DATE = 1082
const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === INT8) return parseSafeInteger
    if (oid === DATE) return (text: string) => text
    return pg.types.getTypeParser(oid, format as 'text')
  },
}

/** Our own ids and points fit; Shopify's ids do not and are selected as text. A slip is loud, not silent. */
function parseSafeInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new Error(`The bigint ${text} exceeds 2^53: select it as text`)
  return value
}

/**
 * How long the database lets one statement run, and a transaction stand still. Nobody waits half a minute for a page:
 * what takes longer is stuck behind a lock or a broken plan, and would keep one of few connections from all others.
 * Jobs read and write whole shops (an expiry slice, the erasure of a shop with millions of entries): their limits are
 * there for what would never end. No transaction waits for Shopify.
 */
const LIMITS: Record<Role, Record<string, string>> = {
  stammgast_shop: { statement_timeout: '30s', idle_in_transaction_session_timeout: '60s' },
  stammgast_jobs: { statement_timeout: '1800s', idle_in_transaction_session_timeout: '900s' },
}

export function createPool(url: string, role: Role, max: number): pg.Pool {
  return openPool({ url, name: role, role, settings: LIMITS[role], types }, max)
}

// The bundled routes and the plain server modules are two module graphs in one process; they share the pools here.
const registry = globalThis as { [key: symbol]: { shop?: pg.Pool; jobs?: pg.Pool } | undefined }
const KEY = Symbol.for('stammgast.pools')
function pools() {
  registry[KEY] ??= {}
  return registry[KEY]
}

export function shopPool(): pg.Pool {
  const all = pools()
  all.shop ??= createPool(env().DATABASE_URL, 'stammgast_shop', env().DATABASE_POOL)
  return all.shop
}

export function jobsPool(): pg.Pool {
  const all = pools()
  all.jobs ??= createPool(env().DATABASE_URL, 'stammgast_jobs', env().DATABASE_POOL)
  return all.jobs
}

/** A transaction in which only this shop's rows exist. Commits when `work` resolves, rolls back when it throws. */
export function withShop<T>(shopId: number, work: (tx: Tx) => Promise<T>): Promise<T> {
  return transaction(shopPool(), `BEGIN; ${inShop(shopId)}`, work)
}

/**
 * The same for reading: all queries see the shop as it was at one moment, so that a balance fits the history that is
 * shown beside it though an order settles meanwhile.
 */
export function readShop<T>(shopId: number, work: (tx: Tx) => Promise<T>): Promise<T> {
  return transaction(shopPool(), `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; ${inShop(shopId)}`, work)
}

/**
 * The same for what shoppers read all day long: each statement is parsed and planned once for a connection. Their texts
 * have to be constant, and what they look for is found by its key.
 */
export function readShopOften<T>(shopId: number, work: (tx: Tx) => Promise<T>): Promise<T> {
  const begin = `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; ${inShop(shopId)}; ${BY_KEY}`
  return transaction(shopPool(), begin, (tx) => work(prepared(tx)))
}

function inShop(shopId: number): string {
  if (!Number.isSafeInteger(shopId) || shopId <= 0) throw new Error(`"${shopId}" is not a shop id`)
  return `SELECT set_config('app.shop_id', '${shopId}', true)`
}

/** A transaction over all shops, for jobs. */
export function acrossShops<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
  return transaction(jobsPool(), 'BEGIN', work)
}

const MOST_TRIES = 6
const DEADLOCK = '40P01'
const SERIALIZATION_FAILURE = '40001'
/** A prepared statement is older than the table it asks: a migration ran meanwhile. A new connection knows better. */
const STALE_STATEMENT = '0A000'

/** `work` may run more than once: it must not change anything outside the transaction that a second run would spoil. */
async function transaction<T>(pool: pg.Pool, begin: string, work: (tx: Tx) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await tryTransaction(pool, begin, work)
    } catch (error) {
      const { code } = error as { code?: string }
      const again =
        error instanceof TryAgain || [DEADLOCK, SERIALIZATION_FAILURE, STALE_STATEMENT].includes(code ?? '')
      if (!again || tries >= MOST_TRIES) throw error
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 20 * 2 ** tries))
    }
  }
}

async function tryTransaction<T>(pool: pg.Pool, begin: string, work: (tx: Tx) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    await client.query(begin)
    const result = await work(asking(client))
    await client.query('COMMIT')
    return result
  } catch (error) {
    if ((error as { code?: string }).code === STALE_STATEMENT) broken = error as Error
    await client.query('ROLLBACK').catch((lost: Error) => {
      broken = lost
    })
    throw error
  } finally {
    client.release(broken)
  }
}

/**
 * The driver, asked by callback. With its own promises every result stays reachable until the next but one has come, as
 * far as the collector of the young generation can see: what jobs read would fill the old one.
 */
function asking(client: pg.ClientBase): Tx {
  const query = (statement: string | pg.QueryConfig, values?: unknown[]): Promise<pg.QueryResult> =>
    new Promise((resolve, reject) => {
      const config = typeof statement === 'string' ? { text: statement, values } : statement
      client.query(config, (error, result) => (error ? reject(error) : resolve(result)))
    })
  return { query: query as Tx['query'] }
}

/** Nobody waits longer for the one who works under a lock; whoever has waited in vain tries again later. */
const LONGEST_WAIT_S = 60

/**
 * Runs `work` while no other process runs anything under the same name. The lock is the session's of a connection that
 * is opened for it and closed after it, so there is no transaction that stands still while `work` asks others, and
 * however `work` ends, the lock ends with it. A process that is killed, or loses the connection, loses the lock.
 * @throws DatabaseError 55P03 when others kept the lock for a minute
 */
export async function alone<T>(name: string, work: () => Promise<T>): Promise<T> {
  const client = await openLockClient()
  try {
    await client.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [name])
    return await work()
  } finally {
    client.end().catch(() => {}) // nobody waits for the goodbye
  }
}

/**
 * The same, unless somebody else has the name: then nothing is done.
 * @returns whether `work` ran
 */
export async function aloneIfFree(name: string, work: () => Promise<void>): Promise<boolean> {
  const client = await openLockClient()
  try {
    const { rows } = await client.query<{ free: boolean }>(
      'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS free',
      [name],
    )
    if (!rows[0]?.free) return false
    await work()
    return true
  } finally {
    // Whoever asks next finds it free.
    await client.end().catch(() => {})
  }
}

function openLockClient(): Promise<pg.Client> {
  return openClient({
    url: env().DATABASE_URL,
    name: 'stammgast_lock',
    role: 'stammgast_jobs',
    settings: { lock_timeout: `${LONGEST_WAIT_S}s` },
  })
}

/**
 * Connects once as each role. A database that is away is none of its business: it may come.
 * @throws UnsafeConnection when shops would not be kept apart
 */
export async function refuseUnsafeDatabase(): Promise<void> {
  await Promise.all(
    [shopPool(), jobsPool()].map(async (pool) => {
      try {
        const client = await pool.connect()
        client.release()
      } catch (error) {
        if (isUnsafe(error)) throw error
      }
    }),
  )
}

export async function closePools(): Promise<void> {
  const all = pools()
  await Promise.all([all.shop?.end(), all.jobs?.end()])
  registry[KEY] = {}
}
