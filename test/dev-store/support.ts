/** Small shops and a listening app for the tests of the practice store. */
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { quoteCart, recordOrder } from '../../dev-store/deeds/order-deeds.ts'
import type { DiscountNode, Order, Product } from '../../dev-store/model.ts'
import { seedShop } from '../../dev-store/seed/seed-shop.ts'
import { Store } from '../../dev-store/store.ts'
import { DeliveryQueue } from '../../dev-store/webhooks/delivery-queue.ts'
import { parseSubscriptions } from '../../dev-store/webhooks/subscriptions.ts'

export const SECRET = 'practice-secret'
export const TODAY = Date.UTC(2026, 10, 21)

/** A seeded shop in memory with few orders. Its clock stands still and can be set, unless `live`. */
export function smallShop(options: { orders?: number; customers?: number; live?: boolean } = {}) {
  const clock = { now: TODAY + 12 * 3600 * 1000 }
  const store = new Store({ directory: ':memory:', now: options.live ? Date.now : () => clock.now })
  seedShop(store, { today: TODAY, customers: options.customers ?? 20, orders: options.orders ?? 0 })
  return { store, clock }
}

export function install(store: Store): void {
  store.installation = { ...store.installation, installed: true, installedAt: store.time() }
}

export interface Received {
  path: string
  headers: http.IncomingHttpHeaders
  body: string
}

/** An app that notes every request and answers with what `answer` says. */
export async function listeningApp(answer: (request: Received, index: number) => number | Promise<number>) {
  const received: Received[] = []
  const server = http.createServer(async (request, response) => {
    let body = ''
    for await (const part of request) body += part
    const one = { path: request.url ?? '', headers: request.headers, body }
    received.push(one)
    response.statusCode = await answer(one, received.length - 1)
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const close = () => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  }
  return { url, received, close }
}

export const TOML = `
[webhooks]
api_version = "2026-10"
[[webhooks.subscriptions]]
topics = ["orders/create", "orders/updated"]
uri = "/webhooks"
include_fields = ["id", "customer.id", "line_items.id", "current_total_price_set"]
[[webhooks.subscriptions]]
topics = ["customers/create", "orders/delete", "app/uninstalled"]
uri = "/webhooks"
`

export function queueFor(store: Store, appUrl: string, toml = TOML, timeoutMilliseconds = 5000) {
  const subscriptions = parseSubscriptions(toml)
  return new DeliveryQueue({
    store,
    appUrl,
    apiSecret: SECRET,
    subscriptions: () => subscriptions,
    timeoutMilliseconds,
  })
}

export async function until(test: () => boolean, what: string, milliseconds = 4000): Promise<void> {
  const end = Date.now() + milliseconds
  while (!test()) {
    if (Date.now() > end) throw new Error(`Waited in vain: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

export function product(store: Store, handle: string): Product {
  const found = store.products.find((one) => one.handle === handle)
  if (!found) throw new Error(`No product ${handle}`)
  return found
}

/** Buys so many of each: [handle, quantity]. */
export function order(
  store: Store,
  goods: [handle: string, quantity: number][],
  options: {
    codes?: string[]
    customerId?: number | null
    gateway?: 'shopify_payments' | 'Vorkasse' | 'cash'
  } = {},
): Order {
  const customerId =
    options.customerId === undefined ? (store.customers.all()[0]?.id ?? null) : options.customerId
  const customer = customerId === null ? null : store.customers.get(customerId)
  const lines = goods.map(([handle, quantity]) => {
    const found = product(store, handle)
    const [variant] = found.variants
    if (!variant) throw new Error(`No variant of ${handle}`)
    return { product: found, variant, quantity }
  })
  const till = options.gateway === 'cash'
  const quote = quoteCart(store, lines, options.codes ?? [], customerId, { shipped: !till, locale: 'de' })
  return recordOrder(store, {
    quote,
    source: till ? 'pos' : 'web',
    customerId,
    email: customer?.email ?? 'gast1@example.org',
    locale: 'de',
    currency: 'EUR',
    gateway: options.gateway ?? 'shopify_payments',
    at: store.time(),
    address: customer?.address ?? null,
  })
}

let nextDiscount = 1

export function discount(changes: Partial<DiscountNode> & { code: string }): DiscountNode {
  const { code, ...rest } = changes
  nextDiscount += 1
  return {
    id: nextDiscount,
    method: 'code',
    kind: 'basic',
    title: code,
    codes: [{ id: nextDiscount, code }],
    value: { kind: 'amount', amount: 500, onEachItem: false },
    items: { all: true, productIds: [], variantIds: [], collectionIds: [] },
    minimum: null,
    context: { kind: 'all' },
    usageLimit: null,
    oncePerCustomer: false,
    combinesWith: { order: true, product: true, shipping: true },
    startsAt: '2026-01-01T00:00:00Z',
    endsAt: null,
    uses: [],
    byApp: true,
    createdAt: '2026-01-01T00:00:00Z',
    updatedAt: '2026-01-01T00:00:00Z',
    ...rest,
  }
}
