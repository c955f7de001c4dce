/** The merchant's admin in a real browser, with a small app in its frame that uses App Bridge as a real one does. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { verifyIdToken } from '../../dev-store/admin-api/session-token.ts'
import { adminFrameRoutes } from '../../dev-store/admin-frame/routes.ts'
import { launchChromium } from '../browser.ts'
import { type Harness, openHarness } from './admin-harness.ts'

const APP = '/admin/apps/stammgast'

let browser: Browser
let page: Page
let app: Server
let store: ReturnType<typeof serve>
let harness: Harness
let origin: string
let appOrigin: string
const authorizations: (string | undefined)[] = []

const appPage = (
  title: string,
  bridge: string,
) => `<!doctype html><html lang="en"><head><title>${title}</title>
<script src="${bridge}" data-api-key="practice-key"></script></head><body><h1>${title}</h1>
<ui-nav-menu><a href="/app" rel="home">Home</a><a href="/app/members">Members</a></ui-nav-menu>
<ui-title-bar title="${title}"><button variant="primary" onclick="document.body.dataset.primary = 'pressed'">Publish</button></ui-title-bar>
<form data-save-bar><input name="points" aria-label="Points" value="1"></form>
<ui-save-bar id="bar"><button variant="primary" onclick="document.body.dataset.saved = 'yes'">Keep</button><button onclick="document.body.dataset.discarded = 'yes'">Drop</button></ui-save-bar>
<ui-modal id="modal"><p>Inside the dialog</p><ui-title-bar title="Really?"><button variant="primary" onclick="document.body.dataset.modal = 'yes'">Yes</button></ui-title-bar></ui-modal>
</body></html>`

beforeAll(async () => {
  browser = await launchChromium()
  app = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://app')
    if (url.pathname === '/data') {
      authorizations.push(request.headers.authorization)
      // The first call is refused as the app's library refuses a stale token: it must be tried again.
      const headers = authorizations.length === 1 ? { 'X-Shopify-Retry-Invalid-Session-Request': '1' } : {}
      response.writeHead(authorizations.length === 1 ? 401 : 200, headers)
      return response.end(`attempt ${authorizations.length}, ${request.headers['accept-language']}`)
    }
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
    return response.end(appPage(`App ${url.pathname}`, `${origin}/shopifycloud/app-bridge.js`))
  })
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve))
  appOrigin = `http://127.0.0.1:${(app.address() as AddressInfo).port}`
  harness = openHarness({ appUrl: appOrigin })
  harness.pass(Date.now() - harness.store.now())
  const routes = adminFrameRoutes(harness.context)
  await new Promise<void>((resolve) => {
    store = serve({ fetch: routes.fetch, port: 0, hostname: '127.0.0.1' }, (info) => {
      origin = `http://127.0.0.1:${info.port}`
      resolve()
    })
  })
}, 60_000)

afterAll(async () => {
  await browser?.close()
  app?.close()
  store?.close()
})

beforeEach(async () => {
  page = await browser.newPage({ viewport: { width: 1200, height: 800 } })
  page.setDefaultTimeout(8_000)
})
afterEach(() => page.close())

const inApp = () => page.frameLocator('#app-frame')
const openApp = async (path = '') => {
  await page.goto(`${origin}${APP}${path}`)
  await inApp().locator('h1').waitFor()
}
const run = <Result>(script: () => Result | Promise<Result>) => inApp().locator('body').evaluate(script)

test('the app opens with what Shopify gives it, and a deep link keeps its page over a reload', async () => {
  await openApp('/app/members?page=2')
  const opened = new URL((await page.locator('#app-frame').getAttribute('src')) ?? '')
  expect(opened.pathname + opened.search).toContain(
    '/app/members?page=2&embedded=1&shop=kontor-lindental.myshopify.com',
  )
  const token = opened.searchParams.get('id_token') ?? ''
  expect(
    verifyIdToken(token, harness.context.settings, 'kontor-lindental.myshopify.com', Date.now()),
  ).not.toBeNull()
  expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe(`${APP}/app/members?page=2`)
  await page.reload()
  expect(await inApp().locator('h1').textContent()).toBe('App /app/members')
})

test('the admin shows the navigation of the app, and its links lead inside the frame', async () => {
  await openApp()
  await page.getByRole('link', { name: 'Members' }).click()
  await inApp().getByRole('heading', { name: 'App /app/members' }).waitFor()
  await expect.poll(() => new URL(page.url()).pathname).toBe(`${APP}/app/members`)
  expect(await page.getByRole('link', { name: 'Members' }).getAttribute('aria-current')).toBe('page')
})

test('the back button goes back in the app, also after a reload and from another page of the admin', async () => {
  await openApp()
  const heading = (name: string) => inApp().getByRole('heading', { name, exact: true }).waitFor()
  await page.getByRole('link', { name: 'Members' }).click()
  await heading('App /app/members')
  await run(() => history.pushState(null, '', '/app/members/7'))
  await expect.poll(() => new URL(page.url()).pathname).toBe(`${APP}/app/members/7`)
  await page.reload()
  await heading('App /app/members/7')
  await page.goto(`${origin}/admin/discounts`)
  await page.goBack()
  await heading('App /app/members/7')
  await page.goBack()
  await heading('App /app/members')
  expect(new URL(page.url()).pathname).toBe(`${APP}/app/members`)
  const parameters = await run(() => location.search)
  expect(parameters).not.toContain('undefined')
})

test('the language switch reaches the app', async () => {
  await openApp()
  await page.getByRole('link', { name: 'English' }).click()
  await inApp().locator('h1').waitFor()
  expect(
    new URL((await page.locator('#app-frame').getAttribute('src')) ?? '').searchParams.get('locale'),
  ).toBe('en')
  expect(await page.getByRole('link', { name: 'Orders' }).count()).toBe(1)
  expect(await run(() => shopify.config.locale)).toBe('en')
})

test('fetch carries a session token, and tries again when the app asks for it', async () => {
  await openApp()
  authorizations.length = 0
  const text = await run(async () => (await fetch('/data')).text())
  expect(text).toBe('attempt 2, de')
  for (const header of authorizations) {
    const token = header?.replace('Bearer ', '') ?? ''
    expect(
      verifyIdToken(token, harness.context.settings, 'kontor-lindental.myshopify.com', Date.now()),
    ).not.toBeNull()
  }
  expect(new Set(authorizations).size).toBe(2)
})

test('toasts are read out by the admin', async () => {
  await openApp()
  await run(() => shopify.toast.show('Program published'))
  await expect.poll(() => page.getByRole('status').textContent()).toContain('Program published')
  await page.getByRole('button', { name: 'Schließen' }).click()
  await expect.poll(() => page.getByRole('status').textContent()).toBe('')
})

test('a changed form shows the save bar, and leaving asks first', async () => {
  await openApp()
  await inApp().getByLabel('Points').fill('2')
  const bar = page.getByRole('region', { name: 'Nicht gespeicherte Änderungen' })
  await bar.waitFor()
  await page.getByRole('link', { name: 'Members' }).click()
  await page.getByRole('button', { name: 'Weiter bearbeiten' }).click()
  expect(await inApp().locator('h1').textContent()).toBe('App /app')
  await bar.getByRole('button', { name: 'Verwerfen' }).click()
  await bar.waitFor({ state: 'hidden' })
  expect(await inApp().getByLabel('Points').inputValue()).toBe('1')
})

test('ui-save-bar hands its buttons to the admin', async () => {
  await openApp()
  await run(() => shopify.saveBar.show('bar'))
  await page.getByRole('button', { name: 'Keep' }).click()
  await expect.poll(() => run(() => document.body.dataset.saved)).toBe('yes')
  await run(() => shopify.saveBar.hide('bar'))
  await page.getByRole('button', { name: 'Keep' }).waitFor({ state: 'hidden' })
})

test('the title bar shows the title and its buttons', async () => {
  await openApp()
  expect(await page.locator('#app-title-bar strong').textContent()).toBe('App /app')
  await page.getByRole('button', { name: 'Publish' }).click()
  await expect.poll(() => run(() => document.body.dataset.primary)).toBe('pressed')
})

test('a modal opens over the app, has its buttons and closes with Escape', async () => {
  await openApp()
  await run(() => shopify.modal.show('modal'))
  const dialog = inApp().getByRole('dialog', { name: 'Really?' })
  await dialog.waitFor()
  expect(await inApp().getByText('Inside the dialog').isVisible()).toBe(true)
  await inApp().getByRole('button', { name: 'Yes' }).click()
  await expect.poll(() => run(() => document.body.dataset.modal)).toBe('yes')
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'hidden' })
})

test('the resource picker chooses real collections with the keyboard alone', async () => {
  await openApp()
  const picked = run(async () => {
    const chosen = await shopify.resourcePicker({ type: 'collection', multiple: true })
    return chosen?.map(({ id, title }) => ({ id, title }))
  })
  await page.getByRole('dialog').waitFor()
  await page.keyboard.type('Feinkost')
  await expect.poll(() => page.getByRole('checkbox').count()).toBe(1)
  await page.keyboard.press('Tab')
  await page.keyboard.press('Space')
  await page.keyboard.press('Enter')
  const collection = harness.store.collections.find((one) => one.title.de === 'Feinkost')
  expect(await picked).toEqual([{ id: `gid://shopify/Collection/${collection?.id}`, title: 'Feinkost' }])
})

test('a cancelled picker gives undefined', async () => {
  await openApp()
  const picked = run(async () => String(await shopify.resourcePicker({ type: 'product' })))
  await page.getByRole('dialog').waitFor()
  await page.keyboard.press('Escape')
  expect(await picked).toBe('undefined')
})

test('the app opened by itself moves into the admin', async () => {
  await page.goto(`${appOrigin}/app/members?shop=kontor-lindental.myshopify.com&host=x&locale=de`)
  await page.waitForURL(`${origin}${APP}/app/members`)
})

test('on a phone the navigation opens with its button and closes with Escape', async () => {
  await page.setViewportSize({ width: 375, height: 700 })
  await openApp()
  const orders = page.getByRole('link', { name: 'Bestellungen' })
  expect(await orders.isVisible()).toBe(false)
  await page.getByRole('button', { name: 'Menü' }).press('Enter')
  await orders.waitFor()
  await page.keyboard.press('Escape')
  await orders.waitFor({ state: 'hidden' })
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(375)
})

test('the admin has no accessibility fault that axe can find', async () => {
  const { default: axe } = await import('axe-core')
  harness.store.discounts.all()
  for (const path of ['/admin', '/admin/discounts', '/admin/admin-api', APP]) {
    await page.goto(`${origin}${path}`)
    await page.evaluate(axe.source)
    const faults = await page.evaluate(async () => {
      // @ts-expect-error axe is put into the page above
      const { violations } = await window.axe.run(document, {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa'],
        iframes: false,
      })
      return violations.map(
        (one: { id: string; nodes: { html: string }[] }) => `${one.id}: ${one.nodes[0]?.html}`,
      )
    })
    expect(faults, path).toEqual([])
  }
})
