/**
 * Points that become donations and tickets of a prize draw, in German on a wide screen and in English on a phone, by
 * keyboard: from the merchant's form to what the member is told, what is paid out, and what is taken back.
 */
import { expect, test } from 'vitest'
import { PRACTICE, violations } from './accessibility.ts'
import { expectFaultlessBook, memberNow, type People, usePeople } from './people.ts'
import { PATIENCE } from './visitor.ts'
import type { Locale } from './words.ts'

const people = usePeople()

const COST = 150
const SHOPPER = { de: 'Mara Beispiel', en: 'Emily Sample' }
const SCREENS = [
  ['de', 1280],
  ['en', 390],
] as const
const LONG = 'Sehr lange Notiz ohne Ende, '.repeat(17)

const frameIn = ({ page }: People) => page.frames().find((one) => one.parentFrame() === page.mainFrame())

async function noViolations(persons: People, inTheAdmin = false): Promise<void> {
  const frame = frameIn(persons)
  if (inTheAdmin) await persons.merchant.arrive()
  const where = inTheAdmin && frame ? frame : persons.page
  expect(await violations(where, inTheAdmin ? PRACTICE : [])).toEqual([])
  if (inTheAdmin)
    expect(await frame?.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true)
}

async function begin(locale: Locale): Promise<People> {
  const persons = await people(locale)
  await persons.merchant.openAdmin()
  return persons
}

const told = (text: string) => text.replaceAll('\u00a0', ' ')

/** She has points for it, and redeems it in the panel. */
async function redeemed({ merchant, shopper }: People, locale: Locale, reward: string) {
  const customerId = await shopper.signIn(SHOPPER[locale])
  await merchant.give(customerId, COST, 'Zum Ausprobieren')
  const start = await memberNow(customerId)
  await shopper.openPanel()
  await shopper.ask(reward, COST)
  await expect.poll(() => memberNow(customerId), PATIENCE).toMatchObject({ redeemed: start.redeemed + COST })
  return { customerId, start }
}

