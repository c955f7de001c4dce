import { afterAll, beforeAll, beforeEach } from 'vitest'
import { closeShopify } from '../../app/shopify.server.ts'
import { type Harness, openHarness } from '../dev-store/admin-harness.ts'
import { KEY, SECRET } from './shopper-requests.ts'

export interface PracticeAdmin {
  harness: Harness
  domain: string
  /** Every request that reached Shopify: "renewal" for a token, else the name of the operation. */
  asked: string[]
  /** Runs before a request is answered, while the asker waits. */
  at: (what: string) => Promise<void> | void
  /** Runs when it is answered; what it throws is all that the asker hears. */
  after: (what: string) => Promise<void> | void
  /** Whether Shopify refuses a question by what is asked, or by what it would answer; as a status, 200 by GraphQL. */
  refuses: (what: string, asked: string, answer: string) => number | false
}

/** The practice store's Admin API where Shopify is, for jobs. Call after `useDatabase()`. */
export function usePracticeAdmin(past = { customers: 3, orders: 0 }): PracticeAdmin {
  const harness = openHarness(past)
  Object.assign(harness.context.settings, { apiKey: KEY, apiSecret: SECRET })
  const admin: PracticeAdmin = {
    harness,
    domain: harness.store.shop.domain,
    asked: [],
    at: () => {},
    after: () => {},
    refuses: () => false,
  }
  const fetchBefore = globalThis.fetch

  beforeAll(() => {
    // Tokens and codes live by the app's clock.
    harness.pass(Date.now() - harness.store.now())
    globalThis.fetch = async (input, init) => {
      const request = new Request(input, init)
      const { hostname, origin, pathname, search } = new URL(request.url)
      const isShop = hostname.endsWith('.myshopify.com')
      if (!isShop && origin !== harness.context.settings.origin) return fetchBefore(request)
      const body = await request.text()
      const what = pathname.endsWith('access_token')
        ? 'renewal'
        : (/(?:query|mutation) (\w+)/.exec(body)?.[1] ?? '')
      admin.asked.push(what)
      await admin.at(what)
      const headers = Object.fromEntries([...request.headers, ['x-shop-domain', hostname]])
      const refusedAtOnce = admin.refuses(what, body, '')
      if (refusedAtOnce !== false) return refused(refusedAtOnce)
      const answer = await harness.request(`${pathname}${search}`, {
        method: request.method,
        headers,
        ...(body !== '' && { body }),
      })
      await admin.after(what)
      const refusal = admin.refuses(what, body, await answer.clone().text())
      return refusal === false ? answer : refused(refusal)
    }
  })
  beforeEach(async () => {
    admin.asked.length = 0
    admin.at = () => {}
    admin.after = () => {}
    admin.refuses = () => false
    await harness.post('/practice/admin-api', { kind: 'none' })
  })
  afterAll(async () => {
    globalThis.fetch = fetchBefore
    await closeShopify()
  })
  return admin
}

function refused(status: number): Response {
  const errors = [{ message: 'Internal error', extensions: { code: 'INTERNAL_SERVER_ERROR' } }]
  return Response.json(status === 200 ? { errors } : { errors: 'Internal error' }, { status })
}
