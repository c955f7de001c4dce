/** Pages of the admin whose scripts do not come, came too late or are those of an earlier release. */
import { expect, test } from 'vitest'
import { frameOf } from './draft.ts'
import { usePeople } from './people.ts'
import { neverIdle, PATIENCE } from './visitor.ts'

const people = usePeople({ idles: true })

async function merchantAt(locale: 'de' | 'en', width: number) {
  const all = await people(locale, width)
  all.quiet(/Failed to load resource|net::ERR_|^answer: 404 /)
  await all.page.goto(`${all.merchant.origin}/admin/locale?to=${locale}`)
  return all
}

type At = Awaited<ReturnType<typeof merchantAt>>

/** From the overview of the program to its tiers. */
const tiersLink = ({ merchant, words }: At) =>
  merchant.app.getByRole('link', { name: new RegExp(`^${words.app('program:tiers.title')}`) }).first()
const pathOf = ({ page }: At) => new URL(frameOf(page).url()).pathname
const heading = ({ merchant }: At) => merchant.app.locator('h1').first().innerText()

test('owner 8: after a new release the pages of the one before lead to the new document, with all they were opened with', async () => {
  const at = await merchantAt('de', 1280)
  const { page, merchant, words } = at
  // The browser has had no idle moment: nothing is fetched ahead.
  await page.addInitScript(neverIdle)
  await merchant.open('/app')
  await frameOf(page).waitForLoadState('networkidle')
  // Inside the app, where addresses have no shop in them.
  await page
    .getByRole('navigation')
    .getByRole('link', { name: words.app('nav.program') })
    .click()
  await tiersLink(at).waitFor()
  await frameOf(page).waitForLoadState('networkidle')
  await page.route(
    /\/assets\/app\.program\.tiers.*\.js$/,
    (route) => route.fulfill({ status: 404, body: '' }),
    {
      times: 1,
    },
  )
  await tiersLink(at).click()
  await expect.poll(() => pathOf(at), PATIENCE).toBe('/app/program/tiers')
  await merchant.app.getByRole('heading', { level: 1, name: words.app('program:tiers.title') }).waitFor()
})

test.each([
  ['de', 1280],
  ['en', 390],
] as const)(
  'owner 8: a script that came and cannot be loaded is told, and the page is opened when it is asked for again (%s, %d wide)',
  async (locale, width) => {
    const at = await merchantAt(locale, width)
    const { page, merchant, words, picture } = at
    // The connection breaks between the script's coming and its being loaded.
    const tiers = /\/assets\/app\.program\.tiers.*\.js$/
    await page.route(tiers, (route) =>
      route.request().resourceType() === 'script' ? route.abort('connectionreset') : route.continue(),
    )
    await merchant.open('/app/program')
    await frameOf(page).waitForLoadState('networkidle')
    const title = await heading(at)
    await tiersLink(at).click()
    await merchant.app.getByText(words.app('unread.elsewhere'), { exact: true }).waitFor()
    expect(await heading(at)).toBe(title)
    await picture('script-not-loaded')
    await page.unroute(tiers)
    await merchant.app.getByText(words.app('unread.title'), { exact: true }).waitFor({ state: 'detached' })
    await tiersLink(at).click()
    await expect.poll(() => pathOf(at), PATIENCE).toBe('/app/program/tiers')
    await merchant.app.getByRole('heading', { level: 1, name: words.app('program:tiers.title') }).waitFor()
  },
)

test('owner 8: links of a page that never comes to life lead to pages, not into an empty frame', async () => {
  const at = await merchantAt('de', 1280)
  const { page, words } = at
  // The texts of the page's own language are scripts too, and everything waits for them.
  await page.route(/\/assets\/(?:program|common)-.*\.js$/, (route) => route.abort('connectionreset'))
  await page.goto(`${at.merchant.origin}/admin/apps/stammgast/app/program`)
  const link = tiersLink(at)
  await link.waitFor()
  await page.waitForTimeout(500)
  expect(await link.evaluate((node) => Object.keys(node).some((key) => key.startsWith('__react')))).toBe(
    false,
  )
  await link.click()
  await at.merchant.app.getByRole('heading', { level: 1, name: words.app('program:tiers.title') }).waitFor()
  await page.unrouteAll()
})
