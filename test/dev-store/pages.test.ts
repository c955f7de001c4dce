import { createHmac } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import type { Hono } from 'hono'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { currentQuantity, financialStatus, orderTotals } from '../../dev-store/commerce/order-state.ts'
import type { PracticeContext } from '../../dev-store/context.ts'
import { uninstallApp } from '../../dev-store/deeds/customer-deeds.ts'
import {
  creditStoreCredit,
  storeCreditAccountsOf,
  storeCreditTransactionsOf,
} from '../../dev-store/deeds/store-credit-deeds.ts'
import { themeContext } from '../../dev-store/liquid/context.ts'
import { globalObjects } from '../../dev-store/liquid/objects.ts'
import type { Order } from '../../dev-store/model.ts'
import { practiceApp } from '../../dev-store/practice-store.ts'
import type { Store } from '../../dev-store/store.ts'
import { HistoryFeeder } from '../../dev-store/webhooks/history-feeder.ts'
import {
  discount,
  install,
  listeningApp,
  order,
  product,
  queueFor,
  type Received,
  SECRET,
  smallShop,
} from './support.ts'

let target: Awaited<ReturnType<typeof listeningApp>>
let store: Store
let app: Hono
let context: PracticeContext
let cookie = ''

const TOPICS = `
[webhooks]
[[webhooks.subscriptions]]
topics = ["orders/create", "orders/updated", "orders/delete", "customers/create", "customers/update",
  "customers/delete", "customers/merge", "disputes/create", "disputes/update", "products/update"]
compliance_topics = ["customers/redact", "customers/data_request"]
uri = "/webhooks"
`

beforeAll(async () => {
  target = await listeningApp(() => 200)
})
afterAll(() => target.close())

beforeEach(() => {
  store = smallShop({ live: true }).store
  install(store)
  const webhooks = queueFor(store, target.url, TOPICS)
  context = {
    settings: {
      port: 4000,
      origin: 'http://localhost:4000',
      appUrl: target.url,
      apiKey: 'key',
      apiSecret: SECRET,
      projectRoot: fileURLToPath(new URL('../..', import.meta.url)),
      dataDirectory: ':memory:',
      pastOrders: 2500,
    },
    store,
    webhooks,
    history: new HistoryFeeder(store, webhooks),
  }
  app = practiceApp(context)
  cookie = ''
})

async function get(path: string) {
  const response = await app.request(path, { headers: { cookie } })
  return { status: response.status, text: await response.text() }
}

async function post(path: string, fields: Record<string, string | number> = {}) {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, String(value))
  const response = await app.request(path, { method: 'POST', body: form, headers: { cookie } })
  const session = /practice_session=[^;]+/.exec(response.headers.get('set-cookie') ?? '')
  if (session) cookie = session[0]
  return { status: response.status, to: response.headers.get('location') ?? '', text: await response.text() }
}

const variantOf = (handle: string) => product(store, handle).variants[0]?.id ?? 0
const customerAt = (index: number) => store.customers.all()[index]?.id ?? 0
const topics = () => store.deliveries.all().map((one) => one.topic)
const again = (one: Order) => store.orders.get(one.id) as Order

async function checkOut(fields: Record<string, string> = {}): Promise<Order> {
  const { to } = await post('/checkout', { email: 'gast@example.org', payment: 'card', ...fields })
  const found = store.orders.find((one) => to.endsWith(one.token))
  if (!found) throw new Error(`No order behind "${to}"`)
  return found
}

