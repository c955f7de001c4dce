import { beforeAll, expect, test } from 'vitest'
import { withShop } from '../../app/db.server.ts'
import type { Program } from '../../app/domain/program.ts'
import type { Reward } from '../../app/domain/rewards/kinds.ts'
import { readPublishEffect } from '../../app/loyalty/read-publish-effect.ts'
import { useDatabase } from '../database.ts'
import { buy, meet } from '../support/member.ts'
import { testProgram } from '../support/program.ts'
import { makeShop } from '../support/shop.ts'

const database = useDatabase()
const tiers = (silver: string, gold: string): Program['tiers'] => ({
  basis: 'spend',
  window: { kind: 'lifetime' },
  levels: [
    { id: 'silver', name: { en: 'Silver' }, threshold: silver, multiplier: '1' },
    { id: 'gold', name: { en: 'Gold' }, threshold: gold, multiplier: '1' },
  ],
})
const [five] = testProgram().rewards
const off = (id: string, cost: number) => ({ ...five, id, cost }) as Reward
const LIVE = testProgram({ tiers: tiers('100', '500'), rewards: [off('a', 100), off('b', 300)] })
let shop = { shopId: 0, currency: 'EUR', timeZone: 'Europe/Berlin' }

beforeAll(async () => {
  shop = { ...shop, ...(await makeShop(database.owner(), { program: LIVE })) }
  const spend = (id: number, customer: number | null, price: string) =>
    buy(shop.shopId, { id, customer, lines: [{ price }] })
  await spend(7001, 1, '100.00')
  await spend(7002, 2, '299.00')
  await spend(7003, 3, '600.00')
  // A guest, a till sale without a customer and a customer without points.
  await spend(7004, null, '900.00')
  await meet(shop.shopId, '4')
  const other = await makeShop(database.owner(), { program: LIVE })
  await buy(other.shopId, { id: 7005, customer: 5, lines: [{ price: '900.00' }] })
})

const effect = (draft: Program) =>
  withShop(shop.shopId, (tx) => readPublishEffect(tx, shop, { live: LIVE, draft }, Date.now()))

test('W12: members who have the points for each price, before and after', async () => {
  const draft = testProgram({ tiers: LIVE.tiers, rewards: [off('a', 99), off('c', 300), off('d', 5000)] })
  const found = await effect(draft)
  expect(found.points).toBe(999)
  expect(found.canAfford).toEqual({ 99: 3, 100: 3, 300: 1, 5000: 0 })
  expect(found.tiers).toEqual({ kind: 'same' })
})

test('W12: members on each level, before and after', async () => {
  const found = await effect(testProgram({ ...LIVE, tiers: tiers('200', '250') }))
  expect(found.tiers).toEqual({
    kind: 'judged',
    moved: 2,
    before: { '': found.members - 3, silver: 2, gold: 1 },
    after: { '': found.members - 2, gold: 2 },
  })
})

test('W12: a shop without members', async () => {
  const empty = { ...shop, ...(await makeShop(database.owner(), { program: LIVE })) }
  const found = await withShop(empty.shopId, (tx) =>
    readPublishEffect(tx, empty, { live: LIVE, draft: testProgram() }, Date.now()),
  )
  expect(found).toEqual({
    members: 0,
    points: 0,
    canAfford: { 100: 0, 300: 0, 500: 0 },
    tiers: { kind: 'judged', moved: 0, before: {}, after: {} },
  })
})
