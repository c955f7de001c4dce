import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { acrossShops } from '../../../app/db/db.server.ts'
import { checkCode } from '../../../app/loyalty/codes/check-code.ts'
import { lapseRewards } from '../../../app/loyalty/codes/lapse-rewards.ts'
import { endLater } from '../../../app/loyalty/rewards/end-redemption.ts'
import { lockRedemption } from '../../../app/loyalty/rewards/redemption-record.ts'
import { withdrawReward } from '../../../app/loyalty/rewards/withdraw-reward.ts'
import { settleOrders } from '../../../app/loyalty/settlement/settle-orders.ts'
import type { Shop } from '../../../app/loyalty/shop/shop-of-request.ts'
import { orderFromWebhook } from '../../../app/shopify/orders/order-from-webhook.ts'
import { parseBody } from '../../../app/shopify/payload.ts'
import { shippingTotal } from '../../../dev-store/commerce/order-state.ts'
import { refund } from '../../../dev-store/deeds/order-deeds.ts'
import type { Order } from '../../../dev-store/model.ts'
import { orderPayload } from '../../../dev-store/payload/order-payload.ts'
import { useDatabase } from '../../database.ts'
import { violations } from '../../support/expiry.ts'
import { usePracticeAdmin } from '../../support/practice-admin.ts'
import { COST, codesIn, connectPractice, EARNED } from '../../support/practice-codes.ts'

/**
 * The jobs that end codes, against the practice store's Admin API: whatever that answers, and whatever happens while
 * it does, a code can be used if and only if its points are held or spent.
 */
const database = useDatabase()
const practice = usePracticeAdmin({ customers: 40, orders: 0 })
let shop: Shop
const codes = codesIn(practice, () => shop, database.owner)
type Code = Awaited<ReturnType<typeof codes.open>>

beforeAll(async () => {
  shop = await connectPractice(practice, database.owner())
})
afterEach(async () => {
  practice.at = () => {}
  practice.after = () => {}
  expect(await violations(shop.shopId, codes.now())).toEqual([])
})

/** The three jobs, as they are due for a code that can be used. */
const JOBS = {
  'withdraw-reward': {
    async begin({ which }: Code) {
      await acrossShops(async (tx) => {
        const locked = await lockRedemption(tx, which)
        if (locked) await endLater(tx, locked.redemption, 'cancelled')
      })
    },
    run: async ({ which }: Code) => void (await withdrawReward(which, codes.now())),
  },
  'check-code': { begin: async () => {}, run: ({ which }: Code) => checkCode(which, codes.now) },
  'lapse-rewards': {
    begin: async (code: Code) => codes.passItsEnd(code),
    run: async () => void (await lapseRewards(codes.now)),
  },
}
type Job = keyof typeof JOBS

type End = 'ready' | 'used' | `returned: ${string}`
interface State {
  what: string
  /** Before the job runs. */
  given: (code: Code, job: Job) => void | Promise<void>
  ends: Record<Job, End>
  /** Shopify lets the first run of the job down. */
  fails?: true
}

/** Something that happens once, while Shopify answers the first question of this kind. */
function onceAt(hook: 'at' | 'after', operation: string, deed: () => void | Promise<void>): void {
  let done = false
  practice[hook] = async (what) => {
    if (done || what !== operation) return
    done = true
    await deed()
  }
}
const disturb = (kind: string, operation: string) =>
  practice.harness.post('/practice/admin-api', { kind, operation, left: 1 }).then(() => {})

const STATES: State[] = [
  {
    what: 'answers',
    given: () => {},
    ends: {
      'withdraw-reward': 'returned: cancelled',
      'check-code': 'ready',
      'lapse-rewards': 'returned: lapsed',
    },
  },
  {
    what: 'refuses the first question',
    given: () => disturb('error-503', 'DiscountByCode'),
    fails: true,
    ends: {
      'withdraw-reward': 'returned: cancelled',
      'check-code': 'ready',
      'lapse-rewards': 'returned: lapsed',
    },
  },
  {
    what: 'refuses to end it',
    given: () => disturb('error-500', 'DeactivateDiscountCode'),
    fails: true,
    ends: {
      'withdraw-reward': 'returned: cancelled',
      'check-code': 'ready',
      'lapse-rewards': 'returned: lapsed',
    },
  },
  {
    what: 'ends it, and the answer is lost',
    given: () =>
      onceAt('after', 'DeactivateDiscountCode', () => {
        throw new TypeError('fetch failed')
      }),
    fails: true,
    ends: {
      'withdraw-reward': 'returned: cancelled',
      'check-code': 'ready',
      'lapse-rewards': 'returned: lapsed',
    },
  },
  {
    what: 'has the discount no more',
    given: (code) => codes.removeDiscount(code),
    ends: {
      'withdraw-reward': 'returned: cancelled',
      'check-code': 'returned: withdrawn',
      'lapse-rewards': 'returned: lapsed',
    },
  },
  {
    what: 'has it deactivated by the merchant',
    given: (code) => codes.deactivate(code),
    ends: {
      'withdraw-reward': 'returned: cancelled',
      'check-code': 'returned: withdrawn',
      'lapse-rewards': 'returned: lapsed',
    },
  },
  {
    what: 'knows a paid order with it that we have not heard of',
    given: (code) => void codes.place(code),
    ends: { 'withdraw-reward': 'used', 'check-code': 'used', 'lapse-rewards': 'used' },
  },
  {
    what: 'counts a use by an order that is gone',
    given: (code) => codes.useAndDelete(code),
    ends: {
      'withdraw-reward': 'returned: code-removed',
      'check-code': 'returned: code-removed',
      'lapse-rewards': 'returned: lapsed',
    },
  },
  {
    what: 'answers late, and meanwhile the code is used',
    given: (code, job) => {
      const placed = job === 'lapse-rewards' ? codes.place(code) : null
      onceAt('at', 'DiscountByCode', () => codes.tell(placed ?? codes.place(code)))
    },
    ends: { 'withdraw-reward': 'used', 'check-code': 'used', 'lapse-rewards': 'used' },
  },
]

