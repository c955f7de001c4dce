import { randomBytes } from 'node:crypto'
import { PassThrough } from 'node:stream'
import { createReadableStreamFromReadable, type EntryContext } from '@remix-run/node'
import { isRouteErrorResponse, RemixServer } from '@remix-run/react'
import { isbot } from 'isbot'
import { renderToPipeableStream } from 'react-dom/server'
import { I18nextProvider } from 'react-i18next'
import { env } from './env.server.ts'
import { contentPolicy, NonceContext } from './http/content-policy.ts'
import { i18nOf } from './i18n/i18n.server.ts'
import { languageOf } from './i18n/languages.ts'
import { logger } from './logger.server.ts'
import { refusalIn } from './out-of-reach.ts'
import { shopify } from './shopify.server.ts'

/** Deferred data that takes longer than this is given up; its place shows the error state. */
export const streamTimeout = 8_000

/** Renders a page: the shell at once, what is slow when it is there (for search engines: all at once). */
export default function handleRequest(
  request: Request,
  status: number,
  headers: Headers,
  remixContext: EntryContext,
) {
  const nonce = randomBytes(16).toString('base64url')
  addSecurityHeaders(request, headers, nonce)
  const event = isbot(request.headers.get('user-agent')) ? 'onAllReady' : 'onShellReady'

  return new Promise<Response>((resolve, reject) => {
    let shellSent = false
    let finalStatus = status
    const page = (
      <NonceContext.Provider value={nonce}>
        <I18nextProvider i18n={i18nOf(languageOf(request))}>
          <RemixServer context={remixContext} url={request.url} nonce={nonce} />
        </I18nextProvider>
      </NonceContext.Provider>
    )
    const { pipe, abort } = renderToPipeableStream(page, {
      nonce,
      [event]: () => {
        shellSent = true
        headers.set('Content-Type', 'text/html; charset=utf-8')
        const answer = { headers, status: finalStatus }
        // Nobody reads what a HEAD is answered with, and it would wait for a reader.
        if (request.method === 'HEAD') {
          clearTimeout(patience)
          return resolve(new Response(null, answer))
        }
        const body = new PassThrough()
        body.once('close', () => clearTimeout(patience))
        resolve(new Response(createReadableStreamFromReadable(body), answer))
        pipe(body)
      },
      onShellError(error) {
        clearTimeout(patience)
        reject(error)
      },
      onError(error) {
        finalStatus = 500
        // An error before the shell rejects and is reported by the server.
        if (shellSent) logger.error({ reason: String(error) }, 'a page broke while it was rendered')
      },
    })
    // It holds the whole page: left to run out, it would keep those of the last nine seconds in memory, all of them.
    const patience = setTimeout(abort, streamTimeout + 1_000).unref()
  })
}

/** Only the merchant's own admin may frame a page; a page that belongs to no shop may not be framed at all. */
function addSecurityHeaders(request: Request, headers: Headers, nonce: string) {
  shopify().addDocumentResponseHeaders(request, headers)
  // The library announces Shopify's own App Bridge, which is not loaded when another one is configured.
  if (env().APP_BRIDGE_URL) headers.delete('Link')
  // The library says who may frame the page, and nothing else of the policy.
  const ancestors = headers.get('Content-Security-Policy') ?? "frame-ancestors 'none'"
  headers.set('Content-Security-Policy', contentPolicy(nonce, env().APP_BRIDGE_URL, ancestors))
  headers.set('X-Content-Type-Options', 'nosniff')
  headers.set('Referrer-Policy', 'strict-origin-when-cross-origin')
}

/**
 * What a loader or an action throws unexpectedly. A page that does not exist is no failure: anybody can ask for one; and
 * that Shopify does not serve a shop has been logged where it was heard.
 */
export function handleError(error: unknown, { request }: { request: Request }) {
  if (request.signal.aborted) return
  if (isRouteErrorResponse(error) && (error.status < 500 || refusalIn(error.data))) return
  const { pathname } = new URL(request.url)
  const stack = error instanceof Error ? error.stack : String(error)
  logger.error({ path: pathname, method: request.method, stack }, 'a request failed')
}
