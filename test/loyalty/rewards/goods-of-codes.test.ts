import { beforeAll, beforeEach, expect, test } from 'vitest'
import { acrossShops } from '../../../app/db/db.server.ts'
import type { Reward } from '../../../app/domain/rewards/kinds.ts'
import { compareCodes } from '../../../app/loyalty/codes/compare-codes.ts'
import { issueReward } from '../../../app/loyalty/rewards/issue-reward.ts'
import { redemptionById } from '../../../app/loyalty/rewards/redemption-record.ts'
import { type Shop, shopById } from '../../../app/loyalty/shop/shop-of-request.ts'
import { publishProgramFacts } from '../../../app/loyalty/surfaces/publish-program-facts.ts'
import { readMembership, readPanel } from '../../../app/loyalty/surfaces/read-panel.ts'
import { priceCart } from '../../../dev-store/commerce/pricing.ts'
import { useDatabase } from '../../database.ts'
import { connectShop } from '../../support/connected-shop.ts'
import { memberOf, violations } from '../../support/expiry.ts'
import { buy } from '../../support/member.ts'
import { usePracticeAdmin } from '../../support/practice-admin.ts'
import { testProgram } from '../../support/program.ts'
import { redeemCode } from '../../support/redeem-code.ts'

/** Codes that are good for some of the goods: made so, told so, compared so, and taken so at the checkout. */
const database = useDatabase()
const practice = usePracticeAdmin({ customers: 30, orders: 0 })
const { store } = practice.harness
const [coffee, tea, other] = store.products.all().filter(({ giftCard }) => !giftCard)
const kitchen = store.collections.all()[0]
if (!coffee || !tea || !other || !kitchen) throw new Error('The practice shop has too few goods')

const [first] = testProgram().rewards as [Reward]
const products = { kind: 'products', ids: [String(coffee.id), String(tea.id)] }
const REWARDS = [
  { ...first, id: 'everything' },
  { ...first, id: 'drinks', goods: products },
  {
    ...first,
    id: 'kitchen',
    kind: 'percent-off',
    percent: 10,
    goods: { kind: 'collections', ids: [String(kitchen.id)] },
  },
  { ...first, id: 'subscribed', purchases: { of: 'subscription', cycles: 3 } },
  { ...first, id: 'always', goods: products, purchases: { of: 'both', cycles: null } },
] as Reward[]

let shop: Shop
let taken = 0

const sql = async (text: string, ...values: unknown[]) => (await database.owner().query(text, values)).rows

beforeAll(async () => {
  const program = testProgram({ rewards: REWARDS, returnWindowDays: 0 })
  const { harness, domain } = practice
  const shopId = await connectShop({ context: harness.context, domain } as never, database.owner(), program)
  shop = (await shopById(shopId)) as Shop
})

beforeEach(async () => {
  await sql('DELETE FROM graphile_worker._private_jobs')
  await sql('DELETE FROM code_comparison')
  await sql('DELETE FROM code_finding')
})

async function redeemed(rewardId: string) {
  const customer = store.customers.all()[taken++]
  if (!customer) throw new Error('The practice shop has too few customers')
  const order = { id: 6_000_000 + taken, customer: customer.id, lines: [{ price: '1200.00' }] }
  await buy(shop.shopId, order, store.now())
  const wish = { customerId: String(customer.id), rewardId, price: 500, requestKey: 'a-wish-of-mine' }
  const { redemptionId, code } = await redeemCode({ shop, ...wish, now: store.now() })
  const which = { shopId: shop.shopId, redemptionId }
  return { customer, which, code, issue: () => issueReward(which, store.now(), false) }
}

async function made(rewardId: string) {
  const one = await redeemed(rewardId)
  await one.issue()
  const node = store.discountByCode(one.code)
  if (!node) throw new Error('No discount was made')
  return { ...one, node }
}

/** What the night finds of all codes. */
async function night() {
  await sql(`UPDATE redemption SET changed_at = changed_at - interval '3 hours'`)
  await sql('DELETE FROM code_comparison')
  await compareCodes(shop.shopId, Date.now)
  return sql('SELECT redemption_id::int AS id, why FROM code_finding ORDER BY redemption_id')
}

const none = { all: false, productIds: [], variantIds: [], collectionIds: [] }
const ORDER = { order: false, product: true, shipping: true }
const PRODUCT = { order: true, product: false, shipping: true }
const ONCE = { once: true, subscription: false, cycles: 1 }

