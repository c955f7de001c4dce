import fc from 'fast-check'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { shopByDomain } from '../../app/loyalty/shop/shop-of-request.ts'
import { loader as membership } from '../../app/routes/api.membership.ts'
import { loader as orderPoints } from '../../app/routes/api.order-points.ts'
import { action as preview } from '../../app/routes/api.preview.ts'
import { loader as panel } from '../../app/routes/proxy.panel.ts'
import { loader as history } from '../../app/routes/proxy.panel_.history.ts'
import { action as redeem } from '../../app/routes/proxy.panel_.redeem.ts'
import { loader as redemption } from '../../app/routes/proxy.panel_.redemption.ts'
import { closeShopify } from '../../app/shopify.server.ts'
import { useDatabase } from '../database.ts'
import { buy } from '../support/member.ts'
import { testProgram } from '../support/program.ts'
import { redeemCode } from '../support/redeem-code.ts'
import { makeShop } from '../support/shop.ts'
import { answerOf, bearerCall, extensionToken, proxyCall } from '../support/shopper-requests.ts'

/**
 * Two shops with a customer of the same number in each, and a neighbour in ours. Whatever a shopper puts into a
 * request, nothing of the other shop and nothing of the neighbour comes back.
 */
const database = useDatabase()
const SAME = '6201'
const NEIGHBOUR = '6202'
let ours = ''
let theirs = ''
let theirShopId = 0
/** Numbers, names and codes that stand nowhere else. */
const secrets: string[] = ['98765', '54321', '#9002', '#9003', '9002', '9003']
/** Ids that a curious shopper might try. */
const ids: string[] = [SAME, NEIGHBOUR, '9001', '9002', '9003']

beforeAll(async () => {
  const program = testProgram()
  const a = await makeShop(database.owner(), { program })
  const b = await makeShop(database.owner(), { program })
  ours = a.domain
  theirs = b.domain
  theirShopId = b.shopId
  await buy(a.shopId, { id: 9001, customer: SAME, lines: [{ price: '11.00' }] })
  await buy(b.shopId, { id: 9002, customer: SAME, lines: [{ price: '98765.00' }] })
  await buy(a.shopId, { id: 9003, customer: NEIGHBOUR, lines: [{ price: '54321.00' }] })
  for (const [domain, customerId] of [
    [theirs, SAME],
    [ours, NEIGHBOUR],
  ] as const) {
    const shop = await shopByDomain(domain)
    if (!shop) throw new Error('no shop')
    const wish = {
      shop,
      customerId,
      rewardId: 'five-off',
      price: 500,
      requestKey: `leak-key-${customerId}`,
      now: Date.now(),
    }
    const made = await redeemCode(wish)
    secrets.push(made.code)
    ids.push(String(made.redemptionId))
  }
  ids.push(theirs, String(a.shopId), String(b.shopId))
})
afterAll(async () => {
  vi.useRealTimers()
  await closeShopify()
})

const args = (request: Request) => ({ request, params: {}, context: {} }) as never
const asked = fc.constantFrom(
  'shop_id',
  'shopId',
  'customer',
  'customerId',
  'customer_id',
  'account',
  'accountId',
  'id',
  'after',
  'order',
  'rewardId',
  'key',
  'domain',
  'dest',
  'x-shop-domain',
)
const gids = ['Customer', 'Order', 'Shop'].map((type) => (id: string) => `gid://shopify/${type}/${id}`)

test('a generated request names others and learns nothing of them', async () => {
  const before = await theirBook()
  vi.useFakeTimers({ toFake: ['Date'] })
  const value = fc
    .tuple(
      fc.nat(99),
      fc.constantFrom((id: string) => id, ...gids),
    )
    .map(([n, shape]) => shape(ids[n % ids.length] ?? ''))
  const parameters = fc.dictionary(asked, value, { maxKeys: 6 })
  const route = fc.constantFrom(
    'panel',
    'history',
    'redemption',
    'redeem',
    'membership',
    'order-points',
    'preview',
  )
  await fc.assert(
    fc.asyncProperty(route, parameters, fc.boolean(), async (name, query, guest) => {
      // A second passes, so that the brake against loops does not answer in place of the route.
      vi.setSystemTime(Date.now() + 1_000)
      const answer = await call(name, query, guest ? null : SAME)
      const text = await answer.text()
      for (const secret of secrets) expect(text).not.toContain(secret)
      expect(answer.status).toBeLessThan(500)
      expect(answer.status).not.toBe(429)
    }),
    { numRuns: 300 },
  )
  expect(await theirBook()).toEqual(before)
})

async function call(name: string, query: Record<string, string>, customer: string | null): Promise<Response> {
  const token = await extensionToken({ shop: ours, customer })
  const api = (path: string, json?: unknown) =>
    args(bearerCall(`/api/${path}?${new URLSearchParams(query)}`, token, { json }))
  // What the route does not declare is refused unread: half of the requests bring only what it reads.
  const readBy = { '/panel/history': 'after', '/panel/redemption': 'id' } as Record<string, string>
  const proxy = (path: string, json?: Record<string, unknown>) => {
    const named = readBy[path] ?? ''
    const slim = named in query ? { [named]: query[named] as string } : {}
    const sent = Object.keys(query).length % 2 === 0 ? query : slim
    return args(proxyCall(path, { shop: ours, customer, query: sent, json }))
  }
  return answerOf(async () => {
    switch (name) {
      case 'panel':
        return panel(proxy('/panel'))
      case 'history':
        return history(proxy('/panel/history'))
      case 'redemption':
        return redemption(proxy('/panel/redemption'))
      case 'redeem':
        return redeem(proxy('/panel/redeem', { rewardId: 'five-off', price: 500, ...query }))
      case 'membership':
        return membership(api('membership'))
      case 'order-points':
        return orderPoints(api('order-points'))
      default:
        return preview(api('preview', { currency: 'EUR', lines: [], ...query }))
    }
  })
}

/** Everything that the other shop's book holds. */
async function theirBook() {
  const { rows } = await database.owner().query(
    `SELECT (SELECT count(*)::int FROM posting WHERE shop_id = $1) AS postings,
            (SELECT count(*)::int FROM redemption WHERE shop_id = $1) AS redemptions,
            (SELECT sum(available + held)::int FROM balance WHERE shop_id = $1) AS points`,
    [theirShopId],
  )
  expect(rows[0].points).toBe(98_765)
  return rows[0]
}
