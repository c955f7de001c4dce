/** The merchant at work in the app: in the admin's frame, and in what Shopify shows around it. */
import type { FrameLocator, Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import { kindOf, type RewardKindName } from '../../app/domain/rewards/kinds.ts'
import { COLLECTIONS } from '../../dev-store/seed/catalogue.ts'
import { PATIENCE } from './visitor.ts'
import type { Words } from './words.ts'

export interface NewReward {
  kind: RewardKindName
  name: { de: string; en: string }
  cost: number
  terms: Record<string, string>
  /** What else is filled in before it is saved. */
  also?: () => Promise<void>
}

/** A line of a member's history. */
export interface Explained {
  title: string
  points: string
  reasons: string[]
}

export class Merchant {
  readonly page: Page
  readonly words: Words
  readonly origin: string

  constructor(page: Page, origin: string, words: Words) {
    this.page = page
    this.origin = origin
    this.words = words
  }

  get app(): FrameLocator {
    return this.page.frameLocator('#app-frame')
  }

  /** The admin in the merchant's language, at the app's first page. */
  async openAdmin(): Promise<void> {
    await this.page.goto(`${this.origin}/admin/locale?to=${this.words.locale}`)
    await this.page.getByRole('link', { name: 'Stammgast', exact: true }).click()
    await this.arrive(this.words.app('home:title'))
  }

  /** By the app's own address, as with a bookmark. */
  async open(address: string, heading?: string): Promise<void> {
    await this.page.goto(`${this.origin}/admin/apps/stammgast${address}`)
    await this.arrive(heading)
  }

  /** By the navigation that App Bridge gives the admin. */
  async goTo(entry: 'program' | 'members' | 'settings'): Promise<void> {
    await this.page
      .getByRole('navigation')
      .getByRole('link', { name: this.words.app(`nav.${entry}`) })
      .click()
    await this.arrive()
  }

  /** A page is there when its heading is, and alive when React has taken it over. */
  async arrive(heading?: string): Promise<void> {
    const place = heading
      ? this.app.getByRole('heading', { level: 1, name: heading, exact: true })
      : this.app.locator('h1').first()
    await place.waitFor()
    await expect
      .poll(() => place.evaluate((node) => Object.keys(node).some((key) => key.startsWith('__reactProps'))), {
        ...PATIENCE,
        interval: 25,
      })
      .toBe(true)
  }

  button(name: string): Locator {
    return this.app.getByRole('button', { name, exact: true })
  }

  /** Draws up "double points on one collection" through the forms and publishes it. */
  async publishDoublePoints(campaign: { de: string; en: string; collection: string }): Promise<void> {
    const { app, page, words } = this
    await this.goTo('program')
    const title = words.app('program:campaigns.title')
    await app
      .getByRole('link', { name: `${title}: ${words.app('program:campaigns.all')}`, exact: true })
      .click()
    await this.arrive(title)
    await app
      .getByRole('button', { name: words.app('program:campaigns.new') })
      .or(app.getByRole('link', { name: words.app('program:campaigns.new') }))
      .first()
      .click()
    await this.arrive(words.app('program:campaigns.new'))
    const name = words.app('program:campaigns.name')
    await app.getByLabel(`${name} (${words.app('language.de')})`).fill(campaign.de)
    await app.getByLabel(`${name} (${words.app('language.en')})`).fill(campaign.en)
    await app.getByLabel(words.app('program:campaigns.multiplier'), { exact: true }).fill('2')
    await app.getByText(words.app('program:scope.collections'), { exact: true }).click()
    await this.button(words.app('program:scope.pick.collections')).click()
    await this.pick(campaign.collection)
    await page.getByRole('button', { name: words.app('action.save'), exact: true }).click()
    await this.arrive(title)
    await app.getByText(campaign[words.locale], { exact: true }).waitFor()
    await this.publish()
  }

  /** Draws up a reward of this kind through the form, and publishes it. `terms`: by the key of the label in `rewards.json`. */
  async publishReward({ kind, name, cost, terms, also }: NewReward): Promise<void> {
    const { app, page, words } = this
    await this.open('/app/program/rewards/new', words.app('program:rewards.new'))
    const fill = (label: string, value: string) => app.getByLabel(label, { exact: true }).fill(value)
    await app.getByText(words.app(`rewards:${kind}.label`), { exact: true }).click()
    for (const language of ['de', 'en'] as const)
      await fill(`${words.app('program:reward.name')} (${words.app(`language.${language}`)})`, name[language])
    const chosen = kindOf(kind).chosen !== undefined
    await fill(words.app(chosen ? 'program:reward.step' : 'program:reward.cost'), String(cost))
    for (const [term, value] of Object.entries(terms)) await fill(words.app(`rewards:${term}`), value)
    await also?.()
    await page.getByRole('button', { name: words.app('action.save'), exact: true }).click()
    await this.arrive(words.app('program:rewards.title'))
    await app.getByText(name[words.locale], { exact: true }).waitFor()
    await this.publish()
  }

  /** In Shopify's picker, which the admin shows over the app. */
  async pick(handle: string): Promise<void> {
    const title = COLLECTIONS.find((one) => one.handle === handle)?.title
    if (!title) throw new Error(`There is no collection "${handle}".`)
    const dialog = this.page.getByRole('dialog')
    await dialog.getByRole('checkbox', { name: title[this.words.locale] }).check()
    await dialog.locator('button[type=submit]').click()
    await dialog.waitFor({ state: 'detached' })
    // Shopify tells apps the title in the shop's main language, whatever the merchant's is.
    await this.app.getByText(title.de, { exact: true }).first().waitFor()
  }

  async publish(): Promise<void> {
    const { app, words } = this
    await this.goTo('program')
    await app
      .getByRole('link', { name: words.app('program:publish.review') })
      .or(this.button(words.app('program:publish.review')))
      .click()
    await this.arrive(words.app('program:publish.title'))
    await this.button(words.app('program:publish.action')).click()
    await app.getByText(words.app('program:badge.live'), { exact: true }).waitFor()
  }

  /** Sets when points lapse and how early that is told, and publishes it; a rule of this kind is left as it is. */
  async publishExpiry(kind: 'never' | 'after-earning' | 'after-inactivity', months = 0, warnDays = 0) {
    const { app, page, words } = this
    await this.open('/app/program/rules', words.app('program:rules.title'))
    const label = words.app(`program:expiry.kind.${kind}`)
    if (await app.getByRole('radio', { name: label, exact: true }).isChecked()) return
    await app.getByText(label, { exact: true }).click()
    if (kind !== 'never') {
      await app.getByLabel(words.app('program:expiry.months'), { exact: true }).fill(String(months))
      await app.getByLabel(words.app('program:expiry.warnDays'), { exact: true }).fill(String(warnDays))
    }
    await page.getByRole('button', { name: words.app('action.save'), exact: true }).click()
    await page.locator('#save-bar').waitFor({ state: 'hidden' })
    await this.publish()
  }

  /** Gives points by hand on the member's page. */
  async give(customerId: string, points: number, reason: string): Promise<void> {
    const { app, words } = this
    await this.open(`/app/members/${customerId}`)
    await this.button(words.app('members:page.adjust')).click()
    const dialog = app.getByRole('dialog')
    await dialog.getByLabel(words.app('members:adjust.points'), { exact: true }).fill(String(points))
    await dialog.getByLabel(words.app('members:adjust.reason'), { exact: true }).fill(reason)
    await dialog
      .getByRole('button', { name: words.app('members:adjust.saveAdd'), exact: true })
      .last()
      .click()
    await dialog.waitFor({ state: 'detached' })
    await this.historyItem(words.surfaces('title.adjustment-plus')).first().waitFor()
  }

  /** Has the last days checked against Shopify. @returns what the newest report says, and its repairs */
  async reconcile(): Promise<{ told: string; repairs: string[][] }> {
    const { app, words } = this
    await this.open('/app/operations/reconciliation', words.app('operations:reconciliation.title'))
    const cards = app.locator('.Polaris-ShadowBevel', { has: app.getByRole('heading', { level: 2 }) })
    // What runs every hour may come between.
    const asked = cards.filter({ hasText: words.app('operations:reconciliation.kind.manual') })
    const newest = asked.first()
    // Not how many there are: the page shows the last twenty runs, and the oldest leaves when another one comes.
    const before = (await asked.count()) > 0 ? await newest.innerText() : ''
    await this.button(words.app('operations:reconciliation.now')).click()
    const latest = async () => ((await asked.count()) > 0 ? newest.innerText() : '')
    await expect.poll(latest, PATIENCE).not.toBe(before)
    const finished = words.app('operations:state.repaired')
    await newest.getByText(finished, { exact: true }).waitFor()
    const told = await newest.locator('p').last().innerText()
    const repairs = await newest.getByRole('listitem').allInnerTexts()
    return { told, repairs: repairs.map((text) => text.split('\n')) }
  }

  /** A line of the open member's history. */
  historyItem(title: string): Locator {
    return this.app.locator('li').filter({ has: this.app.getByText(title, { exact: true }) })
  }

  /** Opens the "why" of every line of a member's history; title and reasons, newest first. */
  async explained(customerId: string): Promise<Explained[]> {
    const { app, words } = this
    await this.open(`/app/members/${customerId}`)
    const heading = app.getByRole('heading', { name: words.app('members:history.heading') })
    const card = app.locator('.Polaris-ShadowBevel', { has: heading })
    const older = card.getByRole('button', { name: words.app('members:history.more') })
    const items = card.locator('ul').first().locator(':scope > li')
    while (await older.isVisible()) {
      const before = await items.count()
      await older.click()
      await expect.poll(() => items.count(), PATIENCE).toBeGreaterThan(before)
    }
    return this.#opened(items)
  }

  /** The same of the newest line alone. */
  async newestExplained(customerId: string): Promise<Explained | undefined> {
    const { app, words } = this
    await this.open(`/app/members/${customerId}`)
    const why = app.getByRole('button', { name: words.app('members:history.why') })
    const [newest] = await this.#opened(app.locator('li').filter({ has: why }).first())
    return newest
  }

  async #opened(items: Locator): Promise<Explained[]> {
    const why = { name: this.words.app('members:history.why') }
    const buttons = await items.getByRole('button', why).all()
    expect(buttons).toHaveLength(await items.count())
    // By the keyboard: each line that opens moves those below it, and a click would have to wait until they stand.
    for (const button of buttons) await button.press('Enter')
    // All of them are read at once: asked one by one they take half a second each.
    let lines: (Explained & { open: boolean })[] = []
    const read = async () => {
      lines = await items.evaluateAll(readLines)
      return lines.map(({ open }) => open)
    }
    await expect.poll(read, PATIENCE).toEqual(buttons.map(() => true))
    return lines.map(({ open: _, ...line }) => line)
  }
}

/** In the page. */
function readLines(items: (HTMLElement | SVGElement)[]): (Explained & { open: boolean })[] {
  const textOf = (node?: Element | null) => (node as HTMLElement | null)?.innerText ?? ''
  return items.map((item) => {
    const [button] = item.querySelectorAll('[aria-expanded]')
    const reasons = [...item.querySelectorAll('li')].filter((reason) =>
      reason.checkVisibility({ visibilityProperty: true }),
    )
    const [title = ''] = textOf(item).split('\n')
    return {
      title,
      points: textOf(item.querySelector('.Polaris-InlineStack')?.lastElementChild),
      reasons: reasons.map(textOf),
      open: button?.getAttribute('aria-expanded') === 'true' && reasons.length > 0,
    }
  })
}