test.each(SCREENS)('a donation, paid out, corrected, and taken back (%s, %d px)', async (locale, width) => {
  const persons = await begin(locale)
  const { page, words, merchant, shopper, picture } = persons
  const name = { de: `Baumschule ${locale}`, en: `Tree nursery ${locale}` }
  const reward = name[locale]
  const say = (key: string, values = {}) => words.app(`members:causes.${key}`, values)
  await merchant.open('/app/members/causes', say('title'))
  await noViolations(persons, true)
  await picture('causes-before')
  const cause = (language: 'de' | 'en') =>
    merchant.app.getByLabel(
      `${words.app('rewards:donation.term.cause')} (${words.app(`language.${language}`)})`,
    )
  await merchant.publishReward({
    kind: 'donation',
    name,
    cost: COST,
    terms: { 'donation.term.amount': '5' },
    also: async () => {
      await cause('de').fill('Ein Baum für jede Einlösung.')
      await cause('en').fill('A tree for each redemption.')
      await merchant.app
        .getByLabel(words.app('rewards:donation.term.proof'), { exact: true })
        .fill('https://baumschule.example/spenden')
      await noViolations(persons, true)
      await picture('form-donation')
    },
  })
  await page.setViewportSize({ width, height: 844 })
  const { customerId, start } = await redeemed(persons, locale, reward)
  const amount = locale === 'de' ? '5,00 €' : '€5.00'
  const thanks = `${words.app('rewards:donation.given', { amount })} ${words.app('rewards:donation.together', { amount })}`
  await shopper.panel.getByText(told(thanks)).first().waitFor()
  await noViolations(persons)
  await picture('panel-donation')

  await merchant.open('/app/members/causes', say('title'))
  const link = merchant.app.getByRole('link', { name: say('paymentsOf', { cause: reward }) })
  const card = merchant.app.locator('li', { hasText: reward })
  await card.getByText(told(say('left', { amount }))).waitFor()
  await noViolations(persons, true)
  await picture('causes')
  await link.focus()
  await page.keyboard.press('Enter')
  await merchant.app.getByText(say('noPayments')).waitFor()
  await noViolations(persons, true)
  await picture('payments-empty')

  const dialog = merchant.app.getByRole('dialog')
  const save = dialog.getByRole('button', { name: say('pay.save'), exact: true })
  await merchant.app.getByRole('button', { name: say('pay.action'), exact: true }).click()
  await save.click()
  await dialog.getByText(/100[.,]000[.,]000/).waitFor()
  await dialog.getByLabel(say('pay.amount'), { exact: true }).fill(locale === 'de' ? '5,00' : '5.00')
  await dialog.getByLabel(say('pay.note'), { exact: true }).fill(LONG)
  const proof = dialog.getByLabel(say('pay.proof'), { exact: true })
  await proof.fill('http://baumschule.example')
  await dialog.getByText(say('pay.problem.link')).waitFor()
  await proof.fill('https://baumschule.example/beleg-1')
  await noViolations(persons, true)
  await picture('pay')
  await save.focus()
  await page.keyboard.press('Enter')
  await dialog.waitFor({ state: 'detached' })
  const zero = locale === 'de' ? '0,00 €' : '€0.00'
  await merchant.app.getByText(told(say('left', { amount: zero }))).waitFor()
  await noViolations(persons, true)
  await picture('payments')

  // Paid: the member's donation stays. The payment was a mistake: it can go.
  const takeBack = async () => {
    await merchant.open(`/app/members/${customerId}`)
    const button = merchant.app.getByRole('button', {
      name: words.app('members:toDo.takeBackOf', { reward }),
      exact: true,
    })
    await button.focus()
    await page.keyboard.press('Enter')
    await dialog.getByRole('button', { name: words.app('members:toDo.take-back'), exact: true }).click()
  }
  persons.quiet(/status of 409/)
  await takeBack()
  await dialog.getByText(words.app('members:toDo.refused.donation-paid')).waitFor()
  await noViolations(persons, true)
  await picture('take-back-refused')
  await merchant.open('/app/members/causes', say('title'))
  await link.click()
  await merchant.app
    .getByRole('button', { name: new RegExp(`^${say('correct.actionOf', { amount: '.*', date: '.*' })}`) })
    .click()
  await dialog.getByRole('button', { name: say('correct.save'), exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
  await merchant.app.getByText(say('correction'), { exact: true }).waitFor()
  await noViolations(persons, true)
  await picture('payments-corrected')
  await takeBack()
  await dialog.waitFor({ state: 'detached' })
  await expect
    .poll(() => memberNow(customerId), PATIENCE)
    .toMatchObject({ redeemed: start.redeemed, available: start.available })
})

test.each(SCREENS)(
  'a ticket of a draw, its number, the list and taking back (%s, %d px)',
  async (locale, width) => {
    const persons = await begin(locale)
    const { page, words, merchant, shopper, picture } = persons
    const name = { de: `Weinpaket ${locale}`, en: `Case of wine ${locale}` }
    const reward = name[locale]
    const say = (key: string, values = {}) => words.app(`members:draws.${key}`, values)
    await merchant.open('/app/members/draws', say('title'))
    await noViolations(persons, true)
    await picture('draws-before')
    await merchant.publishReward({
      kind: 'draw-ticket',
      name,
      cost: COST,
      terms: { 'draw-ticket.term.tickets': '2', 'limits.form.end': '2099-12-24T18:00' },
      also: async () => {
        await merchant.app.getByText(words.app('rewards:draw-ticket.notice')).waitFor()
        await noViolations(persons, true)
        await picture('form-draw')
      },
    })
    await page.setViewportSize({ width, height: 844 })
    const { customerId, start } = await redeemed(persons, locale, reward)
    const numbers = words.app('rewards:draw-ticket.numbers', { count: 2, numbers: '1–2' })
    await shopper.panel.getByText(numbers).first().waitFor()
    await noViolations(persons)
    await picture('panel-ticket')

    await merchant.open('/app/members/draws', say('title'))
    const card = merchant.app.locator('li', { hasText: reward })
    await card.getByText(say('tickets', { count: 2, number: '2' })).waitFor()
    await noViolations(persons, true)
    await picture('draws')
    const loading = page.waitForEvent('download')
    await card.getByRole('button', { name: say('fileOf', { draw: reward }), exact: true }).focus()
    await page.keyboard.press('Enter')
    expect((await loading).suggestedFilename()).toMatch(/^stammgast-tickets-.*\.csv$/)

    await merchant.open(`/app/members/${customerId}`)
    const dialog = merchant.app.getByRole('dialog')
    await merchant.app
      .getByRole('button', { name: words.app('members:toDo.takeBackOf', { reward }), exact: true })
      .click()
    await noViolations(persons, true)
    await picture('take-back-ticket')
    await dialog.getByRole('button', { name: words.app('members:toDo.take-back'), exact: true }).click()
    await dialog.waitFor({ state: 'detached' })
    await expect
      .poll(() => memberNow(customerId), PATIENCE)
      .toMatchObject({ redeemed: start.redeemed, available: start.available })
    await merchant.open('/app/members/draws', say('title'))
    await card.getByText(say('takenBack', { count: 2, number: '2' }), { exact: false }).waitFor()
  },
)

test('the book is without a fault', expectFaultlessBook)
