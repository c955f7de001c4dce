import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { Browser, Locator, Page } from 'playwright-core'
import { launchChromium } from '../test/browser.ts'
import { projectRoot, runningPractice } from './dev-environment.ts'
import { GUIDE } from './guide-pictures.ts'
import { ARTICLE, type Locale, PICTURES, type Picture, type Shop } from './pictures.ts'

/** Pictures of the running practice shop, for the README, for the guide and for looking them through after a change. */

const USAGE = `Usage: node scripts/take-screenshots.ts [FOLDER] [--only NAME[,NAME…]] [--locale de|en] [--width 1280|390]
       node scripts/take-screenshots.ts [FOLDER] --guide [--only …] [--locale de|en]    (those of docs/guide)

Beside a running "npm start". It signs in as a sample customer and puts one article into her cart; nothing is bought.
For the guide it uploads a file of points, too, which is checked and not posted.`

const SHOPPER = 'Mara Beispiel'
/** Full Chrome: the app's library refuses what calls itself headless. */
const AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/153.0.0.0 Safari/537.36'

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
  /** What stands behind the name of a picture, without the ending. */
  suffix(width: number, locale: Locale): string
}

function readWanted(args: string[]): Wanted | undefined {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        only: { type: 'string' },
        locale: { type: 'string' },
        width: { type: 'string' },
        guide: { type: 'boolean', default: false },
      },
    })
    const { guide } = values
    const all = guide ? GUIDE : PICTURES
    const widths = guide ? [1280] : [1280, 390]
    const names = values.only?.split(',')
    const unknown = names?.find((name) => !all.some((picture) => picture.name === name))
    if (unknown !== undefined) throw new Error(`There is no picture "${unknown}".`)
    if (positionals.length > 1) throw new Error('Name one folder at most.')
    return {
      folder: path.resolve(
        positionals[0] ?? path.join(projectRoot, guide ? 'docs/guide/pictures' : '.cache/screenshots'),
      ),
      pictures: all.filter(({ name }) => !names || names.includes(name)),
      locales: (['de', 'en'] as const).filter((locale) => !values.locale || values.locale === locale),
      widths: widths.filter((width) => !values.width || values.width === String(width)),
      suffix: (width, locale) => (guide ? locale : `${width}-${locale}`),
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
      const file = path.join(wanted.folder, `${picture.name}-${wanted.suffix(width, locale)}.png`)
      const clip = await boundsOf(picture.cut?.(page, shop) ?? [])
      await page.screenshot({ path: file, ...(clip ? { clip } : { fullPage: !picture.heights }) })
      console.log(path.relative(process.cwd(), file))
    }
  } finally {
    await context.close()
  }
}

const MARGIN = 12

/** The rectangle round all of them, with a margin; undefined: there are none, and nothing is cut off. */
async function boundsOf(places: Locator[]) {
  const boxes = await Promise.all(places.map((place) => place.boundingBox()))
  const seen = boxes.filter((box) => box !== null)
  if (seen.length === 0) return undefined
  const x = Math.max(0, Math.min(...seen.map((box) => box.x)) - MARGIN)
  const y = Math.max(0, Math.min(...seen.map((box) => box.y)) - MARGIN)
  const right = Math.max(...seen.map((box) => box.x + box.width)) + MARGIN
  const bottom = Math.max(...seen.map((box) => box.y + box.height)) + MARGIN
  return { x, y, width: right - x, height: bottom - y }
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
