/** A shop that has only just installed the app: no program yet, no orders, no members. */
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { openClient } from '../../app/db/connections.ts'
import type { RunInfo } from '../../scripts/dev-environment.ts'
import { launchChromium } from '../browser.ts'
import { PRACTICE, violations } from './accessibility.ts'
import { type RunningProduct, startProduct } from './global-product.ts'
import { Merchant } from './merchant.ts'
import { type Visitor, visit } from './visitor.ts'
import { type Locale, wordsOf } from './words.ts'

let shop: RunningProduct
let browser: Browser
let visitor: Visitor | undefined

beforeAll(async () => {
  shop = await startProduct('fresh-shop', '0')
  browser = await launchChromium()
})
beforeEach(forgetProgram)
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await visitor?.lastView(task.name)
  await visitor?.context.close()
  expect(visitor?.complaints ?? []).toEqual([])
  visitor = undefined
})
afterAll(async () => {
  await browser?.close()
  await shop?.stop()
})

/** The practice shop begins with a program: here it has none, as after an installation. */
async function forgetProgram(): Promise<void> {
  const run = JSON.parse(await readFile(path.join(shop.product.env.STAMMGAST_DATA ?? '', 'run.json'), 'utf8'))
  const client = await openClient({ url: (run as RunInfo).databaseUrl, name: 'stammgast_fresh_shop' })
  try {
    // Versions are never deleted by the app itself.
    await client.query('SET session_replication_role = replica')
    await client.query('DELETE FROM program_draft')
    await client.query('DELETE FROM program')
  } finally {
    await client.end()
  }
}

async function merchantOf(locale: Locale, width: number) {
  visitor = await visit(browser, locale, width)
  const words = wordsOf(locale)
  const { page } = visitor
  const merchant = new Merchant(page, shop.product.storeUrl, words)
  await page.goto(`${merchant.origin}/admin/locale?to=${locale}`)
  return { page, merchant, words, app: merchant.app, picture: visitor.picture }
}

const SIZES = [
  ['de', 1280],
  ['en', 390],
] as const

test.each(SIZES)(
  'W16: three clicks lead from the home page to a live program (%s, %d wide)',
  async (locale, width) => {
    const { merchant, words, app } = await merchantOf(locale, width)
    await merchant.open('/app', words.app('home:title'))
    await merchant.button(words.app('program:start.action')).click()
    await app
      .getByRole('link', { name: words.app('program:publish.review') })
      .or(merchant.button(words.app('program:publish.review')))
      .first()
      .click()
    await merchant.button(words.app('program:publish.action')).click()
    await app.getByText(words.app('program:badge.live'), { exact: true }).waitFor()
  },
)

const EMPTY = [
  '',
  '/members',
  '/operations',
  '/operations/past-orders',
  '/operations/privacy',
  '/operations/deliveries',
  '/operations/audit',
  '/operations/reconciliation',
  '/program',
  '/settings',
]

test.each(SIZES)(
  'W24: axe finds nothing before there is a program, and no text runs to the edge (%s, %d wide)',
  async (locale, width) => {
    const { page, merchant, picture } = await merchantOf(locale, width)
    const found: Record<string, string[]> = {}
    for (const place of EMPTY) {
      await merchant.open(`/app${place}`)
      await merchant.app.locator('body:not(:has([class^=Polaris-Skeleton]))').waitFor()
      const frame = page.frames().find((one) => one.parentFrame() === page.mainFrame())
      if (!frame) throw new Error('The app has no frame.')
      const atTheEdge = await frame.locator('main p').evaluateAll((texts) =>
        texts.flatMap((text) => {
          const range = document.createRange()
          range.selectNodeContents(text)
          const { left, right, width } = range.getBoundingClientRect()
          return width > 0 && (left < 12 || right > window.innerWidth - 12) ? [text.textContent ?? ''] : []
        }),
      )
      found[place] = [...(await violations(frame, PRACTICE)), ...atTheEdge]
      await picture(`fresh${place.replaceAll('/', '-')}`)
    }
    expect(found).toEqual(Object.fromEntries(EMPTY.map((place) => [place, []])))
  },
)
