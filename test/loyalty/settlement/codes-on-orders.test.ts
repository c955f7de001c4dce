import { describe, expect, it } from 'vitest'
import { acrossShops, withShop } from '../../../app/db/db.server.ts'
import { lapseRewards } from '../../../app/loyalty/codes/lapse-rewards.ts'
import { markGone } from '../../../app/loyalty/settlement/mark-gone.ts'
import { retakeUncovered } from '../../../app/loyalty/settlement/retake-uncovered.ts'
import type { Shop } from '../../../app/loyalty/shop/shop-of-request.ts'
import { useDatabase } from '../../database.ts'
import { memberOf, violations } from '../../support/expiry.ts'
import { settle } from '../../support/member.ts'
import {
  type OrderOptions,
  refundOfAmount,
  refundOfLine,
  refundOfShipping,
} from '../../support/order-payload.ts'
import { testProgram } from '../../support/program.ts'
import { redeemCode } from '../../support/redeem-code.ts'
import { makeShop } from '../../support/shop.ts'

/**
 * Whose a code is, as a table: the states that its orders go through, and what must come of them in whichever order
 * the news arrives. The app was removed from the shop, so that nobody is asked before a code ends.
 */
const database = useDatabase()
const NOW = Date.parse('2026-12-10T12:00:00Z')
const COST = 500

/** One piece of news: a state of the first or the second order, or that it was deleted. */
type State = (Partial<OrderOptions> & More) | { gone: 1 | 2 }
interface More {
  order?: 1 | 2
  without?: true
  idle?: true
  /** Its refunds, by the order's id. */
  back?: (id: number) => object[]
}

interface Outcome {
  status: 'ready' | 'used' | 'returned'
  /** Why it came back; of two states that give a reason, the one that is told first does. */
  reason?: string | RegExp
  /** The order whose code it is. */
  of?: 1 | 2
}

const cancelled = { cancelledAt: '2026-11-05T10:00:00Z' }
const HELD: Outcome = { status: 'ready', of: 1 }
const USED: Outcome = { status: 'used', of: 1 }
const back = (reason: string | RegExp): Outcome => ({ status: 'returned', reason })

const piece = (id: number, n = 1, more: { at?: string; kept?: string } = {}) =>
  refundOfLine(id, { id: id * 10 + n, amount: '9.00', ...more })
const gone = [{ price: '9.00', current: 0 }]
/** Its piece has gone back, and all that was paid for it. */
const givenBack: State = { lines: gone, status: 'refunded', total: '0.00', back: (id) => [piece(id)] }
const twoPieces = (current: number) => [{ price: '9.00', quantity: 2, current }]
const withShipping: State = { shipping: '4.90', total: '13.90' }
const shippingKept: State = {
  ...withShipping,
  lines: gone,
  status: 'partially_refunded',
  total: '4.90',
  back: (id) => [piece(id)],
}