describe('store credit', () => {
  const give = (amount: number, expiresAt: string | null = null) =>
    creditStoreCredit(
      store,
      { customerId: customerAt(0) },
      { amount, currency: 'EUR', expiresAt, notify: false },
    )
  const balance = () => storeCreditAccountsOf(store, customerAt(0))[0]?.balance
  const movements = () =>
    storeCreditAccountsOf(store, customerAt(0))
      .flatMap(({ id }) => storeCreditTransactionsOf(store, id))
      .map((one) => [one.kind, one.event, one.amount, one.orderTransactionId])
  const paid = (one: Order) => one.transactions.map(({ kind, gateway, amount }) => [kind, gateway, amount])
  const lastTold = () =>
    JSON.parse(store.deliveries.all().findLast((one) => one.topic === 'orders/updated')?.body ?? '')

  it('is seen in the account, by Liquid and by the merchant, who gives and takes', async () => {
    await post('/account/login', { customer: customerAt(0) })
    expect((await get('/account')).text).not.toContain('id="store-credit"')
    const liquid = () => {
      const facts = { customerId: customerAt(0), productId: null, locale: 'de' as const, page: 'index' }
      return globalObjects(themeContext(store, facts)).customer?.store_credit_account
    }
    expect(liquid()).toBeNull()
    const path = `/admin/customers/${customerAt(0)}`
    await post(`${path}/store-credit`, { amount: '20,00', expiresOn: '2099-12-31', move: 'credit' })
    await post(`${path}/store-credit`, { amount: '7,50', move: 'debit' })
    expect(balance()).toBe(1250)
    expect(liquid()).toEqual({ balance: 1250 })
    expect((await get('/account')).text).toMatch(
      /Guthaben<\/h2>\s*<p><strong>12,50\s€.*davon bis 31\.12\.2099: 12,50\s€/s,
    )
    expect((await get('/en/account')).text).toMatch(/Store credit<\/h2>\s*<p><strong>€12\.50/)
    const { text } = await get(path)
    expect(text).toMatch(/debit ADJUSTMENT.*-7,50\s€.*12,50\s€.*credit ADJUSTMENT.*20,00\s€/s)
    const refused = await post(`${path}/store-credit`, { amount: '12,51', move: 'debit' })
    expect(refused.to).toContain('refused=insufficient-funds')
    expect((await get(refused.to)).text).toContain('So viel Guthaben ist nicht da.')
  })

  it('pays for all it can, the rest goes by card, and a refund gives the credit back first', async () => {
    give(1000)
    await post('/account/login', { customer: customerAt(0) })
    await post('/cart/add', { id: variantOf('becher-zweierlei'), quantity: 2 })
    const { text } = await get('/checkout')
    expect(text).toMatch(/Guthaben einsetzen: −10,00\s€/)
    expect(text).toMatch(/Dann noch auf andere Weise zu zahlen: 28,70\s€/)
    const bought = await checkOut({ storeCredit: '1000' })
    expect(paid(bought)).toEqual([
      ['sale', 'shopify_store_credit', 1000],
      ['sale', 'shopify_payments', 2 * 1690 + 490 - 1000],
    ])
    expect(financialStatus(bought)).toBe('paid')
    expect(lastTold()).toMatchObject({
      payment_gateway_names: ['shopify_store_credit', 'shopify_payments'],
      total_price: '38.70',
      current_total_price: '38.70',
      total_outstanding: '0.00',
      total_discounts: '0.00',
      financial_status: 'paid',
    })
    expect(balance()).toBe(0)

    await post(`/admin/orders/${bought.id}/refund`, { amount: '12,00' })
    const refunded = again(bought)
    expect(paid(refunded).slice(2)).toEqual([
      ['refund', 'shopify_store_credit', 1000],
      ['refund', 'shopify_payments', 200],
    ])
    expect(refunded.transactions[2]?.parentId).toBe(bought.transactions[0]?.id)
    expect(refunded.transactions[3]?.parentId).toBe(bought.transactions[1]?.id)
    expect(lastTold().refunds[0].transactions).toMatchObject([
      { kind: 'refund', gateway: 'shopify_store_credit', amount: '10.00', manual_payment_gateway: false },
      { kind: 'refund', gateway: 'shopify_payments', amount: '2.00' },
    ])
    expect(movements()).toEqual([
      ['credit', 'ADJUSTMENT', 1000, null],
      ['debit', 'ORDER_PAYMENT', -1000, bought.transactions[0]?.id],
      ['debit_revert', 'ORDER_REFUND', 1000, refunded.transactions[2]?.id],
    ])
    await post(`/admin/orders/${bought.id}/cancel`, { reason: 'customer' })
    expect(financialStatus(again(bought))).toBe('refunded')
    expect(balance()).toBe(1000)
  })

  it('pays a whole order, and a cancellation gives it back', async () => {
    give(10_000)
    await post('/account/login', { customer: customerAt(0) })
    await post('/cart/add', { id: variantOf('becher-zweierlei'), quantity: 2 })
    const bought = await checkOut({ storeCredit: '3870', payment: 'advance' })
    expect(paid(bought)).toEqual([['sale', 'shopify_store_credit', 3870]])
    expect(financialStatus(bought)).toBe('paid')
    expect(lastTold().payment_gateway_names).toEqual(['shopify_store_credit'])
    expect(balance()).toBe(6130)
    await post(`/admin/orders/${bought.id}/cancel`, { reason: 'customer' })
    expect(movements().at(-1)?.slice(0, 3)).toEqual(['debit_revert', 'ORDER_CANCELLATION', 3870])
    expect(balance()).toBe(10_000)
  })

  it('leaves what is to come by bank transfer open', async () => {
    give(1000)
    await post('/account/login', { customer: customerAt(0) })
    await post('/cart/add', { id: variantOf('becher-zweierlei'), quantity: 2 })
    const bought = await checkOut({ storeCredit: '1000', payment: 'advance' })
    expect(financialStatus(bought)).toBe('partially_paid')
    expect(orderTotals(bought).outstanding).toBe(2870)
    await post(`/admin/orders/${bought.id}/pay`)
    expect(financialStatus(again(bought))).toBe('paid')
    expect(paid(again(bought))).toEqual([
      ['sale', 'shopify_store_credit', 1000],
      ['sale', 'Vorkasse', 2870],
    ])
  })

  it('is neither taken from guests nor in another amount than was shown', async () => {
    give(1000)
    await post('/cart/add', { id: variantOf('becher-zweierlei'), quantity: 2 })
    expect((await get('/checkout')).text).not.toContain('name="storeCredit"')
    expect((await post('/checkout', { storeCredit: '1000' })).status).toBe(422)
    await post('/account/login', { customer: customerAt(0) })
    const answer = await post('/checkout', { storeCredit: '1100' })
    expect(answer.status).toBe(422)
    expect(answer.text).toContain('Ihr Guthaben hat sich geändert.')
    expect(store.orders.size).toBe(0)
    expect(paid(await checkOut())).toEqual([['sale', 'shopify_payments', 3870]])
    expect(balance()).toBe(1000)
  })

  it('keeps two customers from being merged, and goes with a deleted one', async () => {
    give(1000)
    const path = `/admin/customers/${customerAt(1)}`
    const { to } = await post(`${path}/merge`, { other: customerAt(0) })
    expect(to).toContain('refused=has-store-credit')
    expect((await get(to)).text).toContain('Wer Guthaben hat, kann nicht zusammengeführt werden.')
    const back = await post(`/admin/customers/${customerAt(0)}/merge`, { other: customerAt(1) })
    expect(back.to).toContain('refused=has-store-credit')
    expect(store.mergedCustomers.size).toBe(0)
    await post(`/admin/customers/${customerAt(0)}/delete`)
    expect([store.storeCreditAccounts.size, store.storeCreditTransactions.size]).toEqual([0, 0])
  })
})