const TABLE = STATES.flatMap((state) =>
  (Object.keys(JOBS) as Job[]).map((job) => [job, state.what, state] as const),
)

describe('R17: an order with a code, given back in the shop', () => {
  test.each([
    ['as the Admin API tells it', (order: Order) => codes.tell(order)],
    [
      'as its webhook tells it',
      async (order: Order) => {
        const { store } = practice.harness
        const customer = store.customer(order.customerId ?? 0) ?? null
        const body = JSON.stringify(orderPayload(order, customer, store.shop))
        const facts = orderFromWebhook(parseBody(body), shop.shopId)
        await acrossShops((tx) =>
          settleOrders(tx, [{ shopId: shop.shopId, facts, origin: 'delivery' }], codes.now()),
        )
      },
    ],
  ])('R17: gives the points back when nothing is left of it, %s', async (_, tell) => {
    const code = await codes.open()
    const placed = codes.place(code)
    await tell(placed)
    const [line] = placed.lines
    const give = (quantity: number, shipping: number) => {
      codes.pass(60_000)
      const lines = quantity > 0 ? [{ lineId: line?.id ?? 0, quantity }] : []
      return refund(practice.harness.context, placed.id, { lines, shipping, amount: null, note: null })
    }
    const shipping = shippingTotal(placed)
    expect(shipping).toBeGreaterThan(0)
    await tell(give(1, 0))
    await tell(give(2, 0))
    expect(await codes.standing(code)).toMatchObject({ status: 'used' })
    await tell(give(0, shipping))
    await codes.settleDown(code)
    expect(await codes.standing(code)).toEqual({
      status: 'returned',
      reason: 'order-given-back',
      usable: false,
    })
    expect(await codes.balance(code.customer)).toEqual({ available: EARNED, pending: 0, held: 0, debt: 0 })
  })
})

describe('a job that ends codes, whatever Shopify says', () => {
  test.each(TABLE)('%s when Shopify %s', async (job, _, { given, ends, fails }) => {
    const code = await codes.open()
    const paid = ends[job] === 'used' && job === 'lapse-rewards'
    // An order past the code's end is none that Shopify would take it for.
    if (paid) await given(code, job)
    await JOBS[job].begin(code)
    if (!paid) await given(code, job)
    const first = await JOBS[job].run(code).catch((error: Error) => error)
    if (first instanceof Error) {
      expect(fails, first.message).toBe(true)
      expect(await codes.balance(code.customer)).toMatchObject({ available: EARNED - COST, held: COST })
      practice.after = () => {}
      await JOBS[job].run(code)
    }
    await codes.settleDown(code)
    if (job === 'lapse-rewards') {
      // What could not end yet is looked at again, half a day later at the latest.
      codes.pass(13 * 3_600_000)
      await lapseRewards(codes.now)
    }
    const [status, reason = null] = ends[job].split(': ')
    const usable = status === 'ready'
    expect(await codes.standing(code)).toEqual({ status, reason, usable })
    const books = async () => {
      const { available, held, debt } = (await codes.balance(code.customer)) ?? {}
      return { available, held, debt }
    }
    const earned = await codes.earned(code)
    const [spent, held] = [status === 'used' ? COST : 0, status === 'ready' ? COST : 0]
    const right = { available: earned - spent - held, held, debt: 0 }
    expect(await books()).toEqual(right)
    // Once more: nothing moves a second time.
    await JOBS[job].run(code)
    await codes.settleDown(code)
    expect(await books()).toEqual(right)
  })
})
