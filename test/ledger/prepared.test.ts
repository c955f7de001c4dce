import { expect, test } from 'vitest'
import { acrossShops } from '../../app/db/db.server.ts'
import { prepared } from '../../app/db/prepared.ts'
import type { Tx } from '../../app/db/tx.ts'
import { useDatabase } from '../database.ts'

useDatabase()

/** What the connection is asked: a text with values, or a named statement. */
function listener(): { tx: Tx; asked: unknown[][] } {
  const asked: unknown[][] = []
  const query = async (...args: unknown[]) => {
    asked.push(args)
    return { rows: [] }
  }
  return { tx: { query } as unknown as Tx, asked }
}

test('a statement is parsed once for each connection, and answers as before', async () => {
  await acrossShops(async (tx) => {
    const batch = prepared(tx)
    for (const n of [1, 2, 3]) {
      const { rows } = await batch.query<{ sum: number }>('SELECT $1::int\n   + 1 AS "sum" -- für Läden', [n])
      expect(rows).toEqual([{ sum: n + 1 }])
    }
    expect((await batch.query('SELECT 7 AS seven')).rows).toEqual([{ seven: 7 }])
    const { rows } = await tx.query(
      "SELECT name, statement FROM pg_prepared_statements WHERE name ~ '^[0-9]' ORDER BY name",
    )
    expect(rows).toEqual([
      {
        name: expect.stringMatching(/^\d+ SELECT \$1::int \+ 1 AS "sum" -- f r L den$/),
        statement: 'SELECT $1::int\n   + 1 AS "sum" -- für Läden',
      },
      { name: expect.stringMatching(/^\d+ SELECT 7 AS seven$/), statement: 'SELECT 7 AS seven' },
    ])
  })
})

test('its name is what PostgreSQL keeps of a name, and differs where statements begin alike', async () => {
  const { tx, asked } = listener()
  const long = `  SELECT ${'column, '.repeat(20)}`
  await prepared(tx).query(`${long}1`, [5])
  await prepared(tx).query(`${long}2`)
  await prepared(tx).query(`${long}1`, [6])
  const [one, two, again] = asked.map(([first]) => first as { name: string; text: string; values: unknown[] })
  expect(one).toMatchObject({ text: `${long}1`, values: [5] })
  expect(two).toMatchObject({ text: `${long}2`, values: [] })
  expect(again).toEqual({ ...one, values: [6] })
  expect(one?.name).not.toBe(two?.name)
  expect(one?.name).toHaveLength(63)
  expect(one?.name).toMatch(/^\d+ SELECT column, column, /)
})

test('more statements than a connection should keep are asked as they are', async () => {
  const { tx, asked } = listener()
  const batch = prepared(tx)
  for (let n = 0; n < 200; n++) await batch.query(`SELECT ${n}`, [n])
  await batch.query('SELECT 1000', [1])
  await batch.query('SELECT 0', [2])
  expect(asked.at(-2)).toEqual(['SELECT 1000', [1]])
  expect(asked.at(-1)).toEqual([{ name: expect.any(String), text: 'SELECT 0', values: [2] }])
  const numbers = asked.flatMap(([first]) =>
    typeof first === 'object' ? Number.parseInt((first as { name: string }).name, 10) : [],
  )
  expect(Math.max(...numbers)).toBe(199)
})

test('a statement that fails says why', async () => {
  await expect(acrossShops((tx) => prepared(tx).query('SELECT 1 / 0 AS "nothing"'))).rejects.toMatchObject({
    code: '22012',
  })
})
