/**
 * What the widget and the checkout's blocks add to a page has its place from the first moment: nothing moves when it
 * comes.
 */
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { starterProgram } from '../../app/domain/program-template.ts'
import { PRODUCTS, type SeedProduct } from '../../dev-store/seed/catalogue.ts'
import { usePeople } from './people.ts'
import { pattern } from './words.ts'

const people = usePeople()
const SHOPPER = 'Tilo Muster'
const [reward] = starterProgram('EUR', 'Europe/Berlin').rewards
const plain = PRODUCTS.find(({ variants, giftCard }) => variants.length === 1 && !giftCard) as SeedProduct
/** What a block's text may break into other lines than the text that kept its place. */
const STILL = 0.02

/** Keeps, in every page from now on, how far things moved without the visitor's doing, as browsers reckon it. */
async function watchShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const seen = window as unknown as { shifted: number }
    seen.shifted = 0
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number })[])
        seen.shifted += entry.value
    }).observe({ type: 'layout-shift', buffered: true })
  })
}

/** Shifts are told after the frame in which they happened. */
function shifted(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) =>
        requestAnimationFrame(() =>
          setTimeout(() => resolve((window as unknown as { shifted: number }).shifted), 50),
        ),
      ),
  )
}

test.each([1280, 390])(
  'layout shift is 0 on the pages of the shop and in the panel (%d wide)',
  async (width) => {
    const { page, shopper } = await people('de', width)
    await watchShifts(page)
    const moved: Record<string, number> = {}
    const look = async (place: string) => {
      await page.goto(shopper.at(place), { waitUntil: 'networkidle' })
      moved[place] = await shifted(page)
    }
    const places = ['/', `/products/${PRODUCTS[0]?.handle}`, '/cart']
    for (const place of places) await look(place)
    await shopper.signIn(SHOPPER)
    for (const place of places) await look(place)
    await shopper.openPanel()
    await page.waitForLoadState('networkidle')
    moved.panel = await shifted(page)
    expect(moved).toEqual(Object.fromEntries([...places, 'panel'].map((place) => [place, 0])))
  },
)

test.each([1280, 390])(
  'hardly anything moves at checkout, with a code and without, and on the thank-you page (%d wide)',
  async (width) => {
    if (!reward) throw new Error('The starter program has no reward.')
    const { page, merchant, shopper, words } = await people('de', width)
    const customerId = await shopper.signIn(SHOPPER)
    for (const why of ['Für einen Code', 'Für eine Prämie danach'])
      await merchant.give(customerId, reward.cost, why)
    await watchShifts(page)
    const moved: Record<string, number> = {}
    const look = async (place: string) => {
      await page.waitForLoadState('networkidle')
      moved[place] = await shifted(page)
    }
    await shopper.openPanel()
    const code = await shopper.redeem(String(reward.name.de), reward.cost)
    await shopper.fillCart([{ handle: plain.handle, quantity: 2 }])
    await shopper.goToCheckout()
    await page.getByText(words.checkout('codes.heading'), { exact: true }).waitFor()
    await look('checkout')
    const applyThis = words.checkout('codes.applyThis', { reward: String(reward.name.de) })
    await page.getByRole('button', { name: applyThis }).first().click()
    await page.locator('dl.totals', { hasText: code }).waitFor()
    await page.getByText(words.checkout('codes.applied'), { exact: true }).waitFor()
    await look('checkout with a code')
    await shopper.pay()
    await page.getByText(pattern(words.checkout('order.pending'))).waitFor()
    await look('thank-you page')
    expect(Object.entries(moved).filter(([, far]) => far >= STILL)).toEqual([])
    expect(Object.keys(moved)).toHaveLength(3)
  },
)