const TABLE: [string, State[], Outcome][] = [
  ['unpaid', [{ status: 'pending' }], HELD],
  ['authorized', [{ status: 'authorized' }], HELD],
  ['paid', [{}], USED],
  ['unpaid, then paid', [{ status: 'pending' }, {}], USED],
  ['partially paid', [{ status: 'pending' }, { status: 'partially_paid', outstanding: '9.00' }], USED],
  ['pending, then expired', [{ status: 'pending' }, { status: 'expired' }], back('order-cancelled')],
  ['authorized, then voided', [{ status: 'authorized' }, { status: 'voided' }], back('order-cancelled')],
  [
    'unpaid, then cancelled',
    [{ status: 'pending' }, { status: 'pending', ...cancelled }],
    back('order-cancelled'),
  ],
  ['paid, then cancelled', [{}, cancelled], back('order-cancelled')],
  ['unpaid, then deleted', [{ status: 'pending' }, { gone: 1 }], back('order-gone')],
  ['paid, then deleted', [{}, { gone: 1 }], USED],
  ['paid, cancelled, then deleted', [{}, cancelled, { gone: 1 }], back('order-cancelled')],
  ['test', [{ test: true }], back('order-test')],
  ['unpaid test', [{ test: true, status: 'pending' }], back('order-test')],
  [
    'unpaid, updated without the code',
    [{ status: 'pending' }, { status: 'pending', without: true }],
    { status: 'ready' },
  ],
  [
    'unpaid and without the code, the second paid with it',
    [{ status: 'pending' }, { status: 'pending', without: true }, { order: 2 }],
    { status: 'used', of: 2 },
  ],
  ['test, the second paid', [{ test: true }, { order: 2 }], { status: 'used', of: 2 }],
  ['cancelled, the second unpaid', [cancelled, { order: 2, status: 'pending' }], { status: 'ready', of: 2 }],
  ['both unpaid', [{ status: 'pending' }, { order: 2, status: 'pending' }], HELD],
  [
    'both unpaid, the first deleted',
    [{ status: 'pending' }, { order: 2, status: 'pending' }, { gone: 1 }],
    { status: 'ready', of: 2 },
  ],
  ['both paid', [{}, { order: 2 }], USED],
  ['both paid, the first cancelled', [{}, { order: 2 }, cancelled], { status: 'used', of: 2 }],
  ['both cancelled', [cancelled, { order: 2, ...cancelled }], back('order-cancelled')],
  ['unpaid, nothing taken off', [{ status: 'pending', idle: true }], back('no-discount')],
  ['expired, then paid', [{ status: 'pending' }, { status: 'expired' }, {}], USED],
]

/** The same for orders of which something goes back. */
const REFUNDS: [string, State[], Outcome][] = [
  ['all of it', [{}, givenBack], back('order-given-back')],
  ['all of it, and that is all we ever hear', [givenBack], back('order-given-back')],
  [
    'one of two pieces',
    [
      { lines: twoPieces(2) },
      { lines: twoPieces(1), status: 'partially_refunded', total: '9.00', back: (id) => [piece(id)] },
    ],
    USED,
  ],
  [
    'one piece, then the other',
    [
      { lines: twoPieces(2) },
      { lines: twoPieces(1), status: 'partially_refunded', total: '9.00', back: (id) => [piece(id)] },
      { lines: twoPieces(0), status: 'refunded', total: '0.00', back: (id) => [piece(id), piece(id, 2)] },
    ],
    back('order-given-back'),
  ],
  ['all pieces, the shipping is kept', [withShipping, shippingKept], USED],
  [
    'all pieces, later the shipping, too',
    [
      withShipping,
      shippingKept,
      {
        ...withShipping,
        lines: gone,
        status: 'refunded',
        total: '0.00',
        back: (id) => [piece(id), refundOfShipping({ id: id * 10 + 2, amount: '4.90' })],
      },
    ],
    back('order-given-back'),
  ],
  [
    'all pieces, a fee is kept',
    [
      {},
      {
        lines: gone,
        status: 'partially_refunded',
        total: '2.00',
        back: (id) => [piece(id, 1, { kept: '2.00' })],
      },
    ],
    USED,
  ],
  [
    'all the money, the piece stays',
    [
      {},
      {
        status: 'refunded',
        total: '0.00',
        back: (id) => [refundOfAmount({ id: id * 10 + 1, amount: '9.00' })],
      },
    ],
    USED,
  ],
  [
    'all the money, and the payment fails',
    [
      {},
      {
        status: 'paid',
        total: '9.00',
        back: (id) => [refundOfAmount({ id: id * 10 + 1, amount: '9.00', payment: 'failure' })],
      },
    ],
    USED,
  ],
  [
    'all of it, then another piece comes onto it and is paid',
    [
      {},
      givenBack,
      {
        lines: [...gone, { price: '9.00' }],
        status: 'partially_refunded',
        total: '9.00',
        back: (id) => [piece(id)],
      },
    ],
    USED,
  ],
  [
    'all of it, another piece comes onto it, and that goes back, too',
    [
      givenBack,
      {
        lines: [...gone, { price: '9.00' }],
        status: 'partially_refunded',
        total: '9.00',
        back: (id) => [piece(id)],
      },
      {
        lines: [...gone, ...gone],
        status: 'refunded',
        total: '0.00',
        back: (id) => [piece(id), refundOfLine(id, { id: id * 10 + 2, amount: '9.00', line: 1 })],
      },
    ],
    back('order-given-back'),
  ],
  [
    'all of it, then it is cancelled',
    [{}, givenBack, { ...givenBack, ...cancelled }],
    back(/order-(given-back|cancelled)/),
  ],
  [
    'it is cancelled, then all of it',
    [{}, cancelled, { ...givenBack, ...cancelled }],
    back('order-cancelled'),
  ],
  ['all of it, then it is deleted', [{}, givenBack, { gone: 1 }], back('order-given-back')],
  ['all of it, and it was a test', [{ test: true }, { ...givenBack, test: true }], back('order-test')],
  ['all of it, the second is paid', [givenBack, { order: 2 }], { status: 'used', of: 2 }],
  [
    'all of it, the second is unpaid',
    [givenBack, { order: 2, status: 'pending' }],
    { status: 'ready', of: 2 },
  ],
  ['all of both', [givenBack, { order: 2, ...givenBack }], back('order-given-back')],
  [
    'all of it, and the shopper had paid in yen',
    [{}, { ...givenBack, presentment: { currency: 'JPY', rate: 160 } }],
    back('order-given-back'),
  ],
  ['nothing: an edit empties it', [{}, { lines: gone, total: '0.00', outstanding: '-9.00' }], USED],
]

