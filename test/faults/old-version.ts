import { readFileSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { gunzipSync } from 'node:zlib'
import type pg from 'pg'
import { earlierVersion } from './other-versions.ts'

/**
 * What the version before left behind: a practice shop of its own making, killed in the midst of its work. How it was
 * made: docs/decisions/0058-data-of-the-version-before.md.
 */
const folder = path.resolve(import.meta.dirname, '../data/old-version')

/** Where the practice shop's clock stood, epoch milliseconds. */
export const LEFT_AT = Date.parse('2027-03-01T20:51:52Z')

/** What the version before itself made of it when it was started again; balances and orders as `readBook` writes them. */
export interface Afterwards {
  balances: Record<string, string>
  orders: Record<string, string>
  /** Status, why the points went back, and the order that used it. */
  redemptions: Record<string, string>
}

export function readAfterwards(): Afterwards {
  return JSON.parse(readFileSync(path.join(folder, 'afterwards.json'), 'utf8'))
}

const lines = (file: string) =>
  gunzipSync(readFileSync(path.join(folder, file)))
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t') as [string, string, string])

/** Makes the tables that the version before had in an empty database and fills them, those of the queue included. */
export async function loadOldBook(url: string, owner: pg.Pool): Promise<void> {
  const rows = new Map<string, string[]>()
  for (const [table, row] of lines('book.jsonl.gz')) rows.set(table, [...(rows.get(table) ?? []), row])
  const applied = (rows.get('"_prisma_migrations"') ?? []).map((row) => JSON.parse(row).migration_name)
  const before = await earlierVersion(applied)
  try {
    const migrating = before.migrate(url)
    if ((await migrating.ended) !== 0) throw new Error(migrating.words())
  } finally {
    await before.remove()
  }
  const client = await owner.connect()
  try {
    // Rows as they were: no trigger runs, and in which order tables refer to each other does not matter.
    await client.query(`SET session_replication_role = replica`)
    for (const [table, some] of rows) await loadTable(client, table, some)
  } finally {
    client.release(true)
  }
}

async function loadTable(client: pg.PoolClient, table: string, rows: string[]): Promise<void> {
  if (table === 'sequence') {
    for (const row of rows) {
      const { name, last } = JSON.parse(row)
      await client.query('SELECT setval($1::regclass, $2)', [name, last])
    }
    return
  }
  const columns = await client.query<{ names: string }>(
    `SELECT string_agg(quote_ident(attname), ', ') AS names FROM pg_attribute
      WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''`,
    [table],
  )
  const names = columns.rows[0]?.names
  await client.query(`DELETE FROM ${table}`)
  await client.query(
    `INSERT INTO ${table} (${names}) OVERRIDING SYSTEM VALUE
     SELECT ${names} FROM json_populate_recordset(NULL::${table}, $1)`,
    [`[${rows.join(',')}]`],
  )
}

/** Puts the practice store's rows into its folder; what it has delivered and will not deliver again is left out. */
export function fillOldStore(dataDirectory: string): void {
  const database = new DatabaseSync(path.join(dataDirectory, 'store.sqlite'))
  database.exec(`CREATE TABLE document (position INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, key TEXT NOT NULL,
                                        body TEXT NOT NULL, UNIQUE (kind, key)); BEGIN`)
  const put = database.prepare('INSERT INTO document (kind, key, body) VALUES (?, ?, ?)')
  for (const row of lines('store.jsonl.gz')) put.run(...row)
  database.exec('COMMIT')
  database.close()
}
