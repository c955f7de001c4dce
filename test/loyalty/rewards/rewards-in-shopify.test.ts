import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { acrossShops } from '../../../app/db/db.server.ts'
import {
  asKind,
  kindOf,
  REWARD_KINDS,
  type Reward,
  type RewardKindName,
  rewardWorth,
} from '../../../app/domain/rewards/kinds.ts'
import { lapseRewards } from '../../../app/loyalty/codes/lapse-rewards.ts'
import { findMember } from '../../../app/loyalty/members/read-member.ts'
import { issueReward } from '../../../app/loyalty/rewards/issue-reward.ts'
import { makerOf } from '../../../app/loyalty/rewards/makers.ts'
import { redeemReward } from '../../../app/loyalty/rewards/redeem-reward.ts'
import { redemptionById } from '../../../app/loyalty/rewards/redemption-record.ts'
import { type Shop, shopById } from '../../../app/loyalty/shop/shop-of-request.ts'
import { programWording } from '../../../app/loyalty/surfaces/describe-program.ts'
import { explainEntry } from '../../../app/loyalty/surfaces/explain-entry.ts'
import { readHistory } from '../../../app/loyalty/surfaces/read-history.ts'
import { useDatabase } from '../../database.ts'
import { connectShop } from '../../support/connected-shop.ts'
import { memberOf, violations } from '../../support/expiry.ts'
import { buy } from '../../support/member.ts'
import { usePracticeAdmin } from '../../support/practice-admin.ts'
import { testProgram } from '../../support/program.ts'

/** Every kind of reward in a shop that answers late, twice, not at all, or no: made once, and its points are told alike. */
const database = useDatabase()
const practice = usePracticeAdmin({ customers: 80, orders: 0 })
const { store } = practice.harness
const [first] = testProgram().rewards as [Reward]
const COST = 500
const EARNED = 1_200
let shop: Shop
let taken = 0

/** Terms as a merchant would type them in. */
const BESIDE = { order: true, product: false, shipping: true }
const SAMPLE: Record<string, unknown> = {
  money: '7.50',
  percent: 10,
  days: 30,
  combines: BESIDE,
  text: { de: 'So geht es.' },
  variants: ['34'],
}
function sample(kind: RewardKindName): Reward {
  const { fields } = kindOf(kind)
  // What a code is good for has a test of its own.
  const chosen = Object.entries(fields).filter(([, { as }]) => as !== 'goods' && as !== 'purchases')
  const terms = chosen.map(([term, { as }]) => [term, SAMPLE[as] ?? null])
  return { ...asKind(first, kind), ...Object.fromEntries(terms), id: kind, cost: COST } as Reward
}

/** What is of another kind when it is taken is never made itself. */
const MADE = REWARD_KINDS.map(({ kind }) => kind).filter((kind) => !kindOf(kind).taken)

beforeAll(async () => {
  const program = testProgram({ rewards: REWARD_KINDS.map(({ kind }) => sample(kind)), returnWindowDays: 0 })
  const { harness, domain } = practice
  const shopId = await connectShop({ context: harness.context, domain } as never, database.owner(), program)
  shop = (await shopById(shopId)) as Shop
})

beforeEach(async () => {
  await database.owner().query('DELETE FROM graphile_worker._private_jobs')
})

const sql = async (text: string, ...values: unknown[]) => (await database.owner().query(text, values)).rows

async function redeemed(kind: RewardKindName) {
  const customer = store.customers.all()[taken++]
  if (!customer) throw new Error('The practice shop has too few customers')
  const order = { id: 5_000_000 + taken, customer: customer.id, lines: [{ price: `${EARNED}.00` }] }
  await buy(shop.shopId, order, store.now())
  return { customer, ...(await again(kind, String(customer.id), 'a-wish-of-mine')) }
}

async function again(kind: RewardKindName, customerId: string, requestKey: string) {
  // Of a price that she chooses she was shown what it gives.
  const worth = rewardWorth(sample(kind)) ?? undefined
  const wish = { customerId, rewardId: kind, price: COST, worth, requestKey, now: store.now() }
  const { redemptionId, code } = await redeemReward({ shop, ...wish })
  return { which: { shopId: shop.shopId, redemptionId }, code }
}
type Redeemed = Awaited<ReturnType<typeof redeemed>>

