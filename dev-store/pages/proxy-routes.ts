/** The app proxy: /apps/stammgast/… of the storefront goes, signed as Shopify does, to the app's /proxy/…. */
import { Hono } from 'hono'
import type { PracticeContext } from '../context.ts'
import { proxySignature } from '../webhooks/signature.ts'
import { customerIdOf } from './session.ts'

const PREFIX = '/apps/stammgast'
const PASSED_ON = ['accept', 'accept-language', 'content-type', 'user-agent']
const TIMEOUT_MILLISECONDS = 30_000

/** The query that the app gets: the shopper's own parameters plus Shopify's, signed. */
export function signedQuery(
  own: URLSearchParams,
  facts: { shop: string; customerId: number | null; timestamp: number },
  secret: string,
): URLSearchParams {
  const query = new URLSearchParams(own)
  // `set` replaces what the shopper sent under these names: nobody else speaks for Shopify.
  query.set('shop', facts.shop)
  query.set('path_prefix', PREFIX)
  query.set('timestamp', String(facts.timestamp))
  query.set('logged_in_customer_id', facts.customerId === null ? '' : String(facts.customerId))
  query.set('signature', proxySignature(query, secret))
  return query
}

export function proxyRoutes(context: PracticeContext): Hono {
  const routes = new Hono()
  for (const base of [PREFIX, `/en${PREFIX}`]) {
    routes.all(`${base}/*`, async (c) => {
      const url = new URL(c.req.url)
      const path = url.pathname.slice(base.length)
      const query = signedQuery(
        url.searchParams,
        {
          shop: context.store.shop.domain,
          customerId: customerIdOf(context, c),
          timestamp: Math.floor(context.store.now() / 1000),
        },
        context.settings.apiSecret,
      )
      const headers = new Headers({ 'x-forwarded-host': url.host })
      for (const name of PASSED_ON) {
        const value = c.req.header(name)
        if (value) headers.set(name, value)
      }
      // Cookies do not pass, in either direction, as with Shopify.
      try {
        const answer = await fetch(`${context.settings.appUrl}/proxy${path}?${query}`, {
          method: c.req.method,
          headers,
          body: ['GET', 'HEAD'].includes(c.req.method) ? null : await c.req.arrayBuffer(),
          redirect: 'manual',
          signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
        })
        return new Response(answer.body, { status: answer.status, headers: passedBack(answer.headers) })
      } catch {
        return c.text('The app did not answer', 502)
      }
    })
  }
  return routes
}

function passedBack(headers: Headers): Headers {
  const passed = new Headers()
  for (const name of ['content-type', 'cache-control', 'location', 'etag', 'vary']) {
    const value = headers.get(name)
    if (value) passed.set(name, value)
  }
  return passed
}
