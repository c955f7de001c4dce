/**
 * Rewards of the shop's goods, in German and again in English: a code that is good for some of them, picked in the form,
 * refused for a cart without them, and taken off them alone; and a free article, from the picker into the cart and paid.
 */
import { expect, test } from 'vitest'
import { COLLECTIONS, PRODUCTS, type SeedProduct } from '../../dev-store/seed/catalogue.ts'
import { PRACTICE, violations } from './accessibility.ts'
import { expectFaultlessBook, memberNow, type People, usePeople } from './people.ts'
import { PATIENCE } from './visitor.ts'
import type { Locale } from './words.ts'

const people = usePeople()

const COST = 150
const SHOPPER = { de: 'Mara Beispiel', en: 'Emily Sample' }
const priceOf = ({ variants }: SeedProduct) => variants[0]?.price ?? Number.NaN
const [collection] = COLLECTIONS
const sold = PRODUCTS.filter((one) => one.variants.length === 1 && !one.giftCard && priceOf(one) > 1000)
const within = (one: SeedProduct) => one.collections.includes(collection?.handle ?? '')
const [inside, outside] = [sold.find(within), sold.find((one) => !within(one))] as SeedProduct[]

const euros = (cents: number, locale: Locale) =>
  locale === 'de' ? `${(cents / 100).toFixed(2).replace('.', ',')} €` : `€${(cents / 100).toFixed(2)}`

async function noViolations({ page, merchant }: People, inTheAdmin = false): Promise<void> {
  const frame = page.frames().find((one) => one.parentFrame() === page.mainFrame())
  if (inTheAdmin) await merchant.arrive()
  expect(await violations(inTheAdmin && frame ? frame : page, inTheAdmin ? PRACTICE : [])).toEqual([])
}

const REFUSED = {
  de: 'Dieser Code gilt für keinen Artikel in Ihrem Warenkorb.',
  en: 'This code applies to nothing in your cart.',
}
const nameOf = (locale: Locale) => ({ de: `Nur aus der Küche ${locale}`, en: `Kitchen only ${locale}` })

test.each(['de', 'en'] as const)('from the form to the order, off its goods alone (%s)', async (locale) => {
  const persons = await people(locale)
  const { page, words, merchant, shopper, picture } = persons
  if (!collection || !inside || !outside) throw new Error('The practice shop has too few goods')
  const reward = nameOf(locale)[locale]
  await merchant.openAdmin()
  await merchant.publishReward({
    kind: 'amount-off',
    name: nameOf(locale),
    cost: COST,
    terms: { 'amount-off.term.amount': '5' },
    also: async () => {
      await merchant.app.getByText(words.app('program:scope.collections'), { exact: true }).click()
      await merchant.button(words.app('program:scope.pick.collections')).click()
      await merchant.pick(collection.handle)
      await merchant.app
        .getByLabel(words.app('rewards:purchases.label'), { exact: true })
        .selectOption('both')
      await merchant.app.getByLabel(words.app('rewards:purchases.cycles'), { exact: true }).fill('3')
      await noViolations(persons, true)
      await picture('form-goods')
    },
  })
  const customerId = await shopper.signIn(SHOPPER[locale])
  await merchant.give(customerId, COST, 'Zum Ausprobieren')
  const start = await memberNow(customerId)
  await shopper.openPanel()
  const told = words.app('rewards:goods.only', {
    scope: words.app('campaign:scope.collections_one', { names: collection.title.de }),
  })
  await shopper.panel.getByText(told).first().waitFor()
  await noViolations(persons)
  await picture('panel-goods')
  const code = await shopper.redeem(reward, COST)

  const [first, second] = [inside, outside] as const
  await shopper.fillCart([{ handle: second.handle, quantity: 1 }])
  await shopper.goToCheckout()
  await page.getByLabel(words.store.discountCode, { exact: true }).fill(code)
  await page.getByRole('button', { name: words.store.apply, exact: true }).click()
  await page.getByText(REFUSED[locale]).first().waitFor()
  await picture('checkout-refused')

  await shopper.fillCart([
    { handle: first.handle, quantity: 1 },
    { handle: second.handle, quantity: 1 },
  ])
  await shopper.goToCheckout()
  await shopper.applyCode(code)
  await picture('checkout-goods')
  await shopper.pay()
  await expect
    .poll(() => memberNow(customerId), PATIENCE)
    .toMatchObject({ held: start.held, redeemed: start.redeemed + COST })
})

const giftOf = (locale: Locale) => ({ de: `Geschenk ${locale}`, en: `Gift ${locale}` })

test.each(['de', 'en'] as const)(
  'a free article, from the picker into the cart beside what is in it, to the order (%s)',
  async (locale) => {
    const persons = await people(locale)
    const { page, words, merchant, shopper, picture } = persons
    const [free, bought] = [inside, outside] as [SeedProduct, SeedProduct]
    const reward = giftOf(locale)[locale]
    await merchant.openAdmin()
    await merchant.publishReward({
      kind: 'free-product',
      name: giftOf(locale),
      cost: COST,
      terms: { 'code.validDays': '14' },
      also: async () => {
        await merchant.button(words.app('program:scope.pick.variants')).click()
        const dialog = page.getByRole('dialog')
        await dialog.getByRole('checkbox', { name: new RegExp(`^${free.title[locale]}`) }).check()
        await dialog.locator('button[type=submit]').click()
        await dialog.waitFor({ state: 'detached' })
        await merchant.app.getByText(free.title.de, { exact: true }).first().waitFor()
        await noViolations(persons, true)
        await picture('form-gift')
      },
    })
    const customerId = await shopper.signIn(SHOPPER[locale])
    await merchant.give(customerId, COST, 'Zum Ausprobieren')
    const start = await memberNow(customerId)
    await shopper.fillCart([{ handle: bought.handle, quantity: 1 }])
    await shopper.openPanel()
    const told = words.app('rewards:free-product.textNamed', { names: free.title.de })
    await shopper.panel.getByText(told).first().waitFor()
    const code = await shopper.redeem(reward, COST)
    const use = shopper.panel.getByRole('link', { name: words.widget('panel.use_gift'), exact: true })
    await use.waitFor()
    await noViolations(persons)
    await picture('panel-gift')
    await use.press('Enter')
    await page.getByRole('heading', { level: 1, name: words.store.cart }).waitFor()
    for (const { title } of [free, bought]) await page.getByText(title[locale]).first().waitFor()
    await picture('cart-gift')

    await shopper.goToCheckout()
    await page.locator('dl.totals', { hasText: code }).waitFor()
    const cents = priceOf(bought) + (priceOf(bought) < 6900 ? 490 : 0)
    expect(await shopper.sum(words.store.total)).toBe(euros(cents, locale))
    await picture('checkout-gift')
    await shopper.pay()
    await expect
      .poll(() => memberNow(customerId), PATIENCE)
      .toMatchObject({ held: start.held, redeemed: start.redeemed + COST })
  },
)

test('the book is without a fault', expectFaultlessBook)
