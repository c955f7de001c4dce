/** What the widget adds to a page of the shop has its place from the first moment: nothing moves when it comes. */
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { PRODUCTS } from '../../dev-store/seed/catalogue.ts'
import { usePeople } from './people.ts'

const people = usePeople()
const SHOPPER = 'Tilo Muster'

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
