/**
 * What the widget and the checkout's blocks add to a page has its place from the first moment: nothing moves when it
 * comes.
 */
import type { Frame, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { starterProgram } from '../../app/domain/templates/program-template.ts'
import { PRODUCTS, type SeedProduct } from '../../dev-store/seed/catalogue.ts'
import { draftOf, frameOf, send } from './draft.ts'
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
function shifted(page: Page | Frame): Promise<number> {
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

/** The biggest step by which the list of members may still jump is a table's heading when its columns are measured. */
test.each([
  ['de', 1280],
  ['en', 1280],
  ['de', 390],
  ['en', 390],
] as const)('the list of members keeps its place while it comes (%s, %d wide)', async (locale, width) => {
  const { page, merchant, words } = await people(locale, width)
  await page.goto(`${merchant.origin}/admin/locale?to=${locale}`)
  await watchShifts(page)
  await merchant.open('/app/members', words.app('members:list.title'))
  await page.waitForLoadState('networkidle')
  expect(await shifted(frameOf(page))).toBeLessThan(STILL)
})

test.each([
  ['de', 1280],
  ['de', 390],
  ['en', 390],
] as const)(
  'the review before publishing keeps its place, with hints about names that are missing (%s, %d wide)',
  async (locale, width) => {
    const { page, merchant, words } = await people(locale, width)
    await page.goto(`${merchant.origin}/admin/locale?to=${locale}`)
    await merchant.open('/app/program/rewards')
    const { revision, document } = await draftOf(page)
    const named = document.rewards.map((reward, i) => ({
      ...reward,
      name: { de: `Prämie ohne Englisch ${i}` },
    }))
    await send(page, { intent: 'save', revision, patch: { rewards: named } })
    try {
      await watchShifts(page)
      await merchant.open('/app/program/publish', words.app('program:publish.title'))
      const hint = words.app('program:hint.no-english-name', { name: 'Prämie ohne Englisch 0' })
      await merchant.app.getByText(hint).waitFor()
      await page.waitForLoadState('networkidle')
      expect(await shifted(frameOf(page))).toBeLessThan(STILL)
    } finally {
      await merchant.open('/app/program/rewards')
      await send(page, { intent: 'discard', revision: (await draftOf(page)).revision })
    }
  },
)

/** Members who collect for their first reward. */
const COLLECTING = ['Thea Neuling', 'Ida Erfunden']
/** Pixels: less than half a line. */
const HARDLY = 10

/** Keeps how high the checkout's block was while it waited for the app, and how high it is. */
async function watchHeight(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const seen = window as unknown as { waiting: number; height: number }
    seen.waiting = seen.height = 0
    const look = () => {
      const block = document.querySelector(
        '[data-ui-extension][data-target="purchase.checkout.block.render"]',
      )
      const waits = block?.querySelector('s-skeleton-paragraph') != null
      seen.height = Math.round(block?.getBoundingClientRect().height ?? 0)
      if (waits && seen.waiting === 0) seen.waiting = seen.height
      requestAnimationFrame(look)
    }
    look()
  })
}

test.each([
  ['de', 1280],
  ['de', 390],
  ['en', 390],
] as const)(
  'the checkout’s block has its height before the app answers, below the fold as well (%s, %d wide)',
  async (locale, width) => {
    if (!reward) throw new Error('The starter program has no reward.')
    const { page, merchant, shopper } = await people(locale, width)
    await watchHeight(page)
    // The answers of a far server, so that what stands in their place is seen.
    await page.route(/\/api\/(membership|preview)/, async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 300))
      await route.continue()
    })
    const heights: Record<string, { waiting: number; height: number }> = {}
    const look = async (who: string) => {
      await shopper.fillCart([{ handle: plain.handle, quantity: 1 }])
      await shopper.goToCheckout()
      const block = page.locator('[data-target="purchase.checkout.block.render"]')
      await block.locator('s-skeleton-paragraph').first().waitFor()
      await block.locator('s-skeleton-paragraph').first().waitFor({ state: 'detached' })
      heights[who] = await page.evaluate(() => {
        const { waiting, height } = window as unknown as { waiting: number; height: number }
        return { waiting, height }
      })
    }
    await look('a guest')
    for (const name of COLLECTING) {
      await shopper.signIn(name)
      await look(name)
    }
    // Owner 4: with a reward in reach, of which nothing was known before the answer.
    const [beginner = ''] = COLLECTING
    const customerId = await shopper.signIn(beginner)
    await page.goto(`${merchant.origin}/admin/locale?to=${locale}`)
    await merchant.give(customerId, reward.cost, 'Für eine Prämie')
    await look(`${beginner} with a reward in reach`)
    const moved = Object.values(heights).map(({ waiting, height }) => Math.abs(height - waiting))
    expect(Math.max(...moved), JSON.stringify(heights)).toBeLessThan(HARDLY)
  },
)
