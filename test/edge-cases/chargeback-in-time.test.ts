import { describe, expect, test } from 'vitest'
import { acrossShops, withShop } from '../../app/db/db.server.ts'
import { auditLedger } from '../../app/loyalty/audit/audit-ledger.ts'
import { readOneOrder } from '../../app/loyalty/reconciliation/settle-from-shopify.ts'
import { settleOrders } from '../../app/loyalty/settlement/settle-orders.ts'
import { orderFromWebhook } from '../../app/shopify/orders/order-from-webhook.ts'
import { disputePayload, orderPayload } from '../support/order-payload.ts'
import { LATER, type ShopLife, useShopLife } from './shop-life.ts'

const shops = useShopLife()

/** A worker that has not committed the order yet, while another one works off its chargeback. */
async function bothAtOnce(life: ShopLife, status: string) {
  const order = orderPayload({ id: 1, customer: 1, lines: [{ price: '30.00' }] })
  await acrossShops(async (tx) => {
    const facts = orderFromWebhook(order, life.shopId)
    await settleOrders(tx, [{ shopId: life.shopId, facts, origin: 'delivery' }], LATER)
    const told = await life.tell('disputes/create', disputePayload({ id: 8, order: 1, status }))
    expect(told).toMatchObject({ status: 'done' })
  })
  expect(await life.balance(1)).toMatchObject({ available: 30 })
}

/** As the job does that the chargeback has left; this shop's Shopify does not answer. */
async function lookAgain(life: ShopLife) {
  expect(await life.jobs('read-order')).toEqual([{ shopId: life.shopId, orderId: '1' }])
  await expect(readOneOrder(life.shopId, '1', () => LATER)).rejects.toThrow()
}

describe('Chargeback told while its order is on its way', () => {
  test('lost: reversed, whether or not Shopify answers', async () => {
    const life = await shops.open()
    await bothAtOnce(life, 'lost')
    await lookAgain(life)
    expect(await life.balance(1)).toEqual({ pending: 0, available: 0, held: 0, debt: 0 })
  })

  test('open: held, and released when it is won', async () => {
    const life = await shops.open()
    await bothAtOnce(life, 'needs_response')
    await lookAgain(life)
    expect(await life.balance(1)).toEqual({ pending: 0, available: 0, held: 30, debt: 0 })
    await life.tell('disputes/update', disputePayload({ id: 8, order: 1, status: 'won' }))
    expect(await life.balance(1)).toEqual({ pending: 0, available: 30, held: 0, debt: 0 })
  })

  test('and never counted: the audit says so', async () => {
    const life = await shops.open()
    await bothAtOnce(life, 'lost')
    await shops.owner().query(`UPDATE dispute SET told_at = now() - interval '1 hour'`)
    const findings = await withShop(life.shopId, auditLedger)
    expect(findings.filter(({ violations }) => violations > 0)).toMatchObject([
      {
        invariant: 7,
        examples: ['order 1: its chargeback is lost, the order was judged with "none"'],
      },
    ])
    await lookAgain(life)
  })
})
