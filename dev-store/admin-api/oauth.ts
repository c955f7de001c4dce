/** `POST /admin/oauth/access_token`: token exchange and refresh, with Shopify's answers and refusals. */
import { timingSafeEqual } from 'node:crypto'
import type { PracticeContext } from '../context.ts'
import type { AccessToken } from '../model.ts'
import { issueToken, renewToken } from './access-tokens.ts'
import { STAFF, verifyIdToken } from './session-token.ts'

const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
const ID_TOKEN = 'urn:ietf:params:oauth:token-type:id_token'
const OFFLINE = 'urn:shopify:params:oauth:token-type:offline-access-token'
const ONLINE = 'urn:shopify:params:oauth:token-type:online-access-token'

export type OauthAnswer = { status: 200 | 400; body: Record<string, unknown> }

const refuse = (error: string, error_description: string): OauthAnswer => ({
  status: 400,
  body: { error, error_description },
})

export function accessTokenAnswer(context: PracticeContext, form: Record<string, unknown>): OauthAnswer {
  const { settings, store } = context
  const text = (name: string) => (typeof form[name] === 'string' ? form[name] : '')
  if (text('client_id') !== settings.apiKey || !same(text('client_secret'), settings.apiSecret))
    return refuse('invalid_client', 'The client id or the client secret is wrong.')
  if (text('grant_type') === 'refresh_token') {
    const token = renewToken(store, text('refresh_token'))
    if (!token) return refuse('invalid_grant', 'The refresh token is unknown, used or expired.')
    return { status: 200, body: tokenBody(token, store.now()) }
  }
  if (text('grant_type') !== TOKEN_EXCHANGE)
    return refuse('unsupported_grant_type', `grant_type is "${text('grant_type')}".`)
  if (text('subject_token_type') !== ID_TOKEN)
    return refuse('invalid_request', `subject_token_type is "${text('subject_token_type')}".`)
  const requested = text('requested_token_type')
  if (requested !== OFFLINE && requested !== ONLINE)
    return refuse('invalid_request', `requested_token_type is "${requested}".`)
  const claims = verifyIdToken(text('subject_token'), settings, store.shop.domain, store.now())
  if (!claims) return refuse('invalid_subject_token', 'The session token is invalid or expired.')
  if (!store.installation.installed)
    return refuse('invalid_request', 'The app is not installed in this shop.')
  const kind = requested === ONLINE ? 'online' : 'offline'
  const token = issueToken(store, kind, String(form.expiring ?? '0') === '1')
  const body = tokenBody(token, store.now())
  return { status: 200, body: kind === 'online' ? { ...body, ...onlineBody(token, claims.sid) } : body }
}

/** Equal without telling by the time how much of it is. */
function same(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)]
  return a.length === b.length && timingSafeEqual(a, b)
}

function tokenBody(token: AccessToken, now: number): Record<string, unknown> {
  const left = (at: number) => at - Math.floor(now / 1000)
  return {
    access_token: token.token,
    scope: token.scope,
    ...(token.expiresAt === null ? {} : { expires_in: left(token.expiresAt) }),
    ...(token.refreshToken === null || token.refreshTokenExpiresAt === null
      ? {}
      : {
          refresh_token: token.refreshToken,
          refresh_token_expires_in: left(token.refreshTokenExpiresAt),
        }),
  }
}

function onlineBody(token: AccessToken, sid: string): Record<string, unknown> {
  return {
    associated_user_scope: token.scope,
    session: sid,
    associated_user: {
      id: STAFF.id,
      first_name: STAFF.firstName,
      last_name: STAFF.lastName,
      email: STAFF.email,
      email_verified: true,
      account_owner: true,
      locale: 'de',
      collaborator: false,
    },
  }
}
