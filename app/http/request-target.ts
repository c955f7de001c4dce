import type { IncomingHttpHeaders } from 'node:http'

/** Escapes of what divides or climbs a path, and of what no text holds: servers on the way read them differently. */
const AMBIGUOUS = /%(?:2e|2f|5c|00)/i
const PROXIED = /^\/proxy\//

/** What Shopify's `host` says when it is decoded: the address of the shop's admin, "admin.shopify.com/store/lindental". */
const ADMIN = /^[a-z0-9.-]{1,253}(?::\d{1,5})?(?:\/[\w./-]{0,200})?$/i

/** Of what a server may call itself; an address in brackets is IPv6. Of addresses not every one is any. */
const HOST = /^(?:[a-z0-9_][a-z0-9._-]{0,252}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i
/** The platform's own requests know no other; what a page does not take of these, its route refuses. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

export interface Asked {
  method?: string | undefined
  /** As it came: the request's target. */
  url?: string | undefined
  headers: IncomingHttpHeaders
  /** The app's own, "https://loyalty.example.com": what a page that renews its session token may go on to. */
  origin?: string | undefined
}
type Fault = { status: 400 | 403 | 404 | 405; reason: string }

/**
 * Why a page cannot be asked for like this; null when it can. Everything behind it then reads the same address: nobody
 * climbs out of the folder that Shopify's app proxy forwards to, and a query that the proxy has signed is read by the
 * routes that are meant for it and by no page that might hand it on.
 */
export function faultOfRequest({ method = '', url = '', headers, origin }: Asked): Fault | null {
  if (!METHODS.has(method)) return { status: 405, reason: 'the method is not known' }
  return (
    faultOfTarget(url) ??
    faultOfWayBack(url, origin) ??
    faultOfAddress(headers) ??
    faultOfSender(method, url, headers)
  )
}

function faultOfTarget(target: string): Fault | null {
  const [path, query] = split(target)
  if (!target.startsWith('/')) return { status: 400, reason: 'the target must be a path' }
  if (target.includes('#'))
    return { status: 400, reason: 'the target has a fragment, which stays in browsers' }
  if (AMBIGUOUS.test(path) || path.includes('//') || path.includes('\\') || /\/\.{1,2}(?:\/|$)/.test(path))
    return { status: 400, reason: 'the path is ambiguous' }
  if (query.includes('%00')) return { status: 400, reason: 'the query holds NUL, which no text may' }
  const asked = new URLSearchParams(query)
  if (!PROXIED.test(path) && asked.has('signature')) return { status: 404, reason: 'not found' }
  // How Remix asked for data once. No page of ours does; it still answers, and logs a fault of ours for each.
  if (asked.has('_data')) return { status: 400, reason: 'no page is asked for _data' }
  return null
}

/** Where the library would send the browser, or asks Shopify's script to send it. */
function faultOfWayBack(target: string, origin: string | undefined): Fault | null {
  const query = new URLSearchParams(split(target)[1])
  for (const host of query.getAll('host')) {
    const admin = Buffer.from(host, 'base64').toString()
    if (host !== '' && !(ADMIN.test(admin) && URL.canParse(`https://${admin}`)))
      return { status: 400, reason: 'host must name the shop’s admin' }
  }
  for (const reload of query.getAll('shopify-reload')) {
    const own =
      origin && URL.canParse(reload, origin) && new URL(reload, origin).origin === new URL(origin).origin
    if (origin && !own) return { status: 400, reason: 'shopify-reload must be an address of this app' }
  }
  return null
}

/** What a page's own address is made of. Behind a proxy the last two say it, and each proxy on the way adds its own. */
function faultOfAddress(headers: IncomingHttpHeaders): Fault | null {
  for (const [name, value] of [
    ['Host', headers.host ?? ''],
    ...listed(headers, 'x-forwarded-host').map((each) => ['X-Forwarded-Host', each] as const),
  ] as const)
    if (!HOST.test(value) || !URL.canParse(`http://${value}/`))
      return { status: 400, reason: `${name} must name a host, like "loyalty.example.com"` }
  if (!listed(headers, 'x-forwarded-proto').every((each) => each === 'http' || each === 'https'))
    return { status: 400, reason: 'X-Forwarded-Proto must be "http" or "https"' }
  return null
}

/** What each proxy on the way has said; nothing when the header is not there or empty. */
function listed(headers: IncomingHttpHeaders, name: string): string[] {
  const value = String(headers[name] ?? '').trim()
  return value === '' ? [] : value.split(',').map((each) => each.trim())
}

/**
 * Whether a page of another site sends this. Remix compares the same and throws, which would be a fault of ours; here
 * it is one of the sender's. Extensions and the shop's own pages send from elsewhere: what they ask for proves by itself
 * who asks, unless it is asked for as the data of a page.
 */
function faultOfSender(method: string, target: string, headers: IncomingHttpHeaders): Fault | null {
  const [path] = split(target)
  const fromElsewhere = /^\/(?:api|proxy)\//.test(path) && !path.endsWith('.data')
  const { origin } = headers
  if (method === 'GET' || fromElsewhere || !origin) return null
  const host = listed(headers, 'x-forwarded-host')[0] ?? headers.host
  if (URL.canParse(origin) && new URL(origin).host === host) return null
  return { status: 403, reason: 'a page of another site has no say here' }
}

function split(target: string): [string, string] {
  const at = target.indexOf('?')
  return at === -1 ? [target, ''] : [target.slice(0, at), target.slice(at + 1)]
}
