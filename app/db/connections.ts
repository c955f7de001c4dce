import pg from 'pg'
import { logger } from '../logger.server.ts'
import { SERVER, socketOf } from './probe.ts'
import { type Watched, watchOver } from './watch.ts'

/**
 * Every connection of this process to PostgreSQL is made here: it is there within seconds or not at all, works as whom
 * it is to work as, and is watched for as long as it stands.
 */

export type Role = 'stammgast_shop' | 'stammgast_jobs'

/** What a connection is to be like. */
export interface Terms {
  url: string
  /** As pg_stat_activity shows it. */
  name: string
  /** Whom it works as. The one that logs in, who owns the tables, when absent. */
  role?: Role
  /** Settings of the session, like `statement_timeout: '30s'`. */
  settings?: Record<string, string>
  types?: pg.CustomTypesConfig
}

/** Until the server has answered who we are. */
const CONNECT_MS = 3_000
const GOODBYE_MS = 1_000
/** The first question to a connection that says nothing; the watch is quicker, but stands with this process. */
const KEEP_ALIVE_MS = 30_000
/** The server notices within a minute that our whole machine is gone; a killed process at once. */
const KEEP_ALIVE = { tcp_keepalives_idle: '30', tcp_keepalives_interval: '10', tcp_keepalives_count: '3' }

/** Nobody answers at the address, or only to say that nobody is served now. The cause has the words of the network. */
export class DatabaseAway extends Error {
  override name = 'DatabaseAway'
  /** One that the queue's library does not know: with the network's own codes it would wait for minutes. */
  code = 'DATABASE_AWAY'
}

/** What is connected would not keep shops apart. */
export class UnsafeConnection extends Error {
  override name = 'UnsafeConnection'
  code = 'UNSAFE_CONNECTION'
}

/** The classes exist twice in the web process, where routes are bundled. */
/** The database was not to be had, or gave up: it says nothing of what was asked. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error instanceof DatabaseAway || isUnsafe(error) || isAway(error)) return true
  return error instanceof pg.DatabaseError && /^(08|53|57P)/.test(error.code ?? '')
}

export const isUnsafe = (error: unknown): error is UnsafeConnection =>
  (error as { code?: string }).code === 'UNSAFE_CONNECTION'

/** @throws never; `connect()` and `query()` of the pool do: DatabaseAway, UnsafeConnection, pg.DatabaseError */
export function openPool(terms: Terms, max: number): pg.Pool {
  const leave = watchOver(terms.url).enter()
  const pool = new pg.Pool({ max, Client: clientOf(terms) })
  // A lost idle connection must not end the process; the next query opens a new one.
  pool.on('error', ({ message }) =>
    logger.warn({ pool: terms.name, reason: message }, 'database connection lost'),
  )
  // The queue's library looks for a listener here that keeps an error from ending the process; each connection has one.
  pool.on('connect', () => {})
  const end = pool.end.bind(pool)
  pool.end = (async () => {
    leave()
    await end()
  }) as pg.Pool['end']
  return pool
}

/**
 * One connection for one purpose. `end()` closes it.
 * @throws DatabaseAway, UnsafeConnection, pg.DatabaseError
 */
export async function openClient(terms: Terms): Promise<pg.Client> {
  const leave = watchOver(terms.url).enter()
  const client = new (clientOf(terms))()
  client.once('end', leave)
  await client.connect()
  client.on('error', ({ message }) =>
    logger.warn({ connection: terms.name, reason: message }, 'database connection lost'),
  )
  return client
}

function clientOf(terms: Terms): new () => StandingClient {
  return class extends StandingClient {
    constructor() {
      super(terms)
    }
  }
}

class StandingClient extends pg.Client {
  #terms: Terms
  #waits = false

  constructor(terms: Terms) {
    super(configOf(terms))
    this.#terms = terms
    this.on('error', () => {}) // whoever asks hears of it
    this.on('drain', () => {
      this.#waits = false
    })
    const query = this.query.bind(this) as (...all: unknown[]) => unknown
    this.query = ((...all: unknown[]) => {
      this.#waits = true
      return query(...all)
    }) as pg.Client['query']
  }

  override connect(): Promise<pg.Client>
  override connect(done: ((error: Error) => void) | ((error: null, client: pg.Client) => void)): void
  override connect(done?: (...result: never[]) => void): Promise<pg.Client> | undefined {
    const standing = this.#stand()
    if (!done) return standing
    const tell = done as (error: Error | null, client?: pg.Client) => void
    standing.then(() => tell(null, this), tell)
  }

