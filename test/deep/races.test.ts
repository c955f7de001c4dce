import { expect, test, vi } from 'vitest'
import { useDatabase } from '../database.ts'
import { seeded } from '../support/random.ts'
import { audit, RACES, raceShop, runRace } from './races.ts'

/** A small share of the races that `npm run test:deep` runs 20,000 of. SEED and RUNS reproduce and scale. */

vi.setConfig({ testTimeout: 120_000 }) // a busy machine takes ten times as long
const database = useDatabase()
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))
const rounds = Number(process.env.RUNS ?? 4)

test.each(Object.keys(RACES))(`%s (seed ${seed})`, async (name) => {
  const shop = await raceShop(database.owner())
  const random = seeded(seed)
  for (let i = 0; i < rounds; i++)
    await runRace(name, { shop, owner: database.owner(), random, first: 1_000 + i * 10 })
  await audit(shop.shopId)
  expect(random.next()).toBeLessThan(1)
})
