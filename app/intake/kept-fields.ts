import { withoutAddresses } from '../without-addresses.ts'

/**
 * What is kept of a delivery. Shopify sends more than the app reads, and some of it says who somebody is; what nobody
 * reads is not stored, whether it was asked for or not.
 */

const RESOURCE = ['id', 'admin_graphql_api_id', 'updated_at']
/** An enabled account with a verified address may claim the points of its guest orders (app/loyalty/members/claim-guest-points.ts). */
const CUSTOMER = [...RESOURCE, 'state', 'verified_email', 'email']
const SHOP = ['myshopify_domain', 'name', 'iana_timezone', 'taxes_included', 'primary_locale', 'updated_at']
const DISPUTE = ['id', 'order_id', 'type', 'status']

/** By topic; `shopify.app.toml` asks for the same. Orders are kept as they come, save for addresses. */
export const KEPT_FIELDS: Readonly<Record<string, readonly string[]>> = {
  'orders/delete': ['id'],
  'customers/create': CUSTOMER,
  'customers/enable': ['id', 'admin_graphql_api_id', 'updated_at', 'state'],
  'customers/update': CUSTOMER,
  'customers/delete': ['id', 'admin_graphql_api_id'],
  'customers/merge': [
    'admin_graphql_api_customer_kept_id',
    'admin_graphql_api_customer_deleted_id',
    'admin_graphql_api_job_id',
    'status',
  ],
  // What the consent is, and not the address that it is for.
  'customers_email_marketing_consent/update': [
    'customer_id',
    'email_marketing_consent.state',
    'email_marketing_consent.opt_in_level',
    'email_marketing_consent.consent_updated_at',
  ],
  'disputes/create': DISPUTE,
  'disputes/update': DISPUTE,
  'products/update': RESOURCE,
  'products/delete': ['id'],
  'collections/update': RESOURCE,
  'collections/delete': ['id'],
  'shop/update': SHOP,
  'app/uninstalled': ['id', 'myshopify_domain'],
  'app/scopes_update': ['id', 'updated_at'],
  // Shopify lets nobody choose the fields of these three.
  'customers/data_request': [
    'shop_domain',
    'customer.id',
    'customer.email',
    'customer.phone',
    'data_request.id',
  ],
  'customers/redact': ['shop_domain', 'customer.id', 'customer.email', 'customer.phone'],
  'shop/redact': ['shop_domain'],
}

const ORDERS = /^orders\/(?:create|updated)$/
/** Null stands there for a guest. */
const HAS_CUSTOMER = '"customer":{'
/** Longer texts are none of these fields. */
const LONGEST_TEXT = 1_000

/**
 * Of a request about somebody a list or an object in the place of a single value, or a list on the way to it, stays as an
 * empty one: the reader refuses it. Left out, it would look like a request without an address, and be done by halves.
 */
const SAY_WHOM = new Set(['customers/data_request', 'customers/redact'])

/** @param body JSON as it was signed, or what only begins like it: then nothing of it but the brace */
export function keptBody(topic: string, body: string): string {
  // Orders are most of what comes and are not written anew. Of an order with a customer nobody reads the address.
  if (ORDERS.test(topic)) return body.includes(HAS_CUSTOMER) ? withoutAddresses(body) : body
  let sent: unknown
  try {
    sent = JSON.parse(body, exact)
  } catch {
    return '{'
  }
  const kept: Record<string, unknown> = {}
  const saysShape = SAY_WHOM.has(topic)
  for (const field of KEPT_FIELDS[topic] ?? []) copy(sent, kept, field.split('.'), saysShape)
  return JSON.stringify(kept)
}

/** Ids may exceed 2^53: longer whole numbers stay as they are, as text. */
function exact(_key: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === 'number' && !Number.isSafeInteger(value) ? context?.source : value
}

function copy(
  from: unknown,
  to: Record<string, unknown>,
  [name = '', ...below]: string[],
  saysShape: boolean,
): void {
  if (typeof from !== 'object' || from === null || !Object.hasOwn(from, name)) return
  const value = (from as Record<string, unknown>)[name]
  const isNested = typeof value === 'object' && value !== null
  if (saysShape && Array.isArray(value)) to[name] = []
  else if (below.length > 0) {
    if (!isNested) return
    to[name] ??= {}
    copy(value, to[name] as Record<string, unknown>, below, saysShape)
  } else if (isNested) {
    if (saysShape) to[name] = {}
  } else if (typeof value !== 'string' || value.length <= LONGEST_TEXT) to[name] = value
}
