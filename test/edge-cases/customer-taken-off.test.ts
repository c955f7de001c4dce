import { describe, expect, test } from 'vitest'
import type { Program } from '../../app/domain/program/program.ts'
import { guestHash } from '../../app/shopify/orders/order-from-webhook.ts'
import { disputePayload, mergePayload, type OrderOptions, refundOfLine } from '../support/order-payload.ts'
import { LATER, type ShopLife, SMALL_REWARD, SOON, useShopLife } from './shop-life.ts'

/** The merchant takes the customer off an order in the admin: from then on it says `customer: null`. */

const shops = useShopLife()
const CUPS = { price: '10.00', quantity: 3 }
const EMAIL = 'mara@beispiel.example'
const OTHER_EMAIL = 'tilo@beispiel.example'
const PLACED: OrderOptions = { id: 1, customer: 1, lines: [CUPS] }
const OFF: OrderOptions = { id: 1, customer: null, lines: [CUPS], updatedAt: '2026-11-03T10:00:00Z' }
const LATER_ON = { updatedAt: '2026-11-06T10:00:00Z' }
const NOTHING = { pending: 0, available: 0, held: 0, debt: 0 }

const GOLD: Program['tiers'] = {
  basis: 'spend',
  window: { kind: 'lifetime' },
  levels: [{ id: 'gold', name: { en: 'Gold' }, threshold: '30.00', multiplier: '2' }],
}

async function rows(sql: string, ...values: unknown[]) {
  return (await shops.owner().query(sql, values)).rows
}

/** Whose the order is and what the book holds of it, and every balance of the shop that is not empty. */
async function book(life: ShopLife, order = 1) {
  const [state] = await rows(
    `SELECT a.customer_id::int AS customer, a.guest_hash IS NOT NULL AS guest, posted_pending + posted_available AS points
       FROM order_state o LEFT JOIN account a USING (shop_id, account_id) WHERE o.shop_id = $1 AND order_id = $2`,
    life.shopId,
    order,
  )
  const balances = await rows(
    `SELECT a.customer_id::int AS customer, a.guest_hash AS guest, pending::int, available::int, held::int, debt::int
       FROM balance b JOIN account a USING (shop_id, account_id)
      WHERE b.shop_id = $1 AND pending + available + held + debt > 0 ORDER BY 1, 2`,
    life.shopId,
  )
  return {
    state: { ...state, points: Number(state.points) },
    balances: balances.map((one) => ({ ...one, guest: guestNames(life).get(one.guest) ?? one.guest })),
  }
}

const guestNames = ({ shopId }: ShopLife) =>
  new Map([EMAIL, OTHER_EMAIL].map((email) => [guestHash(shopId, email), email]))

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]]
  return items.flatMap((item, i) => permutations(items.toSpliced(i, 1)).map((rest) => [item, ...rest]))
}

/** Every order in which these states can come, each apart and in one batch, must end in the same book. */
async function everyWay(
  states: OrderOptions[],
  before: (life: ShopLife) => Promise<unknown> = async () => {},
) {
  const ends: Awaited<ReturnType<typeof book>>[] = []
  for (const way of permutations(states)) {
    for (const together of [false, true]) {
      const life = await shops.open()
      await before(life)
      if (together) await life.orders(way)
      else for (const state of way) await life.order(state)
      ends.push(await book(life))
    }
  }
  for (const end of ends.slice(1)) expect(end).toEqual(ends[0])
  return ends[0] as (typeof ends)[number]
}

