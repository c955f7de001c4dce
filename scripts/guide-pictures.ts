import type { FrameLocator, Locator, Page } from 'playwright-core'
import { type Words, wordsOf } from '../test/e2e/words.ts'
import { admin, type Picture, panel, type Shop } from './pictures.ts'

/** One picture for each page of docs/guide, named as the page is. Forms are filled in and never saved. */

type Fill = (app: FrameLocator, words: Words, shop: Shop) => Promise<void>

interface Guided {
  address: string | ((shop: Shop) => string)
  /** Of the window: the app's frame does not grow with its page. */
  height: number
  fill?: Fill
  /** What has to be in the picture. */
  keep?(find: Find): Locator[]
}

/** By the words of the locale files, `home:title`. */
interface Find {
  page(): Locator[]
  /** The card that has this heading. */
  card(key: string): Locator
  /** The card that holds this text somewhere. */
  cardWith(key: string): Locator
  text(key: string): Locator
}

function guided(name: string, { address, height, fill, keep = ({ page }) => page() }: Guided): Picture {
  const opened = admin(name, typeof address === 'string' ? () => address : address, [height, height])
  return {
    ...opened,
    async show(page, shop) {
      await opened.show(page, shop)
      await fill?.(appOf(page), wordsOf(shop.locale), shop)
    },
    cut: (page, shop) => keep(findIn(appOf(page), wordsOf(shop.locale))),
  }
}

const appOf = (page: Page) => page.frameLocator('#app-frame')

const findIn = (app: FrameLocator, words: Words): Find => ({
  page: () => [app.locator('h1').first(), app.locator('.Polaris-Page > :last-child').first()],
  card: (key) => {
    const heading = app.getByRole('heading', { name: words.app(key), exact: true })
    return app.locator('.Polaris-ShadowBevel').filter({ has: heading }).first()
  },
  cardWith: (key) =>
    app
      .locator('.Polaris-ShadowBevel')
      .filter({ hasText: words.app(key) })
      .first(),
  text: (key) => app.getByText(words.app(key), { exact: true }).first(),
})

const choose = (key: string): Fill => {
  return (app, words) => app.getByText(words.app(key), { exact: true }).click()
}

const fillNames = async (app: FrameLocator, words: Words, key: string, names: { de: string; en: string }) => {
  const label = words.app(key)
  await app.getByLabel(`${label} (${words.app('language.de')})`).fill(names.de)
  await app.getByLabel(`${label} (${words.app('language.en')})`).fill(names.en)
}

const campaign: Fill = async (app, words, shop) => {
  const names = { de: 'Kaffee-Wochenende', en: 'Coffee weekend' }
  await fillNames(app, words, 'program:campaigns.name', names)
  await app.getByLabel(words.app('program:campaigns.multiplier'), { exact: true }).fill('2')
  await choose('program:scope.tags')(app, words, shop)
  await app.getByLabel(words.app('program:scope.addTag')).fill('kaffee')
  await app.getByRole('button', { name: words.app('action.add'), exact: true }).click()
}

const sources: Fill = async (app, words) => {
  for (const name of ['sign-up', 'newsletter']) {
    const source = words.app(`sources:${name}.label`)
    await app.getByLabel(words.app('sources:active', { source }), { exact: true }).check()
  }
}

const reward: Fill = async (app, words) => {
  await fillNames(app, words, 'program:reward.name', { de: '20 € Rabatt', en: '€20 off' })
  await app.getByLabel(words.app('rewards:amount-off.term.amount'), { exact: true }).fill('20')
  await app.getByLabel(words.app('program:reward.cost'), { exact: true }).fill('1900')
}

const experience: Fill = async (app, words, shop) => {
  await choose('rewards:experience.label')(app, words, shop)
  await fillNames(app, words, 'program:reward.name', {
    de: 'Verkostung für zwei',
    en: 'Tasting for two',
  })
  await fillNames(app, words, 'rewards:experience.term.note', {
    de: 'Zeigen Sie den Code im Laden vor.',
    en: 'Show the code in our shop.',
  })
  await app.getByLabel(words.app('program:reward.cost'), { exact: true }).fill('1200')
}

const limits: Fill = async (app, words) => {
  const field = (name: string) => app.getByLabel(words.app(`rewards:limits.form.${name}`), { exact: true })
  await field('perMember').selectOption('month')
  await field('times').fill('1')
  await field('stock').fill('100')
}

