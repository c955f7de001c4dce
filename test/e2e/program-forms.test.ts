/** The merchant's forms of the program as somebody uses them who errs, is cut off, or has two windows open. */
import type { Locator, Page } from 'playwright-core'
import { afterEach, expect, test } from 'vitest'
import { focused } from './accessibility.ts'
import { draftOf, send } from './draft.ts'
import type { Merchant } from './merchant.ts'
import { usePeople } from './people.ts'
import { PATIENCE } from './visitor.ts'

const people = usePeople()
let last: { page: Page; merchant: Merchant } | undefined

/** Other files publish the draft: here nothing may be left in it. */
afterEach(async () => {
  if (!last) return
  await last.merchant.open('/app/program/rewards')
  const { revision } = await draftOf(last.page)
  await send(last.page, { intent: 'discard', revision })
  last = undefined
})

async function merchantAt(locale: 'de' | 'en', address: string, width?: number) {
  const { page, merchant, shopper, words, quiet, picture } = await people(locale, width)
  // The browser tells the console of an answer that the page puts into words: another window was faster.
  quiet(/status of 409/)
  await page.goto(`${merchant.origin}/admin/locale?to=${locale}`)
  await merchant.open(address)
  last = { page, merchant }
  const field = (label: string) => merchant.app.getByLabel(label, { exact: true })
  const save = () => page.getByRole('button', { name: words.app('action.save'), exact: true }).click()
  const bar = page.locator('#save-bar')
  return { page, merchant, shopper, words, quiet, picture, field, save, bar, app: merchant.app }
}

/** Typed key by key, as people do, and then left. */
async function type(place: Locator, text: string): Promise<void> {
  await place.fill('')
  await place.pressSequentially(text)
}

test.each([
  ['de', '1.000', '10,00', '1,5', '99999999999'],
  ['en', '1,000', '10.00', '1.5', '99999999999'],
] as const)(
  'W2, W22: a number is what was typed, or is refused by name (%s)',
  async (locale, thousand, ten, half, huge) => {
    const { app, words, field } = await merchantAt(locale, '/app/program/rewards/new')
    const [amount, cost, days] = [
      'rewards:amount-off.term.amount',
      'program:reward.cost',
      'rewards:code.validDays',
    ].map((name) => field(words.app(name))) as [Locator, Locator, Locator]
    await type(amount, ten)
    await type(cost, thousand)
    expect(await cost.inputValue()).toBe(thousand)
    const worth = { points: words.points(100), amount: locale === 'de' ? '1,00\u00a0€' : '€1.00' }
    await app.getByText(words.app('program:reward.worth', worth)).waitFor()
    await type(days, half)
    expect(await days.inputValue()).toBe(half)
    await days.blur()
    await app.getByText(locale === 'de' ? /„1,5“ .*ganze Tage/ : /“1\.5” .*whole days/).waitFor()
    await type(cost, huge)
    await cost.blur()
    const most = words.app('number.atMost', { value: words.number(100_000_000) })
    await app.getByText(new RegExp(`${huge}.*${most.replaceAll('.', '\\.')}`)).waitFor()
    expect(await cost.inputValue()).toBe(huge)
  },
)

test.each([
  ['de', '1,5', 'ganze Tage', 'höchstens 3.650', '12,345'],
  ['en', '1.5', 'whole days', 'at most 3,650', '12.345'],
] as const)(
  'W2, W22: how long store credit lasts is what was typed, empty, or refused by name (%s)',
  async (locale, half, whole, most, fine) => {
    const { app, words, field } = await merchantAt(locale, '/app/program/rewards/new')
    await app.getByText(words.app('rewards:store-credit.label'), { exact: true }).click()
    const days = field(words.app('rewards:store-credit.term.creditDays'))
    const refused = (typed: string, why: string) =>
      app.getByText(new RegExp(`[„“]${typed.replace('.', '\\.')}[“”].*${why.replace('.', '\\.')}`)).waitFor()
    for (const [typed, why] of [
      [half, whole],
      ['9999', most],
      ['0', most],
    ] as const) {
      await type(days, typed)
      await days.blur()
      await refused(typed, why)
      expect(await days.inputValue()).toBe(typed)
    }
    await type(days, '90')
    await days.blur()
    expect(await days.inputValue()).toBe('90')
    const amount = field(words.app('rewards:store-credit.term.amount'))
    await type(amount, fine)
    await amount.blur()
    await refused(fine, '')
    expect(await amount.inputValue()).toBe(fine)
  },
)

