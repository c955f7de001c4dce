import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import { launchChromium } from '../test/browser.ts'
import { runningPractice } from './dev-environment.ts'

/** Pictures of the running practice shop, for the README and for looking them through after a change. */

const USAGE = `Usage: node scripts/take-screenshots.ts [FOLDER] [--only NAME[,NAME…]] [--locale de|en] [--width 1280|390]

Beside a running "npm start". It signs in as a sample customer and puts one article into her cart; nothing is bought.`

const SHOPPER = 'Mara Beispiel'
const ARTICLE = 'kaffeekanne-porzellan'
/** Full Chrome: the app's library refuses what calls itself headless. */
const AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/153.0.0.0 Safari/537.36'

type Locale = 'de' | 'en'

interface Picture {
  name: string
  /** Height of the window in a desktop's and in a phone's width: the app's frame does not grow with its page. */
  heights?: [desktop: number, phone: number]
  show(page: Page, shop: Shop): Promise<void>
}

interface Shop {
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

const admin = (name: string, address: (shop: Shop) => string, heights: [number, number]): Picture => ({
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

const panel = (name: string, tab: number): Picture => ({
  name,
  heights: [900, 844],
  async show(page, shop) {
    await page.goto(shop.at('/'))
    await page.locator('[data-stammgast-open]').click()
    await page.getByRole('tab').nth(tab).click()
    await settle(page)
  },
})

const PICTURES: Picture[] = [
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

async function main(args: string[]): Promise<number> {
  const wanted = readWanted(args)
  if (!wanted) return 2
  const running = await runningPractice()
  if (!running) {
    console.error('The practice shop is not running: start it with "npm start".')
    return 1
  }
  await mkdir(wanted.folder, { recursive: true })
  const browser = await launchChromium()
  try {
    for (const locale of wanted.locales)
      for (const width of wanted.widths) await shoot(browser, running.storeUrl, locale, width, wanted)
  } finally {
    await browser.close()
  }
  return 0
}

interface Wanted {
  folder: string
  pictures: Picture[]
  locales: Locale[]
  widths: number[]
}

function readWanted(args: string[]): Wanted | undefined {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { only: { type: 'string' }, locale: { type: 'string' }, width: { type: 'string' } },
    })
    const names = values.only?.split(',')
    const unknown = names?.find((name) => !PICTURES.some((picture) => picture.name === name))
    if (unknown !== undefined) throw new Error(`There is no picture "${unknown}".`)
    if (positionals.length > 1) throw new Error('Name one folder at most.')
    return {
      folder: path.resolve(positionals[0] ?? '.cache/screenshots'),
      pictures: PICTURES.filter(({ name }) => !names || names.includes(name)),
      locales: (['de', 'en'] as const).filter((locale) => !values.locale || values.locale === locale),
      widths: [1280, 390].filter((width) => !values.width || values.width === String(width)),
    }
  } catch (error) {
    console.error(`${(error as Error).message}\n${USAGE}`)
    return undefined
  }
}

async function shoot(browser: Browser, origin: string, locale: Locale, width: number, wanted: Wanted) {
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    deviceScaleFactor: width < 600 ? 2 : 1,
    hasTouch: width < 600,
    locale: locale === 'de' ? 'de-DE' : 'en-GB',
    timezoneId: 'Europe/Berlin',
    reducedMotion: 'reduce',
    userAgent: AGENT,
  })
  try {
    // One page for all: this Chromium sometimes hangs when the last page is closed and another one opened.
    const page = await context.newPage()
    const shop = await prepare(page, origin, locale)
    for (const picture of wanted.pictures) {
      const [desktop, phone] = picture.heights ?? [900, 844]
      await page.setViewportSize({ width, height: width < 600 ? phone : desktop })
      await picture.show(page, shop)
      await page.evaluate(() => document.fonts.ready)
      const file = path.join(wanted.folder, `${picture.name}-${width}-${locale}.png`)
      await page.screenshot({ path: file, fullPage: !picture.heights })
      console.log(path.relative(process.cwd(), file))
    }
  } finally {
    await context.close()
  }
}

/** Chooses the language, signs in as a sample customer and fills her cart. */
async function prepare(page: Page, origin: string, locale: Locale): Promise<Shop> {
  const at = (address: string) => `${origin}${locale === 'de' ? '' : '/en'}${address}`
  await page.goto(`${origin}/admin/locale?to=${locale}`)
  await page.goto(at('/account/login'))
  const button = page.getByRole('button', { name: SHOPPER })
  const customerId = await button.getAttribute('value')
  await button.click()
  await page.goto(at(`/products/${ARTICLE}`))
  await page.locator('form.add button').click()
  if (!customerId) throw new Error(`There is no sample customer "${SHOPPER}".`)
  return { origin, locale, at, customerId }
}

process.exitCode = await main(process.argv.slice(2))