describe('the storefront', () => {
  it('answers every page in German and in English', async () => {
    for (const path of ['/', '/collections/feinkost', '/products/lindenhonig', '/cart', '/account/login']) {
      const german = await get(path)
      const english = await get(path === '/' ? '/en' : `/en${path}`)
      expect([german.status, english.status], path).toEqual([200, 200])
      expect(german.text).toContain('<html lang="de">')
      expect(english.text).toContain('<html lang="en">')
    }
    expect((await get('/en/')).status).toBe(200)
    expect((await get('/products/gibt-es-nicht')).status).toBe(404)
  })

  it('renders the real blocks of the theme extension', async () => {
    expect((await get('/')).text).toContain('id="shopify-block-points-widget-balance"')
    const { text } = await get('/products/lindenhonig')
    expect(text).toContain('id="shopify-block-points-widget-product-points"')
    expect(text).toContain('id="shopify-block-points-widget-panel"')
    expect(text).toContain('/extensions/points-widget/')
  })

  it('sells to a signed-in customer with a code of her own, once', async () => {
    const node = discount({
      code: 'SG-MARA',
      usageLimit: 1,
      context: { kind: 'customers', ids: [customerAt(0)] },
    })
    store.discounts.put(node)
    await post('/cart/add', { id: variantOf('becher-zweierlei'), quantity: 3 })
    await post('/cart/discount', { code: 'sg-mara' })
    expect((await get('/cart')).text).toContain('anderes Kundenkonto')
    expect((await post('/checkout', { email: 'x@example.org' })).status).toBe(422)
    expect(store.orders.size).toBe(0)
    await post('/account/login', { customer: customerAt(0) })
    const bought = await checkOut()
    expect(bought).toMatchObject({ customerId: customerAt(0), source: 'web' })
    expect(orderTotals(bought)).toMatchObject({ subtotal: 3 * 1690 - 500, total: 3 * 1690 - 500 + 490 })
    expect(bought.discountApplications.map((one) => one.code)).toEqual(['SG-MARA'])
    expect(store.discounts.get(node.id)?.uses).toMatchObject([
      { orderId: bought.id, customerId: customerAt(0) },
    ])
    expect(topics()).toEqual(['orders/create', 'orders/updated', 'customers/update'])
    await post('/cart/add', { id: variantOf('becher-zweierlei') })
    await post('/cart/discount', { code: 'SG-MARA' })
    expect((await get('/en/cart')).text).toContain('has been used already')
    expect((await get(`/checkout/thank-you/${bought.token}`)).text).toContain(
      'purchase.thank-you.block.render',
    )
    expect((await get(`/account/orders/${bought.token}`)).text).toContain('customer-account.order-status')
  })

  it('sells to guests and leaves bank transfers open', async () => {
    await post('/cart/add', { id: variantOf('lindenhonig') })
    const bought = await checkOut({ payment: 'advance', email: 'gast@example.org' })
    expect(bought).toMatchObject({ customerId: null, email: 'gast@example.org' })
    expect(financialStatus(bought)).toBe('pending')
    expect((await get(`/account/orders/${bought.token}`)).status).toBe(404)
  })

  it('escapes what people type', async () => {
    await post('/cart/add', { id: variantOf('lindenhonig') })
    await post('/cart/discount', { code: '<img src=x onerror=alert(1)>' })
    const { text } = await get('/cart')
    expect(text).not.toContain('<img src=x')
    expect(text).toContain('&lt;img src=x')
  })

  it('rings up cash at the till, rounded to five cents', async () => {
    store.products.put({
      ...product(store, 'lindenhonig'),
      variants: product(store, 'lindenhonig').variants.map((one) => ({ ...one, price: 893 })),
    })
    const { to } = await post('/till', {
      [`v${variantOf('lindenhonig')}`]: 2,
      customer: customerAt(1),
      tip: '1,00',
    })
    const [sold] = store.orders.all()
    expect(to).toBe(`/till?receipt=${sold?.token}`)
    expect(sold).toMatchObject({
      source: 'pos',
      customerId: customerAt(1),
      tip: 100,
      cashRounding: -1,
      shippingLines: [],
    })
    expect((await post('/till', {})).status).toBe(422)
  })

  it('W26: the receipt of the till shows what a code took off', async () => {
    store.discounts.put(discount({ code: 'FUENF' }))
    const { to } = await post('/till', { [`v${variantOf('espresso-nordhang')}`]: 1, code: 'FUENF' })
    const receipt = (await get(to ?? '')).text
    expect(receipt).toMatch(/FUENF<\/code><\/dt><dd>−5,00\s€/)
    const [sold] = store.orders.all()
    expect(sold?.transactions[0]?.amount).toBe(
      (product(store, 'espresso-nordhang').variants[0]?.price ?? 0) - 500,
    )
  })

  it('W26: the theme editor of the shop is a page of this store', async () => {
    const { text } = await get('/admin/themes/current/editor?context=apps')
    expect(text).toContain('keinen Theme-Editor')
  })
})

