/** The practice store's host runs the real extension in a real browser, against an app on another origin. */
import { createHmac } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type ServerType, serve } from '@hono/node-server'
import { Hono } from 'hono'
import { cors } from 'hono/cors'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Shop } from '../../dev-store/model.ts'
import {
  CHECKOUT_CHANGED,
  CHECKOUT_TARGET,
  ORDER_STATUS_TARGET,
  renderExtensionTargets,
  THANK_YOU_TARGET,
  type UiCheckout,
  type UiHostContext,
  type UiTarget,
  uiHostRoutes,
} from '../../dev-store/ui-host/index.ts'
import { launchChromium } from '../browser.ts'

const SECRET = 'secret-of-the-test'
const KEY = 'key-of-the-test'
const MEMBER = {
  available: 1250,
  pending: 49,
  debt: 0,
  nextReward: { name: { de: '5 € Rabatt', en: '€5 off' }, cost: 1500, missing: 250 },
}
const POINT_NAME = { de: { one: 'Punkt', many: 'Punkte' }, en: { one: 'point', many: 'points' } }

function checkout(total: number, code: string | null = null): UiCheckout {
  const discounts = code ? [{ amount: 500, code, title: code }] : []
  return {
    token: 'checkout-1',
    currency: 'EUR',
    lines: [
      {
        id: '1',
        productId: 11,
        variantId: 111,
        title: 'Teekanne',
        variantTitle: null,
        vendor: 'Kontor Lindental',
        productType: 'Geschirr',
        sku: 'TK-1',
        quantity: 1,
        requiresShipping: true,
        total,
        discounts: [],
      },
    ],
    discountCodes: code ? [code] : [],
    discounts,
    subtotal: total,
    shipping: 490,
    tax: null,
    total: total + 490 - (code ? 500 : 0),
    canUpdateDiscountCodes: true,
  }
}

