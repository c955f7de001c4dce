import type { Locator, Page } from 'playwright-core'

/** What the pictures show: for looking the pages through after a change, for the README and for the merchant's guide. */

export const ARTICLE = 'kaffeekanne-porzellan'

export type Locale = 'de' | 'en'

export interface Picture {
  name: string
  /** Height of the window in a desktop's and in a phone's width: the app's frame does not grow with its page. */
  heights?: [desktop: number, phone: number]
  show(page: Page, shop: Shop): Promise<void>
  /** Only what lies between these is kept, with a margin. */
  cut?(page: Page, shop: Shop): Locator[]
}

export interface Shop {
  origin: string
  locale: Locale
  /** Address of a storefront page in the language. */
  at(path: string): string
  customerId: string
}

const SETTLE_MS = 10_000

/** Until the pictures are there, too. A connection that the browser keeps open holds up none of ours. */
const settle = (page: Page) =>
  page.waitForLoadState('networkidle', { timeout: SETTLE_MS }).catch((error: Error) => {
    if (error.name !== 'TimeoutError') throw error
  })

export const admin = (name: string, address: (shop: Shop) => string, heights: [number, number]): Picture => ({
  name,
  heights,
  async show(page, shop) {
    await page.goto(`${shop.origin}/admin/apps/stammgast${address(shop)}`)
    const frame = page.frameLocator('#app-frame')
    await frame.locator('h1').first().waitFor()
    await frame.locator('body:not(:has([class^=Polaris-Skeleton]))').waitFor()
    await settle(page)
  },
})

const storefront = (name: string, address: string): Picture => ({
  name,
  async show(page, shop) {
    await page.goto(shop.at(address))
    await settle(page)
  },
})

export const panel = (name: string, tab: number): Picture => ({
  name,
  heights: [900, 844],
  async show(page, shop) {
    await page.goto(shop.at('/'))
    await page.locator('[data-stammgast-open]').click()
    await page.getByRole('tab').nth(tab).click()
    await settle(page)
  },
})

export const PICTURES: Picture[] = [
  admin('home', () => '/app', [1240, 2300]),
  admin('program', () => '/app/program', [1500, 2400]),
  admin('earning', () => '/app/program/earning', [1500, 2600]),
  admin('campaign', () => '/app/program/campaigns/new', [1300, 2300]),
  admin('rewards', () => '/app/program/rewards', [800, 1000]),
  admin('reward', () => '/app/program/rewards/new', [1200, 2000]),
  admin('tiers', () => '/app/program/tiers', [1600, 2800]),
  admin('rules', () => '/app/program/rules', [1200, 2000]),
  admin('publish', () => '/app/program/publish', [900, 1400]),
  admin('history', () => '/app/program/history', [700, 900]),
  admin('members', () => '/app/members', [1200, 1500]),
  admin('member', ({ customerId }) => `/app/members/${customerId}`, [1500, 2600]),
  admin('settings', () => '/app/settings', [1300, 2000]),
  storefront('storefront', '/'),
  storefront('product', `/products/${ARTICLE}`),
  storefront('account', '/account'),
  storefront('cart', '/cart'),
  storefront('checkout', '/checkout'),
  panel('panel', 0),
  panel('panel-history', 1),
  panel('panel-ways', 2),
]