  override end(): Promise<void>
  override end(done: (error: Error) => void): void
  override end(done?: (error: Error) => void): Promise<void> | undefined {
    // A goodbye to a machine that is gone takes minutes.
    const insist = setTimeout(() => socketOf(this).destroy(), GOODBYE_MS).unref()
    this.connection.once('end', () => clearTimeout(insist))
    if (!done) return super.end()
    super.end(done)
  }

  async #stand(): Promise<pg.Client> {
    const limit = setTimeout(() => this.#breakOff(`no answer within ${CONNECT_MS} ms`), CONNECT_MS)
    try {
      await super.connect()
      this.#watch(await prove(this, this.#terms))
      return this
    } catch (error) {
      socketOf(this).destroy()
      throw isAway(error as Error) ? new DatabaseAway((error as Error).message, { cause: error }) : error
    } finally {
      clearTimeout(limit)
    }
  }

  #watch({ pid, server }: { pid: number; server: string }): void {
    const watched: Watched = {
      pid,
      server,
      name: this.#terms.name,
      heard: () => socketOf(this).bytesRead,
      waits: () => this.#waits,
      rests: () => !this.#waits && this.getTransactionStatus() === 'I',
      ask: () => void this.query('SELECT 1').catch(() => {}),
      breakOff: (reason) => this.#breakOff(reason),
    }
    const watch = watchOver(this.#terms.url)
    watch.add(watched)
    this.once('end', () => watch.remove(watched))
  }

  #breakOff(reason: string): void {
    socketOf(this).destroy(new DatabaseAway(reason))
  }
}

function configOf({ url, name, role, settings = {}, types }: Terms): pg.ClientConfig {
  const all = { ...(role && { role }), ...KEEP_ALIVE, ...settings }
  const options = Object.entries(all).map(([key, value]) => `-c ${key}=${value}`)
  const { address, given } = optionsApart(url)
  return {
    connectionString: address,
    options: [...given, ...options].join(' '),
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    application_name: name,
    ...(types && { types }),
  }
}

/** The driver prefers what stands in the address: options there would take the place of ours, and of the role. */
function optionsApart(url: string): { address: string; given: string[] } {
  if (!URL.canParse(url)) return { address: url, given: [] }
  const address = new URL(url)
  const given = address.searchParams.getAll('options')
  if (given.length === 0) return { address: url, given }
  address.searchParams.delete('options')
  return { address: address.href, given }
}

interface Self {
  pid: number
  server: string
  role: string
  bypasses: boolean
  limited: boolean
}
const SELF = `
  SELECT pg_backend_pid() AS pid, ${SERVER} AS server, current_user AS role,
         (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user) AS bypasses,
         current_setting('statement_timeout') <> '0' AS limited`

/** @throws UnsafeConnection when it does not work as it was asked to */
async function prove(client: pg.Client, { role, settings }: Terms): Promise<Self> {
  const { rows } = await client.query<Self>(SELF)
  const self = rows[0] as Self
  if (!role) return self
  const fault = faultOf(self, role, settings?.statement_timeout !== undefined)
  noteSafety(role, fault === null)
  if (fault !== null) throw new UnsafeConnection(fault)
  return self
}

const registry = globalThis as { [key: symbol]: Set<Role> | undefined }
const KEY = Symbol.for('stammgast.unsafe-roles')

/** Roles whose last connection was refused because shops would not have been kept apart. */
export const unsafeRoles = (): Role[] => [...(registry[KEY] ?? [])]

function noteSafety(role: Role, isSafe: boolean): void {
  registry[KEY] ??= new Set()
  if (isSafe) registry[KEY].delete(role)
  else registry[KEY].add(role)
}

const DROPPED =
  'Something between here and PostgreSQL drops the startup parameter "options" (a connection pooler does, when it is told to ignore it): let DATABASE_URL lead past it.'

function faultOf(self: Self, role: Role, isLimited: boolean): string | null {
  if (self.role !== role)
    return `The database connection works as "${self.role}" and not as "${role}": row-level security would be off. ${DROPPED}`
  if (isLimited && !self.limited)
    return `The database connection has no statement_timeout though one was asked for. ${DROPPED}`
  if (role === 'stammgast_shop' && self.bypasses)
    return `The role "${role}" passes row-level security by: take that from it with ALTER ROLE ${role} NOSUPERUSER NOBYPASSRLS.`
  return null
}

const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
])
/** cannot_connect_now: it starts, stops, or catches up. */
const NOT_NOW = '57P03'

function isAway(error: Error & { code?: string }): boolean {
  if (error instanceof DatabaseAway || error instanceof UnsafeConnection) return false
  if (error instanceof pg.DatabaseError) return error.code === NOT_NOW
  return NETWORK.has(error.code ?? '') || error.message.startsWith('Connection terminated')
}
