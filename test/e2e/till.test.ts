/**
 * The till, in German and again in English: points that were earned online are redeemed and used there, a code that was
 * redeemed online is used there, and what the staff have redeemed they take back.
 */
import type { Locator } from 'playwright-core'
import { expect, test } from 'vitest'
import { memberCard } from '../../app/domain/account/member-card.ts'
import { PRODUCTS, type SeedProduct } from '../../dev-store/seed/catalogue.ts'
import { PRACTICE, violations } from './accessibility.ts'
import { expectFaultlessBook, memberNow, type People, usePeople } from './people.ts'
import { PATIENCE } from './visitor.ts'
import type { Locale } from './words.ts'

const people = usePeople()

const COST = 150
const SHOPPER = { de: 'Mara Beispiel', en: 'Emily Sample' }
const nameOf = (locale: Locale) => ({ de: `Kassenrabatt ${locale}`, en: `Till discount ${locale}` })
const priceOf = ({ variants }: SeedProduct) => variants[0]?.price ?? Number.NaN
const article = PRODUCTS.find(
  (one) => one.variants.length === 1 && !one.giftCard && priceOf(one) > 1500 && priceOf(one) < 4000,
) as SeedProduct

class Till {
  readonly #people: People
  readonly modal: Locator

  constructor(persons: People) {
    this.#people = persons
    this.modal = persons.page.locator('dialog[open]')
  }

  /** A new sale, of one piece and with nobody on the cart. */
  async open(): Promise<void> {
    const { page, shopper, words } = this.#people
    await page.goto(`${shopper.origin}/till`)
    await this.tile.getByText(words.till('tile.find')).waitFor()
    await page.getByLabel(article.title[words.locale], { exact: false }).first().fill('1')
  }

  get tile(): Locator {
    return this.#people.page.locator('s-tile')
  }

  button(name: string): Locator {
    return this.modal.getByRole('button', { name, exact: true })
  }

  async scan(what: string): Promise<void> {
    const { words } = this.#people
    await this.tile.click()
    await this.button(words.till('find.scan')).click()
    await this.modal.getByLabel(words.store.scan, { exact: true }).fill(what)
    await this.button(words.store.scanned).click()
  }

  async search(name: string): Promise<void> {
    const { words } = this.#people
    await this.tile.click()
    await this.modal.getByRole('searchbox').fill(name)
    await this.button(words.till('find.search')).click()
    await this.button(words.till('find.open', { name })).click()
  }

  says(text: string): Promise<void> {
    return this.modal.getByText(text.replaceAll('\u00a0', ' ')).first().waitFor()
  }

  async close(): Promise<void> {
    await this.button(this.#people.words.store.close).click()
    await this.modal.waitFor({ state: 'detached' }).catch(() => undefined)
  }

  /** @returns the order's name */
  async ringUp(): Promise<string> {
    const { page, words } = this.#people
    await page.getByRole('button', { name: words.store.ringUp, exact: true }).click()
    const heading = page.getByRole('heading', { level: 1, name: new RegExp(`^${words.store.receipt} #`) })
    const text = await heading.innerText()
    return text.slice(text.indexOf('#'))
  }
}

async function explained(
  { words, merchant }: People,
  customerId: string,
  code: string,
  order: string,
  reward: string,
) {
  await merchant.open(`/app/members/${customerId}`)
  const used = merchant.historyItem(words.surfaces('title.redemption-capture', { reward }))
  await used.getByRole('button', { name: words.app('members:history.why') }).click()
  await used.getByText(words.surfaces('detail.used-in', { code, order })).waitFor()
}

test.each(['de', 'en'] as const)('redeemed and used at the till, and taken back (%s)', async (locale) => {
  const persons = await people(locale)
  const { page, words, merchant, shopper, picture } = persons
  const till = new Till(persons)
  const reward = nameOf(locale)[locale]
  await merchant.openAdmin()
  await merchant.publishReward({
    kind: 'amount-off',
    name: nameOf(locale),
    cost: COST,
    terms: { 'amount-off.term.amount': '5', 'code.validDays': '14' },
  })
  const customerId = await shopper.signIn(SHOPPER[locale])
  await merchant.give(customerId, 3 * COST, 'Zum Ausprobieren')
  const start = await memberNow(customerId)
  const available = (less: number) =>
    words.till('member.balance', { points: words.points(start.available - less) })
  const redeem = words.till('rewards.redeem', { points: words.points(COST) })
  const ofReward = till.modal
    .locator('s-stack', { hasText: reward })
    .last()
    .getByRole('button', { name: redeem.replaceAll('\u00a0', ' ') })

  // Her card is scanned, points become a code, the code goes on the cart, the order uses it.
  await till.open()
  await till.scan(memberCard(customerId))
  await till.says(SHOPPER[locale])
  await till.says(available(0))
  expect(await violations(page, PRACTICE)).toEqual([])
  await picture('till-member')
  await ofReward.click()
  await till.says(words.till('rewards.applied', { reward }))
  await till.says(available(COST))
  await till.close()
  const code = await page.locator('#code').inputValue()
  expect(code).toMatch(/^ST-/)
  expect(await memberNow(customerId)).toMatchObject({ held: start.held + COST })
  await picture('till-cart')
  const order = await till.ringUp()
  await page.locator('.receipt').getByText(code).waitFor()
  await expect
    .poll(() => memberNow(customerId), PATIENCE)
    .toMatchObject({ held: start.held, redeemed: start.redeemed + COST })
  await page
    .locator('[data-till="after-sale"]')
    .getByText(/\d+ (Punkte?|points?)/)
    .waitFor(PATIENCE)
  expect(await violations(page, PRACTICE)).toEqual([])
  await picture('till-receipt')
  await explained(persons, customerId, code, order, reward)
  const byStaff = merchant.historyItem(words.surfaces('title.redemption-reserve', { reward }))
  await byStaff.getByRole('button', { name: words.app('members:history.why') }).click()
  const who = words.surfaces('detail.till-at', { number: '92100000001', location: '1' })
  await byStaff.getByText(who).waitFor()

  // A code that she redeemed online is used at the till.
  await shopper.openPanel()
  const online = await shopper.redeem(reward, COST)
  await till.open()
  await till.search(SHOPPER[locale])
  await till.says(online)
  await till.button(words.till('codes.apply')).first().click()
  await till.says(words.till('rewards.applied', { reward }))
  await till.close()
  expect(await page.locator('#code').inputValue()).toBe(online)
  await till.ringUp()
  await expect
    .poll(() => memberNow(customerId), PATIENCE)
    .toMatchObject({ held: start.held, redeemed: start.redeemed + 2 * COST })

  // What the staff have redeemed they take back.
  await till.open()
  await till.scan(memberCard(customerId))
  await ofReward.click()
  await till.says(words.till('rewards.applied', { reward }))
  await till.button(words.till('codes.giveBack')).first().click()
  await till.says(words.till('codes.returned', { reward }))
  expect(await memberNow(customerId)).toMatchObject({ held: start.held, redeemed: start.redeemed + 2 * COST })
  await expectFaultlessBook()
})
