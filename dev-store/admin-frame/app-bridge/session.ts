/** Session tokens, and the fetch that carries them. */
import { apiKey, ask, opened } from './channel.ts'

const realFetch = window.fetch.bind(window)
const RETRY = 'X-Shopify-Retry-Invalid-Session-Request'

/** A fresh token each time: they live for a minute. */
export function idToken(): Promise<string> {
  return ask<string>({ name: 'id-token' })
}

/** Requests to the app's own origin get the token and the merchant's language, as with App Bridge. */
export function installFetch(): void {
  window.fetch = async (input, init) => {
    const request = new Request(input, init)
    if (new URL(request.url).origin !== location.origin || request.headers.has('Authorization'))
      return realFetch(request)
    const retry = request.clone()
    const response = await realFetch(await withToken(request))
    return response.headers.has(RETRY) ? realFetch(await withToken(retry)) : response
  }
}

async function withToken(request: Request): Promise<Request> {
  request.headers.set('Authorization', `Bearer ${await idToken()}`)
  request.headers.set('Accept-Language', opened.locale)
  request.headers.set('X-Requested-With', 'XMLHttpRequest')
  return request
}

/**
 * The app's library sends a page without a valid token to a bounce page with `shopify-reload`: fetch a token and
 * go back. True when this is such a page.
 */
export function returnFromBounce(): boolean {
  const target = new URL(location.href).searchParams.get('shopify-reload')
  if (!target || !apiKey) return false
  const destination = new URL(target, location.origin)
  if (destination.origin !== location.origin) return false
  void idToken().then((token) => {
    destination.searchParams.set('id_token', token)
    location.replace(destination)
  })
  return true
}
