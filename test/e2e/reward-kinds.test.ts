/**
 * Rewards that take nothing off the goods, in German and again in English: from the merchant's form to what the shopper
 * does with them, and what stands of it in the books.
 */
import { expect, test } from 'vitest'
import { PRODUCTS, type SeedProduct } from '../../dev-store/seed/catalogue.ts'
import { PRACTICE, violations } from './accessibility.ts'
import { expectFaultlessBook, memberNow, type People, usePeople } from './people.ts'
import { PATIENCE } from './visitor.ts'
import type { Locale } from './words.ts'

const people = usePeople()

const COST = 150
const CREDIT_CENTS = 750
const SHOPPER = { de: 'Mara Beispiel', en: 'Emily Sample' }
const priceOf = ({ variants }: SeedProduct) => variants[0]?.price ?? Number.NaN
/** Dear enough to use all of the credit, and too cheap to be sent for nothing. */
const article = PRODUCTS.find(
  (one) => one.variants.length === 1 && !one.giftCard && priceOf(one) > 1500 && priceOf(one) < 4000,
) as SeedProduct

const euros = (cents: number, locale: Locale) =>
  locale === 'de' ? `${(cents / 100).toFixed(2).replace('.', ',')} €` : `€${(cents / 100).toFixed(2)}`
const plain = (text: string) => text.replaceAll(/\s/g, ' ')

async function noViolations({ page, merchant }: People, inTheAdmin = false): Promise<void> {
  const frame = page.frames().find((one) => one.parentFrame() === page.mainFrame())
  if (inTheAdmin) await merchant.arrive()
  expect(await violations(inTheAdmin && frame ? frame : page, inTheAdmin ? PRACTICE : [])).toEqual([])
}

/** The shopper can afford it and has the panel open. */
async function atThePanel({ merchant, shopper }: People, locale: Locale) {
  const customerId = await shopper.signIn(SHOPPER[locale])
  await merchant.give(customerId, COST, 'Zum Ausprobieren')
  const start = await memberNow(customerId)
  await shopper.openPanel()
  return { customerId, start }
}

/** The form of a shop that has not given the app its rights to store credit. */
async function saidBeforeSaving({ page, words, merchant, picture }: People): Promise<void> {
  await page.route('**/admin/frame/scopes', (route) =>
    route.fulfill({
      json: { granted: ['write_store_credit_account_transactions'], required: [], optional: [] },
    }),
  )
  await merchant.open('/app/program/rewards/new', words.app('program:rewards.new'))
  const said = words.app('rewards:notAllowed', { scopes: 'read_store_credit_accounts' })
  await merchant.app.getByText(words.app('rewards:free-shipping.label'), { exact: true }).click()
  expect(await merchant.app.getByText(said).count()).toBe(0)
  await merchant.app.getByText(words.app('rewards:store-credit.label'), { exact: true }).click()
  await merchant.app.getByText(said).waitFor()
  await picture('form-not-allowed')
  await page.unroute('**/admin/frame/scopes')
}

