import { setTimeout as pause } from 'node:timers/promises'
import fc from 'fast-check'
import type pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createPool } from '../../app/db/db.server.ts'
import { networkOf } from '../../app/http/network-of.ts'
import { type CountingPool, createLimit } from '../../app/http/request-counts.ts'
import { tidyUp } from '../../app/loyalty/upkeep/tidy-up.ts'
import { useDatabase } from '../database.ts'

const database = useDatabase()
const LIMIT = { name: 'test', perMinute: 120, unwritten: 30 }
const pools: pg.Pool[] = []

beforeAll(() => {
  pools.push(...Array.from({ length: 2 }, () => createPool(database.url(), 'stammgast_shop', 3)))
})
beforeEach(() => database.owner().query('TRUNCATE request_count'))
afterAll(() => Promise.all(pools.map((pool) => pool.end())))

/** A process' own counting, with how often it has asked the database. */
function process(pool: CountingPool = pools[0] as pg.Pool, patienceMs?: number) {
  let asked = 0
  const take = createLimit(
    LIMIT,
    () => ({
      query: (statement) => {
        asked++
        return pool.query(statement)
      },
    }),
    patienceMs,
  )
  return { take, asked: () => asked }
}

describe('A5: how often somebody asks is counted over all processes', () => {
  test('A5: together they serve 120, and at most thirty more that one of them has not told', async () => {
    const [one, other] = [process(pools[0]), process(pools[1])]
    let served = 0
    for (let n = 0; n < 200; n++) if ((await (n % 2 ? one : other).take('mara')) === 0) served++
    expect(served).toBe(120)
    const quiet = process(pools[1])
    for (let n = 0; n < 60; n++) if ((await quiet.take('mara')) === 0) served++
    expect(served).toBe(150)
    expect(await one.take('tilo')).toBe(0)
  })

  test('A5: the database is asked only beyond the thirtieth, and not any more once the answer is no', async () => {
    const { take, asked } = process()
    for (let n = 0; n < 30; n++) await take('mara')
    expect(asked()).toBe(0)
    for (let n = 0; n < 90; n++) expect(await take('mara')).toBe(0)
    expect(asked()).toBe(90)
    for (let n = 0; n < 1_000; n++) expect(await take('mara')).toBeGreaterThan(0)
    expect(asked()).toBe(91)
  })

  test('A5: many at once are counted one by one', async () => {
    // However busy the machine is: whoever waits too long, for a connection too, is counted by its process alone.
    const both = [process(pools[0], 60_000), process(pools[1], 60_000)]
    const waits = await Promise.all(Array.from({ length: 200 }, (_, n) => both[n % 2]?.take('mara')))
    expect(waits.filter((wait) => wait === 0)).toHaveLength(120)
  })

  test('A5: a database that does not answer keeps nobody waiting, one that fails neither', async () => {
    const silent = process({ query: () => pause(60_000, undefined, { ref: false }) })
    for (let n = 0; n < 30; n++) await silent.take('mara')
    const began = performance.now()
    expect(await silent.take('mara')).toBe(0)
    expect(performance.now() - began).toBeLessThan(2_000)
    const failing = process({ query: () => Promise.reject(new Error('away')) })
    const waits: number[] = []
    for (let n = 0; n < 125; n++) waits.push(await failing.take('mara'))
    expect(waits.findIndex((wait) => wait > 0)).toBe(120)
  })

  test('A5: what is over is tidied away in the night', async () => {
    const { take } = process()
    await take('mara', 31)
    await database.owner().query(`INSERT INTO request_count VALUES ('test:old', 31, $1)`, [Date.now() - 1])
    await tidyUp()
    const { rows } = await database.owner().query('SELECT key FROM request_count')
    expect(rows).toEqual([{ key: 'test:mara' }])
  })

  test('A5: requests may count and jobs may tidy, and no more', async () => {
    const { rows } = await database.owner().query(
      `SELECT role, string_agg(privilege, ' ' ORDER BY privilege) AS granted
         FROM unnest(ARRAY['stammgast_shop', 'stammgast_jobs']) AS role,
              unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS privilege
        WHERE has_table_privilege(role, 'request_count', privilege) GROUP BY role ORDER BY role`,
    )
    expect(rows).toEqual([
      { role: 'stammgast_jobs', granted: 'DELETE SELECT' },
      { role: 'stammgast_shop', granted: 'INSERT SELECT UPDATE' },
    ])
  })
})

describe('A5: who sits at an address', () => {
  test.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:DB8::7', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    ['::', '0:0:0:0'],
    ['64:ff9b::192.0.2.1', '64:ff9b:0:0'],
    ['1:2:3:4:5:6:192.0.2.1', '1:2:3:4'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['unix:', null],
    ['', null],
    [undefined, null],
  ])('%s', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })

  test('A5: every way to write an address of the newer kind leads to the same network', () => {
    const groups = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff })), {
      minLength: 8,
      maxLength: 8,
    })
    fc.assert(
      fc.property(groups, (all) => {
        const long = all.map((group) => group.toString(16).padStart(4, '0')).join(':')
        const short = new URL(`http://[${long}]`).hostname.slice(1, -1)
        expect(networkOf(short)).toBe(networkOf(long))
        expect(networkOf(long)).toBe(
          all
            .slice(0, 4)
            .map((group) => group.toString(16))
            .join(':'),
        )
      }),
    )
  })
})