let customers = 0

/** A member with more than one code's points, one code, and two orders to come. */
async function open(shopId: number) {
  const customer = ++customers
  const first = customer * 100
  const rich = { id: first, customer, lines: [{ price: '1200.00' }] }
  await withShop(shopId, (tx) => settle(tx, shopId, rich, NOW))
  const wish = {
    customerId: String(customer),
    rewardId: 'five-off',
    price: 500,
    requestKey: 'a-wish-of-mine',
  }
  const { code, redemptionId } = await redeemCode({ shop: { shopId } as Shop, ...wish, now: NOW })
  await database
    .owner()
    .query(`UPDATE redemption SET status = 'ready' WHERE redemption_id = $1`, [redemptionId])
  return { customer, code, redemptionId, orderId: (n: 1 | 2) => first + n }
}

type Case = Awaited<ReturnType<typeof open>>

/** The news in the order of `way`; what was told of an order before it was known is told again at the end. */
async function tell(shopId: number, { customer, code, orderId }: Case, states: State[], way: number[]) {
  const later: (1 | 2)[] = []
  const gone = (n: 1 | 2) => acrossShops((tx) => markGone(tx, shopId, String(orderId(n)), NOW))
  for (const i of way) {
    const state = states[i] as State
    if ('gone' in state) {
      if (!(await gone(state.gone))) later.push(state.gone)
      continue
    }
    const { order = 1, without, idle, back: refunds, ...more } = state
    const at = `2026-11-0${order}T10:00:0${i}Z`
    const codes = without ? [] : [code]
    const options: OrderOptions = {
      id: orderId(order),
      customer,
      lines: [{ price: '9.00' }],
      placedAt: `2026-11-0${order}T10:00:00Z`,
      updatedAt: at,
      codes,
      ...(refunds && { refunds: refunds(orderId(order)) }),
      ...(idle && { more: { discount_codes: [{ code, amount: '0.00', type: 'fixed_amount' }] } }),
      ...more,
    }
    await acrossShops((tx) => settle(tx, shopId, options, NOW))
  }
  for (const n of later) await gone(n)
}

async function outcome({ redemptionId, orderId }: Case): Promise<Outcome> {
  const { rows } = await database
    .owner()
    .query(
      'SELECT status, return_reason AS reason, order_id::int AS of FROM redemption WHERE redemption_id = $1',
      [redemptionId],
    )
  const { status, reason, of } = rows[0]
  const order = status === 'returned' ? undefined : ([1, 2] as const).find((n) => orderId(n) === of)
  return { status, ...(reason && { reason }), ...(order && { of: order }) }
}

