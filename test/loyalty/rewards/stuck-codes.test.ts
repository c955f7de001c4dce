import { Session } from '@shopify/shopify-api'
import { beforeAll, describe, expect, test } from 'vitest'
import { acrossShops } from '../../../app/db/db.server.ts'
import { lapseRewards } from '../../../app/loyalty/codes/lapse-rewards.ts'
import type { Delivery } from '../../../app/loyalty/inbox/inbox.ts'
import { mergeMembers } from '../../../app/loyalty/members/merge-members.ts'
import { endLater } from '../../../app/loyalty/rewards/end-redemption.ts'
import { issueReward } from '../../../app/loyalty/rewards/issue-reward.ts'
import { lockRedemption } from '../../../app/loyalty/rewards/redemption-record.ts'
import { installShop } from '../../../app/loyalty/shop/install-shop.ts'
import { uninstallShop } from '../../../app/loyalty/shop/shop-changes.ts'
import { type Shop, shopById } from '../../../app/loyalty/shop/shop-of-request.ts'
import { redactCustomer } from '../../../app/loyalty/upkeep/redact-customer.ts'
import { shopAdmin } from '../../../app/shopify/shop-admin.ts'
import { shopify } from '../../../app/shopify.server.ts'
import { issueToken } from '../../../dev-store/admin-api/access-tokens.ts'
import { cancel } from '../../../dev-store/deeds/order-deeds.ts'
import { useDatabase } from '../../database.ts'
import { violations } from '../../support/expiry.ts'
import { buy } from '../../support/member.ts'
import { usePracticeAdmin } from '../../support/practice-admin.ts'
import { COST, codesIn, connectPractice } from '../../support/practice-codes.ts'
import { redeemCode } from '../../support/redeem-code.ts'

/**
 * Every state in which a code can stand, and what can happen to its member, its shop or the clock while it stands
 * there: it does not stand there for ever, no points are lost or doubled, and the audit finds nothing.
 */
const database = useDatabase()
const practice = usePracticeAdmin({ customers: 60, orders: 0 })
let shop: Shop
const codes = codesIn(practice, () => shop, database.owner)
type Code = Awaited<ReturnType<typeof codes.open>>

beforeAll(async () => {
  shop = await connectPractice(practice, database.owner())
})

const delivery = () =>
  ({
    shopId: shop.shopId,
    shopDomain: shop.domain,
    deliveryId: 0,
    attempts: 0,
    triggeredAt: null,
  }) as unknown as Delivery
let ids = 9_000_000

interface Status {
  name: string
  open: () => Promise<Code>
  /** Where it stands in the end, long after its day. */
  ends: 'ready' | 'used' | 'returned'
}

const STATUSES: Status[] = [
  { name: 'is to be made', open: () => codes.open(false), ends: 'returned' },
  {
    name: 'was made, and nobody has heard of it',
    async open() {
      const code = await codes.open(false)
      practice.after = (what) => {
        if (what === 'CreateDiscountCode') throw new TypeError('fetch failed')
      }
      await expect(issueReward(code.which, codes.now(), false)).rejects.toThrow('fetch failed')
      practice.after = () => {}
      return code
    },
    ends: 'returned',
  },
  { name: 'can be used', open: () => codes.open(), ends: 'returned' },
  {
    name: 'stands on an unpaid order',
    async open() {
      const code = await codes.open()
      await codes.tell(codes.place(code, false))
      return code
    },
    ends: 'ready',
  },
  {
    name: 'is being ended',
    async open() {
      const code = await codes.open()
      await acrossShops(async (tx) => {
        const locked = await lockRedemption(tx, code.which)
        if (locked) await endLater(tx, locked.redemption, 'cancelled')
      })
      return code
    },
    ends: 'returned',
  },
  {
    name: 'was used',
    async open() {
      const code = await codes.open()
      await codes.tell(codes.place(code))
      return code
    },
    ends: 'used',
  },
  {
    name: 'has come back, and nobody has ended it in the shop',
    async open() {
      const code = await codes.open()
      const order = codes.place(code)
      await codes.tell(order)
      await codes.tell(cancel(practice.harness.context, order.id, 'customer'))
      return code
    },
    ends: 'returned',
  },
  {
    name: 'was used after its points had gone elsewhere',
    async open() {
      const code = await codes.open()
      const order = { id: ++ids, customer: code.customer.id, lines: [{ price: '9.00' }], codes: [code.code] }
      const at = (minute: number) => new Date(codes.now() + minute * 60_000).toISOString()
      await buy(shop.shopId, { ...order, status: 'voided', updatedAt: at(1) }, codes.now())
      await codes.settleDown(code)
      for (const requestKey of ['spent-elsewhere-1', 'spent-elsewhere-2'])
        await redeemCode({
          shop,
          customerId: String(code.customer.id),
          rewardId: 'five-off',
          price: COST,
          requestKey,
          now: codes.now(),
        })
      await buy(shop.shopId, { ...order, updatedAt: at(2) }, codes.now())
      const { rows } = await database
        .owner()
        .query('SELECT uncovered_at FROM redemption WHERE redemption_id = $1', [code.which.redemptionId])
      expect(rows[0].uncovered_at).not.toBeNull()
      return code
    },
    ends: 'returned',
  },
]

