import { describe, expect, it } from 'vitest'
import { acrossShops } from '../../../app/db/db.server.ts'
import { auditLedger } from '../../../app/loyalty/audit/audit-ledger.ts'
import { settleOrders } from '../../../app/loyalty/settlement/settle-orders.ts'
import { orderFromWebhook } from '../../../app/shopify/orders/order-from-webhook.ts'
import { parseBody } from '../../../app/shopify/payload.ts'
import { useDatabase } from '../../database.ts'
import { type OrderOptions, orderPayload, refundOfAmount, refundOfLine } from '../../support/order-payload.ts'
import { testProgram } from '../../support/program.ts'
import { makeShop } from '../../support/shop.ts'

const database = useDatabase()
const NOW = Date.parse('2026-11-10T12:00:00Z')
const LATER = Date.parse('2026-12-10T12:00:00Z')

async function settle(shopId: number, options: OrderOptions, now = NOW) {
  const facts = orderFromWebhook(parseBody(JSON.stringify(orderPayload(options))), shopId)
  return acrossShops((tx) => settleOrders(tx, [{ shopId, facts, origin: 'delivery' }], now))
}

async function balanceOf(shopId: number, customer: number) {
  const { rows } = await database.owner().query(
    `SELECT pending::int, available::int, held::int, debt::int FROM balance JOIN account USING (shop_id, account_id)
      WHERE shop_id = $1 AND customer_id = $2`,
    [shopId, customer],
  )
  return rows[0]
}

describe('settleOrders', () => {
  it('awards a paid order as pending inside the return window, once however often it is told', async () => {
    const { shopId } = await makeShop(database.owner(), { program: testProgram() })
    expect(await settle(shopId, { id: 1, customer: 11 })).toEqual([{ outcome: 'settled' }])
    expect(await settle(shopId, { id: 1, customer: 11 })).toEqual([{ outcome: 'unchanged' }])
    expect(await balanceOf(shopId, 11)).toEqual({ pending: 49, available: 0, held: 0, debt: 0 })
  })

  it('takes back exactly what repeated partial refunds took away', async () => {
    const { shopId } = await makeShop(database.owner(), { program: testProgram() })
    const [cups, pot] = [{ price: '10.00', quantity: 3 }, { price: '19.90' }]
    const lines = [cups, pot]
    await settle(shopId, { id: 2, customer: 12, lines }, LATER)
    expect(await balanceOf(shopId, 12)).toMatchObject({ available: 49 })
    const first = refundOfLine(2, { id: 21, amount: '10.00', at: '2026-11-05T10:00:00Z' })
    const second = refundOfLine(2, { id: 22, amount: '10.00', at: '2026-11-06T10:00:00Z' })
    await settle(
      shopId,
      {
        id: 2,
        customer: 12,
        lines: [{ ...cups, current: 2 }, pot],
        refunds: [first],
        status: 'partially_refunded',
        updatedAt: '2026-11-05T10:00:00Z',
      },
      LATER,
    )
    expect(await balanceOf(shopId, 12)).toMatchObject({ available: 39 })
    await settle(
      shopId,
      {
        id: 2,
        customer: 12,
        lines: [{ ...cups, current: 1 }, pot],
        refunds: [first, second],
        status: 'partially_refunded',
        updatedAt: '2026-11-06T10:00:00Z',
      },
      LATER,
    )
    expect(await balanceOf(shopId, 12)).toMatchObject({ available: 29 })
    const amount = refundOfAmount({ id: 23, amount: '9.90', at: '2026-11-07T10:00:00Z' })
    await settle(
      shopId,
      {
        id: 2,
        customer: 12,
        lines: [{ ...cups, current: 1 }, pot],
        refunds: [first, second, amount],
        status: 'partially_refunded',
        updatedAt: '2026-11-07T10:00:00Z',
      },
      LATER,
    )
    expect(await balanceOf(shopId, 12)).toMatchObject({ available: 20 })
  })

  it('takes everything back when the order is cancelled, and ignores an older state that comes late', async () => {
    const { shopId } = await makeShop(database.owner(), { program: testProgram() })
    await settle(shopId, {
      id: 3,
      customer: 13,
      cancelledAt: '2026-11-03T10:00:00Z',
      updatedAt: '2026-11-03T10:00:00Z',
    })
    expect(await settle(shopId, { id: 3, customer: 13 })).toEqual([{ outcome: 'superseded' }])
    expect(await balanceOf(shopId, 13)).toEqual({ pending: 0, available: 0, held: 0, debt: 0 })
  })

  it('asks for the order when two states of the same second differ', async () => {
    const { shopId } = await makeShop(database.owner(), { program: testProgram() })
    await settle(shopId, { id: 4, customer: 14 })
    expect(await settle(shopId, { id: 4, customer: 14, lines: [{ price: '20.00' }] })).toEqual([
      { outcome: 'in-doubt' },
    ])
  })

  it('multiplies by the tier that earlier orders had earned, in whatever order they arrive', async () => {
    const tiers = {
      basis: 'spend' as const,
      window: { kind: 'rolling' as const, months: 12 },
      levels: [{ id: 'gold', name: { en: 'Gold' }, threshold: '100.00', multiplier: '2' }],
    }
    const first = { id: 51, customer: 15, lines: [{ price: '100.00' }], placedAt: '2026-09-01T10:00:00Z' }
    const second = { id: 52, customer: 15, lines: [{ price: '10.00' }], placedAt: '2026-09-02T10:00:00Z' }
    const third = { id: 53, customer: 15, lines: [{ price: '30.00' }], placedAt: '2026-09-03T10:00:00Z' }
    for (const order of [
      [first, second, third],
      [third, second, first],
      [second, third, first],
    ]) {
      const { shopId } = await makeShop(database.owner(), { program: testProgram({ tiers }) })
      for (const options of order) await settle(shopId, options, LATER)
      expect(await balanceOf(shopId, 15)).toMatchObject({ available: 100 + 20 + 60 })
    }
  })

  it('moves the points of a till order when a customer is attached', async () => {
    const { shopId } = await makeShop(database.owner(), { program: testProgram() })
    await settle(shopId, { id: 6, customer: null, source: 'pos' })
    await settle(shopId, { id: 6, customer: 16, source: 'pos', updatedAt: '2026-11-02T10:00:00Z' })
    expect(await balanceOf(shopId, 16)).toMatchObject({ pending: 49 })
    await settle(shopId, { id: 6, customer: 17, source: 'pos', updatedAt: '2026-11-03T10:00:00Z' })
    expect(await balanceOf(shopId, 16)).toMatchObject({ pending: 0 })
    expect(await balanceOf(shopId, 17)).toMatchObject({ pending: 49 })
  })
})

describe('auditLedger', () => {
  it('finds nothing wrong in what was settled, and finds what is wrong', async () => {
    const findings = await acrossShops(auditLedger)
    expect(findings.map((finding) => finding.invariant)).toEqual(findings.map((_, i) => i + 1))
    expect(findings.filter((finding) => finding.violations > 0)).toEqual([])
    await database.owner().query('UPDATE balance SET pending = pending + 1 WHERE pending > 0')
    const broken = (await acrossShops(auditLedger)).filter((finding) => finding.violations > 0)
    expect(broken.map((finding) => finding.invariant)).toEqual([3])
  })
})