/** Checks the signature and returns the claims, as the app does. */
function claimsOf(authorization: string | undefined): Record<string, unknown> {
  const [, head, body, signature] = /^Bearer ([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(authorization ?? '') ?? []
  const expected = createHmac('sha256', SECRET).update(`${head}.${body}`).digest('base64url')
  expect(signature).toBe(expected)
  return JSON.parse(Buffer.from(body ?? '', 'base64url').toString('utf8'))
}

let browser: Browser
const servers: ServerType[] = []
const tokens: Record<string, unknown>[] = []
let shopAddress = ''

async function listen(app: Hono): Promise<string> {
  return new Promise((resolve) => {
    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, (info: AddressInfo) =>
      resolve(`http://127.0.0.1:${info.port}`),
    )
    servers.push(server)
  })
}

/** Counts a point per whole euro, knows signed-in customers, and finds the order at the second asking. */
function loyaltyApp(): Hono {
  const asked = new Map<string, number>()
  return new Hono()
    .use('/api/*', cors({ origin: '*', allowHeaders: ['Authorization', 'Content-Type'] }))
    .use('/api/*', async (c, next) => {
      tokens.push(claimsOf(c.req.header('authorization')))
      await next()
    })
    .get('/api/membership', (c) =>
      c.json({ member: tokens.at(-1)?.sub ? MEMBER : null, pointName: POINT_NAME }),
    )
    .post('/api/preview', async (c) => {
      const { lines } = await c.req.json<{ lines: { amount: string }[] }>()
      return c.json({ points: Math.floor(lines.reduce((sum, line) => sum + Number(line.amount), 0)) })
    })
    .get('/api/order-points', (c) => {
      const order = c.req.query('order') ?? ''
      asked.set(order, (asked.get(order) ?? 0) + 1)
      return c.json(
        asked.get(order) === 1
          ? { points: 0, status: 'unknown', availableAt: null }
          : { points: 49, status: 'pending', availableAt: '2026-12-05T09:00:00Z' },
      )
    })
}

function practiceStore(appUrl: string): Hono {
  const shop = {
    id: 1,
    domain: 'kontor-lindental.myshopify.com',
    name: 'Kontor Lindental',
    currency: 'EUR',
    timeZone: 'Europe/Berlin',
    countryCode: 'DE',
  } as Shop
  const settings = {
    origin: 'https://shop.example.test',
    appUrl,
    apiKey: KEY,
    apiSecret: SECRET,
    projectRoot: process.cwd(),
  }
  const context: UiHostContext = { settings, store: { shop } }
  const store = new Hono()
  store.route(
    '/',
    uiHostRoutes(context, {
      customerIdOf: (c) => (c.req.header('cookie')?.includes('customer=7') ? 7 : null),
      changeDiscountCode: async (_, token, change) =>
        token === 'checkout-1' && change.code === 'FUENF'
          ? { type: 'success', checkout: checkout(4990, 'FUENF') }
          : { type: 'error', message: 'Dieser Code gilt nicht.' },
    }),
  )
  store.get('/:locale/:target', (c) => {
    const locale = c.req.param('locale') === 'en' ? 'en' : 'de'
    const target = c.req.param('target') as UiTarget
    const signedIn = c.req.header('cookie')?.includes('customer=7')
    const order = {
      id: 6100 + locale.length + (signedIn ? 1 : 0),
      name: '#1001',
      confirmationNumber: 'KL1001',
      isFirstOrder: false,
      processedAt: '2026-11-21T10:00:00Z',
      cancelledAt: null,
    }
    const customer = signedIn ? { id: 7 } : null
    const block = renderExtensionTargets({
      context,
      target,
      locale,
      customer,
      checkout: checkout(4990),
      ...(target === CHECKOUT_TARGET ? {} : { order }),
    })
    return c.html(`<!doctype html><html lang="${locale}"><head><meta name="viewport" content="width=device-width">
      <title>Kontor Lindental</title><style>body{font:16px/1.5 system-ui,sans-serif;max-width:640px;margin:24px auto;padding:0 16px}</style>
      </head><body><main><h1>${locale === 'de' ? 'Kasse' : 'Checkout'}</h1>${block}</main></body></html>`)
  })
  return store
}

beforeAll(async () => {
  shopAddress = await listen(practiceStore(await listen(loyaltyApp())))
  browser = await launchChromium()
}, 60_000)
afterAll(async () => {
  await browser?.close()
  for (const server of servers) server.close()
})

interface Visit {
  target: UiTarget
  locale: 'de' | 'en'
  signedIn: boolean
  width?: number
}

async function visit({ target, locale, signedIn, width = 1280 }: Visit): Promise<Page> {
  const page = await browser.newPage({ viewport: { width, height: 480 } })
  page.setDefaultTimeout(10_000)
  page.on('pageerror', (error) => problems.push(String(error)))
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
  if (signedIn) await page.context().addCookies([{ name: 'customer', value: '7', url: shopAddress }])
  await page.goto(`${shopAddress}/${locale}/${target}`)
  return page
}
const problems: string[] = []

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
async function violations(page: Page): Promise<unknown[]> {
  await page.evaluate(axe)
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(): Promise<{ violations: { id: string }[] }> } }
    return (await axe.run()).violations
  })
}

const DONE: Record<string, Record<'de' | 'en', string>> = {
  [CHECKOUT_TARGET]: {
    de: 'Mit dieser Bestellung sammeln Sie 49 Punkte.',
    en: 'This order earns you 49 points.',
  },
  [THANK_YOU_TARGET]: {
    de: 'Verfügbar ab 5. Dezember 2026.',
    en: 'Available from December 5, 2026.',
  },
  [ORDER_STATUS_TARGET]: {
    de: 'Neuer Punktestand: 1.250 Punkte, 49 Punkte vorgemerkt',
    en: 'New balance: 1,250 points, 49 points pending',
  },
  guest: {
    de: 'Als Mitglied erhalten Sie 49 Punkte mit dieser Bestellung.',
    en: 'Members earn 49 points with this order.',
  },
}

