import { PassThrough } from 'node:stream'
import { createReadableStreamFromReadable, type EntryContext } from '@remix-run/node'
import { RemixServer } from '@remix-run/react'
import { isbot } from 'isbot'
import { renderToPipeableStream } from 'react-dom/server'
import { I18nextProvider } from 'react-i18next'
import { env } from './env.server.ts'
import { i18nOf } from './i18n/i18n.server.ts'
import { languageOf } from './i18n/languages.ts'
import { logger } from './logger.server.ts'
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
  addSecurityHeaders(request, headers)
  const event = isbot(request.headers.get('user-agent')) ? 'onAllReady' : 'onShellReady'

  return new Promise<Response>((resolve, reject) => {
    let shellSent = false
    let finalStatus = status
    const page = (
      <I18nextProvider i18n={i18nOf(languageOf(request))}>
        <RemixServer context={remixContext} url={request.url} />
      </I18nextProvider>
    )
    const { pipe, abort } = renderToPipeableStream(page, {
      [event]: () => {
        shellSent = true
        const body = new PassThrough()
        headers.set('Content-Type', 'text/html; charset=utf-8')
        resolve(new Response(createReadableStreamFromReadable(body), { headers, status: finalStatus }))
        pipe(body)
      },
      onShellError: reject,
      onError(error) {
        finalStatus = 500
        // An error before the shell rejects and is reported by the server.
        if (shellSent) logger.error({ reason: String(error) }, 'a page broke while it was rendered')
      },
    })
    setTimeout(abort, streamTimeout + 1_000).unref()
  })
}

/** Only the merchant's own admin may frame a page; a page that belongs to no shop may not be framed at all. */
function addSecurityHeaders(request: Request, headers: Headers) {
  shopify().addDocumentResponseHeaders(request, headers)
  // The library announces Shopify's own App Bridge, which is not loaded when another one is configured.
  if (env().APP_BRIDGE_URL) headers.delete('Link')
  if (!headers.has('Content-Security-Policy')) {
    headers.set('Content-Security-Policy', "frame-ancestors 'none'")
  }
  headers.set('X-Content-Type-Options', 'nosniff')
  headers.set('Referrer-Policy', 'strict-origin-when-cross-origin')
}

/** What a loader or an action throws unexpectedly. */
export function handleError(error: unknown, { request }: { request: Request }) {
  if (request.signal.aborted) return
  const { pathname } = new URL(request.url)
  const stack = error instanceof Error ? error.stack : String(error)
  logger.error({ path: pathname, method: request.method, stack }, 'a request failed')
}
