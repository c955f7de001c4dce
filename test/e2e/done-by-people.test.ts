/**
 * A reward that people do, in German and again in English: from the merchant's form to the list on which it is marked as
 * done, by mouse on a wide screen and by keyboard on a phone.
 */
import { expect, test } from 'vitest'
import { PRACTICE, violations } from './accessibility.ts'
import { expectFaultlessBook, memberNow, type People, usePeople } from './people.ts'
import { PATIENCE } from './visitor.ts'
import type { Locale } from './words.ts'

const people = usePeople()

const COST = 150
const SHOPPER = { de: 'Mara Beispiel', en: 'Emily Sample' }
const NOTE = { de: 'Zeigen Sie das an der Kasse.', en: 'Show this at the till.' }

async function noViolations({ page, merchant }: People, inTheAdmin = false): Promise<void> {
  const frame = page.frames().find((one) => one.parentFrame() === page.mainFrame())
  if (inTheAdmin) await merchant.arrive()
  expect(await violations(inTheAdmin && frame ? frame : page, inTheAdmin ? PRACTICE : [])).toEqual([])
}

/** The shopper has taken it, and has its code. */
async function taken({ merchant, shopper }: People, locale: Locale, reward: string) {
  const customerId = await shopper.signIn(SHOPPER[locale])
  await merchant.give(customerId, COST, 'Zum Ausprobieren')
  const start = await memberNow(customerId)
  await shopper.openPanel()
  const code = await shopper.redeem(reward, COST)
  expect(await memberNow(customerId)).toMatchObject({ held: start.held + COST })
  return { customerId, start, code }
}

const nameOf = (locale: Locale) => ({ de: `Weinprobe ${locale}`, en: `Wine tasting ${locale}` })

test.each(['de', 'en'] as const)(
  'from the form to the list on which it is marked as done, and not done after all (%s)',
  async (locale) => {
    const persons = await people(locale)
    const { words, merchant, shopper, picture } = persons
    const reward = nameOf(locale)[locale]
    const say = (key: string) => words.app(`members:toDo.${key}`)
    await merchant.openAdmin()
    await merchant.open('/app/members/to-do', say('title'))
    await merchant.app
      .getByText(say('empty.done'))
      .or(merchant.app.getByText(say('empty.open')))
      .waitFor()
    await noViolations(persons, true)
    await picture('to-do-empty')
    await merchant.open('/app/program/rewards/new', words.app('program:rewards.new'))
    await merchant.app.getByText(words.app('rewards:experience.label'), { exact: true }).click()
    await merchant.app.getByText(words.app('rewards:experience.term.noteHelp')).first().waitFor()
    await noViolations(persons, true)
    await picture('form-experience')
    const note = 'experience.term.note'
    const label = (language: 'de' | 'en') =>
      merchant.app.getByLabel(`${words.app(`rewards:${note}`)} (${words.app(`language.${language}`)})`)
    await merchant.publishReward({
      kind: 'experience',
      name: nameOf(locale),
      cost: COST,
      terms: { 'experience.term.validDays': '14' },
      also: async () => {
        for (const language of ['de', 'en'] as const) await label(language).fill(NOTE[language])
      },
    })

    const { customerId, start, code } = await taken(persons, locale, reward)
    expect(code).toMatch(/^[2-9B-Z]{4}-[2-9B-Z]{4}$/)
    await shopper.panel.getByText(NOTE[locale], { exact: true }).waitFor()
    expect(
      await shopper.panel.getByRole('link', { name: words.widget('panel.use'), exact: true }).count(),
    ).toBe(0)
    await noViolations(persons)
    await picture('panel-experience')

    await merchant.open('/app')
    await merchant.app
      .getByRole('link', { name: words.app('home:attention.toDoAction'), exact: true })
      .click()
    await merchant.arrive(say('title'))
    const card = merchant.app.locator('li', { hasText: code })
    await card.getByText(reward, { exact: true }).waitFor()
    await card.getByRole('link', { name: SHOPPER[locale] }).waitFor()
    await noViolations(persons, true)
    await picture('to-do-open')
    await card.getByRole('button', { name: new RegExp(`^${say('done')}`) }).click()
    await card.waitFor({ state: 'detached' })
    await expect
      .poll(() => memberNow(customerId), PATIENCE)
      .toMatchObject({ held: start.held, redeemed: start.redeemed + COST })

    await merchant.app.getByRole('tab', { name: say('list.done'), exact: true }).click()
    await card.waitFor()
    await noViolations(persons, true)
    await picture('to-do-done')
    await card.getByRole('button', { name: new RegExp(`^${say('undo')}`) }).click()
    await card.waitFor({ state: 'detached' })
    expect(await memberNow(customerId)).toMatchObject({ held: start.held + COST, redeemed: start.redeemed })

    // The member's page has the same deeds.
    await merchant.open(`/app/members/${customerId}`)
    await merchant.app.getByRole('button', { name: new RegExp(`^${say('done')}.*${code}`) }).click()
    await merchant.historyItem(words.app('rewards:experience.made')).first().waitFor()
    await noViolations(persons, true)
    await picture('member-experience')
    expect(await memberNow(customerId)).toMatchObject({ held: start.held, redeemed: start.redeemed + COST })
  },
)

test.each(['de', 'en'] as const)(
  'on a phone, by keyboard: asked, kept, and cancelled (%s)',
  async (locale) => {
    const persons = await people(locale, 390)
    const { page, words, merchant, picture } = persons
    const reward = nameOf(locale)[locale]
    const say = (key: string) => words.app(`members:toDo.${key}`)
    await page.goto(`${merchant.origin}/admin/locale?to=${locale}`)
    const { customerId, start, code } = await taken(persons, locale, reward)
    await merchant.open('/app/members/to-do', say('title'))
    const cancel = merchant.app.getByRole('button', { name: new RegExp(`^${say('cancel')}.*${code}`) })
    await cancel.waitFor()
    const frame = page.frames().find((one) => one.parentFrame() === page.mainFrame())
    expect(await frame?.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true)
    await noViolations(persons, true)
    await picture('to-do-phone')

    const dialog = merchant.app.getByRole('dialog')
    const button = (key: string) => dialog.getByRole('button', { name: say(key), exact: true })
    await cancel.focus()
    await page.keyboard.press('Enter')
    await button('keep').waitFor()
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    expect(await cancel.evaluate((node) => node === document.activeElement)).toBe(true)
    expect(await memberNow(customerId)).toMatchObject({ held: start.held + COST })
    await page.keyboard.press('Enter')
    await button('cancel').waitFor()
    await noViolations(persons, true)
    await picture('to-do-question')
    await button('cancel').focus()
    await page.keyboard.press('Enter')
    await dialog.waitFor({ state: 'detached' })
    await cancel.waitFor({ state: 'detached' })
    expect(await memberNow(customerId)).toMatchObject({ available: start.available, held: start.held })
  },
)

test('the book is without a fault', expectFaultlessBook)