function permutations(n: number): number[][] {
  if (n === 1) return [[0]]
  return permutations(n - 1).flatMap((rest) =>
    Array.from({ length: n }, (_, at) => [...rest.slice(0, at), n - 1, ...rest.slice(at)]),
  )
}

async function removedShop() {
  const { shopId } = await makeShop(database.owner(), { program: testProgram() })
  await database.owner().query('UPDATE shop SET uninstalled_at = now() WHERE shop_id = $1', [shopId])
  return shopId
}

describe('R1: whose a code is', () => {
  it.each(TABLE)('R1: its order is %s', (_, states, expected) => inEveryOrder(states, expected))

  it('R10: whose payment was voided and came all the same takes its points again', () =>
    inEveryOrder([{ status: 'authorized' }, { status: 'voided' }, {}], USED))

  it('R11: that took nothing off gives its points back', () =>
    inEveryOrder([{ idle: true }], back('no-discount')))
})

describe('R17: points spent on an order come back when all of it goes back', () => {
  it.each(REFUNDS)('R17: what goes back is %s', (_, states, expected) => inEveryOrder(states, expected))
})

async function inEveryOrder(states: State[], expected: Outcome): Promise<void> {
  const shopId = await removedShop()
  await Promise.all(
    permutations(states.length).map(async (way) => {
      const one = await open(shopId)
      await tell(shopId, one, states, way)
      await lapseRewards(() => NOW)
      const label = `told in the order ${way}`
      const { reason } = expected
      expect(await outcome(one), label).toEqual({
        ...expected,
        ...(reason instanceof RegExp && { reason: expect.stringMatching(reason) }),
      })
      const { held, available } = (await memberOf(shopId, String(one.customer)))?.balance ?? {}
      const taken = { ready: [COST, COST], used: [0, COST], returned: [0, 0] }[expected.status]
      const earned = await earnedBy(shopId, one.customer)
      expect([held, available], label).toEqual([taken[0], earned - (taken[1] as number)])
    }),
  )
  expect(await violations(shopId, NOW)).toEqual([])
}

async function earnedBy(shopId: number, customer: number): Promise<number> {
  const { rows } = await database.owner().query(
    `SELECT sum(worth)::int AS earned FROM order_state o JOIN account a USING (shop_id, account_id)
        WHERE o.shop_id = $1 AND a.customer_id = $2`,
    [shopId, customer],
  )
  return rows[0].earned
}

it('R10: what a paid order owes of its code is taken as soon as the points are there', async () => {
  const shopId = await removedShop()
  const one = await open(shopId)
  await tell(shopId, one, [{}, cancelled], [0, 1])
  // The points that came back are spent on another code, and then the order is paid after all.
  const wish = {
    customerId: String(one.customer),
    rewardId: 'five-off',
    price: COST,
    requestKey: 'meanwhile',
  }
  for (const n of [1, 2])
    await redeemCode({ shop: { shopId } as Shop, ...wish, requestKey: `meanwhile-${n}`, now: NOW })
  const paid = { id: one.orderId(1), customer: one.customer, lines: [{ price: '9.00' }], codes: [one.code] }
  const placed = { placedAt: '2026-11-01T10:00:00Z', updatedAt: '2026-11-09T10:00:00Z' }
  await acrossShops((tx) => settle(tx, shopId, { ...paid, ...placed }, NOW))
  expect(await retakeUncovered(NOW)).toBe(0)
  expect(await outcome(one)).toMatchObject({ status: 'returned' })
  await withShop(shopId, (tx) =>
    settle(tx, shopId, { id: 999_001, customer: one.customer, lines: [{ price: '900.00' }] }, NOW),
  )
  expect(await Promise.all([retakeUncovered(NOW), retakeUncovered(NOW)])).toContain(1)
  expect(await outcome(one)).toEqual(USED)
  expect(await retakeUncovered(NOW)).toBe(0)
  expect(await violations(shopId, NOW)).toEqual([])
})