const now = async ({ which }: Pick<Redeemed, 'which'>) => {
  const redemption = await acrossShops((tx) => redemptionById(tx, which.shopId, which.redemptionId))
  if (!redemption) throw new Error('It is gone')
  return redemption
}
const issue = ({ which }: Pick<Redeemed, 'which'>, last = false) => issueReward(which, store.now(), last)

/** What the shop has of it. */
function madeFor({ customer, code }: Pick<Redeemed, 'customer' | 'code'>): number {
  const discounts = store.discounts.all().filter((node) => node.codes.some((one) => one.code === code))
  const accounts = store.storeCreditAccounts.all().filter(({ customerId }) => customerId === customer.id)
  const credits = store.storeCreditTransactions
    .all()
    .filter((one) => one.kind === 'credit' && accounts.some(({ id }) => id === one.accountId))
  return discounts.length + credits.length
}

/** The waiting after a lost answer is over. */
const waited = () =>
  sql("UPDATE redemption SET making_until = now() - interval '1 second' WHERE making_until IS NOT NULL")
const jobs = async () =>
  (await sql("SELECT count(*)::int AS n FROM graphile_worker.jobs WHERE task_identifier = 'issue-reward'"))[0]
    ?.n

const balanceOf = async ({ customer }: Pick<Redeemed, 'customer'>) =>
  (await memberOf(shop.shopId, String(customer.id)))?.balance

/** Held for what can still be used, spent for what the member has. */
async function expectMade(kind: RewardKindName, one: Redeemed) {
  const given = kindOf(kind).spent === 'when-made'
  const { status, madeId } = await now(one)
  expect({ status, madeId }).toEqual({
    status: given ? 'used' : 'ready',
    madeId: expect.stringContaining('gid://'),
  })
  expect(await balanceOf(one)).toMatchObject({ available: EARNED - COST, held: given ? 0 : COST })
  expect(madeFor(one)).toBe(1)
  expect(await violations(shop.shopId)).toEqual([])
}

/** While this goes on the shop has not given the app its rights to store credit, or those of them that are `taken`. */
async function withoutStoreCredit(deed: () => Promise<unknown>, taken = (_scope: string) => true) {
  const before = store.installation
  const without = (scopes: string) =>
    scopes
      .split(',')
      .filter((scope) => !scope.includes('store_credit') || !taken(scope))
      .join(',')
  const tokens = before.tokens.map((token) => ({ ...token, scope: without(token.scope) }))
  store.installation = { ...before, scope: without(before.scope), tokens }
  await deed()
  store.installation = before
}

/** The newest reason that the history gives. */
async function toldTo(audience: 'merchant' | 'shopper', { customer }: Pick<Redeemed, 'customer'>) {
  return acrossShops(async (tx) => {
    const found = await findMember(tx, shop.shopId, String(customer.id))
    const { lines } = await readHistory(tx, { shopId: shop.shopId, accountId: found?.accountId ?? 0 })
    const [newest] = lines
    return newest && explainEntry(newest, programWording('de', shop, null), audience).detail[0]
  })
}

test('every kind has its maker, and an unknown one throws', () => {
  for (const kind of MADE) expect(makerOf(sample(kind)), kind).toBeDefined()
  expect(() => makerOf(sample('flexible-amount'))).toThrow('flexible-amount')
  expect(() => makerOf({ kind: 'free-car' } as never)).toThrow('free-car')
})

