/** Escapes of what divides or climbs a path, and of what no text holds: servers on the way read them differently. */
const AMBIGUOUS = /%(?:2e|2f|5c|00)/i
const PROXIED = /^\/proxy\//

/**
 * Why a page cannot be asked for like this; null when it can. Everything behind it then reads the same path: nobody
 * climbs out of the folder that Shopify's app proxy forwards to, and a query that the proxy has signed is read by the
 * routes that are meant for it and by no page that might hand it on.
 */
export function faultOfTarget(target: string): { status: 400 | 404; reason: string } | null {
  const [path = '', query = ''] = split(target)
  if (!target.startsWith('/')) return { status: 400, reason: 'the target must be a path' }
  if (AMBIGUOUS.test(path) || path.includes('//') || path.includes('\\') || /\/\.{1,2}(?:\/|$)/.test(path))
    return { status: 400, reason: 'the path is ambiguous' }
  if (!PROXIED.test(path) && new URLSearchParams(query).has('signature'))
    return { status: 404, reason: 'not found' }
  return null
}

function split(target: string): [string, string] {
  const at = target.indexOf('?')
  return at === -1 ? [target, ''] : [target.slice(0, at), target.slice(at + 1)]
}
