/** The merchant's changes and ways while nothing answers: neither the app nor whoever gives the session token. */
import type { FrameLocator, Page } from 'playwright-core'
import { afterEach, expect, test } from 'vitest'
import { PRACTICE, violations } from './accessibility.ts'
import { draftOf, frameOf, send } from './draft.ts'
import type { Merchant } from './merchant.ts'
import { usePeople } from './people.ts'
import { neverIdle, PATIENCE } from './visitor.ts'
import type { Words } from './words.ts'

const people = usePeople({ idles: true })
let last: { page: Page; merchant: Merchant } | undefined

/** Other files publish the draft: here nothing may be left in it. */
afterEach(async () => {
  if (!last) return
  await last.page.context().setOffline(false)
  await last.merchant.open('/app/program/rewards')
  const { revision } = await draftOf(last.page)
  await send(last.page, { intent: 'discard', revision })
  last = undefined
})

async function merchantAt(locale: 'de' | 'en', width: number) {
  const all = await people(locale, width)
  // Also what stands in between, where a test puts something there.
  all.quiet(/Failed to load resource|net::ERR_|fetch|^answer: 50[234] /)
  await all.page.goto(`${all.merchant.origin}/admin/locale?to=${locale}`)
  last = all
  return all
}

interface At {
  page: Page
  app: FrameLocator
  merchant: Merchant
  words: Words
  customerId: string
}

interface Change {
  address: string | ((at: At) => string)
  /** With the network still there. */
  before?: (at: At) => Promise<void>
  /** What the merchant does when it is gone. */
  change: (at: At) => Promise<void>
  /** What was typed and has to be there still: its label, and its text. */
  kept?: (words: Words) => [label: string, text: string]
}

const press =
  (key: string) =>
  ({ merchant, words }: At) =>
    merchant.button(words.app(key)).first().click()

/** In the dialog that is open. */
const agree = ({ app, words }: At, key: string) =>
  app
    .getByRole('dialog')
    .getByRole('button', { name: words.app(key), exact: true })
    .last()
    .click()

const fill = ({ app, words }: At, key: string, text: string) =>
  app.getByLabel(words.app(key), { exact: true }).fill(text)

const save = ({ page, words }: At) =>
  page.getByRole('button', { name: words.app('action.save'), exact: true }).click()

/** The draft differs from the live program. */
async function otherDraft({ page, merchant }: At, address: string): Promise<void> {
  const { revision } = await draftOf(page)
  await send(page, { intent: 'save', revision, patch: { returnWindowDays: 33 } })
  await merchant.open(address)
}