describe('A customer taken off an order', () => {
  test('gives the points back, and is told why in plain words', async () => {
    const life = await shops.open()
    await life.order(PLACED)
    await life.order({ ...PLACED, id: 2, lines: [{ price: '5.00' }] })
    await life.order(OFF)
    expect(await life.balance(1)).toMatchObject({ available: 5, debt: 0 })
    expect((await book(life)).state).toEqual({ customer: null, guest: false, points: 0 })
    expect((await life.history(1))[0]).toEqual({
      title: 'Bestellung #1 keinem Kundenkonto mehr zugeordnet',
      points: -30,
      detail: ['Die Bestellung gehört zu keinem Kundenkonto mehr. Die Punkte gehen mit ihr.'],
    })
    expect((await life.history(1, 'en'))[0]).toMatchObject({
      title: 'Order #1 no longer belongs to a customer account',
      detail: ['The order now belongs to no customer account, and its points go with it.'],
    })
  })

  test('ends with nobody however the two states come: apart, together, reversed', async () => {
    const end = await everyWay([PLACED, OFF])
    expect(end).toEqual({ state: { customer: null, guest: false, points: 0 }, balances: [] })
  })

  test('and another one attached: the points are the other one’s, in any order', async () => {
    const attached = { ...PLACED, customer: 2, updatedAt: '2026-11-04T10:00:00Z' }
    const end = await everyWay([PLACED, OFF, attached])
    expect(end.state).toEqual({ customer: 2, guest: false, points: 30 })
    expect(end.balances).toMatchObject([{ customer: 2, available: 30 }])
  })

  test('and attached again: everything is as it was, in any order', async () => {
    const end = await everyWay([PLACED, OFF, { ...PLACED, updatedAt: '2026-11-04T10:00:00Z' }])
    expect(end.balances).toMatchObject([{ customer: 1, available: 30, debt: 0 }])
  })

  test('leaves a guest’s order where it has an e-mail address, in any order', async () => {
    const end = await everyWay([
      { ...PLACED, email: EMAIL },
      { ...OFF, email: EMAIL },
    ])
    expect(end.state).toEqual({ customer: null, guest: true, points: 30 })
    expect(end.balances).toMatchObject([{ guest: EMAIL, available: 30 }])
  })

  test('a guest order whose address is taken off or changed follows it, in any order', async () => {
    const guest: OrderOptions = { id: 1, email: EMAIL, lines: [CUPS] }
    expect((await everyWay([guest, OFF])).balances).toEqual([])
    const end = await everyWay([guest, { ...guest, email: OTHER_EMAIL, ...LATER_ON }])
    expect(end.balances).toMatchObject([{ guest: OTHER_EMAIL, available: 30 }])
  })

  test('pending points go back as well', async () => {
    const life = await shops.open()
    life.now = SOON
    await life.order(PLACED)
    expect(await life.balance(1)).toMatchObject({ pending: 30 })
    await life.order(OFF)
    await life.wait(LATER)
    expect(await life.balance(1)).toEqual(NOTHING)
    await life.order({ ...PLACED, customer: 2, updatedAt: '2026-11-04T10:00:00Z' })
    expect(await life.balance(2)).toMatchObject({ pending: 0, available: 30 })
  })

  test('who has spent the points owes them, and a code used on the order stays used', async () => {
    const life = await shops.open({ program: { rewards: [SMALL_REWARD] } })
    await life.order(PLACED)
    const { code } = await life.redeem(1, 'small')
    const used: OrderOptions = { id: 2, customer: 1, lines: [{ price: '7.00' }], codes: [code] }
    await life.order(used)
    expect(await life.balance(1)).toEqual({ ...NOTHING, available: 17 })
    // Off the order that used the code: its own points go back, what the code cost does not come back.
    await life.order({ ...used, customer: null, updatedAt: '2026-11-03T10:00:00Z' })
    expect(await life.balance(1)).toEqual({ ...NOTHING, available: 10 })
    // Off the order that had earned what was spent.
    await life.order(OFF)
    expect(await life.balance(1)).toEqual({ ...NOTHING, debt: 20 })
    // A cancellation gives the code's points back to who redeemed them, once.
    const cancelled = { ...used, customer: null, cancelledAt: '2026-11-05T10:00:00Z' }
    await life.order({ ...cancelled, updatedAt: '2026-11-05T10:00:00Z' })
    expect(await life.balance(1)).toEqual(NOTHING)
  })

  test('a refund meanwhile counts for whoever is attached next', async () => {
    const life = await shops.open()
    await life.order(PLACED)
    await life.order(OFF)
    const refunded = {
      lines: [{ ...CUPS, current: 1 }],
      refunds: [refundOfLine(1, { id: 1, amount: '20.00', quantity: 2 })],
      status: 'partially_refunded',
    }
    await life.order({ ...OFF, ...refunded, updatedAt: '2026-11-05T10:00:00Z' })
    expect(await life.balance(1)).toEqual(NOTHING)
    await life.order({ ...PLACED, ...refunded, updatedAt: '2026-11-06T10:00:00Z' })
    expect(await life.balance(1)).toEqual({ ...NOTHING, available: 10 })
  })

  test('under an open chargeback nothing stays held, and the next one has it held again', async () => {
    const life = await shops.open()
    await life.order(PLACED)
    await life.tell('disputes/create', disputePayload({ id: 8, order: 1, status: 'needs_response' }))
    expect(await life.balance(1)).toEqual({ ...NOTHING, held: 30 })
    await life.order(OFF)
    expect(await life.balance(1)).toEqual(NOTHING)
    await life.order({ ...PLACED, customer: 2, updatedAt: '2026-11-04T10:00:00Z' })
    expect(await life.balance(2)).toEqual({ ...NOTHING, held: 30 })
    await life.tell('disputes/update', disputePayload({ id: 8, order: 1, status: 'won' }))
    expect(await life.balance(2)).toEqual({ ...NOTHING, available: 30 })
  })

  test('a chargeback told while it is nobody’s changes nobody’s points, nor does an old state then', async () => {
    const life = await shops.open()
    await life.order(PLACED)
    await life.order(OFF)
    await life.tell('disputes/create', disputePayload({ id: 8, order: 1, status: 'needs_response' }))
    await life.order(PLACED)
    expect(await life.balance(1)).toEqual(NOTHING)
    expect((await book(life)).state).toMatchObject({ customer: null, points: 0 })
  })

  test('an old state that comes with news of a chargeback leaves the order whose it is', async () => {
    const life = await shops.open()
    await life.order(PLACED)
    await life.order(OFF)
    // Told in another transaction while the order was on its way: the next word of the order counts it.
    await shops.owner().query(`INSERT INTO dispute VALUES ($1, 1, 8, 'lost', now())`, [life.shopId])
    await life.order(PLACED)
    expect((await book(life)).state).toMatchObject({ customer: null, points: 0 })
  })

  test('who was merged into another one: the other one gives them back, in any order', async () => {
    const ends = []
    for (const way of permutations(['placed', 'off', 'merge'])) {
      const life = await shops.open()
      await life.order({ ...PLACED, id: 2, customer: 2, lines: [{ price: '5.00' }] })
      for (const step of way) {
        if (step === 'merge') await life.tell('customers/merge', mergePayload(2, 1))
        else await life.order(step === 'off' ? OFF : PLACED)
      }
      ends.push([await life.balance(1), await life.balance(2), (await book(life)).state])
    }
    for (const end of ends)
      expect(end).toEqual([
        { ...NOTHING, available: 5 },
        { ...NOTHING, available: 5 },
        { customer: null, guest: false, points: 0 },
      ])
  })

  test('loses the tier that stood on the order; later orders are judged again, and the shop is told', async () => {
    const life = await shops.open({ program: { tiers: GOLD } })
    await life.order(PLACED)
    await life.order({ id: 2, customer: 1, lines: [CUPS], placedAt: '2026-11-02T10:00:00Z' })
    expect(await life.balance(1)).toEqual({ ...NOTHING, available: 90 })
    const tiers = () =>
      rows('SELECT tier_id FROM balance WHERE shop_id = $1 AND tier_id IS NOT NULL', life.shopId)
    expect(await tiers()).toEqual([{ tier_id: 'gold' }])
    await shops.owner().query('DELETE FROM member_to_sync WHERE shop_id = $1', [life.shopId])
    await life.order(OFF)
    expect(await life.balance(1)).toEqual({ ...NOTHING, available: 30 })
    await life.order({ id: 2, customer: null, lines: [CUPS], placedAt: '2026-11-02T10:00:00Z', ...LATER_ON })
    expect(await life.balance(1)).toEqual(NOTHING)
    expect(await tiers()).toEqual([])
    expect(await rows('SELECT 1 FROM member_to_sync WHERE shop_id = $1', life.shopId)).toHaveLength(1)
    // Attached to somebody else it counts for her tier.
    await life.order({ ...PLACED, customer: 2, ...LATER_ON })
    expect(await tiers()).toEqual([{ tier_id: 'gold' }])
  })

  test('an order that Shopify has deleted follows its newest state, whichever comes first', async () => {
    for (const deletedFirst of [false, true]) {
      const life = await shops.open()
      await life.order(PLACED)
      if (deletedFirst) await life.tell('orders/delete', { id: 1 })
      await life.order(OFF)
      if (!deletedFirst) await life.tell('orders/delete', { id: 1 })
      expect(await life.balance(1)).toEqual(NOTHING)
      expect(await rows('SELECT gone_at FROM order_state WHERE shop_id = $1', life.shopId)).not.toEqual([
        { gone_at: null },
      ])
    }
  })
})