test('W2, W22: points by hand are what was typed, and the button says what is missing', async () => {
  const { page, merchant, words, app, shopper } = await merchantAt('de', '/app/members')
  const customerId = await shopper.signIn('Tilo Muster')
  await merchant.open(`/app/members/${customerId}`)
  await merchant.button(words.app('members:page.adjust')).click()
  const dialog = app.getByRole('dialog')
  const points = dialog.getByLabel(words.app('members:adjust.points'), { exact: true })
  const give = dialog.getByRole('button', { name: words.app('members:adjust.saveAdd'), exact: true }).last()
  await type(points, '1,5')
  await points.blur()
  await dialog.getByText(/„1,5“ .*ganze Punkte, mindestens 1, höchstens 1\.000\.000/).waitFor()
  await type(points, '2.000')
  expect(await points.inputValue()).toBe('2.000')
  await dialog.getByText(words.app('members:adjust.confirm', { points: words.points(2_000) })).waitFor()
  await dialog.getByLabel(words.app('members:adjust.reason'), { exact: true }).fill('Kulanz')
  await give.click()
  await dialog.getByText(words.app('members:adjust.confirmMissing')).waitFor()
  await page.keyboard.press('Escape')
})

test('W8: a save without an answer leaves the form as it is, and is sent again', async () => {
  const { page, app, words, field, save, bar, quiet } = await merchantAt('de', '/app/program/rules')
  const days = field(words.app('program:rules.returnWindowDays'))
  await type(days, '21')
  quiet(/Failed to load resource: net::ERR_INTERNET_DISCONNECTED/)
  // Whatever the page asks the app, reading included.
  await page.route('**/*.data*', (route) => route.abort('internetdisconnected'))
  await save()
  await app.getByText(words.app('lost.repeatable.entered')).waitFor()
  expect(await days.inputValue()).toBe('21')
  await page.unroute('**/*.data*')
  await app.getByRole('button', { name: words.app('lost.retry') }).click()
  await bar.waitFor({ state: 'hidden' })
  await app.getByText(words.app('lost.repeatable.entered')).waitFor({ state: 'detached' })
  expect(await days.inputValue()).toBe('21')
})

/** The form in this window is filled, then another window saves the same field. */
async function conflict() {
  const at = await merchantAt('de', '/app/program/rules')
  const days = at.field(at.words.app('program:rules.returnWindowDays'))
  await type(days, '21')
  const { revision } = await draftOf(at.page)
  await send(at.page, { intent: 'save', revision, patch: { returnWindowDays: 33 } })
  await at.save()
  await at.app.getByText(at.words.app('program:conflict.title')).waitFor()
  expect(await days.inputValue()).toBe('21')
  await at.app.getByText('33 → 21').waitFor()
  const choose = (which: 'mine' | 'theirs') =>
    at.merchant.button(at.words.app(`program:conflict.${which}`)).click()
  return { ...at, days, choose }
}

test('W9: what is typed stays until the owner chooses it, or the other', async () => {
  const { app, page, bar, days, choose, words } = await conflict()
  await choose('mine')
  await bar.waitFor({ state: 'hidden' })
  await app.getByText(words.app('program:conflict.title')).waitFor({ state: 'detached' })
  expect(await days.inputValue()).toBe('21')
  // A second time, and the other is taken.
  await type(days, '22')
  const { revision } = await draftOf(page)
  await send(page, { intent: 'save', revision, patch: { returnWindowDays: 34 } })
  await page.getByRole('button', { name: words.app('action.save'), exact: true }).click()
  await app.getByText('34 → 22').waitFor()
  await choose('theirs')
  await bar.waitFor({ state: 'hidden' })
  expect(await days.inputValue()).toBe('34')
})

test('W9: what another window saved elsewhere does not stand in the way', async () => {
  const { page, words, field, save, bar } = await merchantAt('de', '/app/program/rules')
  const days = field(words.app('program:rules.returnWindowDays'))
  await type(days, '21')
  const { revision } = await draftOf(page)
  await send(page, { intent: 'save', revision, patch: { stacking: 'add' } })
  await save()
  await bar.waitFor({ state: 'hidden' })
  expect(await days.inputValue()).toBe('21')
  expect((await draftOf(page)).revision).toBe(revision + 2)
})

