import { expect, test } from 'vitest'
import { acrossShops } from '../../app/db/db.server.ts'
import { type OrderReading, settleOrders } from '../../app/loyalty/settlement/settle-orders.ts'
import { orderFromWebhook } from '../../app/shopify/orders/order-from-webhook.ts'
import { disputePayload, type OrderOptions, orderPayload } from '../support/order-payload.ts'
import { type ShopLife, useShopLife } from './shop-life.ts'

const shops = useShopLife()
const MARA = 7_700_880_031
const CUPS = { price: '10.00', quantity: 3 }
const KNOWN = { status: 'ignored', reason: 'This state of the order is known' }

/** A chargeback that nobody has counted yet, as one that was told while its order was on its way. */
const missChargeback = (life: ShopLife, order: number, standing: 'open' | 'lost') =>
  shops
    .owner()
    .query(
      'INSERT INTO dispute (shop_id, order_id, dispute_id, standing, told_at) VALUES ($1, $2, $3, $4, now())',
      [life.shopId, order, 900 + order, standing],
    )

function reading({ shopId }: ShopLife, order: OrderOptions): OrderReading {
  return { shopId, facts: orderFromWebhook(orderPayload(order), shopId), origin: 'delivery' }
}

test('an order of a redacted person that is judged again stays the state that is known', async () => {
  const life = await shops.open()
  const order = { id: 1, customer: MARA, lines: [CUPS] }
  expect(await life.order(order)).toMatchObject({ status: 'done' })
  await life.tell('customers/redact', {
    customer: { id: MARA, email: null, phone: null },
    orders_to_redact: [],
  })
  expect(await life.order(order)).toMatchObject(KNOWN)
  await missChargeback(life, 1, 'lost')
  expect(await life.order(order)).toMatchObject({ status: 'done' })
  expect(await life.order(order)).toMatchObject(KNOWN)
  expect(await life.jobs('read-order')).toEqual([])
})

test('chargebacks of two orders of a member that were missed are counted together, each once', async () => {
  const life = await shops.open()
  const orders = [1, 2].map((id) => ({ id, customer: 1, lines: [CUPS] }))
  for (const order of orders) await life.order(order)
  expect(await life.balance(1)).toMatchObject({ available: 60, held: 0 })
  for (const { id } of orders) await missChargeback(life, id, 'open')
  const settle = () =>
    acrossShops((tx) =>
      settleOrders(
        tx,
        orders.map((order) => reading(life, order)),
        life.now,
      ),
    )
  expect(await settle()).toEqual([{ outcome: 'settled' }, { outcome: 'settled' }])
  expect(await life.balance(1)).toMatchObject({ available: 0, held: 60 })
  expect(await settle()).toEqual([{ outcome: 'unchanged' }, { outcome: 'unchanged' }])
  for (const { id } of orders)
    await life.tell('disputes/update', disputePayload({ id: 900 + id, order: id, status: 'won' }))
  expect(await life.balance(1)).toMatchObject({ available: 60, held: 0 })
})

test('what is in doubt is asked of Shopify although a chargeback of the known state is counted', async () => {
  const life = await shops.open()
  await life.order({ id: 1, customer: 1, lines: [CUPS] })
  await missChargeback(life, 1, 'open')
  await life.order({ id: 1, customer: 1, lines: [{ price: '99.00' }] })
  expect(await life.balance(1)).toMatchObject({ available: 0, held: 30 })
  expect(await life.jobs('read-order')).toEqual([{ shopId: life.shopId, orderId: '1' }])
})
