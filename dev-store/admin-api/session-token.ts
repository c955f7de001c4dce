/** The admin's session tokens (id tokens): JSON Web Tokens, HS256 with the app's secret, valid for a minute. */
import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto'

export const ID_TOKEN_SECONDS = 60

/** The one member of staff of the practice shop. */
export const STAFF = {
  id: 92_100_000_001,
  firstName: 'Ada',
  lastName: 'Übung',
  email: 'ada@example.com',
} as const

export type SessionClaims = {
  iss: string
  dest: string
  aud: string
  sub: string
  exp: number
  nbf: number
  iat: number
  jti: string
  sid: string
}

type Settings = { apiKey: string; apiSecret: string }

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const sign = (body: string, secret: string) => createHmac('sha256', secret).update(body).digest()

/** @param now epoch milliseconds */
export function mintIdToken(settings: Settings, shopDomain: string, now: number): string {
  const seconds = Math.floor(now / 1000)
  const claims: SessionClaims = {
    iss: `https://${shopDomain}/admin`,
    dest: `https://${shopDomain}`,
    aud: settings.apiKey,
    sub: String(STAFF.id),
    exp: seconds + ID_TOKEN_SECONDS,
    nbf: seconds,
    iat: seconds,
    jti: randomUUID(),
    sid: randomUUID(),
  }
  const body = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`
  return `${body}.${sign(body, settings.apiSecret).toString('base64url')}`
}

/** The claims of a token that this shop signed for this app and that is valid now; null for any other. */
export function verifyIdToken(
  token: string,
  settings: Settings,
  shopDomain: string,
  now: number,
): SessionClaims | null {
  const [head, payload, signature, ...rest] = token.split('.')
  if (!head || !payload || !signature || rest.length > 0) return null
  const expected = sign(`${head}.${payload}`, settings.apiSecret)
  const given = Buffer.from(signature, 'base64url')
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null
  try {
    const header = JSON.parse(Buffer.from(head, 'base64url').toString('utf8')) as { alg?: string }
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as SessionClaims
    const seconds = Math.floor(now / 1000)
    const valid =
      header.alg === 'HS256' &&
      claims.aud === settings.apiKey &&
      claims.dest === `https://${shopDomain}` &&
      claims.iss === `https://${shopDomain}/admin` &&
      claims.exp > seconds &&
      claims.nbf <= seconds
    return valid ? claims : null
  } catch {
    return null
  }
}