test.each(['de', 'en'] as const)(
  'free shipping, from the form to the order that uses it (%s)',
  async (locale) => {
    const persons = await people(locale)
    const { page, words, merchant, shopper, store, picture } = persons
    const name = { de: 'Versand geschenkt', en: 'Shipping on us' }
    await merchant.openAdmin()
    await merchant.open('/app/program/rewards/new')
    await merchant.app.getByText(words.app('rewards:free-shipping.label'), { exact: true }).click()
    await merchant.app.getByText(words.app('program:reward.percentWorth')).waitFor()
    await noViolations(persons, true)
    await picture('form-shipping')
    await merchant.publishReward({
      kind: 'free-shipping',
      name: { de: `${name.de} ${locale}`, en: `${name.en} ${locale}` },
      cost: COST,
      terms: { 'code.validDays': '14' },
    })
    const reward = `${name[locale]} ${locale}`

    const { customerId, start } = await atThePanel(persons, locale)
    await shopper.panel.getByText(words.app('rewards:free-shipping.text')).first().waitFor()
    const code = await shopper.redeem(reward, COST)
    await picture('panel-shipping')
    expect(await memberNow(customerId)).toMatchObject({ held: start.held + COST })

    await shopper.fillCart([{ handle: article.handle, quantity: 1 }])
    await shopper.goToCheckout()
    await page.getByText(new RegExp(reward)).first().waitFor()
    expect(await shopper.sum(words.store.total)).toBe(euros(priceOf(article) + 490, locale))
    await shopper.applyCode(code)
    expect(await shopper.sum(words.store.total)).toBe(euros(priceOf(article), locale))
    await picture('checkout-shipping')
    const order = await shopper.pay()
    await expect
      .poll(() => memberNow(customerId), PATIENCE)
      .toMatchObject({ held: start.held, redeemed: start.redeemed + COST })
    await merchant.open(`/app/members/${customerId}`)
    const used = merchant.historyItem(words.surfaces('title.redemption-capture', { reward }))
    await used.getByRole('button', { name: words.app('members:history.why') }).click()
    await used.getByText(words.surfaces('detail.used-in', { code, order })).waitFor()

    await store.cancel(order)
    await expect
      .poll(() => memberNow(customerId), PATIENCE)
      .toMatchObject({ redeemed: start.redeemed, held: start.held })
    await shopper.openPanel()
    const [back] = (await shopper.entries()).filter(({ reasons }) =>
      reasons.includes(words.surfaces('detail.returned.order-cancelled')),
    )
    expect(back).toMatchObject({
      text: words.surfaces('title.redemption-return', { reward }),
      points: words.signed(COST),
    })
  },
)

test.each(['de', 'en'] as const)(
  'as many points as she likes, from the form to the order that they pay a part of (%s)',
  async (locale) => {
    const persons = await people(locale)
    const { page, words, merchant, shopper, picture } = persons
    // Short: the checkout of the tests to come names it in one line.
    const name = { de: `Nach Wahl ${locale}`, en: `Your pick ${locale}` }
    const reward = name[locale]
    await merchant.openAdmin()
    await merchant.open('/app/program/rewards/new')
    await merchant.app.getByText(words.app('rewards:flexible-amount.label'), { exact: true }).click()
    await merchant.app.getByText(words.app('rewards:flexible-amount.term.cartShareHelp')).waitFor()
    await noViolations(persons, true)
    await picture('form-flexible')
    await merchant.publishReward({
      kind: 'flexible-amount',
      name,
      cost: 10,
      terms: {
        'flexible-amount.term.amount': locale === 'de' ? '0,50' : '0.50',
        'flexible-amount.term.leastPoints': '50',
        'flexible-amount.term.cartShare': '50',
      },
    })

    const { customerId, start } = await atThePanel(persons, locale)
    await shopper.tab('rewards').click()
    await shopper.panel
      .getByRole('button', { name: words.widget('panel.redeem_named', { name: reward }) })
      .click()
    await noViolations(persons)
    await picture('panel-flexible')
    // Between two prices it is the lower one, and below the least it is the least: what is asked is what is shown.
    const field = shopper.panel.getByRole('spinbutton')
    const slider = shopper.panel.getByRole('slider')
    for (const [typed, taken] of [
      ['137', '130'],
      ['7', '50'],
    ] as const) {
      await field.fill(typed)
      await field.blur()
      expect([await field.inputValue(), await slider.inputValue()]).toEqual([taken, taken])
    }
    await slider.press('ArrowRight')
    expect(await field.inputValue()).toBe('60')
    await shopper.panel.getByRole('button', { name: words.widget('panel.cancel'), exact: true }).click()
    const code = await shopper.redeemPoints(reward, 130, euros(650, locale))
    expect(await memberNow(customerId)).toMatchObject({ held: start.held + 130 })

    await shopper.fillCart([{ handle: article.handle, quantity: 1 }])
    await shopper.goToCheckout()
    const before = await shopper.sum(words.store.total)
    await shopper.applyCode(code)
    expect(before).not.toBe(await shopper.sum(words.store.total))
    await picture('checkout-flexible')
    await shopper.pay()
    await expect
      .poll(() => memberNow(customerId), PATIENCE)
      .toMatchObject({ held: start.held, redeemed: start.redeemed + 130 })
    await merchant.open(`/app/members/${customerId}`)
    await merchant.historyItem(words.surfaces('title.redemption-capture', { reward })).waitFor()
    await page.goto(shopper.at('/'))
  },
)

