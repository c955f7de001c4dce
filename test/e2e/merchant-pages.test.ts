/** The merchant's own pages when things go wrong, and what they say to who cannot see them. */
import type { Page, Route } from 'playwright-core'
import { expect, test } from 'vitest'
import { memberNow, usePeople } from './people.ts'
import { PATIENCE } from './visitor.ts'

const people = usePeople()

/** Requests that change something: the admin's pages send them to their own address, with `.data` behind it. */
const CHANGES = (url: URL) => url.pathname.endsWith('.data')

/** How an answer is lost: before it was asked for, or after the deed was done. */
const LOST = {
  'offline before it arrives': (route: Route) => route.abort('internetdisconnected'),
  'after it was booked': async (route: Route) => {
    await route.fetch()
    await route.abort('connectionreset')
  },
  'behind an error page of a proxy': async (route: Route) => {
    await route.fetch()
    await route.fulfill({ status: 200, contentType: 'text/html', body: '<h1>Bad gateway</h1>' })
  },
}

/** The next change that a page sends goes wrong in this way, and no other. */
async function loseOne(page: Page, how: (route: Route) => Promise<void>): Promise<void> {
  let lost = false
  await page.route(CHANGES, async (route) => {
    if (lost || route.request().method() !== 'POST') return route.fallback()
    lost = true
    await how(route)
  })
}

test.each(Object.keys(LOST) as (keyof typeof LOST)[])(
  'W1: an adjustment whose answer is lost (%s) keeps what was typed, claims nothing and books once',
  async (how) => {
    const { page, merchant, shopper, words, quiet } = await people('de')
    quiet(/Failed to load resource|Unable to decode turbo-stream|SyntaxError|ERR_|fetch/)
    const customerId = await shopper.signIn('Tilo Muster')
    const before = (await memberNow(customerId)).available
    await merchant.open(`/app/members/${customerId}`)
    await merchant.button(words.app('members:page.adjust')).click()
    const dialog = merchant.app.getByRole('dialog')
    const reason = dialog.getByLabel(words.app('members:adjust.reason'), { exact: true })
    await dialog.getByLabel(words.app('members:adjust.points'), { exact: true }).fill('7')
    await reason.fill(`Verlorene Antwort, ${how}`)
    const send = dialog.getByRole('button', { name: words.app('members:adjust.saveAdd'), exact: true }).last()
    await loseOne(page, LOST[how])
    await send.click()
    await dialog.getByText(words.app('lost.repeatable')).waitFor()
    // Put away and opened again it is still the same form.
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    await merchant.button(words.app('members:page.adjust')).click()
    await dialog.getByText(words.app('lost.repeatable')).waitFor()
    expect(await reason.inputValue()).toBe(`Verlorene Antwort, ${how}`)
    await send.click()
    await dialog.waitFor({ state: 'detached' })
    await expect.poll(async () => (await memberNow(customerId)).available, PATIENCE).toBe(before + 7)
  },
)
