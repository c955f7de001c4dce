import { beforeAll, expect, test } from 'vitest'
import { acrossShops, withShop } from '../../../app/db/db.server.ts'

import type { Reward } from '../../../app/domain/rewards/kinds.ts'
import { type Limits, NO_LIMITS } from '../../../app/domain/rewards/limits.ts'
import { isDomainError } from '../../../app/domain/text/errors.ts'
import { errorMessage } from '../../../app/http/http-errors.ts'
import { post } from '../../../app/ledger/post.ts'
import { releaseRedemption } from '../../../app/loyalty/rewards/end-redemption.ts'
import { redeemReward } from '../../../app/loyalty/rewards/redeem-reward.ts'
import { lockRedemption } from '../../../app/loyalty/rewards/redemption-record.ts'
import { assertInStock } from '../../../app/loyalty/rewards/sold-out.ts'
import type { Shop } from '../../../app/loyalty/shop/shop-of-request.ts'
import { readPanel } from '../../../app/loyalty/surfaces/read-panel.ts'
import { wording } from '../../../app/wording.ts'
import { useDatabase } from '../../database.ts'
import { buy } from '../../support/member.ts'
import { testProgram } from '../../support/program.ts'
import { makeShop } from '../../support/shop.ts'

/** How often, how many, when and to whom a reward is given. */

const database = useDatabase()
const BERLIN = 'Europe/Berlin'
const NOW = Date.parse('2026-12-10T12:00:00+01:00')
const [fiveOff] = testProgram().rewards as [Reward]
const limited = (id: string, limits: Partial<Limits>) =>
  ({ ...fiveOff, id, cost: 10, limits: { ...NO_LIMITS, ...limits } }) as Reward
const RARE = limited('rare', { stock: 2 })
const program = testProgram({
  returnWindowDays: 0,
  rewards: [
    limited('monthly', { perMember: { times: 1, per: 'month' } }),
    RARE,
    limited('new-year', {
      offered: { start: '2027-01-01T00:00', end: '2027-02-01T00:00', timeZone: BERLIN },
    }),
    limited('past', { offered: { start: null, end: '2026-12-10T12:00', timeZone: BERLIN } }),
    limited('first', { firstOrder: true }),
  ],
})
const [MARA, JON] = [6001, 6002]
let shop: Shop
let keys = 0

beforeAll(async () => {
  const made = await makeShop(database.owner(), { program })
  shop = { ...made, currency: 'EUR', timeZone: BERLIN } as unknown as Shop
  for (const customer of [MARA, JON])
    await buy(made.shopId, { id: customer, customer, lines: [{ price: '700.00' }] }, NOW)
})

const take = (rewardId: string, customer = MARA, now = NOW) =>
  redeemReward({
    shop,
    customerId: String(customer),
    rewardId,
    price: 10,
    requestKey: `a-limited-wish-${++keys}`,
    now,
  })

/** What she is told, in German. */
const refused = async (...wish: Parameters<typeof take>) => {
  const error = await take(...wish).catch((error: unknown) => error)
  if (!isDomainError(error)) throw error
  const words = wording('de', { timeZone: BERLIN, currency: 'EUR' })
  return [error.details.reason, errorMessage(error.code, words, error.details)]
}

const giveBack = (redemptionId: number) =>
  acrossShops(async (tx) => {
    const locked = await lockRedemption(tx, { shopId: shop.shopId, redemptionId })
    if (!locked) throw new Error('There is no such redemption')
    const { account, redemption } = locked
    await post(tx, [account], (await releaseRedemption(tx, account, redemption, 'cancelled', NOW)) ?? [])
  })

const inPanel = async (now = NOW, customer = MARA) => {
  const { rewards } = await readPanel({ shop, customerId: String(customer), locale: 'de', now })
  return Object.fromEntries(rewards.map(({ id, reason, why }) => [id, [reason, why]]))
}

