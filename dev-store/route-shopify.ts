/**
 * Preload for the app's processes: `node --import ./dev-store/route-shopify.ts server.ts`.
 *
 * It stands where the internet stands. Requests to `https://<shop>.myshopify.com/…` reach the practice
 * store, and the app's pages may be shown inside the practice store's admin as they may inside Shopify's.
 * So nothing in the app has to know that the shop is a practice shop.
 *
 * Environment: PRACTICE_STORE_URL (without it the preload does nothing); it sets APP_BRIDGE_URL when unset.
 *
 * `@shopify/shopify-api` takes `globalThis.fetch` when its Node adapter is imported, which is after a preload.
 */
import { ServerResponse } from 'node:http'
import { practiceStoreUrl } from './address.ts'

const storeUrl = practiceStoreUrl()

if (storeUrl) {
  const origin = new URL(storeUrl).origin
  process.env.APP_BRIDGE_URL ??= `${origin}/shopifycloud/app-bridge.js`
  routeFetch(origin)
  allowFraming(origin)
}

function routeFetch(origin: string): void {
  const realFetch = globalThis.fetch
  globalThis.fetch = (input, init) => {
    const address = input instanceof Request ? input.url : String(input)
    const shop = shopOf(address)
    if (!shop) return realFetch(input, init)
    const { pathname, search } = new URL(address)
    const request = new Request(input, init)
    const headers = new Headers(request.headers)
    headers.set('x-shop-domain', shop)
    return realFetch(new Request(`${origin}${pathname}${search}`, new Request(request, { headers })))
  }
}

function shopOf(address: string): string | null {
  if (!URL.canParse(address)) return null
  const { protocol, hostname } = new URL(address)
  return protocol === 'https:' && hostname.endsWith('.myshopify.com') ? hostname : null
}

/** Shopify's library names Shopify's own admin as the only page that may frame the app: add the practice one. */
function allowFraming(origin: string): void {
  const rewrite = (name: string, value: unknown): unknown => {
    if (typeof value !== 'string') return value
    const header = name.toLowerCase()
    if (header === 'content-security-policy')
      return value.replace(/frame-ancestors (?!'none')/g, `frame-ancestors ${origin} `)
    if (header === 'link')
      return value.replace(
        'https://cdn.shopify.com/shopifycloud/app-bridge.js',
        `${origin}/shopifycloud/app-bridge.js`,
      )
    return value
  }
  const { setHeader, appendHeader, writeHead } = ServerResponse.prototype
  ServerResponse.prototype.setHeader = function (name, value) {
    return setHeader.call(this, name, rewrite(name, value) as string)
  }
  ServerResponse.prototype.appendHeader = function (name, value) {
    return appendHeader.call(this, name, rewrite(name, value) as string)
  }
  ServerResponse.prototype.writeHead = function (this: ServerResponse, ...args: unknown[]) {
    return writeHead.apply(this, args.map((arg) => rewriteList(arg, rewrite)) as never)
  } as typeof writeHead
}

/** The headers given to `writeHead`: an object, or a flat list of names and values. */
function rewriteList(headers: unknown, rewrite: (name: string, value: unknown) => unknown): unknown {
  if (Array.isArray(headers))
    return headers.map((value, index) =>
      index % 2 === 1 ? rewrite(String(headers[index - 1]), value) : value,
    )
  if (headers && typeof headers === 'object')
    return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, rewrite(name, value)]))
  return headers
}
