import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { withShop } from '../../../app/db/db.server.ts'
import type { Program } from '../../../app/domain/program/program.ts'
import type { Reward } from '../../../app/domain/rewards/kinds.ts'
import { countMembers } from '../../../app/loyalty/members/list-members.ts'
import { readPublishEffect } from '../../../app/loyalty/numbers/read-publish-effect.ts'
import { useDatabase } from '../../database.ts'
import { buy, meet } from '../../support/member.ts'
import { testProgram } from '../../support/program.ts'
import { makeShop } from '../../support/shop.ts'

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

/** The starter program's kind of ladder: the first level asks for nothing. */
const fromNothing = (...thresholds: string[]): Program['tiers'] => ({
  basis: 'spend',
  window: { kind: 'lifetime' },
  levels: ['bronze', 'silver', 'gold'].map((id, i) => ({
    id,
    name: { en: id },
    threshold: thresholds[i] ?? '0',
    multiplier: '1',
  })),
})

test('W12: who has no order yet stands on the level that asks for nothing, as in the list of members', async () => {
  const live = testProgram({ tiers: fromNothing('0', '100', '500') })
  const fresh = { ...shop, ...(await makeShop(database.owner(), { program: live })) }
  await meet(fresh.shopId, '21', '22', '23')
  await buy(fresh.shopId, { id: 7021, customer: 24, lines: [{ price: '150.00' }] })
  const { tiers: found } = await withShop(fresh.shopId, (tx) =>
    readPublishEffect(
      tx,
      fresh,
      { live, draft: testProgram({ tiers: fromNothing('0', '200', '500') }) },
      Date.now(),
    ),
  )
  const listed = (tier: string) =>
    withShop(fresh.shopId, (tx) =>
      countMembers(tx, {
        shopId: fresh.shopId,
        sort: 'tier',
        descending: false,
        levels: [],
        entryLevel: 'bronze',
        tier,
        limit: 10,
        now: new Date(),
      }),
    )
  expect(found).toEqual({
    kind: 'judged',
    moved: 1,
    before: { bronze: await listed('bronze'), silver: await listed('silver') },
    after: { bronze: 4 },
  })
})

test('W12: a version that changes no threshold moves nobody', async () => {
  const places = fc.constantFrom(fromNothing('0', '100', '500'), tiers('100', '500'))
  const texts = fc.record({
    factors: fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 3, maxLength: 3 }),
    name: fc.string({ minLength: 1, maxLength: 20 }),
  })
  const shops = new Map<Program['tiers'], { shopId: number }>()
  await fc.assert(
    fc.asyncProperty(places, texts, async (ladder, { factors, name }) => {
      const live = testProgram({ tiers: ladder })
      const known = shops.get(ladder) ?? (await makeShop(database.owner(), { program: live }))
      if (!shops.has(ladder)) {
        await meet(known.shopId, '31', '32')
        await buy(known.shopId, { id: 7031, customer: 33, lines: [{ price: '150.00' }] })
        shops.set(ladder, known)
      }
      const levels = ladder.levels.map((level, i) => ({
        ...level,
        name: { en: name },
        multiplier: String(factors[i]),
      }))
      const draft = testProgram({ tiers: { ...ladder, levels } })
      const found = await withShop(known.shopId, (tx) =>
        readPublishEffect(tx, { ...shop, ...known }, { live, draft }, Date.now()),
      )
      expect(found.tiers).toEqual({ kind: 'same' })
    }),
    { numRuns: 40 },
  )
})
