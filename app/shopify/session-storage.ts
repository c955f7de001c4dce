import { Session } from '@shopify/shopify-api'
import type { SessionStorage } from '@shopify/shopify-app-session-storage'
import type pg from 'pg'

/** The columns of "Session". They bear the names that Shopify's library gives to what it wants kept. */
const COLUMNS = [
  'id',
  'shop',
  'state',
  'isOnline',
  'scope',
  'expires',
  'accessToken',
  'refreshToken',
  'refreshTokenExpires',
  'userId',
  'firstName',
  'lastName',
  'email',
  'accountOwner',
  'locale',
  'collaborator',
  'emailVerified',
] as const
type Column = (typeof COLUMNS)[number]

/** In UTC, without a zone. The library counts milliseconds; the driver would take and give local time. */
const TIMES: ReadonlySet<string> = new Set<Column>(['expires', 'refreshTokenExpires'])
/** What stands, for want of a value, in columns that must have one. */
const NOTHING: Partial<Record<Column, string | boolean>> = { accessToken: '', accountOwner: false }

const LIST = COLUMNS.map((name) => `"${name}"`).join(', ')
const PLACES = COLUMNS.map((_, index) => `$${index + 1}`).join(', ')
const CHANGES = COLUMNS.map((name) => `"${name}" = excluded."${name}"`).join(', ')
const READ = `SELECT ${COLUMNS.map((name) =>
  TIMES.has(name) ? `extract(epoch FROM "${name}") * 1000 AS "${name}"` : `"${name}"`,
).join(', ')} FROM "Session"`
const STORE = `INSERT INTO "Session" (${LIST}) VALUES (${PLACES}) ON CONFLICT (id) DO UPDATE SET ${CHANGES}`

/**
 * Sessions of Shopify's library in our own table, which comes with our migrations. Only the owner of the tables may
 * read it, so `pool` connects as the owner.
 */
export class SessionTable implements SessionStorage {
  readonly #pool: pg.Pool

  constructor(pool: pg.Pool) {
    this.#pool = pool
  }

  /** @throws Error when the library wants something kept that has no column: half a session is of no use */
  async storeSession(session: Session): Promise<boolean> {
    await this.#pool.query(STORE, valuesOf(session))
    return true
  }

  async loadSession(id: string): Promise<Session | undefined> {
    const { rows } = await this.#pool.query(`${READ} WHERE id = $1`, [id])
    return rows[0] && sessionOf(rows[0])
  }

  async deleteSession(id: string): Promise<boolean> {
    return this.deleteSessions([id])
  }

  async deleteSessions(ids: string[]): Promise<boolean> {
    await this.#pool.query(`DELETE FROM "Session" WHERE id = ANY($1)`, [ids])
    return true
  }

  async findSessionsByShop(shop: string): Promise<Session[]> {
    const { rows } = await this.#pool.query(`${READ} WHERE shop = $1 ORDER BY id`, [shop])
    return rows.map(sessionOf)
  }
}

/** In the order of the columns. What a session has no longer is null, so that nothing of an older one is left. */
function valuesOf(session: Session): unknown[] {
  const values = new Map(session.toPropertyArray(true))
  const foreign = [...values.keys()].filter((name) => !(COLUMNS as readonly string[]).includes(name))
  if (foreign.length > 0) throw new Error(`The table "Session" has no column for ${foreign.join(', ')}`)
  return COLUMNS.map((name) => {
    const value = values.get(name) ?? NOTHING[name] ?? null
    return TIMES.has(name) && value !== null ? new Date(Number(value)).toISOString() : value
  })
}

function sessionOf(row: Record<Column, string | boolean | null>): Session {
  const entries = Object.entries(row).filter(
    (entry): entry is [string, string | boolean] =>
      entry[1] !== null && !(entry[0] === 'accessToken' && entry[1] === ''),
  )
  return Session.fromPropertyArray(entries, true)
}
