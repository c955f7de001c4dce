import type pg from 'pg'
import { acrossShops } from '../../app/db/db.server.ts'
import { checkCode } from '../../app/loyalty/codes/check-code.ts'
import { readOneOrder } from '../../app/loyalty/reconciliation/settle-from-shopify.ts'
import { issueReward } from '../../app/loyalty/rewards/issue-reward.ts'
import { type Redemption, redemptionById } from '../../app/loyalty/rewards/redemption-record.ts'
import { withdrawReward } from '../../app/loyalty/rewards/withdraw-reward.ts'
import { type Shop, shopById } from '../../app/loyalty/shop/shop-of-request.ts'
import { discountStatus } from '../../dev-store/commerce/discounts.ts'
import { deleteOrder, buy as placeInShop, quoteCart } from '../../dev-store/deeds/order-deeds.ts'
import type { Order } from '../../dev-store/model.ts'
import { connectShop } from './connected-shop.ts'
import { memberOf } from './expiry.ts'
import { buy } from './member.ts'
import type { PracticeAdmin } from './practice-admin.ts'
import { testProgram } from './program.ts'
import { redeemCode } from './redeem-code.ts'

/** Points that a new member of `codesIn` has, and what the code costs. */
export const EARNED = 1_200
export const COST = 500
const MINUTE = 60_000

/** The practice shop with the app installed and a program in force. */
export async function connectPractice({ harness, domain }: PracticeAdmin, owner: pg.Pool): Promise<Shop> {
  const shopId = await connectShop({ context: harness.context, domain } as never, owner, testProgram())
  return (await shopById(shopId)) as Shop
}

/** Members of the practice shop with a code, whose Admin API says what became of it. */
export function codesIn(practice: PracticeAdmin, shopOf: () => Shop, owner: () => pg.Pool) {
  const { store } = practice.harness
  let taken = 0

  const now = () => store.now()
  const customerAt = (n: number) => {
    const customer = store.customers.all()[n]
    if (!customer) throw new Error('The practice shop has too few customers')
    return customer
  }

  /** A member with points. */
  async function member(points = EARNED) {
    const customer = customerAt(taken++)
    const order = { id: 4_000_000 + taken, customer: customer.id, lines: [{ price: `${points}.00` }] }
    await buy(shopOf().shopId, order, now())
    return customer
  }

  /** A member with a code. `made`: in the shop, and the app knows of it. */
  async function open(made = true) {
    const shop = shopOf()
    const customer = await member()
    const wish = {
      customerId: String(customer.id),
      rewardId: 'five-off',
      price: COST,
      requestKey: 'one-wish-of-mine',
    }
    const { redemptionId, code, endsAt } = await redeemCode({ shop, ...wish, now: now() })
    const which = { shopId: shop.shopId, redemptionId }
    if (made) await issueReward(which, now(), false)
    return { which, code, customer, endsAt: endsAt.getTime() }
  }
  type Code = Awaited<ReturnType<typeof open>>

  /** An order of the shop with the code; nobody tells the app. */
  function place({ code, customer }: Code, paid = true): Order {
    const product = store.products.find(({ giftCard, status }) => !giftCard && status === 'active')
    const variant = product?.variants[0]
    if (!product || !variant) throw new Error('The practice shop has no goods')
    const at = store.time()
    const options = { shipped: true, locale: 'de' as const, at }
    const quote = quoteCart(store, [{ product, variant, quantity: 3 }], [code], customer.id, options)
    return placeInShop(practice.harness.context, {
      quote,
      source: 'web',
      customerId: customer.id,
      email: customer.email,
      locale: 'de',
      currency: 'EUR',
      gateway: paid ? 'shopify_payments' : 'Vorkasse',
      at,
      address: customer.address,
    })
  }
  const tell = (order: Order) => readOneOrder(shopOf().shopId, String(order.id), now)
  /** As after an order that was deleted: the use stands, the order is gone. */
  function useAndDelete(code: Code): void {
    deleteOrder(practice.harness.context, place(code, false).id)
  }
  const discountOf = ({ code }: Pick<Code, 'code'>) =>
    store.discounts.find((node) => node.codes.some((one) => one.code === code))
  function removeDiscount(code: Code): void {
    const node = discountOf(code)
    if (node) store.discounts.delete(node.id)
  }
  function deactivate(code: Code): void {
    const node = discountOf(code)
    if (node) store.discounts.put({ ...node, endsAt: store.time() })
  }

  /** Runs the jobs about this code that wait in the queue, as if their time had come. @returns what was run */
  async function runQueued({ which }: Pick<Code, 'which'>): Promise<string[]> {
    const { rows } = await owner().query<{ name: string }>(
      `WITH gone AS (
         DELETE FROM graphile_worker._private_jobs j USING graphile_worker._private_tasks t
          WHERE t.id = j.task_id AND t.identifier IN ('withdraw-reward', 'check-code', 'issue-reward')
            AND (j.payload ->> 'shopId')::bigint = $1 AND (j.payload ->> 'redemptionId')::bigint = $2
         RETURNING t.identifier AS name, j.id)
       SELECT name FROM gone ORDER BY id`,
      [which.shopId, which.redemptionId],
    )
    for (const { name } of rows) {
      if (name === 'issue-reward') await issueReward(which, now(), false)
      else if (name === 'withdraw-reward') await withdrawReward(which, now())
      else await checkCode(which, now)
    }
    return rows.map(({ name }) => name)
  }
  async function settleDown(code: Pick<Code, 'which'>): Promise<void> {
    for (let round = 0; round < 6; round++) if ((await runQueued(code)).length === 0) return
    throw new Error('The jobs of a code put each other into the queue for ever')
  }

  /** How the code stands with us and in the shop. */
  async function standing({ which, code }: Pick<Code, 'which' | 'code'>) {
    const redemption = (await acrossShops((tx) =>
      redemptionById(tx, which.shopId, which.redemptionId),
    )) as Redemption
    const node = discountOf({ code })
    const active = node !== undefined && discountStatus(node, store.time()) === 'ACTIVE'
    const left = node !== undefined && node.uses.length < (node.usageLimit ?? Number.POSITIVE_INFINITY)
    return { status: redemption.status, reason: redemption.returnReason, usable: active && left }
  }
  const balance = async (customer: { id: number }) =>
    (await memberOf(shopOf().shopId, String(customer.id)))?.balance

  /** What the member's orders have brought that can be spent: more than `EARNED` once other orders are old enough. */
  async function earned({ which }: Pick<Code, 'which'>): Promise<number> {
    const { rows } = await owner().query<{ points: number }>(
      `SELECT coalesce(sum(o.posted_available), 0)::int AS points
         FROM redemption r JOIN order_state o USING (shop_id, account_id) WHERE r.shop_id = $1 AND r.redemption_id = $2`,
      [which.shopId, which.redemptionId],
    )
    return rows[0]?.points ?? 0
  }

  const pass = (milliseconds: number) => practice.harness.pass(milliseconds)
  /** Two hours past the code's end, by every clock. */
  const passItsEnd = ({ endsAt }: Code) => pass(Math.max(0, endsAt - now()) + 120 * MINUTE)

  return {
    now,
    member,
    open,
    place,
    tell,
    useAndDelete,
    removeDiscount,
    deactivate,
    runQueued,
    settleDown,
    standing,
    balance,
    earned,
    pass,
    passItsEnd,
  }
}