test('W10: a draft is not thrown away without a question', async () => {
  const { app, page, merchant, words } = await merchantAt('de', '/app/program/rules')
  const { revision } = await draftOf(page)
  await send(page, { intent: 'save', revision, patch: { returnWindowDays: 33 } })
  await merchant.open('/app/program/publish')
  const discard = merchant.button(words.app('program:publish.discard'))
  await discard.press('Enter')
  const dialog = app.getByRole('dialog')
  await dialog.getByText(words.app('program:publish.discardText')).waitFor()
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  await expect.poll(() => focused(page), PATIENCE).toContain(words.app('program:publish.discard'))
  await app.getByText(/→ 33$/).waitFor()
  await discard.click()
  await dialog.getByRole('button', { name: words.app('program:publish.discard') }).click()
  await merchant.arrive()
  await app.getByText(words.app('program:badge.live'), { exact: true }).waitFor()
})

test('W16: tiers keep their places while they are edited, and the focus its own', async () => {
  const { app, page, words, save, bar } = await merchantAt('de', '/app/program/tiers')
  const names = () =>
    app
      .locator('fieldset legend')
      .filter({ hasText: /^[A-Z]/ })
      .allInnerTexts()
  const thresholds = app.getByLabel(words.app('program:tiers.threshold.spend'), { exact: true })
  const before = await names()
  await type(thresholds.nth(1), '2000')
  await thresholds.nth(2).focus()
  expect(await names()).toEqual(before)
  await save()
  await bar.waitFor({ state: 'hidden' })
  await expect.poll(names, PATIENCE).toEqual([before[0], before[2], before[1]])
  const [, second = ''] = await names()
  await app.getByRole('button', { name: `${second}: ${words.app('action.remove')}` }).press('Enter')
  await expect.poll(() => focused(page), PATIENCE).toMatch(new RegExp(`^fieldset ${before[1]}`))
})

test.each([
  ['de', 1280],
  ['en', 390],
] as const)(
  'the first of the hints that a button brings has the focus when the button is gone (%s, %d wide)',
  async (locale, width) => {
    const { app, page, merchant, words, picture } = await merchantAt(locale, '/app/program/rules', width)
    const { revision } = await draftOf(page)
    const window = { start: null, end: '2020-06-01T00:00', timeZone: 'Europe/Berlin' }
    const campaigns = [1, 2, 3, 4, 5, 6, 7, 8].map((number) => ({
      id: `over-${number}`,
      name: { de: `Vorbei ${number}`, en: `Over ${number}` },
      multiplier: '2',
      scope: { kind: 'all' },
      tiers: [],
      window,
    }))
    await send(page, { intent: 'save', revision, patch: { campaigns } })
    await merchant.open('/app/program/publish')
    const hints = app.locator('.Polaris-Banner ul')
    const all = app.getByRole('button', { name: words.app('program:hint.all', { number: '8' }) })
    await all.press('Enter')
    await all.waitFor({ state: 'detached' })
    const seventh = hints.locator(':scope > li').nth(6)
    await expect.poll(() => seventh.evaluate((item) => item === document.activeElement), PATIENCE).toBe(true)
    await picture('hints-all')
  },
)

test.each([
  ['de', 1280],
  ['en', 390],
] as const)('hints of tiers say which one they are about (%s, %d wide)', async (locale, width) => {
  const { app, page, merchant, picture } = await merchantAt(locale, '/app/program/rules', width)
  const { revision, document } = await draftOf(page)
  const levels = document.tiers.levels.map((level, at) =>
    at === 0 ? level : { ...level, name: { de: 'Gold', en: 'Gold' } },
  )
  await send(page, { intent: 'save', revision, patch: { tiers: { ...document.tiers, levels } } })
  await merchant.open('/app/program/tiers')
  for (const number of [2, 3]) {
    const place = locale === 'de' ? `Stufe ${number} („Gold“)` : `Tier ${number} (“Gold”)`
    await app.getByText(new RegExp(`^${place.replace(/[()]/g, '\\$&')}: `)).waitFor()
    await app.locator('legend').getByText(place, { exact: true }).waitFor()
  }
  await picture('tiers-of-one-name')
})

test.each([
  ['de', 1280],
  ['en', 390],
] as const)(
  'whoever saves at the end of a form is led to the first fault (%s, %d wide)',
  async (locale, width) => {
    const { app, words, field, save } = await merchantAt(locale, '/app/program/rewards/new', width)
    await app.getByLabel(words.app('rewards:limits.form.stock'), { exact: true }).fill('100')
    await save()
    const name = field(`${words.app('program:reward.name')} (${words.app('language.de')})`)
    await expect.poll(() => name.evaluate((one) => one === document.activeElement)).toBe(true)
    expect(await name.getAttribute('aria-invalid')).toBe('true')
    const box = await name.boundingBox()
    expect(box && box.y > 0 && box.y < 700).toBe(true)
  },
)