describe.each(MADE.filter((kind) => !kindOf(kind).ours))('%s', (kind) => {
  test('is made once, however often it is asked for', async () => {
    const one = await redeemed(kind)
    expect(await balanceOf(one)).toMatchObject({ held: COST })
    await issue(one)
    await issue(one)
    await expectMade(kind, one)
  })

  test('is made once by two at the same time', async () => {
    const one = await redeemed(kind)
    await Promise.allSettled([issue(one), issue(one), issue(one)])
    await waited()
    await issue(one)
    await expectMade(kind, one)
  })

  test('is made once, though the answer was lost', async () => {
    const one = await redeemed(kind)
    practice.after = (what) => {
      if (/^(Create|Give)/.test(what)) throw new Error('the answer was lost')
    }
    await expect(issue(one)).rejects.toThrow()
    expect(madeFor(one)).toBe(1)
    practice.after = () => {}
    await issue(one)
    await waited()
    await issue(one)
    await expectMade(kind, one)
  })

  test('gives the points back when Shopify refuses it', async () => {
    const one = await redeemed(kind)
    store.customers.delete(one.customer.id)
    await issue(one).catch(() => {})
    expect(madeFor(one)).toBe(0)
    expect(await now(one)).toMatchObject({ status: 'returned', returnReason: 'failed' })
    expect(await balanceOf(one)).toMatchObject({ available: EARNED, held: 0 })
    expect(await violations(shop.shopId)).toEqual([])
  })

  test('is looked for in Shopify before its points come back, its time over', async () => {
    const made = await redeemed(kind)
    const unmade = await redeemed(kind)
    practice.after = (what) => {
      if (/^(Create|Give)/.test(what)) throw new Error('the answer was lost')
    }
    await expect(issue(made)).rejects.toThrow()
    practice.after = () => {}
    practice.at = (what) => {
      if (/^(Create|Give)/.test(what)) throw new Error('it never came')
    }
    await expect(issue(unmade)).rejects.toThrow()
    practice.at = () => {}
    await waited()
    const later = store.now() + 400 * 86_400_000
    await lapseRewards(() => later)
    expect(await now(unmade)).toMatchObject({ status: 'returned', returnReason: 'lapsed' })
    expect(await balanceOf(unmade)).toMatchObject({ available: EARNED, held: 0 })
    const given = kindOf(kind).spent === 'when-made'
    expect((await now(made)).status).toBe(given ? 'used' : 'returned')
    expect(await balanceOf(made)).toMatchObject({ available: given ? EARNED - COST : EARNED, held: 0 })
    expect(await violations(shop.shopId)).toEqual([])
  })
})

