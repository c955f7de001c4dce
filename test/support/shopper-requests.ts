import { createHmac } from 'node:crypto'
import { SignJWT } from 'jose'
import { APP_SECRET } from './app-secret.ts'

/** What Shopify sends on a shopper's behalf: signed proxy requests, session tokens of extensions and of the admin. */
export const SECRET = APP_SECRET
export const KEY = 'test-key'
/** Shopify's library answers 410 to everything that does not look like a browser. */
export const BROWSER =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36'

export interface ProxyOptions {
  shop: string
  /** Signed-in customer; null: nobody. */
  customer?: string | null
  /** Seconds since the epoch; now by default. */
  timestamp?: number
  query?: Record<string, string>
  /** Sent as JSON, as the panel's script does. */
  json?: unknown
  /** Sent instead of `json`, under this content type. */
  raw?: { type: string | null; body: string }
  secret?: string
  /** Changes the signed query before it is sent. */
  tamper?: (query: URLSearchParams) => void
}

/** The query as Shopify's app proxy sends it: what the shopper added, what Shopify adds, signed. */
export function signedQuery(options: Omit<ProxyOptions, 'json' | 'raw' | 'tamper'>): URLSearchParams {
  const query = new URLSearchParams({
    ...options.query,
    shop: options.shop,
    logged_in_customer_id: options.customer ?? '',
    path_prefix: '/apps/stammgast',
    timestamp: String(options.timestamp ?? Math.floor(Date.now() / 1000)),
  })
  query.set('signature', macOf(signedText(query), options.secret).toString('hex'))
  return query
}

/** What the proxy signs: `name=value`, sorted, joined by nothing; of a repeated name the values with commas. */
export function signedText(query: URLSearchParams): string {
  const names = [...new Set(query.keys())].filter((name) => name !== 'signature')
  return names
    .map((name) => `${name}=${query.getAll(name).join(',')}`)
    .sort()
    .join('')
}

/** HMAC-SHA256, which all of Shopify's signatures are. */
export function macOf(text: string, secret = SECRET): Buffer {
  return createHmac('sha256', secret).update(text).digest()
}

/** `path` below /proxy, as "/panel". */
export function proxyCall(path: string, options: ProxyOptions): Request {
  const query = signedQuery(options)
  options.tamper?.(query)
  const json = { type: 'application/json', body: JSON.stringify(options.json) }
  const sent = options.raw ?? (options.json === undefined ? null : json)
  return new Request(`http://127.0.0.1:3000/proxy${path}?${query}`, {
    method: sent ? 'POST' : 'GET',
    headers: { 'User-Agent': BROWSER, ...(sent?.type && { 'Content-Type': sent.type }) },
    // Bytes: a text would bring a content type of its own.
    ...(sent && { body: Buffer.from(sent.body) }),
  })
}

export interface TokenOptions {
  shop: string
  /** Shopify customer id; null: an anonymous buyer. */
  customer?: string | null
  secret?: string
  /** Claims put over the usual ones. */
  claims?: Record<string, unknown>
}

export function extensionToken(options: TokenOptions): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  const claims = {
    dest: options.shop,
    aud: KEY,
    iat: now,
    nbf: now - 5,
    exp: now + 300,
    ...(options.customer && { sub: `gid://shopify/Customer/${options.customer}` }),
    ...options.claims,
  }
  return sign(claims, options.secret)
}

export function adminToken(
  shop: string,
  claims: Record<string, unknown> = {},
  secret = SECRET,
): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  const usual = {
    iss: `https://${shop}/admin`,
    dest: `https://${shop}`,
    aud: KEY,
    sub: '42',
    sid: 'sid',
    jti: 'jti',
  }
  return sign({ ...usual, iat: now, nbf: now - 5, exp: now + 60, ...claims }, secret)
}

function sign(claims: Record<string, unknown>, secret = SECRET): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .sign(new TextEncoder().encode(secret))
}

/** A request with a bearer token, as extensions and the admin's pages send them. */
export function bearerCall(
  path: string,
  token: string | null,
  init: { method?: string; json?: unknown; form?: Record<string, string>; agent?: string } = {},
): Request {
  const body = init.form ? new URLSearchParams(init.form).toString() : JSON.stringify(init.json)
  const sends = init.json !== undefined || init.form !== undefined
  return new Request(`http://127.0.0.1:3000${path}`, {
    method: init.method ?? (sends ? 'POST' : 'GET'),
    headers: {
      'User-Agent': init.agent ?? BROWSER,
      Origin: 'https://extensions.shopifycdn.com',
      ...(token !== null && { Authorization: `Bearer ${token}` }),
      ...(sends && { 'Content-Type': init.form ? 'application/x-www-form-urlencoded' : 'application/json' }),
    },
    ...(sends && { body }),
  })
}

/** The answer of a route, whether it was returned or thrown. */
export async function answerOf(call: () => Promise<unknown>): Promise<Response> {
  try {
    return (await call()) as Response
  } catch (thrown) {
    if (thrown instanceof Response) return thrown
    throw thrown
  }
}
