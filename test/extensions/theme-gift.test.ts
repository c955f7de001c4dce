import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { launchChromium } from '../browser.ts'
import { PanelServer } from './theme-panel-server.ts'

/** A free article in the panel: chosen among several, and put into the cart beside what is there. */
const server = new PanelServer()
let browser: Browser
let tab: Page
/** What was sent to the shop and to the app, in its order. */
let deeds: { to: string; body: unknown }[]
let inCart: number[]
let soldOut: boolean

beforeAll(async () => {
  await server.start()
  browser = await launchChromium()
}, 120_000)
afterAll(async () => {
  await browser?.close()
  server.stop()
})
afterEach(() => tab.context().close())

beforeEach(async () => {
  deeds = []
  inCart = [5]
  soldOut = false
  const context = await browser.newContext({ reducedMotion: 'reduce' })
  context.setDefaultTimeout(10_000)
  tab = await context.newPage()
  await tab.route(/\/apps\/stammgast\/panel/, async (route) => {
    if (route.request().method() === 'POST')
      deeds.push({ to: 'redeem', body: route.request().postDataJSON() })
    const response = await route.fetch()
    const json = await response.json()
    for (const code of [...(json.codes ?? []), ...(json.redemption ? [json.redemption] : [])])
      code.variant = '34'
    for (const reward of json.rewards ?? [])
      if (reward.id === 'five-off')
        reward.variants = [
          { id: '33', name: 'Tasse blau' },
          { id: '34', name: 'Tasse rot' },
        ]
    await route.fulfill({ response, json })
  })
  await tab.route(/\/cart\.js$/, (route) =>
    route.fulfill({ json: { items: inCart.map((variant_id) => ({ variant_id })) } }),
  )
  await tab.route(/\/cart\/add\.js$/, (route) => {
    deeds.push({ to: 'cart', body: route.request().postDataJSON() })
    return soldOut ? route.fulfill({ status: 422, json: {} }) : route.fulfill({ json: {} })
  })
  await tab.route(/\/discount\//, (route) => {
    deeds.push({ to: 'discount', body: new URL(route.request().url()).pathname })
    return route.fulfill({ contentType: 'text/html', body: '<h1>Warenkorb</h1>' })
  })
})

const panel = () => tab.locator('dialog[open]')
const use = () => panel().getByRole('link', { name: 'In den Warenkorb legen', exact: true })
const ADDED = { to: 'cart', body: { items: [{ id: 34, quantity: 1 }] } }
const ENTERED = { to: 'discount', body: '/discount/TREUE-7K4M' }

async function redeem() {
  server.reset({ redeem: ['ready'] })
  await tab.goto(`${server.origin}/shop/de/product`)
  await tab.locator('[data-stammgast-open]').click()
  await panel().getByRole('button', { name: '5 € Rabatt einlösen', exact: true }).click()
  await panel().getByLabel('Welcher Artikel?').selectOption({ label: 'Tasse rot' })
  await panel().getByRole('button', { name: 'Jetzt einlösen', exact: true }).click()
  await use().waitFor()
  expect(deeds).toMatchObject([{ to: 'redeem', body: { rewardId: 'five-off', price: 500, variant: '34' } }])
  deeds.length = 0
}

test('the chosen article is asked for, put beside what is in the cart, and its code on top', async () => {
  await redeem()
  await use().dblclick()
  await tab.getByRole('heading', { name: 'Warenkorb' }).waitFor()
  expect(deeds).toEqual([ADDED, ENTERED])
})

test('one that is in the cart already is not put in once more', async () => {
  await redeem()
  inCart = [5, 34]
  await use().press('Enter')
  await tab.getByRole('heading', { name: 'Warenkorb' }).waitFor()
  expect(deeds).toEqual([ENTERED])
})

test('one that the shop does not put in is told, and can be tried again or given back', async () => {
  await redeem()
  soldOut = true
  await use().click()
  await panel().getByRole('alert').waitFor()
  expect(await panel().getByRole('alert').innerText()).toContain('gerade ausverkauft')
  expect(deeds).toEqual([ADDED])
  expect(await use().evaluate((node) => node === document.activeElement)).toBe(true)
  await panel()
    .getByRole('button', { name: /zurückgeben/ })
    .first()
    .waitFor()
  soldOut = false
  await use().click()
  await tab.getByRole('heading', { name: 'Warenkorb' }).waitFor()
  expect(deeds).toEqual([ADDED, ADDED, ENTERED])
})
