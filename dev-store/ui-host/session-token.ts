/** Session tokens of UI extensions, as Shopify signs them. */
import { createHmac, randomUUID } from 'node:crypto'

export const SESSION_TOKEN_SECONDS = 300

export interface SessionTokenFacts {
  /** The app's client id and secret. */
  apiKey: string
  apiSecret: string
  /** "kontor-lindental.myshopify.com" */
  shopDomain: string
  /** Number of the signed-in customer, or null: an anonymous buyer's token has no `sub`. */
  customerId: number | null
  /** Epoch milliseconds. */
  now: number
}

/**
 * HS256 with the app's secret, valid for 5 minutes. Unlike the admin's token, `dest` is the bare domain and there
 * is no `iss` (https://shopify.dev/docs/api/checkout-ui-extensions/latest/apis/session-token).
 */
export function mintSessionToken(facts: SessionTokenFacts): string {
  const now = Math.floor(facts.now / 1000)
  const claims = {
    dest: facts.shopDomain,
    aud: facts.apiKey,
    exp: now + SESSION_TOKEN_SECONDS,
    nbf: now,
    iat: now,
    jti: randomUUID(),
    ...(facts.customerId === null ? {} : { sub: `gid://shopify/Customer/${facts.customerId}` }),
  }
  const body = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`
  return `${body}.${createHmac('sha256', facts.apiSecret).update(body).digest('base64url')}`
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
