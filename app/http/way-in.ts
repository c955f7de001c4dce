import type { IncomingHttpHeaders } from 'node:http'

/** What Shopify opens a page with, and its signature and token not: those are of one moment. */
const OPENED_WITH = ['shop', 'host', 'embedded', 'locale']

/**
 * Where a page of the admin is that was asked for without its shop. A link that the browser follows by itself, before
 * the page's scripts are there or because they never come, asks like this from inside Shopify's admin, and the library
 * would answer with a page to sign in on, which may not be framed: an empty frame. The page that the link stands on was
 * opened with all of it; browsers say which page that was.
 * @param target path and query as they were asked for
 * @param origin the app's own, "https://loyalty.example.com": no other page is believed
 * @returns path and query to go on to; null: as asked
 */
export function wayIn(target: string, headers: IncomingHttpHeaders, origin: string): string | null {
  const asked = new URL(target, origin)
  const { referer } = headers
  if (!/^\/app(?:\/|$)/.test(asked.pathname) || asked.pathname.endsWith('.data')) return null
  if (asked.searchParams.has('shop') || !referer || !URL.canParse(referer)) return null
  const page = new URL(referer)
  if (page.origin !== new URL(origin).origin || !page.searchParams.has('shop')) return null
  for (const name of OPENED_WITH) {
    const value = page.searchParams.get(name)
    if (value !== null && !asked.searchParams.has(name)) asked.searchParams.set(name, value)
  }
  return asked.pathname + asked.search
}