const CHANGES: Record<string, Change> = {
  'points by hand': {
    address: ({ customerId }) => `/app/members/${customerId}`,
    before: press('members:page.adjust'),
    change: async (at) => {
      await fill(at, 'members:adjust.points', '8')
      await fill(at, 'members:adjust.reason', 'Ohne Netz')
      await agree(at, 'members:adjust.saveAdd')
    },
    kept: (words) => [words.app('members:adjust.reason'), 'Ohne Netz'],
  },
  'points taken back': {
    address: '/app/members',
    before: async (at) => {
      await at.merchant.give(at.customerId, 3, 'Zum Zurücknehmen')
      await at.app
        .getByRole('button', { name: new RegExp(`^${at.words.app('members:history.undo')}`) })
        .first()
        .click()
    },
    change: (at) => agree(at, 'members:history.undo'),
  },
  'publishing with a note': {
    address: '/app/program/publish',
    before: (at) => otherDraft(at, '/app/program/publish'),
    change: async (at) => {
      await fill(at, 'program:publish.note', 'Neue Frist')
      await press('program:publish.action')(at)
    },
    kept: (words) => [words.app('program:publish.note'), 'Neue Frist'],
  },
  'throwing the draft away': {
    address: '/app/program/publish',
    before: async (at) => {
      await otherDraft(at, '/app/program/publish')
      await press('program:publish.discard')(at)
    },
    change: (at) => agree(at, 'program:publish.discard'),
  },
  'rules of the program': {
    address: '/app/program/rules',
    change: async (at) => {
      await fill(at, 'program:rules.returnWindowDays', '21')
      await save(at)
    },
    kept: (words) => [words.app('program:rules.returnWindowDays'), '21'],
  },
  'a new reward': {
    address: '/app/program/rewards/new',
    change: async (at) => {
      await fill(at, 'program:reward.cost', '777')
      await fill(at, 'rewards:amount-off.term.amount', '5')
      const name = at.words.app('program:reward.name')
      for (const language of ['de', 'en'])
        await at.app.getByLabel(`${name} (${at.words.app(`language.${language}`)})`).fill('Fünf')
      await save(at)
    },
    kept: (words) => [words.app('program:reward.cost'), '777'],
  },
  'how campaigns add up': {
    address: '/app/program/campaigns',
    change: ({ app, words }) =>
      app.getByText(words.app('program:stacking.add.label'), { exact: true }).click(),
  },
  'checking the orders': {
    address: '/app/operations/reconciliation',
    change: press('operations:reconciliation.now'),
  },
  'comparing the codes': { address: '/app/operations/reconciliation', change: press('operations:codes.now') },
  'checking the book': { address: '/app/operations/audit', change: press('operations:audit.now') },
  'taking past orders over': {
    address: '/app/operations/past-orders',
    // An import that is under way has the place of the form.
    before: ({ app, words }) =>
      app.getByLabel(words.app('operations:pastOrders.from'), { exact: true }).waitFor({ timeout: 60_000 }),
    change: async (at) => {
      await fill(at, 'operations:pastOrders.from', '2021-02-03')
      await press('operations:pastOrders.start')(at)
    },
    kept: (words) => [words.app('operations:pastOrders.from'), '2021-02-03'],
  },
  'a file of points': {
    address: '/app/operations/bulk',
    change: ({ app, customerId }) => upload(app, `customer id,points,reason\n${customerId},2,Offline\n`),
  },
  'posting a file': {
    address: '/app/operations/bulk',
    before: async (at) => {
      await upload(at.app, `customer id,points,reason\n${at.customerId},4,Posted offline ${Date.now()}\n`)
      await at.merchant.button(at.words.app('operations:bulk.post', { count: 1, number: '1' })).click()
    },
    change: (at) =>
      at.app
        .getByRole('dialog')
        .getByRole('button', { name: at.words.app('operations:bulk.post', { count: 1, number: '1' }) })
        .click(),
  },
  'a setting': {
    address: '/app',
    before: async ({ app, merchant, words }) => {
      const show = merchant.button(words.app('guide:show'))
      const steps = app.getByRole('heading', { name: words.app('guide:title') })
      await show.or(steps).first().waitFor()
      if (!(await show.isVisible())) return
      await show.click()
      await steps.waitFor()
    },
    change: ({ merchant, words }) =>
      merchant
        .button(words.app('guide:dismiss'))
        .or(merchant.button(words.app('guide:close')))
        .click(),
  },
}

/** By hand, unless the page has tried by itself meanwhile and the button is gone. */
async function checkConnection(app: FrameLocator, words: Words): Promise<void> {
  const retry = app.getByRole('button', { name: words.app('unread.retry') })
  await retry.click({ timeout: 3_000 }).catch(async (error) => {
    if ((await retry.count()) > 0) throw error
  })
}

const upload = (app: FrameLocator, text: string) =>
  app
    .locator('input[type=file]')
    .setInputFiles({ name: 'points.csv', mimeType: 'text/csv', buffer: Buffer.from(text) })

test.each(
  Object.keys(CHANGES).flatMap((what) => [
    [what, 'de', 1280] as const,
    ...(['points by hand', 'a file of points'].includes(what) ? [[what, 'en', 390] as const] : []),
  ]),
)(
  'W8: without the network a change is told as unanswered and the page stays: %s (%s, %d wide)',
  async (what, locale, width) => {
    const { page, merchant, shopper, words, picture } = await merchantAt(locale, width)
    const customerId = await shopper.signIn('Tilo Muster')
    const { address, before, change, kept } = CHANGES[what] as Change
    const { app } = merchant
    const at = { page, app, merchant, words, customerId }
    await merchant.open(typeof address === 'string' ? address : address(at))
    await before?.(at)
    const title = await app.locator('h1').first().innerText()
    await page.context().setOffline(true)
    await change(at)
    await app.getByText(words.app('lost.title.unknown'), { exact: true }).first().waitFor()
    // Whatever is read after it would have come by now.
    await page.waitForTimeout(500)
    expect(await app.locator('h1').first().innerText()).toBe(title)
    // Owner 6: that entries are still there is told only where there are any.
    expect((await app.getByText(words.app('lost.repeatable.entered')).count()) > 0).toBe(kept !== undefined)
    if (kept) {
      const [label, text] = kept(words)
      expect(await app.getByLabel(label, { exact: true }).inputValue()).toBe(text)
    }
    await picture(`offline-${what.replaceAll(' ', '-')}`)
  },
)

