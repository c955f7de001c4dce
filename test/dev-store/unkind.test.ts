/** Where Shopify is less kind than a practice store would like to be, and where it is left by its own pages. */
import { afterEach, expect, it } from 'vitest'
import { issueToken } from '../../dev-store/admin-api/access-tokens.ts'
import { presentLine } from '../../dev-store/admin-api/present/order.ts'
import { orderTotals } from '../../dev-store/commerce/order-state.ts'
import { deleteProduct, uninstallApp } from '../../dev-store/deeds/customer-deeds.ts'
import { changeOrder, fulfilOrder } from '../../dev-store/deeds/order-deeds.ts'
import type { OrderLine } from '../../dev-store/model.ts'
import { openHarness } from './admin-harness.ts'
import { install, listeningApp, order, product, queueFor, smallShop, until } from './support.ts'

const TOML = `
[webhooks]
[[webhooks.subscriptions]]
topics = ["orders/updated", "app/uninstalled", "products/delete"]
compliance_topics = ["shop/redact"]
uri = "/webhooks"
`
const HOUR_MS = 3_600_000

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function shopWithApp() {
  const app = await listeningApp(() => 200)
  const { store } = smallShop({ live: true })
  install(store)
  const webhooks = queueFor(store, app.url, TOML)
  webhooks.start()
  closing.push(app.close, () => webhooks.stop())
  const told = (topic: string) => app.received.filter(({ headers }) => headers['x-shopify-topic'] === topic)
  return { app, store, webhooks, told }
}

it('W26: a deleted product is lost to the lines of its orders, which keep their words', async () => {
  const { store, webhooks, told } = await shopWithApp()
  const placed = order(store, [
    ['lindenhonig', 1],
    ['espresso-nordhang', 1],
  ])
  const honey = product(store, 'lindenhonig')
  deleteProduct({ store, webhooks }, honey.id)
  expect(store.orders.get(placed.id)?.updatedAt).toBe(placed.updatedAt)
  await until(() => told('products/delete').length === 1, 'the deletion')
  expect(told('orders/updated')).toEqual([])

  fulfilOrder({ store, webhooks }, placed.id)
  await until(() => told('orders/updated').length === 1, 'the next change of the order')
  const { line_items: lines } = JSON.parse(told('orders/updated')[0]?.body ?? '')
  const kept = { title: placed.lines[0]?.title, price: '8.90', sku: placed.lines[0]?.sku }
  expect(lines[0]).toMatchObject({ ...kept, product_id: null, variant_id: null, product_exists: false })
  expect(lines[1]).toMatchObject({ product_id: placed.lines[1]?.productId, product_exists: true })

  const now = store.orders.get(placed.id) ?? placed
  const line = presentLine(now, now.lines[0] as OrderLine) as Record<string, unknown>
  const resolve = (name: string) => (line[name] as (args: object, context: object) => unknown)({}, { store })
  expect([line.title, resolve('product'), resolve('variant')]).toEqual([kept.title, null, null])
})

it('W26: what is owed to the shopper after an edit is outstanding with a minus', async () => {
  const { store, webhooks, told } = await shopWithApp()
  const placed = order(store, [['espresso-nordhang', 2]])
  const [line] = placed.lines as [OrderLine]
  const edited = changeOrder({ store, webhooks }, placed.id, {
    add: [],
    setQuantity: [{ lineId: line.id, quantity: 1 }],
    note: null,
  })
  expect(orderTotals(edited).outstanding).toBe(-line.price)
  await until(() => told('orders/updated').length === 1, 'the edit')
  expect(JSON.parse(told('orders/updated')[0]?.body ?? '').total_outstanding).toBe(
    (-line.price / 100).toFixed(2),
  )
})

it('W26: shop/redact comes 48 hours of the shop after the app was uninstalled, installed again or not', async () => {
  const { store, webhooks, told } = await shopWithApp()
  uninstallApp({ store, webhooks })
  await until(() => told('app/uninstalled').length === 1, 'the uninstallation')
  install(store)
  store.clockOffset += 47 * HOUR_MS
  webhooks.wake()
  expect(
    store.deliveries.filter(({ topic, status }) => topic === 'shop/redact' && status === 'pending'),
  ).toHaveLength(1)
  expect(told('shop/redact')).toEqual([])
  store.clockOffset += HOUR_MS
  webhooks.wake()
  await until(() => told('shop/redact').length === 1, 'the redaction')
  expect(JSON.parse(told('shop/redact')[0]?.body ?? '')).toEqual({
    shop_id: store.shop.id,
    shop_domain: store.shop.domain,
  })
})

it('W26: an access token ends after 60 minutes of the shop, and the Admin API answers 401', async () => {
  const { store, post } = openHarness()
  const { token } = issueToken(store, 'offline', true)
  const ask = async () =>
    (
      await post(
        '/admin/api/2026-10/graphql.json',
        { query: '{ shop { id } }' },
        { 'x-shopify-access-token': token },
      )
    ).status
  store.clockOffset += HOUR_MS - 1000
  expect(await ask()).toBe(200)
  store.clockOffset += 1000
  expect(await ask()).toBe(401)
})
