import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { launchChromium } from '../browser.ts'
import { type Behaviour, PanelServer } from './theme-panel-server.ts'

const server = new PanelServer()
let browser: Browser
let context: BrowserContext
let tab: Page
let complaints: string[]

beforeAll(async () => {
  await server.start()
  browser = await launchChromium()
}, 120_000)
afterAll(async () => {
  await browser?.close()
  server.stop()
})
beforeEach(async () => {
  context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    // Half-way through the opening animation nothing has its final contrast or size.
    reducedMotion: 'reduce',
    permissions: ['clipboard-write', 'clipboard-read'],
  })
  context.setDefaultTimeout(10_000)
  tab = await context.newPage()
  complaints = []
  tab.on('pageerror', (error) => complaints.push(String(error)))
})
afterEach(async () => {
  expect(complaints).toEqual([])
  await context.close()
})

async function visit(behaviour: Behaviour = {}, path = '/shop/de/product') {
  server.reset(behaviour)
  await tab.goto(server.origin + path)
}

const launcher = () => tab.locator('[data-stammgast-open]')
const panel = () => tab.locator('dialog[open]')
const button = (name: string) => panel().getByRole('button', { name, exact: true })

async function openPanel(behaviour: Behaviour = {}, path?: string) {
  await visit(behaviour, path)
  await launcher().click()
  await panel().getByRole('tab').first().waitFor()
}

interface AxeWindow {
  axe: {
    run(
      where: unknown,
      options: unknown,
    ): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>
  }
}