describe('the app proxy', () => {
  const expected = (query: URLSearchParams) => {
    const message = [...query]
      .filter(([name]) => name !== 'signature')
      .map(([name, value]) => `${name}=${value}`)
      .sort()
      .join('')
    return createHmac('sha256', SECRET).update(message).digest('hex')
  }
  const last = () => target.received.at(-1) as Received

  it('signs what it passes on and lets no shopper speak for Shopify', async () => {
    await post('/account/login', { customer: customerAt(0) })
    const path =
      '/apps/stammgast/panel?locale=de&logged_in_customer_id=1&signature=00&shop=other.myshopify.com'
    expect((await get(path)).status).toBe(200)
    const url = new URL(last().path, target.url)
    expect(url.pathname).toBe('/proxy/panel')
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      locale: 'de',
      shop: 'kontor-lindental.myshopify.com',
      path_prefix: '/apps/stammgast',
      logged_in_customer_id: String(customerAt(0)),
    })
    expect(url.searchParams.get('signature')).toBe(expected(url.searchParams))
    expect(last().headers.cookie).toBeUndefined()
  })

  it('passes posts on with their body, from English pages too, and names no customer for guests', async () => {
    const response = await app.request('/en/apps/stammgast/panel/redeem', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"rewardId":"r1","key":"k1"}',
    })
    expect(response.status).toBe(200)
    const url = new URL(last().path, target.url)
    expect(url.pathname).toBe('/proxy/panel/redeem')
    expect(last().headers['content-type']).toBe('application/json')
    expect(last().body).toBe('{"rewardId":"r1","key":"k1"}')
    expect(url.searchParams.get('logged_in_customer_id')).toBe('')
    expect(url.searchParams.get('signature')).toBe(expected(url.searchParams))
  })
})

