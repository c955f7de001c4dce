import type { IncomingHttpHeaders } from 'node:http'

/** Escapes of what divides or climbs a path, and of what no text holds: servers on the way read them differently. */
const AMBIGUOUS = /%(?:2e|2f|5c|00)/i
const PROXIED = /^\/proxy\//

/** Of what a server may call itself; an address in brackets is IPv6. */
const HOST = /^(?:[a-z0-9_][a-z0-9._-]{0,252}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i
/** The platform's own requests know no other; what a page does not take of these, its route refuses. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

export interface Asked {
  method?: string | undefined
  /** As it came: the request's target. */
  url?: string | undefined
  headers: IncomingHttpHeaders
}
type Fault = { status: 400 | 404 | 405; reason: string }

/**
 * Why a page cannot be asked for like this; null when it can. Everything behind it then reads the same address: nobody
 * climbs out of the folder that Shopify's app proxy forwards to, and a query that the proxy has signed is read by the
 * routes that are meant for it and by no page that might hand it on.
 */
export function faultOfRequest({ method = '', url = '', headers }: Asked): Fault | null {
  if (!METHODS.has(method)) return { status: 405, reason: 'the method is not known' }
  return faultOfTarget(url) ?? faultOfOrigin(headers)
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