test.each([
  ['everything', { ...none, all: true }, ORDER, ONCE],
  ['drinks', { ...none, productIds: [coffee.id, tea.id] }, PRODUCT, ONCE],
  ['kitchen', { ...none, collectionIds: [kitchen.id] }, PRODUCT, ONCE],
  ['subscribed', { ...none, all: true }, ORDER, { once: false, subscription: true, cycles: 3 }],
  [
    'always',
    { ...none, productIds: [coffee.id, tea.id] },
    PRODUCT,
    { once: true, subscription: true, cycles: 0 },
  ],
])(
  '%s: the discount is for what the reward says, and the night finds nothing else',
  async (id, items, combinesWith, purchases) => {
    const { node } = await made(id)
    expect(node).toMatchObject({ items, combinesWith, purchases, usageLimit: 1 })
    expect(await night()).toEqual([])
  },
)

test('somebody makes it good for more, or for nothing: the night tells; goods that were deleted are no change', async () => {
  const { node, which } = await made('drinks')
  const found = [{ id: which.redemptionId, why: 'other-terms' }]
  const become = (items: Partial<typeof node.items>) =>
    store.discounts.put({ ...node, items: { ...node.items, ...items } })
  become({ productIds: [coffee.id] })
  expect(await night()).toEqual([])
  become({ productIds: [coffee.id, other.id] })
  expect(await night()).toEqual(found)
  become({ productIds: [] })
  expect(await night()).toEqual(found)
  become({ all: true, productIds: [] })
  expect(await night()).toEqual(found)
  become({ productIds: [coffee.id, tea.id], variantIds: [other.variants[0]?.id ?? 0] })
  expect(await night()).toEqual(found)
  store.discounts.put({ ...node, purchases: { once: true, subscription: true, cycles: 1 } })
  expect(await night()).toEqual(found)
  store.discounts.put(node)
})

test('goods that are deleted before it is made are left out; without any of them the points come back', async () => {
  store.products.delete(tea.id)
  expect((await made('drinks')).node.items).toEqual({ ...none, productIds: [coffee.id] })
  store.products.delete(coffee.id)
  const one = await redeemed('drinks')
  await one.issue()
  expect(store.discountByCode(one.code)).toBeUndefined()
  const { shopId, redemptionId } = one.which
  const redemption = await acrossShops((tx) => redemptionById(tx, shopId, redemptionId))
  expect(redemption).toMatchObject({ status: 'returned', returnReason: 'failed' })
  const member = await memberOf(shopId, String(one.customer.id))
  expect(member?.balance).toMatchObject({ available: 1_200, held: 0 })
  expect(await violations(shopId)).toEqual([])
  store.products.put(tea)
  store.products.put(coffee)
})

test('the checkout takes it off its goods alone, and refuses a cart without any of them', async () => {
  const { node, customer, code } = await made('drinks')
  const line = (product: typeof coffee) => ({ product, variant: product.variants[0] as never, quantity: 2 })
  const price = (...lines: ReturnType<typeof line>[]) =>
    priceCart({
      lines,
      codes: [code],
      discounts: [node],
      buyer: { customerId: customer.id, segmentIds: [] },
      at: store.time(),
      shipping: null,
    })
  const quote = price(line(coffee), line(other))
  expect(quote.refused).toEqual([])
  expect(quote.lines.map(({ gross, net }) => gross - net)).toEqual([500, 0])
  expect(price(line(other)).refused.map(({ reason }) => reason)).toEqual(['no-entitled-items'])
})

test('shoppers read what it is good for, by the names that Shopify has told', async () => {
  const customer = store.customers.all()[taken++]
  const shopper = { shop, customerId: String(customer?.id), locale: 'de' as const, now: store.now() }
  const told = async () => (await readPanel(shopper)).rewards.find(({ id }) => id === 'drinks')?.description
  expect(await told()).toContain('nur auf bestimmte Artikel')
  await publishProgramFacts(shop.shopId, () => store.now())
  const names = [coffee, tea].map(({ title }) => title.de)
  expect(await told()).toContain(`nur auf ${names.join(' und ')}`)
  await buy(
    shop.shopId,
    { id: 6_900_000, customer: customer?.id ?? 0, lines: [{ price: '900.00' }] },
    store.now(),
  )
  const { rewards } = await readMembership(shopper)
  expect(rewards.find(({ id }) => id === 'drinks')?.description).toContain(names[1])
})
