import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { readDelivery } from '../../app/intake/delivery.ts'
import { storeDeliveries } from '../../app/intake/store-deliveries.ts'
import { orderPayload } from '../support/order-payload.ts'
import { workOff } from '../support/work-off.ts'
import { useShopLife } from './shop-life.ts'

/** A delivery is not refused for its depth: who has signed it would send it again for two days. */
const shops = useShopLife()
const ORDER = { id: 9001, customer: 11, lines: [{ price: '10.00', quantity: 3 }] }

test.each([70, 5_000, 900_000])(
  'A17: a delivery nested %i levels deep is stored, ends, and hinders nothing after it',
  async (levels) => {
    const life = await shops.open()
    const deep = `${'['.repeat(levels)}${']'.repeat(levels)}`
    const order = JSON.stringify(orderPayload(ORDER))
    const bodies = {
      'orders/create': `${order.slice(0, -1)},"deep":${deep}}`,
      'orders/updated': `{"id":"none","customer":{"id":11},"deep":${deep}}`,
      'customers/update': `{"id":11,"deep":${deep}}`,
      'products/update': `{"id":${deep}}`,
    }
    const sent = Object.entries(bodies).map(([topic, body]) =>
      readDelivery(
        {
          'x-shopify-topic': topic,
          'x-shopify-shop-domain': life.shop.domain,
          'x-shopify-webhook-id': randomUUID(),
        },
        Buffer.from(body),
      ),
    )
    await storeDeliveries(shops.owner(), sent)
    while ((await workOff(() => life.now)) > 0);
    const { rows } = await shops
      .owner()
      .query('SELECT topic, status FROM delivery_status WHERE webhook_id = ANY($1) ORDER BY topic', [
        sent.map((one) => one.webhookId),
      ])
    const read = levels < 100 ? 'done' : 'quarantined'
    expect(rows).toEqual([
      { topic: 'customers/update', status: read },
      { topic: 'orders/create', status: 'done' },
      { topic: 'orders/updated', status: 'quarantined' },
      { topic: 'products/update', status: 'quarantined' },
    ])
    expect(await life.order({ ...ORDER, id: 9002 })).toMatchObject({ status: 'done' })
    const customer = { id: 11, email: 'mara@beispiel.example', phone: null }
    expect(await life.tell('customers/data_request', { customer, data_request: { id: 5 } })).toMatchObject({
      status: 'done',
    })
    expect(await life.tell('customers/redact', { customer, orders_to_redact: [] })).toMatchObject({
      status: 'done',
    })
  },
)
