import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { acrossShops } from '../../../app/db/db.server.ts'
import { type Reward, rewardWorth } from '../../../app/domain/rewards/kinds.ts'
import { cancelCode } from '../../../app/loyalty/codes/cancel-code.ts'
import { compareCodes } from '../../../app/loyalty/codes/compare-codes.ts'
import { lapseRewards } from '../../../app/loyalty/codes/lapse-rewards.ts'
import { mergeMembers } from '../../../app/loyalty/members/merge-members.ts'
import { issueReward } from '../../../app/loyalty/rewards/issue-reward.ts'
import { redeemReward } from '../../../app/loyalty/rewards/redeem-reward.ts'
import { redemptionById } from '../../../app/loyalty/rewards/redemption-record.ts'
import { type Shop, shopById } from '../../../app/loyalty/shop/shop-of-request.ts'
import { publishProgramFacts } from '../../../app/loyalty/surfaces/publish-program-facts.ts'
import { readMembership, readPanel, redeemInPanel } from '../../../app/loyalty/surfaces/read-panel.ts'
import { priceCart } from '../../../dev-store/commerce/pricing.ts'
import type { Product, Variant } from '../../../dev-store/model.ts'
import { useDatabase } from '../../database.ts'
import { connectShop } from '../../support/connected-shop.ts'
import { memberOf, violations } from '../../support/expiry.ts'
import { buy } from '../../support/member.ts'
import { usePracticeAdmin } from '../../support/practice-admin.ts'
import { testProgram } from '../../support/program.ts'

/** One piece of the shop's goods: as much as it costs when it is redeemed, on this variant alone, and only while it is sold. */
const database = useDatabase()
const practice = usePracticeAdmin({ customers: 60, orders: 0 })
const { store } = practice.harness
const sold = store.products.all().filter(({ giftCard }) => !giftCard)
const several = sold.find(({ variants }) => variants.length > 1) as Product
const [mug, other] = sold.filter(({ variants }) => variants.length === 1) as [Product, Product]
const variantOf = ({ variants: [variant] }: Product) => variant as Variant
const giftCard = store.products.find((one) => one.giftCard) as Product
const PRICE = 1250
const COST = 500
const EARNED = 1_200

const [first] = testProgram().rewards as [Reward]
const gift = (id: string, ...variants: Variant[]) =>
  ({
    ...first,
    id,
    kind: 'free-product',
    variants: variants.map((one) => String(one.id)),
    name: { de: 'Tasse gratis', en: 'A free mug' },
    validDays: 14,
  }) as unknown as Reward
const CHOICE = several.variants.slice(0, 2)
const REWARDS = [gift('mug', variantOf(mug)), gift('choice', ...CHOICE), gift('card', variantOf(giftCard))]

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
  costs(PRICE)
  practice.at = () => {}
  practice.after = () => {}
})

/** The mug as it is sold from now on. */
function costs(price: number, change: Partial<Product> = {}, variant: Partial<Variant> = {}) {
  store.products.put({ ...mug, ...change, variants: [{ ...variantOf(mug), price, ...variant }] })
}

async function member() {
  const customer = store.customers.all()[taken++]
  if (!customer) throw new Error('The practice shop has too few customers')
  const order = { id: 7_000_000 + taken, customer: customer.id, lines: [{ price: `${EARNED}.00` }] }
  await buy(shop.shopId, order, store.now())
  return customer
}

type Customer = Awaited<ReturnType<typeof member>>
interface More {
  rewardId?: string
  requestKey?: string
  variant?: string
}

const redeem = (
  customer: Customer,
  { rewardId = 'mug', requestKey = 'a-wish-of-mine', variant }: More = {},
) =>
  redeemReward({
    shop,
    customerId: String(customer.id),
    rewardId,
    price: COST,
    variant,
    requestKey,
    now: store.now(),
  })

const issue = (redemptionId: number, last = false) =>
  issueReward({ shopId: shop.shopId, redemptionId }, store.now(), last)
const now = async (redemptionId: number) =>
  (await acrossShops((tx) => redemptionById(tx, shop.shopId, redemptionId))) as NonNullable<
    Awaited<ReturnType<typeof redemptionById>>
  >
const balanceOf = async (customer: Customer) => (await memberOf(shop.shopId, String(customer.id)))?.balance
const madeFor = (code: string | null) =>
  store.discounts.all().filter((node) => node.codes.some((one) => one.code === code))

async function expectNothingTaken(customer: Customer) {
  expect(await balanceOf(customer)).toMatchObject({ available: EARNED, held: 0 })
  expect(
    await sql(
      `SELECT 1 FROM redemption r JOIN account a USING (shop_id, account_id) WHERE a.customer_id = $1`,
      customer.id,
    ),
  ).toEqual([])
}