describe('what is spent when it is made', () => {
  test('two of one member with lost answers are two, and none is taken for the other', async () => {
    const one = await redeemed('store-credit')
    const other = { ...one, ...(await again('store-credit', String(one.customer.id), 'another-wish')) }
    let lost = 0
    practice.after = (what) => {
      if (what === 'GiveStoreCredit' && lost++ < 2) throw new Error('the answer was lost')
    }
    // Which of them loses its answers, and whose credit is taken for whose, is left to chance: money is money.
    for (let round = 0; round < 4; round++) {
      await Promise.allSettled(round % 2 ? [issue(one), issue(other)] : [issue(other), issue(one)])
      await waited()
    }
    expect(madeFor(one)).toBe(2)
    const [a, b] = [await now(one), await now(other)]
    expect([a.status, b.status]).toEqual(['used', 'used'])
    expect(a.madeId).not.toBe(b.madeId)
    expect(await balanceOf(one)).toMatchObject({ available: EARNED - 2 * COST, held: 0 })
    expect(await violations(shop.shopId)).toEqual([])
  })

  test('a try that is under way is waited for, by a job of its own', async () => {
    const one = await redeemed('store-credit')
    let going = () => {}
    practice.at = (what) =>
      what === 'GiveStoreCredit' ? new Promise<void>((done) => (going = done)) : undefined
    const running = issue(one)
    await expect.poll(() => practice.asked).toContain('GiveStoreCredit')
    await sql('DELETE FROM graphile_worker._private_jobs')
    await issue(one, true)
    await lapseRewards(() => store.now() + 400 * 86_400_000)
    expect((await now(one)).status).toBe('preparing')
    expect(await jobs()).toBe(1)
    going()
    await running
    await expectMade('store-credit', one)
  })

  test('a shop that has not allowed it: the points are back at once, and the merchant reads why', async () => {
    const one = await redeemed('store-credit')
    await withoutStoreCredit(async () => {
      await issue(one)
      expect(await now(one)).toMatchObject({ status: 'returned', returnReason: 'not-allowed', mark: null })
      expect(await balanceOf(one)).toMatchObject({ available: EARNED, held: 0 })
      expect(madeFor(one)).toBe(0)
    })
    expect(await toldTo('merchant', one)).toContain('stimmen Sie den neuen Zugriffsrechten zu')
    expect(await toldTo('shopper', one)).toBe('Die Prämie ließ sich nicht erstellen.')
    expect(await violations(shop.shopId)).toEqual([])
  })

  test('a shop that allows to look and not to give: the points are back at once', async () => {
    const one = await redeemed('store-credit')
    await withoutStoreCredit(
      () => issue(one),
      (scope) => scope.startsWith('write_'),
    )
    expect(await now(one)).toMatchObject({ status: 'returned', returnReason: 'not-allowed' })
    expect(await balanceOf(one)).toMatchObject({ available: EARNED, held: 0 })
  })

  test('a shop that takes its leave back after a try: no points come back while nobody knows', async () => {
    const one = await redeemed('store-credit')
    practice.after = (what) => {
      if (what === 'GiveStoreCredit') throw new Error('the answer was lost')
    }
    await expect(issue(one)).rejects.toThrow('lost')
    practice.after = () => {}
    await waited()
    await withoutStoreCredit(() => expect(issue(one, true)).rejects.toThrow('Access denied'))
    expect((await now(one)).status).toBe('preparing')
    await waited()
    await issue(one)
    await expectMade('store-credit', one)
  })

  test('the points of a customer who is gone come back, though a try had begun', async () => {
    for (const lapsed of [false, true]) {
      const one = await redeemed('store-credit')
      practice.at = (what) => {
        if (what === 'GiveStoreCredit') throw new Error('it never came')
      }
      await expect(issue(one)).rejects.toThrow()
      practice.at = () => {}
      await waited()
      store.customers.delete(one.customer.id)
      if (lapsed) await lapseRewards(() => store.now() + 8 * 86_400_000)
      else await issue(one)
      expect((await now(one)).status).toBe('returned')
      expect(await balanceOf(one)).toMatchObject({ available: EARNED, held: 0 })
      expect(await violations(shop.shopId)).toEqual([])
    }
  })

  test('it is found behind its mark, however many credits have come since', async () => {
    const one = await redeemed('store-credit')
    practice.after = (what) => {
      if (what === 'GiveStoreCredit') throw new Error('the answer was lost')
    }
    await expect(issue(one)).rejects.toThrow()
    practice.after = () => {}
    const given = store.storeCreditTransactions.all().at(-1)
    if (!given) throw new Error('Nothing was given')
    for (let n = 1; n <= 60; n++) store.storeCreditTransactions.put({ ...given, id: given.id + n })
    await waited()
    await issue(one)
    expect(await now(one)).toMatchObject({
      status: 'used',
      madeId: expect.stringContaining(String(given.id)),
    })
    expect(madeFor(one)).toBe(61)
  })

  test('a refusal before the first try leaves the points to the try of another run', async () => {
    const one = await redeemed('store-credit')
    let answer = () => {}
    let asked = 0
    practice.at = (what) => {
      if (what !== 'CreditsOfCustomer' || asked++ > 0) return
      return new Promise<void>((done) => {
        answer = done
      })
    }
    // Its first question is answered as to a shop without the customer, after the other has begun.
    const refused = issue(one)
    await expect.poll(() => practice.asked).toContain('CreditsOfCustomer')
    let give = () => {}
    practice.at = (what) =>
      what === 'GiveStoreCredit'
        ? new Promise<void>((done) => {
            give = done
          })
        : undefined
    const running = issue(one)
    await expect.poll(() => practice.asked).toContain('GiveStoreCredit')
    const { customer } = one
    store.customers.delete(customer.id)
    answer()
    await refused
    expect((await now(one)).status).toBe('preparing')
    store.customers.put(customer)
    give()
    await running
    await expectMade('store-credit', one)
  })

  test('no points come back while nobody knows whether it was made: the shop is gone', async () => {
    const one = await redeemed('store-credit')
    practice.after = (what) => {
      if (what === 'GiveStoreCredit') throw new Error('the answer was lost')
    }
    await expect(issue(one, true)).rejects.toThrow('lost')
    await waited()
    await sql('UPDATE shop SET uninstalled_at = now() WHERE shop_id = $1', shop.shopId)
    await issue(one, true)
    await lapseRewards(() => store.now() + 400 * 86_400_000)
    expect((await now(one)).status).toBe('preparing')
    await sql('UPDATE shop SET uninstalled_at = NULL WHERE shop_id = $1', shop.shopId)
    practice.after = () => {}
    await issue(one)
    await expectMade('store-credit', one)
  })
})

test.each([
  ['amount-off', BESIDE],
  ['percent-off', BESIDE],
  ['flexible-amount', BESIDE],
  // No order has two discounts on its shipping, whatever is chosen.
  ['free-shipping', { ...BESIDE, shipping: false }],
] as const)('a code of the kind %s combines with what its reward says', async (kind, combinesWith) => {
  const one = await redeemed(kind)
  await issue(one)
  const made = store.discounts.all().find((node) => node.codes.some(({ code }) => code === one.code))
  expect(made?.combinesWith).toEqual(combinesWith)
})
