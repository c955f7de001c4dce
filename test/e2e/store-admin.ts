/** The merchant in the practice store's own pages: orders, customers, the webhooks' switches and the clock. */
import type { Locator, Page } from 'playwright-core'
import type { Step } from '../../dev-store/clock.ts'
import type { Translated } from '../../dev-store/model.ts'
import { inItsOwnSecond } from './whole-seconds.ts'
import type { Words } from './words.ts'

export class StoreAdmin {
  readonly page: Page
  readonly words: Words
  readonly origin: string

  constructor(page: Page, origin: string, words: Words) {
    this.page = page
    this.origin = origin
    this.words = words
  }

  async openOrder(name: string): Promise<void> {
    await this.page.goto(`${this.origin}/admin/orders?q=${encodeURIComponent(name)}`)
    await this.page.getByRole('link', { name, exact: true }).click()
    await this.page.getByRole('heading', { name: this.words.storeAdmin.lines }).waitFor()
  }

  /** Takes `pieces` of one article back, and their money with them. */
  async refund(orderName: string, article: Translated, pieces: number): Promise<void> {
    const { refund, refundLines } = this.words.storeAdmin
    await this.openOrder(orderName)
    const form = this.page.getByRole('form', { name: refund })
    await this.#lineOf(form, article, `${refundLines}: `).fill(String(pieces))
    await this.#change(form.getByRole('button', { name: refund, exact: true }))
  }

  /** Edits the order: so many pieces of the article stand in it afterwards. */
  async setPieces(orderName: string, article: Translated, pieces: number): Promise<void> {
    const { edit, save } = this.words.storeAdmin
    await this.openOrder(orderName)
    const form = this.page.getByRole('form', { name: edit })
    await this.#lineOf(form, article).fill(String(pieces))
    await this.#change(form.getByRole('button', { name: save, exact: true }))
  }

  /** What an edit left open is paid. */
  async markPaid(orderName: string): Promise<void> {
    await this.openOrder(orderName)
    await this.#change(this.page.getByRole('button', { name: this.words.storeAdmin.markPaid, exact: true }))
  }

  async cancel(orderName: string): Promise<void> {
    await this.openOrder(orderName)
    await this.#change(this.page.getByRole('button', { name: this.words.storeAdmin.cancel, exact: true }))
    await this.page.getByText(this.words.storeAdmin.cancelled, { exact: true }).first().waitFor()
  }

  /** @returns the new customer's id */
  async newCustomer(firstName: string, lastName: string): Promise<string> {
    const t = this.words.storeAdmin
    await this.page.goto(`${this.origin}/admin/customers`)
    await this.page.getByText(t.newCustomer, { exact: true }).click()
    const fill = (label: string, value: string) => this.page.getByLabel(label, { exact: true }).fill(value)
    await fill(t.firstName, firstName)
    await fill(t.lastName, lastName)
    await fill(t.email, `${firstName}.${lastName}@example.com`.toLowerCase())
    await this.page.getByRole('combobox', { name: t.language }).selectOption(this.words.locale)
    await this.#send(this.page.getByRole('button', { name: t.create, exact: true }))
    return this.page.url().split('/').pop() ?? ''
  }

  /** Another customer becomes part of the kept one. */
  async merge(keptId: string, otherId: string): Promise<void> {
    const { merge, customer } = this.words.storeAdmin
    await this.page.goto(`${this.origin}/admin/customers/${keptId}`)
    await this.page.getByLabel(customer, { exact: true }).selectOption(otherId)
    await this.#change(this.page.getByRole('button', { name: merge, exact: true }))
  }

  /** Disturbs the deliveries from now on; in per cent of the new ones. */
  async disturb(switches: { drop?: number; duplicate?: number }): Promise<void> {
    const t = this.words.storeAdmin
    await this.page.goto(`${this.origin}/admin/webhooks`)
    const form = this.page.getByRole('form', { name: t.switches })
    for (const [name, share] of Object.entries(switches))
      await form.getByLabel(t[name as keyof typeof switches], { exact: true }).fill(String(share))
    await this.#send(form.getByRole('button', { name: t.save, exact: true }))
  }

  async moveClock(...steps: Step[]): Promise<void> {
    await this.page.goto(`${this.origin}/admin/clock`)
    for (const step of steps) await this.#send(this.page.locator(`button[value=${step}]`))
  }

  /** Articles stand in an order under their title in the order's language. */
  #lineOf(form: Locator, { de, en }: Translated, before = ''): Locator {
    const line = (title: string) => form.getByLabel(`${before}${title}`, { exact: true })
    return line(de).or(line(en)).first()
  }

  #change(button: Locator): Promise<void> {
    return inItsOwnSecond(() => this.#send(button))
  }

  /** Every form leads to a page anew; what it asked for was done before, or was refused. */
  async #send(button: Locator): Promise<void> {
    const asked = this.page.waitForResponse((response) => response.request().method() === 'POST')
    await button.click()
    const answer = await asked
    const { location = '' } = answer.headers()
    if (answer.status() !== 303 || location.includes('refused='))
      throw new Error(`The practice store answered ${answer.status()} ${location} to ${answer.url()}`)
    await this.page.waitForURL((url) => location.endsWith(url.pathname + url.search))
  }
}