/** What axe finds against WCAG 2.1 AA. */
async function violations(): Promise<string[]> {
  await tab.addScriptTag({ url: '/axe.js' })
  return tab.evaluate(async () => {
    const { axe } = window as unknown as AxeWindow
    const found = await axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'],
    })
    return found.violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`))
  })
}

test('before a click only the small style and the launcher’s script are fetched', async () => {
  await visit()
  await tab.waitForLoadState('networkidle')
  const fetched = server.requests.map((request) => request.split('/').at(-1))
  expect(fetched.sort()).toEqual(['launcher.js', 'product', 'stammgast.css'])
  await launcher().click()
  await panel().getByRole('tab').first().waitFor()
  const later = server.requests.slice(fetched.length).map((request) => request.split('/').at(-1))
  expect(later.sort()).toEqual([
    'panel',
    'panel-choice.js',
    'panel-dialog.js',
    'panel-key.js',
    'panel-parts.js',
    'panel-rewards.js',
    'panel-view.js',
    'panel.css',
    'panel.js',
  ])
})

test.each([
  [
    'de',
    ['120 Punkte nur noch bis zum 15. Januar 2027 gültig', '1 Punkt nur noch bis zum 1. Februar 2027 gültig'],
  ],
  ['en', ['120 points valid only until January 15, 2027', '1 point valid only until February 1, 2027']],
] as const)('points that lapse soon stand in the panel with their last day (%s)', async (locale, lines) => {
  const expiring = { points: 120, on: '2027-01-15', later: [{ points: 1, on: '2027-02-01' }] }
  await openPanel({ expiring }, `/shop/${locale}/product`)
  expect(await panel().locator('.stammgast-expiring li').allTextContents()).toEqual(lines)
  expect(await violations()).toEqual([])
})

test.each([
  [
    'de',
    '500 Punkte für „5 € Rabatt“ einlösen?',
    '5 € Rabatt einlösen',
    'Jetzt einlösen',
    'Code kopieren',
    'Kopiert',
    'An der Kasse verwenden',
  ],
  [
    'en',
    'Redeem 500 points for “€5 off”?',
    'Redeem €5 off',
    'Redeem now',
    'Copy code',
    'Copied',
    'Use at checkout',
  ],
] as const)(
  'a member redeems, copies and uses a code (%s)',
  async (locale, question, ask, yes, copy, copied, use) => {
    await openPanel({}, `/shop/${locale}/product`)
    await button(ask).click()
    expect(await panel().innerText()).toContain(question)
    expect(await tab.evaluate(() => document.activeElement?.textContent)).toBe(yes)
    expect(server.redemptions.size).toBe(0)
    await button(yes).click()
    await panel().locator('.stammgast-code').waitFor()
    expect(await panel().locator('.stammgast-code').innerText()).toBe('TREUE-7K4M')
    expect(await tab.evaluate(() => (document.activeElement as HTMLElement).dataset.code)).toContain(
      'five-off:',
    )
    expect(await panel().getByRole('status').textContent()).toMatch(/bereit|ready/)
    expect(await panel().locator('.stammgast-balance__number').innerText()).toBe('740')
    expect(await panel().getByRole('link', { name: use }).getAttribute('href')).toBe(
      `/discount/TREUE-7K4M?redirect=${encodeURIComponent(locale === 'en' ? '/en/cart' : '/cart')}`,
    )
    await button(copy).click()
    await button(copied).waitFor()
    expect(await tab.evaluate(() => navigator.clipboard.readText())).toBe('TREUE-7K4M')
  },
)

test('an answer that is lost is asked for again with the same key: redeemed once', async () => {
  await openPanel({ redeem: ['lost', 'lost', 'ok'] })
  // Neither does the panel learn that the code is there.
  server.behaviour.panelFails = true
  await button('5 € Rabatt einlösen').click()
  await button('Jetzt einlösen').click()
  await panel().getByRole('alert').waitFor()
  expect(await panel().getByRole('alert').innerText()).toContain('nichts doppelt eingelöst')
  await button('Erneut versuchen').click()
  await tab.waitForFunction(() => document.activeElement?.textContent === 'Erneut versuchen')
  // Cancelled, the page loaded anew: still the same attempt.
  await button('Abbrechen').click()
  server.behaviour.panelFails = false
  await tab.reload()
  await launcher().click()
  await button('5 € Rabatt einlösen').click()
  await button('Jetzt einlösen').click()
  await panel().locator('.stammgast-code').first().waitFor()
  expect(server.redemptions.size).toBe(1)
  expect(server.requests.filter((request) => request.startsWith('POST'))).toHaveLength(3)
})

test('W1: a key is of one reward, also while the answer for another one is missing', async () => {
  await openPanel({ tenOff: 500, redeem: ['lost', 'ready', 'ready'] })
  server.behaviour.panelFails = true
  const redeem = async (name: string) => {
    await button(`${name} einlösen`).click()
    await button('Jetzt einlösen').click()
  }
  await redeem('5 € Rabatt')
  await panel().getByRole('alert').waitFor()
  await button('Abbrechen').click()
  await redeem('10 € Rabatt')
  await panel().locator('.stammgast-code').first().waitFor()
  const [five, ten] = [...server.redemptions.keys()].map((id) => id.split(':'))
  expect([five?.[0], ten?.[0]]).toEqual(['five-off', 'ten-off'])
  expect(ten?.[1]).not.toBe(five?.[1])
})

test.each([
  [
    'de',
    '5 € Rabatt einlösen',
    'Jetzt einlösen',
    'Wir wissen nicht, ob das noch angekommen ist. Versuchen Sie es bitte erneut – es wird nichts doppelt eingelöst.',
  ],
  [
    'en',
    'Redeem €5 off',
    'Redeem now',
    'We do not know whether that still arrived. Please try again – nothing will be redeemed twice.',
  ],
] as const)(
  'W19: a lost answer is told as unknown, and the balance is asked anew (%s)',
  async (locale, ask, yes, words) => {
    await openPanel({ redeem: ['lost'], polls: 1, delay: 800 }, `/shop/${locale}/product`)
    await button(ask).click()
    await button(yes).click()
    await panel().getByRole('alert').waitFor()
    expect(await panel().getByRole('alert').innerText()).toBe(words)
    // It had arrived: the points are taken, and the code is waited for.
    await tab.waitForFunction(
      () => document.querySelector('dialog .stammgast-balance__number')?.textContent === '740',
    )
    await panel().locator('.stammgast-code').waitFor()
    expect(await behind()).toBe('740')
  },
)

test.each(['lost', 'lost-ready'] as const)(
  'owner 3: a code that came although its answer was lost ends the question whether it has arrived (%s)',
  async (way) => {
    await openPanel({ redeem: [way, 'ready'], polls: 1, delay: 800 })
    await button('5 € Rabatt einlösen').click()
    await button('Jetzt einlösen').click()
    await button('Erneut versuchen').waitFor()
    await panel().locator('.stammgast-code').waitFor()
    expect(await panel().getByRole('alert').count()).toBe(0)
    expect(await button('Erneut versuchen').count()).toBe(0)
    expect(await panel().getByRole('status').innerText()).toBe('Ihr Code für „5 € Rabatt“ ist bereit.')
    // The reader is led to it: it stands above the rewards, out of sight of who has scrolled down to them.
    await expect.poll(() => tab.evaluate(() => !!document.activeElement?.closest('[data-code]'))).toBe(true)
    // The next one is another one, not the answer to the first once more.
    await button('5 € Rabatt einlösen').click()
    await button('Jetzt einlösen').click()
    await tab.waitForFunction(() => document.querySelectorAll('.stammgast-code').length === 2)
    expect(server.redemptions.size).toBe(2)
  },
)

test('W19: a lost answer about a code that was given back asks for the balance as well', async () => {
  await openPanel({ redeem: ['ready'], giveBack: 'lost' })
  await button('5 € Rabatt einlösen').click()
  await button('Jetzt einlösen').click()
  await button('Code zurückgeben: 5 € Rabatt').click()
  await button('Ja, zurückgeben').click()
  await tab.waitForFunction(
    () => document.querySelector('dialog .stammgast-balance__number')?.textContent === '1.240',
  )
  expect(await panel().locator('.stammgast-code').count()).toBe(0)
  expect(await tab.evaluate(() => document.activeElement?.closest('dialog')?.open)).toBe(true)
})

test('a second redemption after a finished one is a new one', async () => {
  await openPanel({ redeem: ['ready', 'ready'] })
  for (const count of [1, 2]) {
    await button('5 € Rabatt einlösen').click()
    await button('Jetzt einlösen').click()
    await tab.waitForFunction(
      (wanted) => document.querySelectorAll('.stammgast-code').length === wanted,
      count,
    )
  }
  expect(server.redemptions.size).toBe(2)
})

test('a refusal shows the app’s own words', async () => {
  await openPanel({ redeem: ['refused'] })
  await button('5 € Rabatt einlösen').click()
  await button('Jetzt einlösen').click()
  expect(await panel().getByRole('alert').innerText()).toBe('Diese Prämie ist gerade vergriffen.')
  // W24: the hidden status no longer says that the code is being prepared.
  expect(await panel().locator('[role=status]').innerText()).toBe('')
  await button('Abbrechen').click()
  expect(await tab.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(
    '5 € Rabatt einlösen',
  )
})

test('R8: a code is valid to the end of the day that is shown, wherever the shopper reads it', async () => {
  for (const timezoneId of ['Pacific/Auckland', 'America/Los_Angeles']) {
    const away = await browser.newContext({ timezoneId, reducedMotion: 'reduce' })
    server.reset({ redeem: ['ready'] })
    const page = await away.newPage()
    await page.goto(`${server.origin}/shop/de/product`)
    await page.locator('[data-stammgast-open]').click()
    await page.getByRole('button', { name: '5 € Rabatt einlösen', exact: true }).click()
    await page.getByRole('button', { name: 'Jetzt einlösen', exact: true }).click()
    await page.getByText('Gültig bis 19. Februar 2027').waitFor()
    await away.close()
  }
})

const behind = () => tab.locator('.stammgast-balance:not(dialog *) .stammgast-balance__number').innerText()

test('R9: another price is shown and asked for again before anything is taken', async () => {
  await openPanel({ price: 800, redeem: ['ready'] })
  await button('5 € Rabatt einlösen').click()
  expect(await panel().innerText()).toContain('500 Punkte für „5 € Rabatt“ einlösen?')
  await button('Jetzt einlösen').click()
  const alert = panel().getByRole('alert')
  await alert.waitFor()
  expect(await alert.innerText()).toBe(
    'Diese Prämie kostet jetzt 800 Punkte. Möchten Sie sie trotzdem einlösen?',
  )
  expect(await panel().locator('[data-reward="five-off"] .stammgast-badge').innerText()).toBe('800 Punkte')
  expect(server.redemptions.size).toBe(0)
  await button('Jetzt einlösen').click()
  await panel().locator('.stammgast-code').waitFor()
  expect(server.redemptions.size).toBe(1)
})

test('W19: who loses a race sees the balance that is left, in the panel and on the page', async () => {
  await openPanel({ redeem: ['outrun'] })
  expect(await behind()).toBe('1.240')
  await button('5 € Rabatt einlösen').click()
  await button('Jetzt einlösen').click()
  await panel().getByRole('alert').waitFor()
  expect(await panel().getByRole('alert').innerText()).toBe('Dafür reichen Ihre Punkte noch nicht.')
  expect(await panel().locator('.stammgast-balance__number').innerText()).toBe('240')
  expect(await panel().locator('.stammgast-code').count()).toBe(2)
  expect(await behind()).toBe('240')
  expect(await launcher().innerText()).toContain('240 Punkte')
  // Another attempt would change nothing.
  expect(await button('Erneut versuchen').count()).toBe(0)
  expect(await tab.evaluate(() => document.activeElement?.textContent)).toBe('Abbrechen')
  await button('Abbrechen').click()
  expect(await panel().locator('[data-reward="five-off"]').innerText()).toContain('Noch 260 Punkte')
  expect(await tab.evaluate(() => document.activeElement?.closest('dialog')?.open)).toBe(true)
})

const goalBehind = () => tab.locator('.stammgast-balance:not(dialog *) [data-stammgast-balance="reward"]')

test.each([
  ['de', 'Noch 760 Punkte bis zur Prämie „10 € Rabatt“', 'Noch 260 Punkte bis zur Prämie „5 € Rabatt“'],
  ['en', '760 points to go until “€10 off”', '260 points to go until “€5 off”'],
] as const)(
  'W19: the block behind tells the next reward at the balance that is left (%s)',
  async (locale, before, after) => {
    await openPanel({ redeem: ['outrun'] }, `/shop/${locale}/product`)
    const bar = goalBehind().locator('progress')
    expect([await goalBehind().locator('span').innerText(), await bar.getAttribute('value')]).toEqual([
      before,
      '62',
    ])
    await button(locale === 'de' ? '5 € Rabatt einlösen' : 'Redeem €5 off').click()
    await button(locale === 'de' ? 'Jetzt einlösen' : 'Redeem now').click()
    await panel().getByRole('alert').waitFor()
    expect([await goalBehind().locator('span').innerText(), await bar.getAttribute('value')]).toEqual([
      after,
      '48',
    ])
    expect(await violations()).toEqual([])
  },
)

test('W19: points that no longer lapse are not announced by the block behind', async () => {
  const expiring = { points: 120, on: '2027-01-15' }
  await visit({ expiring })
  const announced = tab.locator('.stammgast-balance:not(dialog *) .stammgast-expiring')
  expect(await announced.isVisible()).toBe(true)
  delete server.behaviour.expiring
  await launcher().click()
  await panel().getByRole('tab').first().waitFor()
  expect(await announced.isVisible()).toBe(false)
})

test('W19: while a code is being made, only what the balance still covers is offered', async () => {
  await openPanel({ balance: 620, polls: 99 })
  await button('5 € Rabatt einlösen').click()
  await button('Jetzt einlösen').click()
  await panel().locator('[data-code]').waitFor()
  expect(await panel().locator('.stammgast-balance__number').innerText()).toBe('120')
  expect(await panel().locator('[data-reward="five-off"]').innerText()).toContain('Noch 380 Punkte')
  expect(await button('5 € Rabatt einlösen').count()).toBe(0)
})

test('W19: a refusal of a reward that is gone is told above the rewards', async () => {
  await openPanel({ redeem: ['gone'] })
  await button('5 € Rabatt einlösen').click()
  await button('Jetzt einlösen').click()
  await panel().getByText('Diese Prämie gibt es nicht mehr.').first().waitFor()
  expect(await panel().locator('[data-reward="five-off"]').count()).toBe(0)
})

test.each([
  [
    'de',
    'Code zurückgeben: 5 € Rabatt',
    'Code zurückgeben? Er gilt dann nicht mehr, und 500 Punkte sind',
    'Ja, zurückgeben',
  ],
  [
    'en',
    'Give the code back: €5 off',
    'Give the code back? It ends, and 500 points are',
    'Yes, give it back',
  ],
] as const)('W17: a code is given back after a question (%s)', async (locale, ask, question, yes) => {
  await openPanel({ redeem: ['ready'] }, `/shop/${locale}/product`)
  await button(locale === 'de' ? '5 € Rabatt einlösen' : 'Redeem €5 off').click()
  await button(locale === 'de' ? 'Jetzt einlösen' : 'Redeem now').click()
  await button(ask).click()
  expect(await panel().innerText()).toContain(question)
  expect(await tab.evaluate(() => document.activeElement?.textContent)).toBe(yes)
  expect(await violations()).toEqual([])
  await button(yes).click()
  await tab.waitForFunction(() => !document.querySelector('.stammgast-code'))
  expect(await panel().getByRole('status').textContent()).toMatch(/wieder verfügbar|available again/)
  expect(await panel().locator('.stammgast-balance__number').innerText()).toBe(
    locale === 'de' ? '1.240' : '1,240',
  )
})

test('W17: a code that is used at this moment is refused with words; one that Shopify cannot end yet says so', async () => {
  const giveBack = async () => {
    await button('5 € Rabatt einlösen').click()
    await button('Jetzt einlösen').click()
    await button('Code zurückgeben: 5 € Rabatt').click()
    await button('Ja, zurückgeben').click()
  }
  await openPanel({ redeem: ['ready'], giveBack: 'used' })
  await giveBack()
  await panel().getByRole('alert').waitFor()
  expect(await panel().getByRole('alert').innerText()).toBe('Dieser Code wird gerade genutzt.')
  // Another attempt would change nothing.
  expect(await button('Erneut versuchen').count()).toBe(0)
  expect(await tab.evaluate(() => document.activeElement?.textContent)).toBe('Abbrechen')
  await openPanel({ redeem: ['ready'], giveBack: 'away' })
  await giveBack()
  await tab.waitForFunction(() => !document.querySelector('.stammgast-code'))
  expect(await panel().locator('.stammgast-card--code').innerText()).toContain('Der Code wird beendet')
})

test('R1: a code on an unpaid order is not offered for use', async () => {
  await visit()
  server.reserve('de')
  await launcher().click()
  await panel().getByText('Auf Bestellung #1042, die noch nicht bezahlt ist.').waitFor()
  expect(await panel().locator('.stammgast-code').count()).toBe(0)
  expect(await panel().getByRole('link', { name: 'An der Kasse verwenden' }).count()).toBe(0)
  expect(await violations()).toEqual([])
})

test('R18: guest points that are on their way are announced until they are here', async () => {
  await openPanel({ claiming: 2 })
  const note = panel().getByText('ob Punkte auf Sie warten')
  await note.waitFor()
  expect(await violations()).toEqual([])
  await note.waitFor({ state: 'detached' })
})

test('a code that could not be made says that the points are back', async () => {
  await openPanel({ outcome: 'returned' })
  await button('5 € Rabatt einlösen').click()
  await button('Jetzt einlösen').click()
  await panel().getByText('Ihre Punkte sind wieder verfügbar').first().waitFor()
  expect(await panel().locator('.stammgast-code').count()).toBe(0)
})

const GIVEN = { de: '5 € Guthaben sind auf Ihrem Konto.', en: '€5 store credit is on your account.' }
const card = () => panel().locator('.stammgast-card--code')
const balance = () => panel().locator('.stammgast-balance__number').innerText()

test.each([
  ['de', '5 € Rabatt einlösen', 'Jetzt einlösen', 'Ihre Prämie wird vorbereitet …', 'Eingelöste Prämien'],
  ['en', 'Redeem €5 off', 'Redeem now', 'Preparing your reward …', 'Redeemed rewards'],
] as const)(
  'what is no code is waited for and then told as given (%s)',
  async (locale, ask, yes, waiting, heading) => {
    await openPanel({ given: true, polls: 1 }, `/shop/${locale}/product`)
    await button(ask).click()
    await button(yes).click()
    await card().getByText(waiting).waitFor()
    expect(await violations()).toEqual([])
    await card().getByText(GIVEN[locale]).waitFor()
    expect(await panel().getByRole('heading', { name: heading }).count()).toBe(1)
    expect(await panel().getByRole('status').innerText()).toBe(GIVEN[locale])
    expect(await tab.evaluate(() => (document.activeElement as HTMLElement).dataset.code)).toContain(
      'five-off:',
    )
    // Nothing of a code: none to copy, to use or to give back.
    expect(await panel().locator('.stammgast-code').count()).toBe(0)
    expect(await card().getByRole('button').count()).toBe(0)
    expect(await card().getByRole('link').count()).toBe(0)
    expect(await balance()).toBe('740')
    expect(await behind()).toBe('740')
    expect(await violations()).toEqual([])
    // Told once: it is in the account now, and in the history.
    await tab.reload()
    await launcher().click()
    await panel().getByRole('tab').first().waitFor()
    expect(await card().count()).toBe(0)
    expect(await balance()).toBe('740')
  },
)

test('what is no code and there at once is told at once', async () => {
  await openPanel({ given: true, redeem: ['ready'] })
  await button('5 € Rabatt einlösen').click()
  await button('Jetzt einlösen').click()
  await card().getByText(GIVEN.de).waitFor()
  expect(await balance()).toBe('740')
})

test('what is no code and takes long says so, and is there when the panel is opened again', async () => {
  await tab.clock.install()
  await openPanel({ given: true, polls: 1_000 })
  await button('5 € Rabatt einlösen').click()
  await button('Jetzt einlösen').click()
  const slow = card().getByText('Das dauert länger als gewohnt. Ihre Punkte sind reserviert')
  await expect
    .poll(async () => {
      await tab.clock.fastForward(4_000)
      return slow.count()
    })
    .toBe(1)
  expect(await balance()).toBe('740')
  await panel().getByRole('button', { name: 'Schließen' }).click()
  server.behaviour.polls = 0
  await launcher().click()
  await expect
    .poll(async () => {
      await tab.clock.fastForward(4_000)
      return card().getByText(GIVEN.de).count()
    })
    .toBe(1)
  expect(server.redemptions.size).toBe(1)
})

test('what is no code and could not be made says that the points are back', async () => {
  await openPanel({ given: true, outcome: 'returned' })
  await button('5 € Rabatt einlösen').click()
  await button('Jetzt einlösen').click()
  await panel()
    .getByText('Die Prämie ließ sich nicht erstellen. Ihre Punkte sind wieder verfügbar.')
    .first()
    .waitFor()
  expect(await card().count()).toBe(0)
  expect(await balance()).toBe('1.240')
})

test.each(['lost', 'lost-ready'] as const)(
  'what is no code is given once, though its answer was lost (%s)',
  async (way) => {
    await openPanel({ given: true, redeem: [way, 'ok'], polls: 1, delay: 800 })
    await button('5 € Rabatt einlösen').click()
    await button('Jetzt einlösen').click()
    const again = button('Erneut versuchen')
    await again.waitFor()
    // What is there already stands in no list of open rewards: only the same attempt tells it.
    if (way === 'lost-ready') await again.click()
    await card().getByText(GIVEN.de).waitFor()
    expect(await again.count()).toBe(0)
    expect(server.redemptions.size).toBe(1)
    expect(await balance()).toBe('740')
  },
)

test('by keyboard alone: open, tabs by arrows, redeem, Escape gives the focus back', async () => {
  await visit({ redeem: ['ready'] })
  await launcher().focus()
  await tab.keyboard.press('Enter')
  await panel().getByRole('tab').first().waitFor()
  await panel().getByRole('tab', { name: 'Prämien' }).focus()
  await tab.keyboard.press('ArrowRight')
  expect(await tab.evaluate(() => document.activeElement?.textContent)).toBe('Verlauf')
  expect(await panel().getByRole('tabpanel').innerText()).toContain('Bestellung #1042')
  await tab.keyboard.press('End')
  expect(await panel().getByRole('tabpanel').innerText()).toContain('1 Punkt je Euro')
  await tab.keyboard.press('ArrowRight')
  await tab.keyboard.press('Tab')
  await tab.keyboard.press('Tab')
  expect(await tab.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(
    '5 € Rabatt einlösen',
  )
  await tab.keyboard.press('Enter')
  await tab.keyboard.press('Enter')
  await panel().locator('.stammgast-code').waitFor()
  await tab.keyboard.press('Escape')
  expect(await panel().count()).toBe(0)
  expect(await tab.evaluate(() => document.activeElement?.hasAttribute('data-stammgast-open'))).toBe(true)
})

test('history explains each entry and loads more', async () => {
  await openPanel()
  await panel().getByRole('tab', { name: 'Verlauf' }).click()
  const entries = panel().locator('.stammgast-entry')
  expect(await entries.count()).toBe(5)
  expect(await entries.nth(0).innerText()).toMatch(/\+49[\s\S]*20\.11\.2026 · vorgemerkt/)
  expect(await entries.nth(2).innerText()).toContain('−12')
  await entries.nth(0).locator('summary').click()
  expect(await entries.nth(0).innerText()).toContain('Abgerundet auf 49 Punkte')
  expect(await entries.nth(3).locator('summary').count()).toBe(0)
  await button('Mehr anzeigen').click()
  await tab.waitForFunction(() => document.querySelectorAll('.stammgast-entry').length === 8)
  expect(await tab.evaluate(() => (document.activeElement as HTMLElement).dataset.entry)).toBe('5')
  expect(await entries.nth(0).locator('details').getAttribute('open')).toBe('')
  expect(await button('Mehr anzeigen').count()).toBe(0)
})

test('an error offers another attempt, and the attempt works', async () => {
  await visit({ panelFails: true })
  await launcher().click()
  await panel().getByText('lassen sich gerade nicht laden').first().waitFor()
  server.behaviour.panelFails = false
  await button('Erneut versuchen').click()
  await panel().getByRole('tab').first().waitFor()
})

test('while loading, the panel has its full height and says so', async () => {
  await visit({ delay: 1500 })
  await launcher().click()
  await panel().locator('.stammgast-skeleton').first().waitFor()
  const before = await panel().boundingBox()
  expect(await panel().getByRole('status').textContent()).toBe('Ihre Treuepunkte werden geladen …')
  await panel().getByRole('tab').first().waitFor()
  const after = await panel().boundingBox()
  expect(after?.height).toBeCloseTo(before?.height ?? 0, 1)
})

test('guests see rewards and how to join, but nothing to redeem', async () => {
  await openPanel({ signedIn: false })
  expect(await panel().getByRole('link', { name: 'Anmelden' }).getAttribute('href')).toBe('/account/login')
  expect(await panel().getByRole('tab').allInnerTexts()).toEqual(['Prämien', 'So geht’s'])
  expect(await panel().getByRole('button').allInnerTexts()).not.toContain('Einlösen')
})

const PROMISES =
  /bringt Ihnen|sammeln Sie|Sammeln Sie|Nach Ihrem ersten|earns you|collect from|Collect|After your first/

test.each([
  ['de', 'Das Treueprogramm ist noch nicht gestartet.'],
  ['en', 'The loyalty program has not started yet.'],
] as const)('W20: before a program is in force the panel promises nothing (%s)', async (locale, words) => {
  for (const signedIn of [true, false]) {
    await openPanel({ unstarted: true, signedIn }, `/shop/${locale}/product`)
    expect(await panel().innerText()).toContain(words)
    for (const name of await panel().getByRole('tab').allInnerTexts()) {
      await panel().getByRole('tab', { name }).click()
      expect(await panel().innerText()).not.toMatch(PROMISES)
    }
    expect(await violations()).toEqual([])
  }
})

test('too few points, a higher tier and debt are each explained', async () => {
  await openPanel()
  expect(await panel().innerText()).toContain('Noch 760 Punkte')
  expect(await panel().innerText()).toContain('Für Mitglieder einer höheren Stufe')
  await openPanel({ debt: 30 })
  expect(await panel().innerText()).toContain('30 Punkte im Rückstand')
  expect(await panel().innerText()).toContain('sobald der Rückstand ausgeglichen ist')
})

test('a link to #stammgast opens the panel, a click beside it closes it', async () => {
  await visit()
  await tab.getByRole('link', { name: 'Prämien ansehen' }).click()
  await panel().getByRole('tab').first().waitFor()
  await tab.mouse.click(20, 20)
  expect(await panel().count()).toBe(0)
  await tab.goto(`${server.origin}/shop/en/index#stammgast`)
  await panel().getByRole('tab').first().waitFor()
})