/** Of the newest order, "Why? Order #1299, 28 November 2026": its calculation says the most. */
const why: Fill = async (app) => {
  await app
    .getByRole('button', { name: /#\d+, / })
    .first()
    .click()
}

/** Uploads two lines, one of them wrong, and looks at what they would do: nothing is posted. */
const file: Fill = async (app, words, { customerId }) => {
  const lines =
    words.locale === 'de'
      ? `kundennummer;punkte;grund\n${customerId};250;Kulanz nach Lieferverzug\n${customerId};2,5;Zum Geburtstag\n`
      : `customer id,points,reason\n${customerId},250,Goodwill after a late delivery\n${customerId},2.5,Birthday\n`
  await app.locator('input[type=file]').setInputFiles({
    name: words.locale === 'de' ? 'kulanz.csv' : 'goodwill.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(lines),
  })
  await app.getByText(words.app('operations:bulk.readyWrong', { count: 1, number: 1 })).waitFor()
}

/** From above: choosing a tab would scroll down to it. */
const shop: Picture = {
  ...panel('shop', 0),
  async show(page, { at }) {
    await page.goto(at('/'))
    await page.locator('[data-stammgast-open]').click()
    await page.getByRole('tab').first().waitFor()
    await page.waitForLoadState('networkidle')
  },
}

/** The member who is on the cart. */
const till: Picture = {
  name: 'till',
  heights: [1300, 1300],
  async show(page, { origin, locale, customerId }) {
    await page.goto(`${origin}/admin/locale?to=${locale}`)
    await page.goto(`${origin}/till`)
    await page.locator('#customer').selectOption(customerId)
    await page.locator('s-tile').click()
    await page.locator('dialog[open] s-section').last().waitFor()
    await page.waitForLoadState('networkidle')
  },
  cut: (page) => [page.locator('dialog[open]')],
}

export const GUIDE: Picture[] = [
  guided('first-steps', { address: '/app', height: 1240, keep: ({ card }) => [card('guide:title')] }),
  guided('points', { address: '/app/program/earning', height: 1500 }),
  guided('sources', { address: '/app/program/sources', height: 1300, fill: sources }),
  guided('campaigns', {
    address: '/app/program/campaigns/new',
    height: 1400,
    fill: campaign,
    keep: ({ card }) => [card('program:campaigns.what'), card('program:campaigns.forWhat')],
  }),
  guided('tiers', { address: '/app/program/tiers', height: 1600 }),
  guided('rewards', {
    address: '/app/program/rewards/new',
    height: 1200,
    fill: reward,
    keep: ({ card }) => [card('program:reward.what'), card('program:reward.conditions')],
  }),
  guided('reward-kinds', {
    address: '/app/program/rewards/new',
    height: 1200,
    fill: experience,
    keep: ({ card }) => [card('program:reward.what'), card('program:reward.conditions')],
  }),
  guided('reward-limits', {
    address: '/app/program/rewards/new',
    height: 1900,
    fill: limits,
    keep: ({ card }) => [card('rewards:limits.form.title')],
  }),
  guided('expiry', {
    address: '/app/program/rules',
    height: 1500,
    fill: choose('program:expiry.kind.after-earning'),
    keep: ({ card }) => [card('program:rules.expiry')],
  }),
  guided('members', {
    address: ({ customerId }) => `/app/members/${customerId}`,
    height: 1000,
    fill: why,
  }),
  guided('points-from-a-file', { address: '/app/operations/bulk', height: 1000, fill: file }),
  guided('past-orders', {
    address: '/app/operations/past-orders',
    height: 900,
    fill: choose('operations:pastOrders.award'),
    keep: ({ text }) => [
      text('operations:pastOrders.how'),
      text('operations:pastOrders.awardHelp'),
      text('operations:pastOrders.reckon'),
    ],
  }),
  shop,
  till,
  guided('figures', {
    address: '/app',
    height: 1900,
    keep: ({ text, card }) => [text('home:subtitle'), card('home:chart.title')],
  }),
  guided('operations', { address: '/app/operations', height: 800 }),
  guided('privacy', {
    address: '/app/settings',
    height: 1400,
    keep: ({ text, cardWith }) => [text('settings:privacy.title'), cardWith('settings:privacy.ids')],
  }),
]
