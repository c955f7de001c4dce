import { afterEach, beforeAll, expect, test, vi } from 'vitest'
import { issueReward } from '../../../app/loyalty/rewards/issue-reward.ts'
import { type Shop, shopByDomain } from '../../../app/loyalty/shop/shop-of-request.ts'
import { resumeWork } from '../../../app/loyalty/upkeep/resume-work.ts'
import { useDatabase } from '../../database.ts'
import { useAdminPages } from '../../support/admin-pages.ts'
import { violations } from '../../support/expiry.ts'
import { buy } from '../../support/member.ts'
import { testProgram } from '../../support/program.ts'
import { redeemCode } from '../../support/redeem-code.ts'
import { publish } from '../../support/shop.ts'

const database = useDatabase()
const pages = useAdminPages()
const now = Date.now()
let shop: Shop
let customerId = ''

beforeAll(async () => {
  await pages.open('/app')
  shop = (await shopByDomain(pages.domain)) as Shop
  await publish(
    database.owner(),
    shop.shopId,
    1,
    testProgram({ returnWindowDays: 0 }),
    '2020-01-01T00:00:00Z',
  )
  const { data } = await pages.harness.graphql('{ customers(first: 1) { nodes { id } } }')
  customerId = data.customers.nodes[0].id.split('/').pop()
  const placedAt = new Date(now - 86_400_000).toISOString()
  await buy(shop.shopId, { id: 9200, customer: customerId, lines: [{ price: '2000.00' }], placedAt })
})
afterEach(() => vi.restoreAllMocks())

const awayFromShopify = () => vi.spyOn(globalThis, 'fetch').mockRejectedValue(new TypeError('fetch failed'))
const row = async (id: number) => {
  const { rows } = await database
    .owner()
    .query('SELECT status, return_reason AS reason FROM redemption WHERE redemption_id = $1', [id])
  return rows[0]
}
const jobOf = async (id: number) => {
  const { rows } = await database
    .owner()
    .query('SELECT max_attempts AS tries, attempts FROM graphile_worker.jobs WHERE key = $1', [
      `issue-reward:${shop.shopId}:${id}`,
    ])
  return rows[0]
}
const hoursPass = (id: number) =>
  database
    .owner()
    .query(`UPDATE redemption SET changed_at = changed_at - interval '3 hours' WHERE redemption_id = $1`, [
      id,
    ])

test('a code whose every try failed while Shopify was away gets another one, or its points go back', async () => {
  const wish = { shop, customerId, rewardId: 'five-off', price: 500, requestKey: 'resume-1234', now }
  const { redemptionId } = await redeemCode(wish)
  const which = { shopId: shop.shopId, redemptionId }
  awayFromShopify()
  await expect(issueReward(which, now, true)).rejects.toThrow()
  vi.restoreAllMocks()
  expect(await row(redemptionId)).toEqual({ status: 'preparing', reason: null })
  await database
    .owner()
    .query('SELECT graphile_worker.remove_job($1)', [`issue-reward:${shop.shopId}:${redemptionId}`])

  await resumeWork()
  expect(await jobOf(redemptionId), 'its own tries are not over').toBeUndefined()
  await hoursPass(redemptionId)
  await resumeWork()
  expect(await jobOf(redemptionId)).toEqual({ tries: 1, attempts: 0 })
  await issueReward(which, now, true)
  expect(await row(redemptionId)).toEqual({ status: 'ready', reason: null })
  await hoursPass(redemptionId)
  await database
    .owner()
    .query('SELECT graphile_worker.remove_job($1)', [`issue-reward:${shop.shopId}:${redemptionId}`])
  await resumeWork()
  expect(await jobOf(redemptionId), 'what is ready is left alone').toBeUndefined()
  expect(await violations(shop.shopId)).toEqual([])
})
