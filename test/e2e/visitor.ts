/** A person at a browser. Errors on the console or in a page make the test fail. */
import type { Browser, BrowserContext, Page } from 'playwright-core'
import type { Locale } from './words.ts'

/** Full Chrome: the app's library refuses what calls itself headless. */
const AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/153.0.0.0 Safari/537.36'

/** How long to wait for something that is sure to come. */
export const PATIENCE = { timeout: 30_000, interval: 200 }

/** Remix tells the console when the visitor goes on before a page's last data have come: nobody's fault. */
const LEFT_EARLY = /^AbortError: BodyStreamBuffer was aborted/

/** The folder for pictures of a test's way, for looking them through after a change. */
export const PICTURES = process.env.STAMMGAST_E2E_PICTURES

export interface Visitor {
  context: BrowserContext
  page: Page
  /** What went wrong in the pages so far. */
  complaints: string[]
  /** From now on complaints of this kind are none: the test breaks something on purpose. */
  quiet(expected: RegExp): void
  /** Keeps what was on the screen when a test failed, in .cache/e2e. */
  lastView(name: string): Promise<void>
  /** Keeps the page in a desktop's and in a phone's width, in the folder for PICTURES, if any. */
  picture(name: string): Promise<void>
}

/** What a browser is like besides its language and width. */
export interface Leisure {
  /**
   * It has idle moments. In the first of them the admin's document fetches the scripts of all its other pages: 180
   * requests, and as much work as the page itself, which only tests of just that wait for.
   */
  idles: boolean
}

export async function visit(
  browser: Browser,
  locale: Locale,
  width = 1280,
  { idles }: Leisure = { idles: false },
): Promise<Visitor> {
  const context = await browser.newContext({
    locale: locale === 'de' ? 'de-DE' : 'en-GB',
    timezoneId: 'Europe/Berlin',
    userAgent: AGENT,
    viewport: { width, height: 900 },
    // Half-way through an animation nothing has its final contrast or place.
    reducedMotion: 'reduce',
  })
  context.setDefaultTimeout(20_000)
  if (!idles) await context.addInitScript(neverIdle)
  const complaints: string[] = []
  let meant: RegExp | undefined
  const complain = (text: string) => {
    if (!meant?.test(text)) complaints.push(text)
  }
  context.on('console', (message) => {
    if (message.type() !== 'error' || LEFT_EARLY.test(message.text())) return
    complain(`console: ${message.text()} (${message.location().url})`)
  })
  context.on('weberror', (error) => complain(`page: ${error.error().stack ?? error.error()}`))
  context.on('response', (response) => {
    if (response.status() >= 500) complain(`answer: ${response.status()} ${response.url()}`)
  })
  const page = await context.newPage()
  const lastView = async (name: string) => {
    const path = `.cache/e2e/${name.replaceAll(/[^\w]+/g, '-')}.png`
    await page.screenshot({ path, fullPage: true }).catch(() => {})
    console.error(`${page.url()} looked like ${path}`)
  }
  const picture = (name: string) => takePicture(page, `${name}-${locale}`)
  const quiet = (expected: RegExp) => {
    meant = expected
  }
  return { context, page, complaints, quiet, lastView, picture }
}

/** In the page. */
export function neverIdle(): void {
  window.requestIdleCallback = () => 0
}

/** The app's frame does not grow with its page, so the window is made tall. */
const TALL = 2400

async function takePicture(page: Page, name: string): Promise<void> {
  const before = page.viewportSize()
  if (!PICTURES || !before) return
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: TALL })
    await page.screenshot({ path: `${PICTURES}/${name}-${width}.png` })
  }
  await page.setViewportSize(before)
}
