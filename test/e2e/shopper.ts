/** A sample customer in the practice store: buys, looks at the widget, uses the panel. */
import type { Locator, Page } from 'playwright-core'
import { inItsOwnSecond } from './whole-seconds.ts'
import type { Words } from './words.ts'

export interface Piece {
  handle: string
  quantity: number
}

export class Shopper {
  readonly page: Page
  readonly words: Words
  readonly origin: string

  constructor(page: Page, origin: string, words: Words) {
    this.page = page
    this.origin = origin
    this.words = words
  }

  at(path: string): string {
    return `${this.origin}${this.words.locale === 'de' ? '' : '/en'}${path}`
  }

  /** @returns the customer's id */
  async signIn(name: string): Promise<string> {
    await this.page.goto(this.at('/account/login'))
    const button = this.page.getByRole('button', { name }).last()
    const id = await button.getAttribute('value')
    await button.click()
    await this.page.getByRole('link', { name: name.split(' ')[0] as string, exact: true }).waitFor()
    return id ?? ''
  }

  async fillCart(pieces: Piece[]): Promise<void> {
    for (const { handle, quantity } of pieces) {
      await this.page.goto(this.at(`/products/${handle}`))
      await this.page.getByLabel(this.words.store.quantity, { exact: true }).fill(String(quantity))
      await this.page.getByRole('button', { name: this.words.store.addToCart, exact: true }).click()
      await this.page.getByRole('heading', { level: 1, name: this.words.store.cart }).waitFor()
    }
  }

  async goToCheckout(): Promise<void> {
    await this.page.goto(this.at('/checkout'))
    await this.page.getByRole('heading', { level: 1, name: this.words.store.checkout }).waitFor()
  }

  /** Says where to send it, where the shop does not know. @returns the order's name, "#1042" */
  async pay(): Promise<string> {
    const address = { street: 'Musterweg 1', zip: '00123', city: 'Musterstadt' }
    for (const [name, value] of Object.entries(address)) {
      const field = this.page.locator(`input[name=${name}]`)
      if ((await field.inputValue()) === '') await field.fill(value)
    }
    await inItsOwnSecond(async () => {
      await this.page.getByRole('button', { name: this.words.store.buyNow, exact: true }).click()
      await this.page.getByRole('heading', { level: 1, name: this.words.store.thanks }).waitFor()
    })
    const line = await this.page.getByText(new RegExp(`^${this.words.store.orderNumber} #\\d+$`)).innerText()
    return line.slice(line.indexOf('#'))
  }

  /** In the checkout: the code takes its part off the sum. */
  async applyCode(code: string): Promise<void> {
    const { page, words } = this
    await page.getByLabel(words.store.discountCode, { exact: true }).fill(code)
    await page.getByRole('button', { name: words.store.apply, exact: true }).click()
    await page.locator('dl.totals', { hasText: code }).waitFor()
  }

  /** In the checkout: what a line of the sum says, "0,00 €". */
  async sum(label: string): Promise<string> {
    const line = this.page.locator('dl.totals > div', { has: this.page.getByText(label, { exact: true }) })
    return (await line.locator('dd').innerText()).replaceAll('\u00a0', ' ')
  }

  /** The whole way from the article to the thank-you page. @returns the order's name */
  async buy(pieces: Piece[], code?: string): Promise<string> {
    await this.fillCart(pieces)
    await this.goToCheckout()
    if (code) await this.applyCode(code)
    return this.pay()
  }

  /** The points block on the shop's first page, as a script-free page shows it: "557 Punkte verfügbar …". */
  async widget(): Promise<string> {
    await this.page.goto(this.at('/'))
    const text = await this.page.locator('.stammgast-balance').first().innerText()
    return text.replace(/\s+/g, ' ')
  }

  get panel(): Locator {
    return this.page.locator('dialog[open]')
  }

  /** Opens the panel on the shop's first page and waits for what it fetches. */
  async openPanel(): Promise<void> {
    await this.page.goto(this.at('/'))
    await this.page.locator('[data-stammgast-open]').click()
    await this.panel.getByRole('tab').first().waitFor()
  }

  tab(name: 'rewards' | 'history' | 'ways'): Locator {
    return this.panel.getByRole('tab', { name: this.words.widget(`panel.${name}`), exact: true })
  }

  /** The newest line of the history, in an open panel. */
  async newestEntry(): Promise<{ text: string; points: string; status: string }> {
    await this.tab('history').click()
    const entry = this.panel.locator('[data-entry="0"]')
    const [text, points, status] = await entry.locator('.stammgast-entry__head > *').allInnerTexts()
    return { text: text ?? '', points: points ?? '', status: status ?? '' }
  }

  /** The newest lines of the history in an open panel, each with all its reasons. */
  async entries(): Promise<{ text: string; points: string; reasons: string[] }[]> {
    await this.tab('history').click()
    const entries = this.panel.locator('[data-entry]')
    await entries.first().waitFor()
    const found = []
    for (const entry of await entries.all()) {
      const [text = '', points = ''] = await entry.locator('.stammgast-entry__head > *').allInnerTexts()
      found.push({ text, points, reasons: await entry.locator('details li').allTextContents() })
    }
    return found
  }

  /** Chooses so many points in an open panel, redeems them, and waits for the code. `worth`: as the panel writes it, "11,50 €". */
  async redeemPoints(reward: string, points: number, worth: string): Promise<string> {
    const { panel, words } = this
    const button = (name: string) => panel.getByRole('button', { name, exact: true })
    await this.tab('rewards').click()
    await button(words.widget('panel.redeem_named', { name: reward })).click()
    await panel.getByRole('spinbutton').fill(String(points))
    const question = words.widget('panel.confirm_worth', { amount: words.points(points), worth })
    await panel.getByText(question.replaceAll('\u00a0', ' ')).first().waitFor()
    await button(words.widget('panel.confirm_yes')).click()
    const code = panel.locator('.stammgast-code')
    await code.waitFor()
    return code.innerText()
  }

  /** Redeems a reward in an open panel and waits for its code. */
  async redeem(reward: string, cost: number): Promise<string> {
    await this.ask(reward, cost)
    const code = this.panel.locator('.stammgast-code')
    await code.waitFor()
    return code.innerText()
  }

  /** Asks for a reward in an open panel, and says yes. */
  async ask(reward: string, cost: number): Promise<void> {
    const { panel, words } = this
    const button = (name: string) => panel.getByRole('button', { name, exact: true })
    await this.tab('rewards').click()
    await button(words.widget('panel.redeem_named', { name: reward })).click()
    await panel
      .getByText(words.widget('panel.confirm', { amount: words.points(cost), name: reward }), { exact: true })
      .first()
      .waitFor()
    await button(words.widget('panel.confirm_yes')).click()
  }
}
