import type pg from 'pg'
import { beforeAll, describe, expect, test } from 'vitest'
import { bigints, floats, ints, jsons, texts } from '../../app/ledger/arrays.ts'
import { useDatabase } from '../database.ts'

const database = useDatabase()
let owner: pg.Pool

beforeAll(() => {
  owner = database.owner()
})

/** What PostgreSQL itself would send for an array of the same elements. */
async function sent(type: string, array: Buffer): Promise<Buffer> {
  const { rows } = await owner.query(`SELECT array_send(ARRAY(SELECT unnest($1::${type}[]))) AS bytes`, [
    array,
  ])
  return rows[0].bytes
}

async function read(type: string, array: Buffer): Promise<unknown> {
  const { rows } = await owner.query(`SELECT to_json($1::${type}[]) AS list`, [array])
  return rows[0].list
}

const IDS = ['9223372036854775807', '-9223372036854775808', '7000000000000000001']
const NUMBERS = [0, 1, -1, 4_294_967_295, 4_294_967_296, -4_294_967_297, 2 ** 53 - 1, -(2 ** 53 - 1)]
/** Three bytes for each sign fill the room that is kept for a text to the last byte. */
const TEXTS = ['', 'Punkte', 'für Läden', '€€€€€€€€', '日本語', '🎁🎁', '{"a",NULL}', "it's \\ \n"]

describe('arrays arrive as they were', () => {
  test('whole numbers, up to the largest that are exact', async () => {
    expect(await read('bigint', bigints(NUMBERS))).toEqual(NUMBERS)
    expect(await read('int', ints([0, 1, -1, 2_147_483_647, -2_147_483_648]))).toEqual([
      0, 1, -1, 2_147_483_647, -2_147_483_648,
    ])
  })

  test("Shopify's ids, which are beyond exact numbers", async () => {
    const { rows } = await owner.query('SELECT $1::bigint[]::text[] AS ids', [bigints(IDS)])
    expect(rows[0].ids).toEqual(IDS)
  })

  test('times with their fractions', async () => {
    expect(await read('float8', floats([0, -0.5, 1_795_000_000_123, 1e300]))).toEqual([
      0, -0.5, 1_795_000_000_123, 1e300,
    ])
  })

  test('texts of any script', async () => {
    expect(await read('text', texts(TEXTS))).toEqual(TEXTS)
  })

  test('any value as JSON, and what says nothing as NULL', async () => {
    const { rows } = await owner.query('SELECT j::text AS j FROM unnest($1::json[]) AS j', [
      jsons([{ v: 1, lines: ['ä'] }, 'text', 0, false, null, undefined]),
    ])
    expect(rows.map(({ j }) => j)).toEqual(['{"v":1,"lines":["ä"]}', '"text"', '0', 'false', null, null])
  })

  test('NULL between values, in its place', async () => {
    expect(await read('bigint', bigints([1, null, '3']))).toEqual([1, null, 3])
    expect(await read('int', ints([null, 2, null]))).toEqual([null, 2, null])
    expect(await read('float8', floats([1.5, null]))).toEqual([1.5, null])
    expect(await read('text', texts(['a', null, 'c', null]))).toEqual(['a', null, 'c', null])
  })

  test('none at all', async () => {
    for (const [type, array] of [
      ['bigint', bigints([])],
      ['int', ints([])],
      ['float8', floats([])],
      ['text', texts([])],
      ['json', jsons([])],
    ] as const)
      expect(await read(type, array), type).toEqual([])
  })
})

test('arrays are the bytes that PostgreSQL would send itself, with and without NULL, and empty', async () => {
  const cases: [string, Buffer][] = [
    ['bigint', bigints(NUMBERS)],
    ['bigint', bigints(IDS)],
    ['bigint', bigints([7, null])],
    ['bigint', bigints([])],
    ['int', ints([5, null, -5])],
    ['int', ints([5])],
    ['float8', floats([2.25, null])],
    ['text', texts(TEXTS)],
    ['text', texts(['a', null])],
    ['text', texts([])],
    ['json', jsons([{ a: 1 }, null])],
  ]
  for (const [type, array] of cases)
    expect(array.toString('hex'), type).toBe((await sent(type, array)).toString('hex'))
})

test('a number that is not whole, or not exact, is refused by its name', () => {
  for (const value of [1.5, Number.NaN, 2 ** 53, Infinity])
    expect(() => bigints([1, value])).toThrow(`${value} is not a whole number`)
})

test('a number beyond 32 bits is refused where only those fit', () => {
  for (const value of [2 ** 31, -(2 ** 31) - 1, 0.5, Number.NaN])
    expect(() => ints([1, value])).toThrow(`${value} is not a whole number of 32 bits`)
})

test('an id that is no digits is refused, also where JavaScript would read a number', () => {
  for (const id of ['', '1e3', '1.0', '+5', 'gid://shopify/Order/1', '0x10'])
    expect(() => bigints([id]), id).toThrow(`"${id}" is not a whole number`)
})

describe('A14: what 64 bits cannot hold is refused, not cut', () => {
  test.each([
    '18446744073709551617',
    '9223372036854775808',
    '-9223372036854775809',
    '1'.repeat(400),
    '1e3',
    '0x10',
    '',
  ])('%s', (id) => {
    expect(() => bigints([id])).toThrow(/does not fit into 64 bits|is not a whole number/)
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY, 1.5, 2 ** 53])('the number %d', (value) => {
    expect(() => bigints([value])).toThrow(/is not a whole number/)
  })
})
