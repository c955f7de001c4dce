import { expect, test } from 'vitest'
import { useDatabase } from '../database.ts'
import { violations } from '../support/expiry.ts'
import { differences } from './book.ts'
import { walkClock } from './clock-walk.ts'

/** The quick share of `npm run test:faults -- --only clock`, without processes. RUNS: how many members. */

const database = useDatabase()
const members = Number(process.env.RUNS ?? 6)
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))

test(`a clock that slips by an hour or a day, forward and back, over every change of the clocks, ends as a steady one (seed ${seed})`, {
  timeout: 120_000,
}, async () => {
  const customers = Array.from({ length: members }, (_, i) => String(7_200_000_000_001 + i))
  const steady = await walkClock(database.owner(), customers, seed, false)
  const slipping = await walkClock(database.owner(), customers, seed, true)
  expect(steady.lapsed).toBeGreaterThan(members)
  expect(differences(slipping.book, steady.book)).toEqual([])
  expect(slipping.unannounced).toEqual([])
  expect(slipping.lapsed).toBe(steady.lapsed)
  for (const { shopId } of (await database.owner().query('SELECT shop_id::int AS "shopId" FROM shop')).rows)
    expect(await violations(shopId)).toEqual([])
})