describe('A customer who was redacted', () => {
  const REDACT = { shop_id: 1, customer: { id: 1, email: EMAIL }, orders_to_redact: [1] }

  async function traces(life: ShopLife) {
    return [
      ...(await rows('SELECT 1 FROM account WHERE shop_id = $1 AND customer_id = 1', life.shopId)),
      ...(await rows(
        `SELECT 1 FROM order_state WHERE shop_id = $1
          AND (facts ->> 'customerId' IS NOT NULL OR facts ->> 'guestHash' IS NOT NULL)`,
        life.shopId,
      )),
    ]
  }

  test.each([
    ['no customer', [OFF]],
    ['the old number', [{ ...PLACED, updatedAt: '2026-11-02T10:00:00Z' }]],
    ['the old number, then no customer', [{ ...PLACED, updatedAt: '2026-11-02T10:00:00Z' }, OFF]],
    ['the address', [{ ...OFF, email: EMAIL }]],
    ['somebody else, then no customer', [{ ...PLACED, customer: 2, updatedAt: '2026-11-02T10:00:00Z' }, OFF]],
  ] as [string, OrderOptions[]][])(
    'leaves the order and every sum where they are, whatever is told of it: %s',
    async (_, states) => {
      const end = await everyWay(states, async (life) => {
        await life.order({ ...PLACED, email: EMAIL })
        await life.tell('customers/redact', REDACT)
      })
      expect(end.state).toEqual({ customer: null, guest: false, points: 30 })
      expect(end.balances).toMatchObject([{ customer: null, guest: null, available: 30 }])
    },
  )

  test('comes back by no late delivery', async () => {
    const life = await shops.open()
    await life.order({ ...PLACED, email: EMAIL })
    await life.tell('customers/redact', REDACT)
    expect(await traces(life)).toEqual([])
    await life.order({ ...PLACED, email: EMAIL, updatedAt: '2026-11-02T10:00:00Z' })
    expect(await traces(life)).toEqual([])
    // Told twice it is known, and not in doubt.
    expect(await life.order({ ...PLACED, email: EMAIL, updatedAt: '2026-11-02T10:00:00Z' })).toMatchObject({
      status: 'ignored',
      reason: 'This state of the order is known',
    })
  })

  test('as a guest leaves the order where it is, too', async () => {
    const guest: OrderOptions = { id: 1, email: EMAIL, lines: [CUPS] }
    const end = await everyWay([{ ...guest, ...LATER_ON }, OFF], async (life) => {
      await life.order(guest)
      await life.tell('customers/redact', REDACT)
    })
    expect(end.balances).toMatchObject([{ guest: null, available: 30 }])
  })

  test('still gives back what is refunded', async () => {
    const life = await shops.open()
    await life.order(PLACED)
    await life.tell('customers/redact', REDACT)
    await life.order({
      ...OFF,
      lines: [{ ...CUPS, current: 2 }],
      refunds: [refundOfLine(1, { id: 1, amount: '10.00' })],
      status: 'partially_refunded',
    })
    expect((await book(life)).balances).toMatchObject([{ available: 20 }])
  })

  test('after a merge away leaves the orders to who stayed when they are judged again', async () => {
    const life = await shops.open()
    await life.order(PLACED)
    await life.tell('customers/merge', mergePayload(2, 1))
    await life.tell('customers/redact', REDACT)
    expect(await life.balance(2)).toMatchObject({ available: 30 })
    // A chargeback and a second merge judge the stored state, which names nobody by now.
    await life.tell('disputes/create', disputePayload({ id: 8, order: 1, status: 'needs_response' }))
    expect(await life.balance(2)).toMatchObject({ available: 0, held: 30 })
    await life.tell('disputes/update', disputePayload({ id: 8, order: 1, status: 'won' }))
    await life.tell('customers/merge', mergePayload(3, 2))
    expect(await life.balance(3)).toMatchObject({ available: 30 })
  })
})
