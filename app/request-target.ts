import type { IncomingHttpHeaders } from 'node:http'

/** Escapes of what divides or climbs a path, and of what no text holds: servers on the way read them differently. */
const AMBIGUOUS = /%(?:2e|2f|5c|00)/i
const PROXIED = /^\/proxy\//

/** What Shopify's `host` says when it is decoded: the address of the shop's admin, "admin.shopify.com/store/lindental". */
const ADMIN = /^[a-z0-9.-]{1,253}(?::\d{1,5})?(?:\/[\w./-]{0,200})?$/i

/** Of what a server may call itself; an address in brackets is IPv6. */
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
type Fault = { status: 400 | 404 | 405; reason: string }

/**
 * Why a page cannot be asked for like this; null when it can. Everything behind it then reads the same address: nobody
 * climbs out of the folder that Shopify's app proxy forwards to, and a query that the proxy has signed is read by the
 * routes that are meant for it and by no page that might hand it on.
 */
export function faultOfRequest({ method = '', url = '', headers, origin }: Asked): Fault | null {
  if (!METHODS.has(method)) return { status: 405, reason: 'the method is not known' }
  return faultOfTarget(url) ?? faultOfWayBack(url, origin) ?? faultOfOrigin(headers)
}

function faultOfTarget(target: string): Fault | null {
  const [path, query] = split(target)
  if (!target.startsWith('/')) return { status: 400, reason: 'the target must be a path' }
  if (AMBIGUOUS.test(path) || path.includes('//') || path.includes('\\') || /\/\.{1,2}(?:\/|$)/.test(path))
    return { status: 400, reason: 'the path is ambiguous' }
  if (query.includes('%00')) return { status: 400, reason: 'the query holds NUL, which no text may' }
  if (!PROXIED.test(path) && new URLSearchParams(query).has('signature'))
    return { status: 404, reason: 'not found' }
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

/** What a page's own address is made of. Behind a proxy the last two say it. */
function faultOfOrigin(headers: IncomingHttpHeaders): Fault | null {
  const forwarded = (name: string) =>
    String(headers[name] ?? '')
      .split(',')[0]
      ?.trim() ?? ''
  const host = headers.host ?? ''
  for (const [name, value] of [
    ['Host', host],
    ['X-Forwarded-Host', forwarded('x-forwarded-host') || host],
  ])
    if (!HOST.test(value ?? '') || Number(/:(\d+)$/.exec(value ?? '')?.[1] ?? 0) > 65_535)
      return { status: 400, reason: `${name} must name a host, like "loyalty.example.com"` }
  const protocol = forwarded('x-forwarded-proto')
  if (protocol !== '' && protocol !== 'http' && protocol !== 'https')
    return { status: 400, reason: 'X-Forwarded-Proto must be "http" or "https"' }
  return null
}

function split(target: string): [string, string] {
  const at = target.indexOf('?')
  return at === -1 ? [target, ''] : [target.slice(0, at), target.slice(at + 1)]
}
