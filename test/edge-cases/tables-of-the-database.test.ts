import type pg from 'pg'
import { expect, test } from 'vitest'
import { acrossShops } from '../../app/db/db.server.ts'
import { MOVING, TABLES } from '../../app/db/tables.ts'
import { mergeMembers } from '../../app/loyalty/members/merge-members.ts'
import { SEARCHED } from '../../app/loyalty/upkeep/texts-that-name.ts'
import { useDatabase } from '../database.ts'
import { fillShop } from '../support/full-shop.ts'
import { makeShop } from '../support/shop.ts'

const database = useDatabase()

/** Of others: the queue's, and the record of migrations. */
const NOT_OURS = ['_prisma_migrations']
type Duties = { member: string | null; merged?: string; redacted?: string; shown?: unknown }
const declared = new Map<string, Duties>(Object.entries(TABLES))

interface Found {
  name: string
  /** Columns by which rows may be a member's. */
  columns: string[]
}

async function tablesOf(client: pg.Pool | pg.PoolClient): Promise<Found[]> {
  const { rows } = await client.query<Found>(
    `SELECT c.relname AS name, array_agg(a.attname::text) FILTER (WHERE a.attname IN ('account_id', 'customer_id')) AS columns
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      WHERE n.nspname = 'public' AND c.relkind = 'r' GROUP BY c.relname ORDER BY 1`,
  )
  return rows
    .filter(({ name }) => !NOT_OURS.includes(name))
    .map(({ name, columns }) => ({ name, columns: columns ?? [] }))
}

/** What the list does not say of the tables that there are. */
async function unsaid(client: pg.Pool | pg.PoolClient): Promise<string[]> {
  const found = await tablesOf(client)
  const gone = [...declared.keys()].filter((name) => !found.some((table) => table.name === name))
  return [
    ...gone.map((name) => `${name} is declared, and there is no such table`),
    ...found.flatMap(({ name, columns }) => {
      const duties = declared.get(name)
      if (!duties) return [`${name} is not declared`]
      if (columns.length > 0 && !columns.includes(duties.member ?? ''))
        return [`${name} has ${columns.join(' and ')}, and is declared to be nobody's`]
      if (duties.member === null) return []
      const missing = (['merged', 'redacted', 'shown'] as const).filter((duty) => duties[duty] === undefined)
      return missing.map((duty) => `of ${name} it is not said how it is ${duty}`)
    }),
  ]
}

test('every table says what it owes to people and to time', async () => {
  expect(await unsaid(database.owner())).toEqual([])
})

test('a table with rows of a member that is not declared is told', async () => {
  const client = await database.owner().connect()
  await client.query('BEGIN; CREATE TABLE birthday (shop_id bigint, account_id bigint, day date)')
  expect(await unsaid(client)).toEqual(['birthday is not declared'])
  await client.query('ALTER TABLE program_draft ADD COLUMN account_id bigint')
  expect(await unsaid(client)).toContain("program_draft has account_id, and is declared to be nobody's")
  await client.query('ROLLBACK')
  client.release()
})

test('every table in whose words a redaction looks for the person says so, and no other', () => {
  const searched = new Set(Object.keys(SEARCHED).map((column) => column.split('.')[0]))
  const silent = [...searched].filter((table) => declared.get(table ?? '')?.redacted === undefined)
  expect(silent).toEqual([])
  const saying = [...declared].filter(([, { redacted }]) => redacted?.includes('words that name the person'))
  expect(saying.map(([table]) => table).filter((table) => !searched.has(table))).toEqual([])
})

test('when two members become one, rows follow or stay as the list says', async () => {
  const [kept, gone] = ['8801', '8802']
  const { shopId } = await makeShop(database.owner())
  await fillShop(database.owner(), shopId, 'zusammengelegt', [gone, kept])
  const { rows } = await database
    .owner()
    .query('SELECT account_id::int AS id FROM account WHERE shop_id = $1 AND customer_id = $2', [
      shopId,
      gone,
    ])
  const accountId = rows[0].id
  const ofAccount = [...declared].flatMap(([table, { member }]) => (member === 'account_id' ? [table] : []))
  const count = async (table: string): Promise<number> => {
    const found = await database
      .owner()
      .query(`SELECT count(*)::int AS n FROM ${table} WHERE shop_id = $1 AND account_id = $2`, [
        shopId,
        accountId,
      ])
    return found.rows[0].n
  }
  const before = new Map<string, number>()
  for (const table of ofAccount) before.set(table, await count(table))
  await acrossShops((tx) =>
    mergeMembers(tx, shopId, { keptId: kept, deletedId: gone }, Date.now(), Date.now()),
  )
  for (const table of ofAccount) {
    const moves = MOVING.includes(table)
    // A merge adds a posting and its entries to the account that goes.
    if (moves) expect([table, await count(table)]).toEqual([table, 0])
    else expect(await count(table), table).toBeGreaterThanOrEqual(before.get(table) ?? 0)
  }
  const filled = MOVING.filter((table) => (before.get(table) ?? 0) > 0)
  expect(filled.length).toBeGreaterThanOrEqual(4)
})