test.each([
  ['de', 1280],
  ['en', 390],
] as const)(
  'W8: without the network another page is not opened, and this one stays with what was typed (%s, %d wide)',
  async (locale, width) => {
    const { page, merchant, words, picture } = await merchantAt(locale, width)
    const { app } = merchant
    await merchant.open('/app/program/rewards', words.app('program:rewards.title'))
    await frameOf(page).waitForLoadState('networkidle')
    await page.context().setOffline(true)
    await app
      .getByRole('button', { name: words.app('action.duplicate') })
      .or(app.getByRole('link', { name: new RegExp(words.app('action.duplicate')) }))
      .first()
      .click()
    await app.getByText(words.app('unread.elsewhere'), { exact: true }).waitFor()
    expect(await app.locator('h1').first().innerText()).toBe(words.app('program:rewards.title'))
    expect(new URL(frameOf(page).url()).pathname).toBe('/app/program/rewards')
    await picture('offline-other-page')
    await page.context().setOffline(false)
    await app.getByText(words.app('unread.title'), { exact: true }).waitFor({ state: 'detached' })
    expect(await app.locator('h1').first().innerText()).toBe(words.app('program:rewards.title'))

    await merchant.open('/app/members')
    await frameOf(page).waitForLoadState('networkidle')
    const title = await app.locator('h1').first().innerText()
    const rows = app.getByRole('link', { name: /^(Tilo|Mara|Emily)/ })
    await rows.first().waitFor()
    await page.context().setOffline(true)
    await rows.first().click()
    await app.getByText(words.app('unread.elsewhere'), { exact: true }).waitFor()
    expect(await violations(frameOf(page), PRACTICE)).toEqual([])
    expect(await app.locator('h1').first().innerText()).toBe(title)
    expect(await rows.count()).toBeGreaterThan(0)
    await page.context().setOffline(false)
    await app.getByText(words.app('unread.title'), { exact: true }).waitFor({ state: 'detached' })
    await rows.first().click()
    await app.getByRole('heading', { name: words.app('members:history.heading') }).waitFor()
  },
)

test.each([
  ['de', 1280],
  ['en', 390],
] as const)(
  'owner 7: without the network and before the other pages’ scripts have come, the page stays and says so (%s, %d wide)',
  async (locale, width) => {
    const { page, merchant, words, picture } = await merchantAt(locale, width)
    const { app } = merchant
    // A browser that has had no idle moment yet: nothing is fetched ahead.
    await page.addInitScript(neverIdle)
    await merchant.open('/app/program/rewards', words.app('program:rewards.title'))
    await frameOf(page).waitForLoadState('networkidle')
    await page.context().setOffline(true)
    const back = app.getByRole('button', { name: words.app('program:title') }).first()
    await back
      .or(app.getByRole('link', { name: words.app('program:title') }).first())
      .first()
      .click()
    await app.getByText(words.app('unread.elsewhere'), { exact: true }).waitFor()
    await page.waitForTimeout(500)
    expect(await app.locator('h1').first().innerText()).toBe(words.app('program:rewards.title'))
    expect(new URL(frameOf(page).url()).pathname).toBe('/app/program/rewards')
    await picture('offline-before-the-scripts')
    await page.context().setOffline(false)
    await app.getByText(words.app('unread.title'), { exact: true }).waitFor({ state: 'detached' })
    await back
      .or(app.getByRole('link', { name: words.app('program:title') }).first())
      .first()
      .click()
    await expect.poll(() => new URL(frameOf(page).url()).pathname, PATIENCE).toBe('/app/program')
  },
)

test('owner 7: a change without the network, before the other pages’ scripts have come, is told once and by the page', async () => {
  const at = await merchantAt('de', 1280)
  const { page, merchant, words } = at
  const { app } = merchant
  await page.addInitScript(neverIdle)
  await merchant.open('/app/program/rewards/new', words.app('program:rewards.new'))
  await frameOf(page).waitForLoadState('networkidle')
  await page.context().setOffline(true)
  const reward = { ...at, app, customerId: '' }
  await CHANGES['a new reward']?.change(reward)
  await app.getByText(words.app('lost.title.unknown'), { exact: true }).waitFor()
  expect(await app.getByLabel(words.app('program:reward.cost'), { exact: true }).inputValue()).toBe('777')
  expect(await app.getByText(words.app('unread.elsewhere')).count()).toBe(0)
  await page.context().setOffline(false)
  // What the browser itself complains of is compared at the end of every test: nothing.
})