/** What happens while it stands there. */
const EVENTS: [string, (code: Code) => Promise<void>][] = [
  [
    'its member is merged into another one',
    async ({ customer }) => {
      const other = await codes.member(10)
      const merged = { keptId: String(other.id), deletedId: String(customer.id) }
      await acrossShops((tx) => mergeMembers(tx, shop.shopId, merged, codes.now(), codes.now()))
    },
  ],
  [
    'its member is redacted',
    async ({ customer }) => {
      const person = { customer: { id: customer.id, email: customer.email, phone: null } }
      await acrossShops((tx) => redactCustomer(tx, delivery(), person, codes.now()))
    },
  ],
  [
    'the app is removed, and installed again a day later',
    async (code) => {
      const { harness, domain } = practice
      await acrossShops((tx) => uninstallShop(tx, delivery()))
      harness.store.installation = { ...harness.store.installation, tokens: [] }
      await codes.settleDown(code)
      codes.pass(86_400_000)
      await lapseRewards(codes.now)
      const { token, scope } = issueToken(harness.store, 'offline', false)
      await shopify().sessionStorage.storeSession(
        new Session({
          id: `offline_${domain}`,
          shop: domain,
          state: '',
          isOnline: false,
          scope,
          accessToken: token,
        }),
      )
      await installShop(domain, await shopAdmin(domain))
      shop = (await shopById(shop.shopId)) as Shop
      await lapseRewards(codes.now)
    },
  ],
  ['its day ends before any job has run', async (code) => codes.passItsEnd(code)],
]

/** What the book says of all accounts that the code's member is or was. */
async function books({ which }: Code) {
  const { rows } = await database.owner().query(
    `WITH head AS (
       SELECT coalesce(a.merged_into, a.account_id) AS account_id FROM redemption r JOIN account a USING (shop_id, account_id)
        WHERE r.shop_id = $1 AND r.redemption_id = $2
     ), family AS (
       SELECT a.account_id FROM account a, head h
        WHERE a.shop_id = $1 AND (a.account_id = h.account_id OR a.merged_into = h.account_id))
     SELECT (SELECT sum(available)::int FROM balance WHERE shop_id = $1 AND unit = 'points' AND account_id IN (TABLE family)) AS available,
            (SELECT sum(held)::int FROM balance WHERE shop_id = $1 AND unit = 'points' AND account_id IN (TABLE family)) AS held,
            (SELECT sum(debt)::int FROM balance WHERE shop_id = $1 AND unit = 'points' AND account_id IN (TABLE family)) AS debt,
            (SELECT sum(posted_available)::int FROM order_state WHERE shop_id = $1 AND account_id IN (TABLE family)) AS earned,
            (SELECT coalesce(sum(cost) FILTER (WHERE status = 'used'), 0)::int FROM redemption
              WHERE shop_id = $1 AND account_id IN (TABLE family)) AS spent,
            (SELECT coalesce(sum(cost) FILTER (WHERE status IN ('preparing', 'ready')), 0)::int FROM redemption
              WHERE shop_id = $1 AND account_id IN (TABLE family)) AS open`,
    [which.shopId, which.redemptionId],
  )
  return rows[0]
}

async function assertBooks(code: Code): Promise<void> {
  const { earned, spent, open, ...balance } = await books(code)
  expect(balance).toEqual({ available: earned - spent - open, held: open, debt: 0 })
}

const TABLE = STATUSES.flatMap((status) =>
  EVENTS.map(([event, happens]) => [status.name, event, status, happens] as const),
)

describe('a code does not stand anywhere for ever', () => {
  test('B3: whose hour comes while a long round is under way ends in that round', async () => {
    await lapseRewards(codes.now)
    const first = await codes.open()
    codes.pass(2 * 86_400_000)
    const later = [await codes.open(), await codes.open()]
    codes.passItsEnd(first)
    practice.after = () => {
      codes.pass(2 * 86_400_000)
      practice.after = () => {}
    }
    expect(await lapseRewards(codes.now)).toBe(3)
    for (const code of [first, ...later])
      expect(await codes.standing(code)).toMatchObject({ status: 'returned', usable: false })
  })

  test.each(TABLE)('one that %s, and %s', async (_, __, { open, ends }, happens) => {
    const code = await open()
    await assertBooks(code)
    await happens(code)
    await assertBooks(code)
    await codes.settleDown(code)
    await assertBooks(code)
    const { status, usable } = await codes.standing(code)
    if (status === 'returned') expect(usable).toBe(false)
    codes.passItsEnd(code)
    await lapseRewards(codes.now)
    await codes.settleDown(code)
    // What could not end yet is looked at again, half a day later at the latest.
    codes.pass(13 * 3_600_000)
    await lapseRewards(codes.now)
    await codes.settleDown(code)
    expect(await codes.standing(code)).toMatchObject({ status: ends, usable: false })
    await assertBooks(code)
    expect(await violations(shop.shopId, codes.now())).toEqual([])
  })
})
