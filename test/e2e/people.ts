/** Who a browser test is about: one merchant and one shopper, at one browser and in one language. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest'
import { launchChromium } from '../browser.ts'
import { ofThisProcess } from '../support/of-this-process.ts'
import { endCommandLine, stammgast } from './command-line.ts'
import { Merchant } from './merchant.ts'
import { Shopper } from './shopper.ts'
import { StoreAdmin } from './store-admin.ts'
import { type Leisure, PICTURES, type Visitor, visit } from './visitor.ts'
import { type Locale, type Words, wordsOf } from './words.ts'

export interface People {
  page: Page
  words: Words
  merchant: Merchant
  shopper: Shopper
  /** The merchant again, in the practice store's own pages. */
  store: StoreAdmin
  picture: Visitor['picture']
  quiet: Visitor['quiet']
  picturesWanted: boolean
}

const ownProduct = () => ofThisProcess(inject('products'))

/**
 * One browser for the file. A test calls what this returns once; what went wrong in its pages makes it fail, and what
 * was on the screen then is kept.
 */
export function usePeople(leisure?: Leisure): (locale: Locale, width?: number) => Promise<People> {
  const { storeUrl } = ownProduct()
  let browser: Browser
  let visitor: Visitor | undefined
  beforeAll(async () => {
    browser = await launchChromium()
  })
  afterAll(async () => {
    endCommandLine()
    await browser?.close()
  })
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await visitor?.lastView(task.name)
    await visitor?.context.close()
    const complaints = visitor?.complaints ?? []
    visitor = undefined
    expect(complaints).toEqual([])
  })
  return async (locale, width) => {
    visitor = await visit(browser, locale, width, leisure)
    const { page } = visitor
    const words = wordsOf(locale)
    return {
      page,
      words,
      merchant: new Merchant(page, storeUrl, words),
      shopper: new Shopper(page, storeUrl, words),
      store: new StoreAdmin(page, storeUrl, words),
      picture: visitor.picture,
      quiet: visitor.quiet,
      picturesWanted: PICTURES !== undefined,
    }
  }
}

/** A member as the operator's command line tells it. Points are whole numbers. */
export interface Member {
  available: number
  pending: number
  held: number
  debt: number
  earned: number
  redeemed: number
  tier: string
}

export async function memberNow(customerId: string): Promise<Member> {
  const { code, out } = await stammgast(ownProduct(), 'member', customerId, '--json')
  expect(code, out).toBe(0)
  return JSON.parse(out) as Member
}

/** Every rule of points accounting, over the shop's whole book. */
export async function expectFaultlessBook(): Promise<void> {
  const { code, out } = await stammgast(ownProduct(), 'audit')
  expect(out).toContain('0 violations')
  expect(code, out).toBe(0)
}

const PERCENT: Record<string, number> = { bronze: 100, silver: 125, gold: 150 }

/** One point per euro and the tier's multiplier, rounded down once; what a campaign doubles counts twice. */
export function worth(cents: { doubled?: number; plain?: number }, tier: string): number {
  const counted = 2 * (cents.doubled ?? 0) + (cents.plain ?? 0)
  return Math.floor((counted * (PERCENT[tier] ?? Number.NaN)) / 100 / 100)
}