test('owner 7: a page whose scripts alone do not come is not opened until they do', async () => {
  const { page, merchant, words } = await merchantAt('de', 1280)
  const { app } = merchant
  await page.addInitScript(neverIdle)
  await merchant.open('/app/program/rewards', words.app('program:rewards.title'))
  await frameOf(page).waitForLoadState('networkidle')
  await page.route(/\/assets\/app\..*\.js$/, (route) =>
    route.fulfill({ status: 503, body: 'no healthy upstream' }),
  )
  await page
    .getByRole('navigation')
    .getByRole('link', { name: words.app('nav.members') })
    .click()
  await app.getByText(words.app('unread.elsewhere'), { exact: true }).waitFor()
  await page.waitForTimeout(500)
  await app.getByText(words.app('unread.elsewhere'), { exact: true }).waitFor()
  expect(await app.locator('h1').first().innerText()).toBe(words.app('program:rewards.title'))
  await page.unroute(/\/assets\/app\..*\.js$/)
  await checkConnection(app, words)
  await app.getByText(words.app('unread.title'), { exact: true }).waitFor({ state: 'detached' })
  await merchant.goTo('members')
  await app.getByRole('heading', { level: 1, name: words.app('members:list.title'), exact: true }).waitFor()
})

/** What stands between the browser and the app says when the app is away, or when nobody has signed in to it. */
const BETWEEN = {
  'a proxy’s 502': { status: 502, contentType: 'text/html', body: '<h1>502 Bad Gateway</h1>' },
  'a proxy’s 503': { status: 503, contentType: 'text/plain', body: 'no healthy upstream' },
  'a proxy’s 504': { status: 504, contentType: 'text/html', body: '<h1>504 Gateway Time-out</h1>' },
  'another page': { status: 200, contentType: 'text/html', body: '<h1>Please sign in to this network</h1>' },
}

test.each(
  Object.keys(BETWEEN).map((what, i) => [
    what,
    ...(i % 2 === 0 ? (['de', 1280] as const) : (['en', 1280] as const)),
  ]),
)(
  'owner 7: a page that is read again and hears %s stays with all it shows (%s, %d wide)',
  async (what, locale, width) => {
    const at = await merchantAt(locale as 'de' | 'en', width as number)
    const { page, merchant, words, picture } = at
    const { app } = merchant
    const answer = BETWEEN[what as keyof typeof BETWEEN]
    const title = words.app('program:rules.title')
    await merchant.open('/app/program/rules', title)
    await frameOf(page).waitForLoadState('networkidle')
    await page.route('**/*.data*', (route) =>
      route.request().method() === 'GET' ? route.fulfill(answer) : route.continue(),
    )
    // The change is made; what follows it, the reading of the page, is not answered by the app.
    await fill({ ...at, app, customerId: '' }, 'program:rules.returnWindowDays', '27')
    await save({ ...at, app, customerId: '' })
    await app.getByText(words.app('unread.here'), { exact: true }).waitFor()
    expect(await app.locator('h1').first().innerText()).toBe(title)
    expect(
      await app.getByLabel(words.app('program:rules.returnWindowDays'), { exact: true }).inputValue(),
    ).toBe('27')
    expect(await violations(frameOf(page), PRACTICE)).toEqual([])
    await picture(`between-${answer.status}`)
    await page.unroute('**/*.data*')
    await checkConnection(app, words)
    await app.getByText(words.app('unread.title'), { exact: true }).waitFor({ state: 'detached' })
    await page.locator('#save-bar').waitFor({ state: 'hidden' })
    expect(
      await app.getByLabel(words.app('program:rules.returnWindowDays'), { exact: true }).inputValue(),
    ).toBe('27')
    expect(await app.locator('h1').first().innerText()).toBe(title)

    // Another page is not opened by such an answer.
    await page.route('**/*.data*', (route) => route.fulfill(answer))
    await page
      .getByRole('navigation')
      .getByRole('link', { name: words.app('nav.members') })
      .click()
    await app.getByText(words.app('unread.elsewhere'), { exact: true }).waitFor()
    expect(await app.locator('h1').first().innerText()).toBe(title)
    await page.unroute('**/*.data*')
    await checkConnection(app, words)
    await app.getByText(words.app('unread.title'), { exact: true }).waitFor({ state: 'detached' })
  },
)
