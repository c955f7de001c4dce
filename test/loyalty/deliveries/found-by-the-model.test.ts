import { describe, expect, it } from 'vitest'
import { acrossShops, withShop } from '../../../app/db/db.server.ts'
import { auditLedger } from '../../../app/loyalty/audit/audit-ledger.ts'
import { lapseRewards } from '../../../app/loyalty/codes/lapse-rewards.ts'
import { claimDeliveries, finishDeliveries } from '../../../app/loyalty/inbox/inbox.ts'
import { mergeMembers } from '../../../app/loyalty/members/merge-members.ts'
import { type OrderReading, settleOrders } from '../../../app/loyalty/settlement/settle-orders.ts'
import type { Shop } from '../../../app/loyalty/shop/shop-of-request.ts'
import { orderFromWebhook } from '../../../app/shopify/orders/order-from-webhook.ts'
import { parseBody } from '../../../app/shopify/payload.ts'
import { useDatabase } from '../../database.ts'
import { type OrderOptions, orderPayload } from '../../support/order-payload.ts'
import { testProgram } from '../../support/program.ts'
import { redeemCode } from '../../support/redeem-code.ts'
import { makeShop } from '../../support/shop.ts'
import { workOff } from '../../support/work-off.ts'

/** Cases that the tests with a model, the races and the fault runs have found; each was wrong once. */

const database = useDatabase()
const NOW = Date.parse('2026-12-10T12:00:00Z')
const gold = {
  basis: 'spend' as const,
  window: { kind: 'rolling' as const, months: 12 },
  levels: [{ id: 'gold', name: { en: 'Gold' }, threshold: '100.00', multiplier: '2' }],
}

function reading(
  shopId: number,
  order: OrderOptions,
  origin: OrderReading['origin'] = 'delivery',
): OrderReading {
  return { shopId, facts: orderFromWebhook(parseBody(JSON.stringify(orderPayload(order))), shopId), origin }
}

const settle = (shopId: number, ...orders: OrderOptions[]) =>
  withShop(shopId, (tx) =>
    settleOrders(
      tx,
      orders.map((order) => reading(shopId, order)),
      NOW,
    ),
  )

async function member(shopId: number, customer: number) {
  const { rows } = await database.owner().query(
    `SELECT b.available::int, b.held::int, b.tier_id AS tier FROM account a
       JOIN account k ON k.shop_id = a.shop_id AND k.account_id = coalesce(a.merged_into, a.account_id)
       JOIN balance b ON b.shop_id = k.shop_id AND b.account_id = k.account_id
      WHERE a.shop_id = $1 AND a.customer_id = $2`,
    [shopId, customer],
  )
  return rows[0]
}

async function soundBook() {
  const findings = await acrossShops(auditLedger)
  expect(findings.filter(({ violations }) => violations > 0)).toEqual([])
}

describe('two states of one second', () => {
  it('leave a doubt also when both come in one batch; the same state twice does not', async () => {
    const { shopId } = await makeShop(database.owner(), { program: testProgram() })
    const unpaid = { id: 1, customer: 1, status: 'pending' }
    expect(await settle(shopId, unpaid, { id: 1, customer: 1 })).toEqual([
      { outcome: 'settled' },
      { outcome: 'in-doubt' },
    ])
    const other = { id: 2, customer: 1 }
    expect(await settle(shopId, other, other)).toEqual([{ outcome: 'settled' }, { outcome: 'unchanged' }])
  })
})

describe('a new order that two transactions write at once', () => {
  it('keeps its newest state, whoever comes last', async () => {
    const { shopId } = await makeShop(database.owner(), { program: testProgram() })
    let newerWritten = () => {}
    const written = new Promise<void>((resolve) => {
      newerWritten = resolve
    })
    const newer = acrossShops(async (tx) => {
      await settleOrders(
        tx,
        [reading(shopId, { id: 1, customer: 7, updatedAt: '2026-11-02T10:00:00Z' })],
        NOW,
      )
      newerWritten()
      await new Promise((resolve) => setTimeout(resolve, 150))
    })
    await written
    // The till's first word: no customer yet. Nothing is locked for it, and it sees no order.
    const older = acrossShops((tx) => settleOrders(tx, [reading(shopId, { id: 1, customer: null })], NOW))
    await newer
    expect(await older).toEqual([{ outcome: 'superseded' }])
    expect(await member(shopId, 7)).toMatchObject({ available: 49 })
    await soundBook()
  })
})