describe('the merchant', () => {
  it('marks as paid, edits, refunds by line, amount and shipping, cancels and deletes', async () => {
    const placed = order(store, [['lindenhonig', 3]], { gateway: 'Vorkasse' })
    const at = `/admin/orders/${placed.id}`
    const [line] = placed.lines
    if (!line) throw new Error('no line')
    await post(`${at}/pay`)
    expect(financialStatus(again(placed))).toBe('paid')
    await post(`${at}/edit`, { [`line-${line.id}`]: 2, add: variantOf('schokolade-70'), addQuantity: 2 })
    expect(again(placed).lines.map((one) => currentQuantity(again(placed), one))).toEqual([2, 2])
    await post(`${at}/refund`, { [`line-${line.id}`]: 1, shipping: '', amount: '' })
    await post(`${at}/refund`, { shipping: '4,90' })
    await post(`${at}/refund`, { amount: '1.50' })
    expect(orderTotals(again(placed))).toMatchObject({
      refunded: 890 + 490 + 150,
      currentSubtotal: 890 + 900,
    })
    expect((await post(`${at}/refund`, { amount: '9999' })).to).toBe(`${at}?refused=amount-too-large`)
    expect((await get(`${at}?refused=amount-too-large`)).text).toContain('So viel Geld')
    expect((await post(`${at}/delete`)).to).toBe('/admin/orders?refused=not-deletable')
    await post(`${at}/cancel`, { reason: 'inventory' })
    expect(again(placed)).toMatchObject({ cancelReason: 'inventory' })
    await post(`${at}/delete`)
    expect(store.orders.get(placed.id)).toBeUndefined()
    expect(topics()).toEqual([...Array(6).fill('orders/updated'), 'orders/delete'])
  })

  it('sends the same form twice without a second refund of the same pieces', async () => {
    const placed = order(store, [['lindenhonig', 1]])
    const path = `/admin/orders/${placed.id}/refund`
    const fields = { [`line-${placed.lines[0]?.id}`]: 1 }
    await post(path, fields)
    expect((await post(path, fields)).to).toContain('refused=quantity-too-large')
    expect(orderTotals(again(placed)).refunded).toBe(890)
  })

  it('attaches a customer to an order of the till', async () => {
    const placed = order(store, [['lindenhonig', 1]], { gateway: 'cash', customerId: null })
    await post(`/admin/orders/${placed.id}/attach`, { customer: customerAt(2) })
    expect(again(placed).customerId).toBe(customerAt(2))
  })

  it('takes the customer off an order, and says so to the app', async () => {
    const placed = order(store, [['lindenhonig', 1]])
    await post(`/admin/orders/${placed.id}/take-off`)
    expect(again(placed)).toMatchObject({ customerId: null, email: null })
    expect(topics()).toContain('orders/updated')
    expect((await post(`/admin/orders/${placed.id}/take-off`)).to).toContain('refused=no-customer')
  })

  it('opens and loses a chargeback', async () => {
    const placed = order(store, [['lindenhonig', 1]])
    await post(`/admin/orders/${placed.id}/dispute`, { step: 'open' })
    await post(`/admin/orders/${placed.id}/dispute`, { step: 'lost' })
    expect(again(placed).disputes).toMatchObject([{ status: 'lost' }])
    expect(topics().filter((topic) => topic.startsWith('disputes/'))).toEqual([
      'disputes/create',
      'disputes/update',
    ])
  })

  it('creates, merges and deletes customers, and passes privacy requests on', async () => {
    const { to } = await post('/admin/customers', {
      firstName: 'Nora',
      lastName: 'Probe',
      email: 'NORA@example.com',
      locale: 'de',
    })
    const created = Number(to.split('/').at(-1))
    expect(store.customers.get(created)).toMatchObject({ email: 'nora@example.com' })
    const kept = customerAt(0)
    const gone = customerAt(1)
    const placed = order(store, [['lindenhonig', 1]], { customerId: gone })
    await post(`/admin/customers/${kept}/merge`, { other: gone })
    expect(again(placed).customerId).toBe(kept)
    expect(store.customer(gone)?.id).toBe(kept)
    expect((await post(`/admin/customers/${kept}/delete`)).to).toContain('refused=has-orders')
    await post(`/admin/customers/${created}/redact`)
    await post(`/admin/customers/${created}/delete`)
    expect(store.customers.get(created)).toBeUndefined()
    expect(topics()).toEqual([
      'customers/create',
      'customers/merge',
      'customers/update',
      'customers/redact',
      'customers/delete',
    ])
  })

  it('turns the disturbances on within their bounds', async () => {
    await post('/admin/webhooks/switches', { duplicate: 20, drop: 400, delay: -3, retrySpeed: 0 })
    expect(store.switches).toMatchObject({ duplicate: 20, drop: 100, delay: 0, retrySpeed: 1 })
  })

  it('shows every page in both languages', async () => {
    const placed = order(store, [['lindenhonig', 1]])
    const paths = ['/admin/orders', `/admin/orders/${placed.id}`, '/admin/customers', '/admin/products']
    for (const path of [...paths, `/admin/customers/${customerAt(0)}`, '/admin/webhooks', '/till']) {
      cookie = ''
      expect((await get(path)).text, path).toContain('<html lang="de">')
      cookie = 'admin_locale=en'
      expect((await get(path)).text, path).toContain('<html lang="en">')
    }
  })
})

it('owner 2: the app’s blocks are gone while it is uninstalled, and back in their places afterwards', async () => {
  const handle = store.products.all()[0]?.handle
  const shown = async () => {
    const pages = [await get('/'), await get(`/products/${handle}`)]
    return pages.map(({ text }) => text.includes('stammgast'))
  }
  expect(await shown()).toEqual([true, true])
  uninstallApp(context)
  expect(await shown()).toEqual([false, false])
  install(store)
  expect(await shown()).toEqual([true, true])
})

it('owner 9: the till has one heading of the first level, as every page', async () => {
  for (const path of ['/till', '/', '/cart', '/account/login']) {
    const { text } = await get(path)
    expect([path, text.match(/<h1[ >]/g)?.length]).toEqual([path, 1])
  }
})