test.each(['', '?dark=1'])('axe finds nothing to complain about in any state (%s)', async (query) => {
  for (const behaviour of [{}, { signedIn: false }, { debt: 30 }, { empty: true }]) {
    await openPanel(behaviour, `/shop/de/product${query}`)
    expect(await violations()).toEqual([])
  }
  await openPanel({ redeem: ['ready'] }, `/shop/en/product${query}`)
  await panel().getByRole('tab', { name: 'History' }).click()
  await panel().locator('summary').first().click()
  expect(await violations()).toEqual([])
  await panel().getByRole('tab', { name: 'Rewards' }).click()
  await button('Redeem €5 off').click()
  expect(await violations()).toEqual([])
  await button('Redeem now').click()
  await panel().locator('.stammgast-code').waitFor()
  expect(await violations()).toEqual([])
})

test('W20: with an empty cart the panel says what becomes of a code', async () => {
  await openPanel({ redeem: ['ready'] })
  await button('5 € Rabatt einlösen').click()
  await button('Jetzt einlösen').click()
  const card = panel().locator('.stammgast-card--code').first()
  await card.getByText('Noch nichts im Warenkorb? Der Code bleibt hier für Sie stehen.').waitFor()
})

test('W27: nothing overflows at 320 px, and the launcher covers nothing that is bought with', async () => {
  await tab.setViewportSize({ width: 320, height: 640 })
  await openPanel({ redeem: ['ready'] })
  await button('5 € Rabatt einlösen').click()
  const wide = () =>
    tab.evaluate(() =>
      [document.documentElement, ...document.querySelectorAll('.stammgast, .stammgast *')]
        .filter(
          (node) => node.scrollWidth > node.clientWidth + 1 && getComputedStyle(node).display !== 'inline',
        )
        .filter((node) => !node.closest('.stammgast-hidden'))
        .map((node) => node.outerHTML.slice(0, 80)),
    )
  expect(await wide()).toEqual([])
  for (const page of ['cart', 'product']) {
    await visit({}, `/shop/de/${page}`)
    expect(await launcher().evaluate((node) => getComputedStyle(node).position)).toBe('static')
  }
  await visit({}, '/shop/de/index')
  const box = await launcher().boundingBox()
  expect([box?.width, box?.height]).toEqual([48, 48])
  expect(640 - (box?.y ?? 0) - 48).toBe(88)
})

test.each([
  ['de', '1240.50', 'EUR', '1.240,50\u00a0€'],
  ['en', '1240.50', 'EUR', '€1,240.50'],
  ['de', '120.00', 'USD', '120\u00a0$'],
  ['en', '120.00', 'CHF', 'CHF\u00a0120'],
  ['en', '12000', 'JPY', '¥12,000'],
])('the panel writes money as the page does: %s %s %s', async (locale, amount, currency, written) => {
  await openPanel({ missing: { amount, currency } }, `/shop/${locale}/product`)
  const onPage = await tab.locator('#stammgast-tier').innerText()
  expect(onPage).toContain(` ${written} `)
  expect(await panel().locator('#stammgast-panel-tier').innerText()).toBe(onPage)
})
