import { SHOP_DOMAIN } from '../shop-domain.ts'

/**
 * What Shopify's app proxy signs is `name=value` of every parameter, sorted and joined by nothing, and it signs what a
 * shopper adds as well. Such a text can be split anew into other parameters, unless each is known, stands there once and
 * has a shape without "=": then there is one way to read it (docs/decisions/0020-what-a-signature-says.md).
 */

/**
 * Shopify adds these to every request.
 * https://shopify.dev/docs/apps/build/online-store/app-proxies/authenticate-app-proxies
 */
const ADDED = {
  shop: SHOP_DOMAIN,
  /** Empty while nobody is signed in. */
  logged_in_customer_id: /^(?:[1-9]\d{0,17})?$/,
  /** Merchants choose both parts; a language may stand before them. */
  path_prefix: /^(?:\/[a-z]{2}(?:-[a-zA-Z]{2,4})?)?\/(?:a|apps|community|tools)\/[\w-]{1,60}$/,
  timestamp: /^[1-9]\d{9}$/,
  signature: /^[0-9a-f]{64}$/,
} as const

/** The storefront's script adds this to every request. */
const LOCALE = /^[a-z]{2}(?:-[A-Z]{2})?$/

/** What it adds to some: a route declares what it reads. */
export const DECLARABLE = {
  /** Where a page of the history goes on. */
  after: /^[1-9]\d{0,14}$/,
  /** A redemption. */
  id: /^[1-9]\d{0,17}$/,
} as const
export type ProxyParameter = keyof typeof DECLARABLE

/** Who asks, if the signature proves it; or in words why this cannot be what the script and Shopify have sent. */
export type ProxyQuery = { shop: string; customerId: string | null } | { fault: string }

/** @param declared what the route takes beside `locale` */
export function readProxyQuery(sent: URLSearchParams, declared: readonly ProxyParameter[]): ProxyQuery {
  const shapes = new Map<string, RegExp>([...Object.entries(ADDED), ['locale', LOCALE]])
  for (const name of declared) shapes.set(name, DECLARABLE[name])
  const values = new Map<string, string>()
  for (const [name, value] of sent) {
    const shape = shapes.get(name)
    if (!shape) return { fault: `this route has no parameter "${name.slice(0, 40)}"` }
    if (values.has(name)) return { fault: `the parameter "${name}" is there twice` }
    if (!shape.test(value)) return { fault: `the parameter "${name}" is malformed` }
    values.set(name, value)
  }
  const missing = Object.keys(ADDED).find((name) => !values.has(name))
  if (missing) return { fault: `the parameter "${missing}" is missing` }
  return { shop: values.get('shop') as string, customerId: values.get('logged_in_customer_id') || null }
}