test('it is a code over the price of now, on one variant alone, for this member and once', async () => {
  const customer = await member()
  const { redemptionId, code, reward, cost } = await redeem(customer)
  expect({ cost, worth: rewardWorth(reward) }).toEqual({ cost: COST, worth: '12.50' })
  expect(await balanceOf(customer)).toMatchObject({ available: EARNED - COST, held: COST })
  await issue(redemptionId)
  const [node] = madeFor(code)
  expect(node).toMatchObject({
    value: { kind: 'amount', amount: PRICE, onEachItem: false },
    items: { all: false, productIds: [], variantIds: [variantOf(mug).id], collectionIds: [] },
    context: { kind: 'customers', ids: [customer.id] },
    usageLimit: 1,
    combinesWith: { order: true, product: false, shipping: true },
  })
  expect(madeFor(code)).toHaveLength(1)
  expect(await now(redemptionId)).toMatchObject({ status: 'ready' })
  await sql(`UPDATE redemption SET changed_at = changed_at - interval '3 hours'`)
  await compareCodes(shop.shopId, Date.now)
  expect(await sql('SELECT why FROM code_finding')).toEqual([])
  expect(await violations(shop.shopId)).toEqual([])
})

test('one piece is free however many are bought, others cost what they cost; dearer by then, she pays the difference', async () => {
  const customer = await member()
  const { redemptionId, code } = await redeem(customer)
  await issue(redemptionId)
  const [node] = madeFor(code)
  const line = (product: Product, quantity: number) => ({ product, variant: variantOf(product), quantity })
  const off = (...lines: ReturnType<typeof line>[]) =>
    priceCart({
      lines,
      codes: [code ?? ''],
      discounts: node ? [node] : [],
      buyer: { customerId: customer.id, segmentIds: [] },
      at: store.time(),
      shipping: null,
    })
  const at = (price: number) => ({ ...mug, variants: [{ ...variantOf(mug), price }] })
  expect(off(line(at(PRICE), 1)).total).toBe(0)
  expect(off(line(at(PRICE), 3), line(other, 1)).discountTotal).toBe(PRICE)
  expect(off(line(at(PRICE + 300), 1)).total).toBe(300)
  expect(off(line(at(PRICE - 300), 1)).total).toBe(0)
  expect(off(line(other, 1)).refused).toMatchObject([{ reason: 'no-entitled-items' }])
})

describe('no points are taken', () => {
  test.each([
    ['it is sold out', (): void => costs(PRICE, {}, { soldOut: true }), 'sold-out'],
    ['it is not sold at the moment', (): void => costs(PRICE, { status: 'draft' }), 'no-product'],
    ['it was deleted', (): void => void store.products.delete(mug.id), 'no-product'],
    ['it costs more than any reward may', (): void => costs(100_000_001), 'no-product'],
    ['it costs nothing anyway', (): void => costs(0), 'no-product'],
  ] as const)('when %s', async (_, change, reason) => {
    const customer = await member()
    change()
    await expect(redeem(customer)).rejects.toMatchObject({ code: 'reward-unavailable', details: { reason } })
    await expectNothingTaken(customer)
  })

  test('for a gift card, which Shopify never discounts', async () => {
    const customer = await member()
    await expect(redeem(customer, { rewardId: 'card' })).rejects.toMatchObject({
      details: { reason: 'no-product' },
    })
    await expectNothingTaken(customer)
  })

  test('when Shopify gives no answer, or says no', async () => {
    const customer = await member()
    practice.at = (what) => {
      if (what === 'VariantsToGive') throw new Error('it never came')
    }
    await expect(redeem(customer)).rejects.toMatchObject({ details: { reason: 'no-answer' } })
    await expectNothingTaken(customer)
    const never = new Promise<void>(() => {})
    practice.at = (what) => (what === 'VariantsToGive' ? never : undefined)
    await expect(redeem(customer)).rejects.toMatchObject({ details: { reason: 'no-answer' } })
    await expectNothingTaken(customer)
  }, 20_000)

  test('for who cannot afford it, and Shopify is not asked for what the rules refuse', async () => {
    const customer = await member()
    await redeem(customer, { requestKey: 'the-first-wish' })
    await redeem(customer, { requestKey: 'the-second-wish' })
    await expect(redeem(customer, { requestKey: 'the-third-wish' })).rejects.toMatchObject({
      code: 'not-enough-points',
    })
    expect(await balanceOf(customer)).toMatchObject({ held: 2 * COST })
  })
})

test('the same wish once more is the same code, though it costs something else by then or is sold out', async () => {
  const customer = await member()
  const one = await redeem(customer)
  costs(PRICE + 500)
  expect((await redeem(customer)).code).toBe(one.code)
  costs(PRICE, {}, { soldOut: true })
  const again = await redeem(customer)
  expect([again.code, rewardWorth(again.reward)]).toEqual([one.code, '12.50'])
  expect(await balanceOf(customer)).toMatchObject({ held: COST })
})

test('many at once with one key are one', async () => {
  const customer = await member()
  const all = await Promise.all(Array.from({ length: 8 }, () => redeem(customer)))
  expect(new Set(all.map(({ code }) => code)).size).toBe(1)
  expect(await balanceOf(customer)).toMatchObject({ available: EARNED - COST, held: COST })
})

