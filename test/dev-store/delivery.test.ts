import { createHmac } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { tellOrder } from '../../dev-store/deeds/tell-app.ts'
import type { WebhookDelivery } from '../../dev-store/model.ts'
import { seedShop } from '../../dev-store/seed/seed-shop.ts'
import { Store } from '../../dev-store/store.ts'
import { afterAttempt, RETRY_MINUTES } from '../../dev-store/webhooks/delivery-queue.ts'
import { HistoryFeeder } from '../../dev-store/webhooks/history-feeder.ts'
import { install, listeningApp, order, queueFor, SECRET, smallShop, TODAY, until } from './support.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function shopWithApp(answer: Parameters<typeof listeningApp>[0], timeout = 5000) {
  const app = await listeningApp(answer)
  const { store } = smallShop({ live: true })
  install(store)
  // Real time, fast retries.
  store.switches = { ...store.switches, retrySpeed: 3600 }
  const webhooks = queueFor(store, app.url, undefined, timeout)
  webhooks.start()
  closing.push(app.close, () => webhooks.stop())
  return { app, store, webhooks }
}

describe('webhook delivery', () => {
  it('signs the exact body and sends every header that Shopify sends', async () => {
    const { app, store, webhooks } = await shopWithApp(() => 200)
    const placed = order(store, [['lindenhonig', 1]])
    tellOrder({ store, webhooks }, placed, ['orders/create'])
    await until(() => app.received.length === 1, 'one delivery')
    const [one] = app.received
    expect(one?.path).toBe('/webhooks')
    expect(one?.headers).toMatchObject({
      'content-type': 'application/json',
      'x-shopify-topic': 'orders/create',
      'x-shopify-shop-domain': 'kontor-lindental.myshopify.com',
      'x-shopify-api-version': '2026-10',
      'x-shopify-hmac-sha256': createHmac('sha256', SECRET)
        .update(one?.body ?? '')
        .digest('base64'),
    })
    for (const name of ['x-shopify-webhook-id', 'x-shopify-event-id', 'x-shopify-triggered-at']) {
      expect(one?.headers[name], name).toBeTruthy()
    }
    expect(JSON.parse(one?.body ?? '')).toEqual({
      id: placed.id,
      customer: { id: placed.customerId },
      line_items: [{ id: placed.lines[0]?.id }],
      current_total_price_set: {
        shop_money: { amount: '13.80', currency_code: 'EUR' },
        presentment_money: { amount: '13.80', currency_code: 'EUR' },
      },
    })
  })

  it('says nothing before the app is installed and about topics nobody subscribed to', async () => {
    const { app, store, webhooks } = await shopWithApp(() => 200)
    const placed = order(store, [['lindenhonig', 1]])
    expect(tellOrder({ store, webhooks }, placed, ['orders/paid'])).toEqual([])
    store.installation = { ...store.installation, installed: false }
    expect(tellOrder({ store, webhooks }, placed, ['orders/create'])).toEqual([])
    expect(app.received).toEqual([])
  })

  it('repeats a refused delivery with the original payload and the same webhook id', async () => {
    const { app, store, webhooks } = await shopWithApp((_, index) => (index < 2 ? 500 : 200))
    const placed = order(store, [['lindenhonig', 1]])
    const [made] = tellOrder({ store, webhooks }, placed, ['orders/create'])
    store.orders.put({ ...placed, note: 'changed since' })
    await until(() => store.deliveries.get(made?.id ?? 0)?.status === 'delivered', 'the third attempt')
    expect(app.received).toHaveLength(3)
    expect(new Set(app.received.map((one) => one.body)).size).toBe(1)
    expect(new Set(app.received.map((one) => one.headers['x-shopify-webhook-id'])).size).toBe(1)
    expect(store.deliveries.get(made?.id ?? 0)?.attempts.map((one) => one.status)).toEqual([500, 500, 200])
  })

  it('gives up after the eighth retry', () => {
    let delivery = { attempts: [], status: 'pending' } as unknown as WebhookDelivery
    const waits: number[] = []
    for (let attempt = 0; attempt <= RETRY_MINUTES.length; attempt += 1) {
      expect(delivery.status).toBe('pending')
      const attempts = [...delivery.attempts, { at: '', milliseconds: 1, status: 503, error: null }]
      delivery = afterAttempt({ ...delivery, attempts }, 0, 1)
      if (delivery.nextAttemptAt !== null) waits.push(delivery.nextAttemptAt)
    }
    expect(delivery.status).toBe('failed')
    expect(waits).toHaveLength(8)
    expect(waits.reduce((sum, wait) => sum + wait, 0)).toBe(4 * 3600 * 1000)
  })

  it('treats silence as a failure', async () => {
    const { store, webhooks } = await shopWithApp(
      (_, index) => new Promise((resolve) => setTimeout(() => resolve(200), index === 0 ? 3_000 : 0)),
      1_000, // long enough for a busy machine to answer the second
    )
    const [made] = tellOrder({ store, webhooks }, order(store, [['lindenhonig', 1]]), ['orders/create'])
    await until(() => store.deliveries.get(made?.id ?? 0)?.status === 'delivered', 'the second attempt')
    expect(store.deliveries.get(made?.id ?? 0)?.attempts.map((one) => one.error)).toEqual(['timeout', null])
  })

  it('duplicates and drops when the switches say so', async () => {
    const { app, store, webhooks } = await shopWithApp(() => 200)
    store.switches = { ...store.switches, duplicate: 100 }
    tellOrder({ store, webhooks }, order(store, [['lindenhonig', 1]]), ['orders/create'])
    await until(() => app.received.length === 2, 'both copies')
    expect(new Set(app.received.map((one) => one.headers['x-shopify-webhook-id'])).size).toBe(1)
    store.switches = { ...store.switches, duplicate: 0, drop: 100 }
    const [lost] = tellOrder({ store, webhooks }, order(store, [['lindenhonig', 1]]), ['orders/create'])
    expect(lost?.status).toBe('dropped')
    expect(webhooks.redeliver(lost?.id ?? 0)).toBe(true)
    await until(() => app.received.length === 3, 'the lost one, sent again')
  })

  it('goes on after a restart with what was pending', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'practice-'))
    closing.push(() => rmSync(directory, { recursive: true }))
    const first = new Store({ directory })
    seedShop(first, { today: TODAY, customers: 15, orders: 3 })
    install(first)
    const [made] = tellOrder(
      // Nothing listens on port 9 of the loopback.
      { store: first, webhooks: queueFor(first, 'http://127.0.0.1:9') },
      order(first, [['lindenhonig', 1]]),
      ['orders/create'],
    )
    first.close()
    const app = await listeningApp(() => 200)
    closing.push(app.close)
    const second = new Store({ directory })
    closing.push(() => second.close())
    const webhooks = queueFor(second, app.url)
    webhooks.start()
    await until(() => second.deliveries.get(made?.id ?? 0)?.status === 'delivered', 'the pending one')
    webhooks.stop()
    expect(app.received.map((one) => one.body)).toEqual([made?.body])
    expect(second.orders.size).toBe(4)
  })

  it('hands over the whole past, oldest first, and says how far it is', async () => {
    const app = await listeningApp((_, index) => (index % 10 === 3 ? 500 : 200))
    const { store } = smallShop({ orders: 120, customers: 30, live: true })
    install(store)
    store.switches = { ...store.switches, retrySpeed: 36_000 }
    const webhooks = queueFor(store, app.url)
    closing.push(app.close, () => webhooks.stop())
    webhooks.start()
    const seen: number[] = []
    const feeder = new HistoryFeeder(store, webhooks)
    const total = store.historyEvents.size
    const end = await feeder.deliverHistory(({ delivered }) => seen.push(delivered))
    expect(end).toEqual({ delivered: total, total, failed: 0, done: true })
    expect(seen).toEqual([...seen].sort((a, b) => a - b))
    expect(store.historyEvents.size).toBe(0)
    // They are made oldest first; parallel connections may overtake one another, as Shopify's do.
    const times = store.deliveries.all().map((one) => one.triggeredAt)
    expect(times).toHaveLength(total)
    expect(times).toEqual(times.toSorted())
    expect(new HistoryFeeder(store, webhooks).progress()).toMatchObject({ delivered: total, done: true })
  })

  it('waits while the app is uninstalled and goes on with the past afterwards', async () => {
    const app = await listeningApp(() => 200)
    const { store } = smallShop({ orders: 150, customers: 30, live: true })
    install(store)
    const webhooks = queueFor(store, app.url)
    closing.push(app.close, () => webhooks.stop())
    webhooks.start()
    const feeder = new HistoryFeeder(store, webhooks)
    const end = feeder.deliverHistory()
    store.installation = { ...store.installation, installed: false }
    await until(() => webhooks.pendingCount === 0, 'what was on its way')
    expect(feeder.progress()).toMatchObject({ done: false })
    install(store)
    feeder.resume()
    expect(await end).toMatchObject({ delivered: store.history.total, failed: 0, done: true })
    expect(new Set(app.received.map((one) => one.headers['x-shopify-webhook-id'])).size).toBe(
      store.history.total,
    )
  })
})
