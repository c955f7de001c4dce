/** Access tokens of the app's installation: made by token exchange, renewed, checked, revoked. */
import { randomBytes } from 'node:crypto'
import { type AccessToken, isoTime } from '../model.ts'
import type { Store } from '../store.ts'

/** Seconds. An expiring offline token and its refresh token, as Shopify gives them. */
export const OFFLINE_SECONDS = 3600
export const REFRESH_SECONDS = 90 * 24 * 3600
const ONLINE_SECONDS = 86_399

const secret = (prefix: string) => `${prefix}_${randomBytes(16).toString('hex')}`

export function issueToken(store: Store, kind: 'offline' | 'online', expiring: boolean): AccessToken {
  const now = Math.floor(store.now() / 1000)
  const renewable = kind === 'offline' && expiring
  const token: AccessToken = {
    token: secret(kind === 'online' ? 'shpua' : 'shpat'),
    kind,
    scope: store.installation.scope,
    expiresAt: kind === 'online' ? now + ONLINE_SECONDS : expiring ? now + OFFLINE_SECONDS : null,
    refreshToken: renewable ? secret('shprt') : null,
    refreshTokenExpiresAt: renewable ? now + REFRESH_SECONDS : null,
    revoked: false,
    createdAt: isoTime(store.now()),
  }
  keep(store, [...store.installation.tokens, token])
  return token
}

/** A new pair for a refresh token, which works once: null when it is unknown, used, revoked or too old. */
export function renewToken(store: Store, refreshToken: string): AccessToken | null {
  const now = Math.floor(store.now() / 1000)
  const known = store.installation.tokens.find((one) => one.refreshToken === refreshToken)
  if (!known || known.revoked || !store.installation.installed) return null
  if (known.refreshTokenExpiresAt === null || known.refreshTokenExpiresAt <= now) return null
  keep(
    store,
    store.installation.tokens.map((one) =>
      one === known ? { ...one, refreshToken: null, refreshTokenExpiresAt: null } : one,
    ),
  )
  return issueToken(store, 'offline', true)
}

/** Tokens that neither work nor can be renewed are forgotten. */
function keep(store: Store, tokens: AccessToken[]): void {
  const now = Math.floor(store.now() / 1000)
  const alive = (one: AccessToken) =>
    !one.revoked && (one.expiresAt === null || one.expiresAt > now || (one.refreshTokenExpiresAt ?? 0) > now)
  store.installation = { ...store.installation, tokens: tokens.filter(alive) }
}

/** The scopes of a token that works now; null for any other. */
export function scopesOf(store: Store, token: string | undefined): Set<string> | null {
  const { installed, tokens } = store.installation
  const found = installed && token ? tokens.find((one) => one.token === token) : undefined
  if (!found || found.revoked) return null
  if (found.expiresAt !== null && found.expiresAt * 1000 <= store.now()) return null
  return new Set(found.scope.split(',').filter(Boolean))
}

/** Every token that is handed out stops working at once: what a developer tries to see the app recover. */
export function expireTokens(store: Store): number {
  const now = Math.floor(store.now() / 1000)
  const tokens = store.installation.tokens.map((one) =>
    one.expiresAt !== null && one.expiresAt > now ? { ...one, expiresAt: now } : one,
  )
  const expired = tokens.filter((one, index) => one !== store.installation.tokens[index]).length
  store.installation = { ...store.installation, tokens }
  return expired
}