test('of several she chooses one, and none that the reward does not name', async () => {
  const customer = await member()
  const [, second] = CHOICE as [Variant, Variant]
  await expect(redeem(customer, { rewardId: 'choice' })).rejects.toMatchObject({ code: 'invalid-payload' })
  const strange = { rewardId: 'choice', variant: String(variantOf(mug).id) }
  await expect(redeem(customer, strange)).rejects.toMatchObject({ code: 'invalid-payload' })
  await expectNothingTaken(customer)
  const one = await redeem(customer, { rewardId: 'choice', variant: String(second.id) })
  expect(one.reward).toMatchObject({ goods: { kind: 'variants', ids: [String(second.id)] } })
})

test('an answer that was lost, a refusal for good and a variant that is deleted before it is made', async () => {
  const lost = await member()
  const one = await redeem(lost)
  practice.after = (what) => {
    if (what === 'CreateDiscountCode') throw new Error('the answer was lost')
  }
  await expect(issue(one.redemptionId)).rejects.toThrow('lost')
  practice.after = () => {}
  costs(PRICE + 700)
  await issue(one.redemptionId)
  expect(madeFor(one.code)).toMatchObject([{ value: { amount: PRICE } }])
  expect((await now(one.redemptionId)).status).toBe('ready')

  const gone = await member()
  const { redemptionId, code } = await redeem(gone)
  store.products.delete(mug.id)
  await issue(redemptionId)
  expect(madeFor(code)).toEqual([])
  expect(await now(redemptionId)).toMatchObject({ status: 'returned', returnReason: 'failed' })
  expect(await balanceOf(gone)).toMatchObject({ available: EARNED, held: 0 })
  expect(await violations(shop.shopId)).toEqual([])
})

test('it is taken back, it lapses, it is paid with and refunded: the points as of any code', async () => {
  const [back, late, paying] = [await member(), await member(), await member()]
  const ready = async (customer: Customer) => {
    const one = await redeem(customer)
    await issue(one.redemptionId)
    return one
  }
  const first = await ready(back)
  await cancelCode({
    shop,
    customerId: String(back.id),
    redemptionId: String(first.redemptionId),
    actor: 'shopper',
    now: store.now(),
  })
  expect(await balanceOf(back)).toMatchObject({ available: EARNED, held: 0 })

  const paid = await ready(paying)
  const lines = [{ id: 1, price: '12.50' }]
  const order = { id: 7_900_000, customer: paying.id, lines, codes: [paid.code ?? ''] }
  await buy(shop.shopId, order, store.now())
  expect(await now(paid.redemptionId)).toMatchObject({ status: 'used' })
  await buy(
    shop.shopId,
    { ...order, cancelledAt: new Date(store.now()).toISOString() } as never,
    store.now() + 1_000,
  )
  expect(await now(paid.redemptionId)).toMatchObject({ status: 'returned', returnReason: 'order-cancelled' })

  const other = await ready(late)
  await lapseRewards(() => store.now() + 20 * 86_400_000)
  expect(await now(other.redemptionId)).toMatchObject({ status: 'returned', returnReason: 'lapsed' })
  expect(await balanceOf(late)).toMatchObject({ available: EARNED, held: 0 })
  expect(await violations(shop.shopId)).toEqual([])
})

test('what she has taken goes with her when two customers become one', async () => {
  const [from, to] = [await member(), await member()]
  const { redemptionId } = await redeem(from)
  await issue(redemptionId)
  const customers = { keptId: String(to.id), deletedId: String(from.id) }
  await acrossShops((tx) => mergeMembers(tx, shop.shopId, customers, store.now(), store.now()))
  const merged = await memberOf(shop.shopId, String(to.id))
  expect(merged?.balance).toMatchObject({ held: COST })
  expect(await violations(shop.shopId)).toEqual([])
})

test('shoppers read what is free and choose by name; checkout and cart hear of the variant', async () => {
  await publishProgramFacts(shop.shopId, () => store.now())
  const customer = await member()
  const shopper = { shop, customerId: String(customer.id), locale: 'de' as const, now: store.now() }
  const { rewards } = await readPanel(shopper)
  const told = (id: string) => rewards.find((reward) => reward.id === id)
  expect(told('mug')?.description.replaceAll('\u00a0', ' ')).toContain(
    `${mug.title.de} gratis · bis zum Preis beim Einlösen · 14 Tage gültig`,
  )
  expect(told('mug')?.variants).toBeUndefined()
  expect(told('choice')?.variants).toEqual(
    CHOICE.map(({ id, title }) => ({ id: String(id), name: `${several.title.de} - ${title.de}` })),
  )
  const variant = String(variantOf(mug).id)
  const wish = { rewardId: 'mug', price: COST, requestKey: 'a-wish-of-mine' }
  expect((await redeemInPanel(shopper, wish)).redemption).toMatchObject({ variant })
  await sql(`UPDATE redemption SET status = 'ready', discount_id = 'gid://x/1' WHERE status = 'preparing'`)
  expect((await readMembership(shopper)).codes).toMatchObject([{ variant }])
})
