import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { logger } from '../../app/logger.server.ts'
import { forgetShop } from '../../app/loyalty/shop/shop-of-request.ts'
import { useDatabase } from '../database.ts'
import { useAdminPages } from '../support/admin-pages.ts'

/**
 * The merchant's session token is good, and Shopify does not serve the shop: it is closed, frozen (402), locked (423),
 * it keeps the app out (403), or it does not answer. The page says which, and the log has a line and no stack.
 */
const database = useDatabase()
const pages = useAdminPages()
const { domain } = pages

type Answer = number | 'time-out'
const ANSWERS: Answer[] = [400, 402, 403, 404, 423, 429, 500, 502, 503, 'time-out']
/** What the merchant hears: our status, and the words. */
const told = (answer: Answer): [number, RegExp, RegExp] => {
  if (answer === 404) return [404, /kennt diesen Shop nicht/, /does not know this shop/]
  if (answer === 402 || answer === 423) return [423, /hat diesen Shop gesperrt/, /has locked this shop/]
  if (answer === 400 || answer === 403) return [403, /lässt die App nicht/, /does not let the app/]
  return [503, /antwortet gerade nicht/, /is not answering/]
}

let refused: { signIn: Answer | null; api: Answer | null } = { signIn: null, api: null }
beforeAll(() => {
  const real = globalThis.fetch
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init)
    const { pathname } = new URL(request.url)
    const answer = pathname.endsWith('access_token')
      ? refused.signIn
      : pathname.includes('/admin/api/') && refused.api
    if (!answer) return real(request)
    if (answer === 'time-out')
      throw new DOMException('The operation was aborted due to timeout', 'TimeoutError')
    return Response.json({ errors: 'Not Found' }, { status: answer })
  }
})
const error = vi.spyOn(logger, 'error')
const sql = (text: string) => database.owner().query(text)
/** Nobody has opened the app here. */
async function forget(what: 'session' | 'shop' | 'both'): Promise<void> {
  if (what !== 'shop') await sql('DELETE FROM "Session"')
  if (what === 'session') return
  await sql('DELETE FROM shop')
  forgetShop(domain)
}
beforeEach(async () => {
  refused = { signIn: null, api: null }
  // The practice store's clock stands, and it refuses tokens of a time to come.
  pages.harness.pass(Date.now() - pages.harness.store.now())
  await forget('both')
  error.mockClear()
})

const WHERE: [string, 'signIn' | 'api', () => Promise<void>][] = [
  ['at the first sign-in', 'signIn', async () => {}],
  ['when a new shop is read', 'api', async () => {}],
  [
    'at a later sign-in',
    'signIn',
    async () => {
      await pages.open('/app')
      await forget('session')
    },
  ],
  [
    'when a shop is read whose row is gone',
    'api',
    async () => {
      await pages.open('/app')
      await forget('shop')
    },
  ],
]

describe.each(WHERE)('A shop out of reach %s', (_, part, arrange) => {
  test.each(ANSWERS)('R13: with %s is named in words, without a stack', async (answer) => {
    await arrange()
    refused[part] = answer
    const [status, german, english] = told(answer)
    const page = await pages.open('/app')
    expect(page.status).toBe(status)
    expect(page.html).toMatch(german)
    expect((await pages.open('/app/operations', { locale: 'en' })).html).toMatch(english)
    const change = await pages.send('/app/operations/reconciliation', { check: 'codes' })
    expect(change.status).toBe(status)
    expect(change.text).toContain('"shopify"')
    expect(error).not.toHaveBeenCalled()
  })

  test('R13: is served again as soon as Shopify does', async () => {
    await arrange()
    refused[part] = 423
    expect((await pages.open('/app')).status).toBe(423)
    refused[part] = null
    expect((await pages.open('/app')).status).toBe(200)
  })
})

test.each([...ANSWERS, 401] as Answer[])(
  'R13: a shop that we know goes on where Shopify says %s of it, at a sign-in and later',
  async (answer) => {
    await pages.open('/app')
    refused.api = answer
    const paths = ['', '/members', '/program', '/operations', '/operations/reconciliation', '/settings']
    for (const path of paths) expect((await pages.open(`/app${path}`)).status, path).toBe(200)
    await forget('session')
    expect((await pages.open('/app')).status).toBe(200)
    expect(error).not.toHaveBeenCalled()
  },
)

test('R13: a shop whose sign-in is refused (401) is told that the app is not let in', async () => {
  refused.signIn = 401
  expect((await pages.open('/app')).status).toBe(403)
  expect(error).not.toHaveBeenCalled()
})