test.each(['de', 'en'] as const)(
  'store credit, from the form to the order that it pays (%s)',
  async (locale) => {
    const persons = await people(locale)
    const { page, words, merchant, shopper, picture } = persons
    const name = { de: `Kleines Guthaben ${locale}`, en: `A little credit ${locale}` }
    const reward = name[locale]
    const amount = euros(CREDIT_CENTS, locale)
    await merchant.openAdmin()
    await merchant.open('/app/program/rewards/new')
    await merchant.app.getByText(words.app('rewards:store-credit.label'), { exact: true }).click()
    await merchant.app.getByText(words.app('rewards:store-credit.term.creditDaysHelp')).waitFor()
    await noViolations(persons, true)
    await picture('form-credit')
    await saidBeforeSaving(persons)
    await merchant.publishReward({
      kind: 'store-credit',
      name,
      cost: COST,
      terms: {
        'store-credit.term.amount': locale === 'de' ? '7,50' : '7.50',
        'store-credit.term.creditDays': '90',
      },
    })

    const { customerId, start } = await atThePanel(persons, locale)
    await shopper.ask(reward, COST)
    const given = words.app('rewards:store-credit.given', { amount })
    await expect.poll(async () => plain(await shopper.panel.innerText()), PATIENCE).toContain(given)
    await picture('panel-credit')
    expect(await shopper.panel.locator('.stammgast-code').count()).toBe(0)
    await noViolations(persons)
    await expect
      .poll(() => memberNow(customerId), PATIENCE)
      .toMatchObject({
        available: start.available - COST,
        held: start.held,
        redeemed: start.redeemed + COST,
      })
    expect(await shopper.newestEntry()).toMatchObject({
      text: words.surfaces('title.redemption-reserve', { reward }),
      points: words.signed(-COST),
    })

    await page.goto(shopper.at('/account'))
    const credit = page.getByRole('region', { name: words.store.storeCredit, exact: true })
    const has = async () => plain(await credit.locator('strong').innerText())
    expect(await has()).toBe(amount)
    await shopper.fillCart([{ handle: article.handle, quantity: 1 }])
    await shopper.goToCheckout()
    await page.locator('#use-store-credit').check()
    await picture('checkout-credit')
    await shopper.pay()
    await page.goto(shopper.at('/account'))
    expect(await has()).toBe(euros(0, locale))
    // What was given stays given: the order that it paid has nothing to do with the points.
    expect(await memberNow(customerId)).toMatchObject({ redeemed: start.redeemed + COST, held: start.held })

    await merchant.open(`/app/members/${customerId}`)
    await picture('member-credit')
    await noViolations(persons, true)
    const told = merchant.historyItem(words.app('rewards:store-credit.made', { amount }))
    await told.getByRole('button', { name: words.app('members:history.why') }).click()
    const why = words.surfaces('detail.given-for', { reward })
    await expect.poll(async () => plain(await told.innerText()), PATIENCE).toContain(why)
    const untilWhen = words.app('rewards:lapses', { date: '' }).split('  ')[0] ?? ''
    expect(await told.innerText()).toContain(untilWhen)
  },
)

test('the book is without a fault', expectFaultlessBook)