test('PR3: a campaign for nothing says what to choose, and a name says which language lacks it', async () => {
  const { app, words, field, save } = await merchantAt('de', '/app/program/campaigns/new')
  const name = words.app('program:campaigns.name')
  await field(`${name} (${words.app('language.de')})`).fill('Doppelt')
  await app.getByText(words.app('program:hint.no-english-name', { name: 'Doppelt' })).waitFor()
  await app.getByText(words.app('program:scope.collections'), { exact: true }).click()
  await save()
  await app.getByText(words.app('program:issue.choose.collections')).waitFor()
  await app.getByText(words.app('program:scope.tags'), { exact: true }).click()
  await app.getByText(words.app('program:issue.choose.tags')).waitFor()
  await app.getByText(words.app('program:scope.all'), { exact: true }).click()
  await field(`${name} (${words.app('language.en')})`).fill('Double')
  await app.getByText(words.app('program:hint.title')).waitFor({ state: 'detached' })
})

test('PR3: the preview names what does not fit as its field is called, and what is missing apart from it', async () => {
  const { app, merchant, words, field } = await merchantAt('de', '/app/program/earning')
  const rate = words.app('program:earning.pointsPerUnit', { unit: '1,00\u00a0€' })
  const told = (key: 'unfit' | 'impossible') =>
    app.getByText(words.app(`program:preview.${key}`, { what: `Punkte sammeln: ${rate}` }), { exact: true })
  await type(field(rate), 'viel')
  await told('unfit').waitFor()
  expect(await told('impossible').count()).toBe(0)
  await type(field(rate), '')
  await told('impossible').waitFor()
  expect(await told('unfit').count()).toBe(0)
  await type(field(rate), '1')
  await told('impossible').waitFor({ state: 'detached' })
  await merchant.arrive()
})

test('PR3: a reward that is not published yet is marked as a draft where all of the program is seen', async () => {
  const { app, page, merchant, words } = await merchantAt('de', '/app/program/rewards')
  const draft = await draftOf(page)
  const { rewards } = draft.document
  const name = { de: 'Noch ein Entwurf', en: 'Still a draft' }
  const patch = { rewards: [...rewards, { ...rewards[0], id: 'still-a-draft', name }] }
  await send(page, { intent: 'save', revision: draft.revision, patch })
  await merchant.open('/app/program')
  const line = (text: string) => app.getByRole('listitem').filter({ hasText: text }).first().innerText()
  const mark = `(${words.app('program:badge.new')})`
  expect(await line('Noch ein Entwurf')).toContain(mark)
  expect(await line(String(rewards[0]?.name.de))).not.toContain(mark)
})

test('PR1: campaigns that give too much together say so where they are to be multiplied', async () => {
  const { app, page, merchant, words, quiet } = await merchantAt('de', '/app/program/rules')
  quiet(/status of 422/)
  const { revision } = await draftOf(page)
  const campaigns = [1, 2, 3, 4].map((i) => ({
    id: `c${i}`,
    name: { de: `Kampagne ${i}`, en: `Campaign ${i}` },
    multiplier: '100',
    scope: { kind: 'all' },
    tiers: [],
    window: { start: null, end: null, timeZone: 'Europe/Berlin' },
  }))
  await send(page, { intent: 'save', revision, patch: { campaigns } })
  await merchant.open('/app/program/campaigns')
  await app.getByText(words.app('program:stacking.multiply.label'), { exact: true }).click()
  await app
    .getByRole('alert')
    .getByText(/Erlaubt sind höchstens 1\.000\.000/)
    .waitFor()
})

test('W23: an untouched new form is left without a question, a filled one asks even when loaded anew', async () => {
  const { app, page, merchant, words, field, bar } = await merchantAt('de', '/app/program/rewards/new')
  expect(await bar.isVisible()).toBe(false)
  await app.getByRole('button', { name: words.app('program:rewards.title') }).click()
  await merchant.arrive(words.app('program:rewards.title'))
  await merchant.open('/app/program/rewards/new')
  await type(field(words.app('program:reward.cost')), '700')
  await bar.waitFor()
  const asked = page.waitForEvent('dialog')
  const reloaded = page.reload()
  const dialog = await asked
  expect(dialog.type()).toBe('beforeunload')
  await dialog.accept()
  await reloaded
})