describe('a new order that two holders are told to have', () => {
  it('is settled again for the newer one instead of failing at a taken key', async () => {
    const { shopId } = await makeShop(database.owner(), { program: testProgram() })
    const tell = (order: OrderOptions, wait: number) =>
      acrossShops(async (tx) => {
        const settled = await settleOrders(tx, [reading(shopId, order)], NOW)
        await new Promise((resolve) => setTimeout(resolve, wait))
        return settled
      })
    const first = tell({ id: 1, customer: 1 }, 150)
    await new Promise((resolve) => setTimeout(resolve, 60))
    const second = tell({ id: 1, customer: 2, updatedAt: '2026-11-02T10:00:00Z' }, 0)
    expect([await first, await second]).toEqual([[{ outcome: 'settled' }], [{ outcome: 'settled' }]])
    expect(await member(shopId, 1)).toMatchObject({ available: 0 })
    expect(await member(shopId, 2)).toMatchObject({ available: 49 })
    await soundBook()
  })
})

describe('tiers', () => {
  it('of the former holder fall when an order moves to somebody else', async () => {
    const { shopId } = await makeShop(database.owner(), { program: testProgram({ tiers: gold }) })
    const big = { id: 1, lines: [{ price: '100.00' }], placedAt: '2026-11-01T10:00:00Z' }
    await settle(shopId, { ...big, customer: 1 })
    await settle(shopId, {
      id: 2,
      customer: 1,
      lines: [{ price: '10.00' }],
      placedAt: '2026-11-02T10:00:00Z',
    })
    expect(await member(shopId, 1)).toMatchObject({ available: 120, tier: 'gold' })
    await settle(shopId, { ...big, customer: 2, updatedAt: '2026-11-03T10:00:00Z' })
    expect(await member(shopId, 1)).toMatchObject({ available: 10, tier: null })
    expect(await member(shopId, 2)).toMatchObject({ available: 100, tier: 'gold' })
    await soundBook()
  })

  it('of merged customers are those of all their orders together', async () => {
    const { shopId } = await makeShop(database.owner(), { program: testProgram({ tiers: gold }) })
    await settle(shopId, {
      id: 1,
      customer: 1,
      lines: [{ price: '100.00' }],
      placedAt: '2026-11-01T10:00:00Z',
    })
    await settle(shopId, {
      id: 2,
      customer: 2,
      lines: [{ price: '10.00' }],
      placedAt: '2026-11-02T10:00:00Z',
    })
    await acrossShops((tx) => mergeMembers(tx, shopId, { keptId: '2', deletedId: '1' }, NOW, NOW))
    expect(await member(shopId, 2)).toMatchObject({ available: 120, tier: 'gold' })
    expect(await member(shopId, 1)).toEqual(await member(shopId, 2))
    await soundBook()
  })
})

describe('a chargeback', () => {
  it('that was told while its order was on its way is counted at the next word of the order', async () => {
    const { shopId } = await makeShop(database.owner(), { program: testProgram() })
    await settle(shopId, { id: 1, customer: 1 })
    await database.owner().query(`INSERT INTO dispute VALUES ($1, 1, 1, 'lost', now())`, [shopId])
    expect(await settle(shopId, { id: 1, customer: 1 })).toEqual([{ outcome: 'settled' }])
    expect(await member(shopId, 1)).toMatchObject({ available: 0 })
    await soundBook()
  })
})

describe('a merge', () => {
  it('of two customers who chose the same request key keeps both redemptions', async () => {
    const { shopId } = await makeShop(database.owner(), { program: testProgram() })
    for (const customer of [1, 2]) {
      await settle(shopId, {
        id: customer,
        customer,
        lines: [{ price: '600.00' }],
        placedAt: '2026-10-01T10:00:00Z',
      })
      const wish = {
        customerId: String(customer),
        rewardId: 'five-off',
        price: 500,
        requestKey: 'my-own-key',
      }
      await redeemCode({ shop: { shopId } as Shop, ...wish, now: NOW })
    }
    await acrossShops((tx) => mergeMembers(tx, shopId, { keptId: '2', deletedId: '1' }, NOW, NOW))
    expect(await member(shopId, 2)).toMatchObject({ available: 200, held: 1_000 })
    await soundBook()
  })
})

