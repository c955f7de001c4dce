/** What the practice store's host gives an extension, and what it keeps from it: tried with one made for that. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ServerType, serve } from '@hono/node-server'
import { Hono } from 'hono'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Shop } from '../../dev-store/model.ts'
import {
  CHECKOUT_TARGET,
  renderExtensionTargets,
  type UiCheckout,
  type UiHostContext,
  uiHostRoutes,
} from '../../dev-store/ui-host/index.ts'
import { launchChromium } from '../browser.ts'

const PROBE = `
export default async () => {
  const facts = {
    lines: shopify.lines.value.map((line) => [line.merchandise.product.id, line.quantity, line.cost.totalAmount]),
    total: shopify.cost.totalAmount.value,
    customer: shopify.buyerIdentity.customer.value,
    mayUseCodes: shopify.instructions.value.discounts.canUpdateDiscountCodes,
    language: shopify.localization.extensionLanguage.value,
    apiVersion: shopify.extension.apiVersion,
    sameGlobal: globalThis.shopify === shopify && self.shopify === shopify,
    title: document.title ?? null,
    cookie: document.cookie ?? null,
    found: document.querySelector ? 'page' : null,
    translated: shopify.i18n.translate('points', { count: 1 }) + ' / ' + shopify.i18n.translate('points', { count: 2 }),
    price: shopify.i18n.formatCurrency(1234.5),
    addressAbsent: shopify.shippingAddress === undefined,
  }
  facts.fetched = await fetch('/').then(() => 'answered', (error) => error.message)
  try { shopify.applyMetafieldChange } catch (error) { facts.missing = error.message }
  const codes = []
  shopify.discountCodes.subscribe((now) => codes.push(now.map(({ code }) => code).join()))
  facts.wrong = await shopify.applyDiscountCodeChange({ type: 'addDiscountCode', code: 'FALSCH' })
  facts.right = await shopify.applyDiscountCodeChange({ type: 'addDiscountCode', code: 'FUENF' })
  facts.codes = codes
  facts.totalAfter = shopify.cost.totalAmount.value.amount
  const output = document.createElement('pre')
  output.textContent = JSON.stringify(facts)
  document.body.append(output)
}
`
const TOML = `api_version = "2026-07"

[[extensions]]
type = "ui_extension"
name = "Probe"
handle = "probe"

[[extensions.targeting]]
target = "${CHECKOUT_TARGET}"
module = "./src/probe.js"
`

function checkout(code: string | null): UiCheckout {
  return {
    token: 'checkout-9',
    currency: 'EUR',
    lines: [
      {
        id: '1',
        productId: 11,
        variantId: 111,
        title: 'Teekanne </script><script>document.title = "broken out"</script>',
        variantTitle: null,
        vendor: 'Kontor Lindental',
        productType: 'Geschirr',
        sku: null,
        quantity: 2,
        requiresShipping: true,
        total: 4990,
        discounts: [],
      },
    ],
    discountCodes: code ? [code] : [],
    discounts: code ? [{ amount: 500, code, title: code }] : [],
    subtotal: 4990,
    shipping: null,
    tax: null,
    total: code ? 4490 : 4990,
    canUpdateDiscountCodes: true,
  }
}

let browser: Browser
let server: ServerType
let address = ''
const projectRoot = mkdtempSync(join(tmpdir(), 'stammgast-probe-'))

beforeAll(async () => {
  const directory = join(projectRoot, 'extensions/probe')
  for (const folder of ['src', 'locales']) mkdirSync(join(directory, folder), { recursive: true })
  writeFileSync(join(directory, 'shopify.extension.toml'), TOML)
  writeFileSync(join(directory, 'src/probe.js'), PROBE)
  const points = { points: { one: 'ein Punkt', other: '{{count}} Punkte' } }
  writeFileSync(join(directory, 'locales/de.json'), JSON.stringify(points))

  const shop = { id: 1, domain: 'kontor-lindental.myshopify.com', name: 'Kontor Lindental' } as Shop
  Object.assign(shop, { currency: 'EUR', timeZone: 'Europe/Berlin', countryCode: 'DE' })
  const settings = { origin: '', appUrl: '', apiKey: 'key', apiSecret: 'secret', projectRoot }
  const context: UiHostContext = { settings, store: { shop } }
  const store = new Hono()
  store.get('/', (c) => {
    const options = { context, target: CHECKOUT_TARGET, locale: 'de', customer: { id: 7 } } as const
    const block = renderExtensionTargets({ ...options, checkout: checkout(null) })
    return c.html(`<!doctype html><html lang="de"><title>Kasse</title><main>${block}</main></html>`)
  })
  store.route(
    '/',
    uiHostRoutes(context, {
      customerIdOf: () => 7,
      changeDiscountCode: async (_, token, { code }) =>
        token === 'checkout-9' && code === 'FUENF'
          ? { type: 'success', checkout: checkout(code) }
          : { type: 'error', message: 'Dieser Code gilt nicht.' },
    }),
  )
  address = await new Promise((resolve) => {
    server = serve({ fetch: store.fetch, port: 0, hostname: '127.0.0.1' }, (info: AddressInfo) =>
      resolve(`http://127.0.0.1:${info.port}`),
    )
  })
  browser = await launchChromium()
}, 60_000)
afterAll(async () => {
  await browser?.close()
  server?.close()
  rmSync(projectRoot, { recursive: true, force: true })
})

test('an extension gets Shopify’s shapes, can change codes, and reaches neither page nor network', async () => {
  const page = await browser.newPage()
  await page.goto(address)
  const output = page.locator('pre')
  await output.waitFor({ timeout: 10_000 })
  const { price, ...facts } = JSON.parse((await output.textContent()) ?? '')
  expect(price.replaceAll(/\s/g, ' ')).toBe('1.234,50 €')
  expect(facts).toEqual({
    lines: [['gid://shopify/Product/11', 2, { amount: 49.9, currencyCode: 'EUR' }]],
    total: { amount: 49.9, currencyCode: 'EUR' },
    customer: { id: 'gid://shopify/Customer/7' },
    mayUseCodes: true,
    language: { isoCode: 'de' },
    apiVersion: '2026-07',
    sameGlobal: true,
    title: null,
    cookie: null,
    found: null,
    translated: 'ein Punkt / 2 Punkte',
    addressAbsent: true,
    fetched: 'fetch() needs network_access = true in [extensions.capabilities] of shopify.extension.toml',
    missing: `The practice store does not offer shopify.applyMetafieldChange to ${CHECKOUT_TARGET}`,
    wrong: { type: 'error', message: 'Dieser Code gilt nicht.' },
    right: { type: 'success' },
    codes: ['', 'FUENF'],
    totalAfter: 44.9,
  })
  expect(await page.title()).toBe('Kasse')
  await page.context().close()
}, 30_000)