test('so often in a month of the shop’s own calendar, and again from the next one on', async () => {
  const taken = await take('monthly')
  const told = ['limit', 'Schon eingelöst. Wieder ab 1. Januar 2027.']
  expect(await refused('monthly')).toEqual(told)
  expect((await inPanel()).monthly).toEqual(told)
  expect((await inPanel(NOW, JON)).monthly).toEqual([null, null])
  // What is given back was not taken.
  await giveBack(taken.redemptionId)
  await take('monthly')
  // Half an hour before midnight in Berlin it is the old year still, half an hour later the new one.
  expect(await refused('monthly', MARA, Date.parse('2026-12-31T22:30:00Z'))).toEqual(told)
  await take('monthly', MARA, Date.parse('2026-12-31T23:30:00Z'))
})

test('no more than there are, whoever takes them, and what is given back again', async () => {
  const first = await take('rare')
  await take('rare', JON)
  const told = ['sold-out', 'Vergriffen.']
  expect(await refused('rare', JON)).toEqual(told)
  expect((await inPanel()).rare).toEqual(told)
  await giveBack(first.redemptionId)
  expect((await inPanel()).rare).toEqual([null, null])
  await take('rare', JON)
  expect(await refused('rare')).toEqual(told)
})

test('of two that take the last one at the same moment the later waits and is refused', async () => {
  const shopId = shop.shopId
  const one = { ...RARE, id: 'last-one', limits: { ...NO_LIMITS, stock: 1 } } as Reward
  // Written, and not yet counted: of what is not committed nobody else sees anything.
  const written = `INSERT INTO redemption (shop_id, account_id, request_key, program_version, reward_id, reward, cost, hold_id,
                                           code, created_at, ends_at)
    SELECT shop_id, account_id, $2, program_version, $3, reward, cost, hold_id, $2, created_at, ends_at
      FROM redemption WHERE shop_id = $1 ORDER BY redemption_id LIMIT 1`
  let secondMayBegin = () => {}
  const firstHasCounted = new Promise<void>((resolve) => {
    secondMayBegin = resolve
  })
  let waits = true
  const first = withShop(shopId, async (tx) => {
    await tx.query(written, [shopId, 'FIRST-OF-TWO', one.id])
    await assertInStock(tx, shopId, one)
    secondMayBegin()
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(waits).toBe(true)
  })
  await firstHasCounted
  const second = withShop(shopId, async (tx) => {
    await tx.query(written, [shopId, 'SECOND-OF-TWO', one.id])
    await assertInStock(tx, shopId, one).finally(() => {
      waits = false
    })
  })
  const [, outcome] = await Promise.allSettled([first, second])
  expect(await first).toBeUndefined()
  expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'reward-unavailable' } })
  await database.owner().query(`DELETE FROM redemption WHERE reward_id = 'last-one'`)
})

test('only while it is offered: before it says from when on, afterwards it is not there', async () => {
  const told = ['early', 'Ab 1. Januar 2027.']
  expect(await refused('new-year')).toEqual(told)
  expect((await inPanel())['new-year']).toEqual(told)
  expect(await refused('past')).toEqual(['over', 'Diese Prämie gibt es nicht mehr.'])
  expect(await inPanel()).not.toHaveProperty('past')
  await take('past', MARA, NOW - 1)
  await take('new-year', MARA, Date.parse('2027-01-01T00:00:00+01:00'))
})

test('only before the first order: one that was cancelled, or a test, was none', async () => {
  const told = ['first-order', 'Diese Prämie gibt es nur vor der ersten Bestellung.']
  expect(await refused('first')).toEqual(told)
  expect((await inPanel()).first).toEqual(told)
  const facts = (change: string) =>
    database
      .owner()
      .query(
        `UPDATE order_state SET facts = (facts::jsonb || $2)::json WHERE shop_id = $1 AND order_id = $3`,
        [shop.shopId, change, JON],
      )
  await facts('{"test":true}')
  expect((await inPanel(NOW, JON)).first).toEqual([null, null])
  await take('first', JON)
  await facts('{"test":false}')
  expect((await refused('first', JON))[0]).toBe('first-order')
})