describe('a code', () => {
  it('lapses although a hundred others of a shop that cannot be asked were due before it', async () => {
    const deaf = await makeShop(database.owner(), { program: testProgram() })
    const gone = await makeShop(database.owner(), { program: testProgram() })
    await database.owner().query('UPDATE shop SET uninstalled_at = now() WHERE shop_id = $1', [gone.shopId])
    const rich = { lines: [{ price: '60000.00' }], placedAt: '2026-10-01T10:00:00Z' }
    const redeem = (shopId: number, n: number, now: number) => {
      const wish = { customerId: '1', rewardId: 'five-off', price: 500, requestKey: `wish-number-${n}` }
      return redeemCode({ shop: { shopId } as Shop, ...wish, now })
    }
    for (const { shopId } of [deaf, gone]) await settle(shopId, { id: 1, customer: 1, ...rich })
    for (let n = 0; n < 100; n++) await redeem(deaf.shopId, n, NOW)
    await redeem(gone.shopId, 0, NOW + 1_000)
    expect(await lapseRewards(() => NOW + 32 * 86_400_000)).toBe(1)
    expect(await member(gone.shopId, 1)).toMatchObject({ available: 60_000, held: 0 })
  })

  it('is withdrawn from the shop when its order is cancelled, also after it was used', async () => {
    const { shopId } = await makeShop(database.owner(), { program: testProgram() })
    await settle(shopId, {
      id: 1,
      customer: 1,
      lines: [{ price: '600.00' }],
      placedAt: '2026-10-01T10:00:00Z',
    })
    const wish = { customerId: '1', rewardId: 'five-off', price: 500, requestKey: 'use-and-cancel' }
    const { code } = await redeemCode({ shop: { shopId } as Shop, ...wish, now: NOW })
    const order = { id: 2, customer: 1, codes: [code], placedAt: '2026-10-02T10:00:00Z' }
    await settle(shopId, order)
    expect(await member(shopId, 1)).toMatchObject({ available: 149, held: 0 })
    const cancelled = { cancelledAt: '2026-11-03T10:00:00Z', updatedAt: '2026-11-03T10:00:00Z' }
    await settle(shopId, { ...order, ...cancelled })
    expect(await member(shopId, 1)).toMatchObject({ available: 600, held: 0 })
    const { rows } = await database
      .owner()
      .query(`SELECT FROM graphile_worker.jobs WHERE key LIKE 'withdraw-reward:' || $1 || ':%'`, [shopId])
    expect(rows).toHaveLength(1)
    await soundBook()
  })
})

describe('a delivery', () => {
  const end = async (topic: string, body: object) => {
    const { shopId, domain } = await makeShop(database.owner(), { program: testProgram() })
    await database
      .owner()
      .query(
        `INSERT INTO delivery (shop_id, webhook_id, topic, shop_domain, body) VALUES ($1, 'w-1', $2, $3, $4)`,
        [shopId, topic, domain, JSON.stringify(body)],
      )
    await workOff(() => NOW)
    const { rows } = await database
      .owner()
      .query('SELECT status, reason FROM delivery_status WHERE shop_id = $1', [shopId])
    return { shopId, ...rows[0] }
  }

  it('with a long title that is cut in the middle of an emoji, or with a NUL, is settled', async () => {
    const payload = orderPayload({ id: 1, customer: 1, lines: [{ price: '10.00' }, { price: '20.00' }] })
    Object.assign(payload, { name: '#1\0\ud800' })
    Object.assign(payload.line_items[0] as object, { title: `${'x'.repeat(199)}😀` })
    expect(await end('orders/create', payload)).toMatchObject({ status: 'done' })
    await soundBook()
  })

  it('with an id below zero is set aside at once', async () => {
    const payload = { id: 1, order_id: -1, type: 'chargeback', status: 'lost' }
    expect(await end('disputes/create', payload)).toMatchObject({
      status: 'quarantined',
      reason: 'order_id is -1; it must be a Shopify id',
    })
  })

  it('that names a time zone nobody knows does not stop the programs of its shop', async () => {
    const payload = { name: 'Laden', taxes_included: true, iana_timezone: 'Europe/Nirgends' }
    const { shopId, ...ending } = await end('shop/update', payload)
    expect(ending).toMatchObject({ status: 'quarantined' })
    expect(await settle(shopId, { id: 1, customer: 1 })).toEqual([{ outcome: 'settled' }])
  })

  it('that another worker has finished is not put back', async () => {
    const { shopId, domain } = await makeShop(database.owner())
    await database
      .owner()
      .query(
        `INSERT INTO delivery (shop_id, webhook_id, topic, shop_domain, body) VALUES ($1, 'w-1', 'shop/update', $2, '{}')`,
        [shopId, domain],
      )
    await acrossShops(async (tx) => {
      const [delivery] = await claimDeliveries(tx, 1)
      if (!delivery) throw new Error('Nothing was claimed')
      expect(await acrossShops((other) => claimDeliveries(other, 1, [delivery.deliveryId]))).toEqual([])
      await finishDeliveries(tx, new Map([[delivery, { status: 'done' }]]))
    })
    expect(await acrossShops((tx) => claimDeliveries(tx, 1))).toEqual([])
    const { rows } = await database
      .owner()
      .query('SELECT status FROM delivery_status WHERE shop_id = $1', [shopId])
    expect(rows).toEqual([{ status: 'done' }])
  })
})
