/** Every page for everybody: axe finds nothing against WCAG 2.1 AA (the admin: merchant-pages), and the keyboard alone is enough. */
import { expect, test } from 'vitest'
import { focused, tabTo, violations } from './accessibility.ts'
import { usePeople } from './people.ts'
import { PATIENCE } from './visitor.ts'

const people = usePeople()
const SHOPPER = 'Tilo Muster'

const only = (text: string) =>
  new RegExp(`^(a|button|summary) ${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`)

test.each([
  ['de', 390],
  ['en', 1280],
] as const)('axe finds nothing on the way of a shopper (%s, %d wide)', async (locale, width) => {
  const { page, shopper, words } = await people(locale, width)
  await shopper.signIn(SHOPPER)
  const found: Record<string, string[]> = {}
  const look = async (name: string) => {
    found[name] = await violations(page)
  }
  await page.goto(shopper.at('/'))
  await look('storefront')
  await page.goto(shopper.at('/products/espresso-nordhang'))
  await look('product')
  await page.goto(shopper.at('/account'))
  await look('account')
  await shopper.openPanel()
  for (const tab of ['rewards', 'history', 'ways'] as const) {
    await shopper.tab(tab).click()
    await look(`panel, ${tab}`)
  }
  await shopper.fillCart([{ handle: 'espresso-nordhang', quantity: 2 }])
  await shopper.goToCheckout()
  await page.getByText(words.checkout('heading'), { exact: true }).waitFor()
  await look('checkout')
  await shopper.pay()
  await page
    .locator('s-text', { hasText: words.points(19).split(' ')[1] as string })
    .first()
    .waitFor()
  await look('thank-you page')
  // The till is the shop's own, in the language of its admin.
  await page.goto(new URL('/till', page.url()).href)
  await look('till')
  expect(found).toEqual(Object.fromEntries(Object.keys(found).map((name) => [name, []])))
})

test('the panel needs no mouse', async () => {
  const { page, shopper, words } = await people('de')
  await shopper.signIn(SHOPPER)
  await page.goto(shopper.at('/'))
  await tabTo(page, new RegExp(words.widget('panel.open')))
  await page.keyboard.press('Enter')
  await shopper.panel.getByRole('tab').first().waitFor()
  // The dialog keeps the focus: the page behind it is out of reach.
  await tabTo(page, only(words.widget('panel.rewards')))
  await page.keyboard.press('ArrowRight')
  await expect.poll(() => focused(page), PATIENCE).toMatch(only(words.widget('panel.history')))
  await tabTo(page, new RegExp(`^summary ${words.widget('panel.why').replace('?', '\\?')}`))
  await page.keyboard.press('Enter')
  await shopper.panel.locator('details[open] li').first().waitFor()
  await page.keyboard.press('Escape')
  await shopper.panel.waitFor({ state: 'hidden' })
  expect(await focused(page)).toMatch(new RegExp(words.widget('panel.open')))
})

test('a program is changed and published without a mouse', async () => {
  const { page, merchant, words } = await people('en')
  await merchant.openAdmin()
  await tabTo(page, only(words.app('nav.program')))
  await page.keyboard.press('Enter')
  await merchant.app.getByRole('heading', { name: words.app('program:rules.title') }).waitFor()
  await merchant.arrive()
  const rules = `${words.app('program:rules.title')}: ${words.app('action.edit')}`
  await tabTo(page, only(rules))
  await page.keyboard.press('Enter')
  await merchant.arrive(words.app('program:rules.title'))
  await tabTo(page, new RegExp(`^input ${words.app('program:rules.programName')}.*`))
  await page.keyboard.press('End')
  await page.keyboard.type(' 2')
  await page.getByText(words.app('action.save'), { exact: true }).waitFor()
  await tabTo(page, only(words.app('action.save')), 'Shift+Tab')
  await page.keyboard.press('Enter')
  await page.locator('#save-bar').waitFor({ state: 'hidden' })
  await tabTo(page, only(words.app('nav.program')))
  await page.keyboard.press('Enter')
  const review = words.app('program:publish.review')
  await merchant.app.getByText(review, { exact: true }).waitFor()
  await merchant.arrive()
  await tabTo(page, only(review))
  await page.keyboard.press('Enter')
  await merchant.arrive(words.app('program:publish.title'))
  await tabTo(page, only(words.app('program:publish.action')))
  await page.keyboard.press('Enter')
  await merchant.app.getByText(words.app('program:badge.live'), { exact: true }).waitFor()
})