const views = (['de', 'en'] as const).flatMap((locale) =>
  [390, 1280].flatMap((width) => [
    { target: CHECKOUT_TARGET, locale, width, signedIn: true },
    { target: CHECKOUT_TARGET, locale, width, signedIn: false },
    { target: THANK_YOU_TARGET, locale, width, signedIn: true },
    { target: ORDER_STATUS_TARGET, locale, width, signedIn: true },
  ]),
) as (Visit & { width: number })[]

test.each(views)('$target in $locale at $width px, signed in: $signedIn', async (view) => {
  const page = await visit(view)
  const text = (view.signedIn ? DONE[view.target] : DONE.guest)?.[view.locale] ?? ''
  await page.getByText(text).waitFor({ timeout: 10_000 })
  expect(await violations(page)).toEqual([])
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true)
  expect(problems).toEqual([])
  if (process.env.SCREENSHOTS) {
    mkdirSync(process.env.SCREENSHOTS, { recursive: true })
    const name = `${view.target}-${view.locale}-${view.width}${view.signedIn ? '' : '-guest'}.png`
    await page.screenshot({ path: join(process.env.SCREENSHOTS, name) })
  }
  await page.context().close()
})

test('the session token names shop, app and the signed-in customer, and nobody for a guest', async () => {
  tokens.length = 0
  const page = await visit({ target: CHECKOUT_TARGET, locale: 'de', signedIn: true })
  await page.getByText('sammeln Sie 49 Punkte').waitFor()
  expect(tokens).toHaveLength(2)
  expect(tokens[0]).toMatchObject({
    dest: 'kontor-lindental.myshopify.com',
    aud: KEY,
    sub: 'gid://shopify/Customer/7',
  })
  // Balance and preview are asked for at once, and share one token.
  expect(new Set(tokens.map((token) => token.jti)).size).toBe(1)
  expect(Number(tokens[0]?.exp) - Number(tokens[0]?.nbf)).toBe(300)
  await page.context().close()
  tokens.length = 0
  const guest = await visit({ target: CHECKOUT_TARGET, locale: 'de', signedIn: false })
  await guest.getByText('Als Mitglied erhalten Sie').waitFor()
  expect(tokens[0]).not.toHaveProperty('sub')
  await guest.context().close()
})

test('points follow when the page says that the checkout changed', async () => {
  const page = await visit({ target: CHECKOUT_TARGET, locale: 'de', signedIn: true })
  await page.getByText('sammeln Sie 49 Punkte').waitFor()
  await page.evaluate(({ event, detail }) => window.dispatchEvent(new CustomEvent(event, { detail })), {
    event: CHECKOUT_CHANGED,
    detail: checkout(9980),
  })
  await page.getByText('sammeln Sie 99 Punkte').waitFor()
  // 5 EUR off the whole cart earn nothing.
  await page.evaluate(({ event, detail }) => window.dispatchEvent(new CustomEvent(event, { detail })), {
    event: CHECKOUT_CHANGED,
    detail: checkout(4990, 'FUENF'),
  })
  await page.getByText('sammeln Sie 44 Punkte').waitFor()
  await page.context().close()
})

test('a discount code is applied by the practice checkout, and a wrong one is explained', async () => {
  const request = (code: string) =>
    fetch(`${shopAddress}/practice/ui/discount-code`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ checkout: 'checkout-1', change: { type: 'addDiscountCode', code } }),
    }).then((response) => response.json())
  expect(await request('FUENF')).toMatchObject({ type: 'success', checkout: { discountCodes: ['FUENF'] } })
  expect(await request('FALSCH')).toEqual({ type: 'error', message: 'Dieser Code gilt nicht.' })
  const nonsense = await fetch(`${shopAddress}/practice/ui/discount-code`, { method: 'POST', body: '{}' })
  expect(nonsense.status).toBe(400)
})

test('an extension that is not there is not found', async () => {
  expect((await fetch(`${shopAddress}/practice/extensions/points-checkout/admin.js`)).status).toBe(404)
})
