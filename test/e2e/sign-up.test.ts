/**
 * A shop gives points for opening an account and for the newsletter, in German and again in English: the merchant
 * switches both on, a shopper opens an account, and sees the points and what they are for.
 */
import { expect, test } from 'vitest'
import { expectFaultlessBook, usePeople } from './people.ts'
import { PATIENCE } from './visitor.ts'
import { inItsOwnSecond } from './whole-seconds.ts'
import type { Locale } from './words.ts'

const people = usePeople()

const GIVEN = {
  de: { signUp: 100, newsletter: 40, firstName: 'Ronja', email: 'ronja@beispiel.example' },
  en: { signUp: 120, newsletter: 60, firstName: 'Robin', email: 'robin@beispiel.example' },
}

test.each(['de', 'en'] as const)('opening an account earns points (%s)', async (locale: Locale) => {
  const { page, words, merchant, shopper, picture } = await people(locale)
  const { app } = merchant
  const given = GIVEN[locale]

  await merchant.openAdmin()
  await merchant.open('/app/program/sources', words.app('sources:title'))
  for (const [name, points] of [
    ['sign-up', given.signUp],
    ['newsletter', given.newsletter],
  ] as const) {
    const source = words.app(`sources:${name}.label`)
    await app.getByLabel(words.app('sources:active', { source }), { exact: true }).check()
    await app.getByLabel(words.app('sources:pointsFor', { source }), { exact: true }).fill(String(points))
  }
  await picture('sources')
  await page.getByRole('button', { name: words.app('action.save'), exact: true }).click()
  await page.locator('#save-bar').waitFor({ state: 'hidden' })
  await inItsOwnSecond(() => merchant.publish())
  // Only what happens after that counts: the page must say so when it is read anew.
  const live = app.getByText(words.app('program:badge.live'), { exact: true })
  await expect
    .poll(async () => {
      await merchant.open('/app/program')
      return live.isVisible()
    }, PATIENCE)
    .toBe(true)

  await page.goto(shopper.at('/account/login'))
  await page.locator('input[name=firstName]').fill(given.firstName)
  await page.locator('input[name=lastName]').fill('Beispiel')
  await page.locator('input[name=email]').fill(given.email)
  await page.getByLabel(words.store.newsletterYes, { exact: true }).check()
  // Shopify tells the time of both in whole seconds: in the one of publishing it would lie before it.
  await inItsOwnSecond(async () => {
    await page.getByRole('button', { name: words.store.signUp, exact: true }).click()
    await page.getByRole('heading', { level: 1, name: given.firstName }).waitFor()
  })

  // What is on its way comes within seconds: the panel asks again by itself, and tells it when it is opened later.
  await expect
    .poll(async () => {
      await shopper.openPanel()
      await shopper.tab('history').click()
      return shopper.panel.locator('[data-entry]').count()
    }, PATIENCE)
    .toBe(2)
  const told = (await shopper.entries()).map(({ text, points }) => [text, points]).sort()
  expect(told).toEqual(
    [
      [words.app('sources:sign-up.given'), words.signed(given.signUp)],
      [words.app('sources:newsletter.given'), words.signed(given.newsletter)],
    ].sort(),
  )
  await shopper.tab('ways').click()
  const way = words.app('sources:sign-up.text', { points: words.points(given.signUp) })
  await shopper.panel.getByText(way).first().waitFor()

  // The merchant reads what they are for where they lie, in what was earned, and on the home page.
  const customerId = await shopper.signIn(`${given.firstName} Beispiel`)
  await merchant.open(`/app/members/${customerId}`)
  const lots = app.locator('.Polaris-ShadowBevel', {
    has: app.getByRole('heading', { name: words.app('members:lots.heading') }),
  })
  for (const name of ['sign-up', 'newsletter'])
    await lots.getByText(words.app(`sources:${name}.given`), { exact: true }).waitFor()
  const earned = {
    orders: words.points(0),
    beside: words.points(given.signUp + given.newsletter),
  }
  await app.getByText(words.app('members:balance.earnedBothHint', earned)).waitFor()
  const line = merchant.historyItem(words.app('sources:newsletter.given'))
  await line.getByRole('button', { name: words.app('members:history.why') }).click()
  await line.getByText(words.app('sources:newsletter.why')).waitFor()
  await picture('member-of-sources')
  await merchant.open('/app', words.app('home:title'))
  await app.getByText(new RegExp(words.app('sources:sign-up.figure', { number: '\\d+' }))).waitFor()
  await picture('home-of-sources')
  await expectFaultlessBook()
})
