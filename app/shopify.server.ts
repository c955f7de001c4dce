import { AsyncLocalStorage } from 'node:async_hooks'
import '@shopify/shopify-app-remix/adapters/node'
import { ApiVersion, InvalidHmacError, LogSeverity, ShopifyError, shopifyApi } from '@shopify/shopify-api'
import { setAbstractFetchFunc } from '@shopify/shopify-api/runtime'
import { AppDistribution, shopifyApp } from '@shopify/shopify-app-remix/server'
import { openPool } from './db/connections.ts'
import { env } from './env.server.ts'
import { logger } from './logger.server.ts'
import { renewShop } from './loyalty/shop/install-shop.ts'
import { isOfAdmin } from './requests/token-claims.ts'
import { seldomOfKind } from './seldom.ts'
import { outOfReach } from './shopify/out-of-reach.ts'
import { SessionTable } from './shopify/session-storage.ts'

/**
 * Shopify's library, once per process: who a request is from, and the Admin API of a shop.
 * The bundled routes and the plain modules of the worker share one instance.
 */

/** Shopify answers within seconds. A connection that says nothing for so long is dead, and its job tries again. */
const ANSWER_MS = 30_000

/** What Shopify answered last while a request is authenticated; 0: nothing. */
const heard = new AsyncLocalStorage<{ status: number | null }>()

// The library keeps the fetch it saw first; a later replacement (telemetry, tests) is to count as well.
setAbstractFetchFunc(async (input, init) => {
  const last = heard.getStore()
  if (last) last.status = 0
  const answer = await globalThis.fetch(input, {
    ...init,
    signal: init?.signal ?? AbortSignal.timeout(ANSWER_MS),
  })
  if (last) last.status = answer.status
  return answer
})

/** A few connections are plenty: a session is read once per request and written once an hour. */
const SESSION_CONNECTIONS = 3

function create() {
  const pool = openPool({ url: env().DATABASE_URL, name: 'stammgast_sessions' }, SESSION_CONNECTIONS)
  const { SHOPIFY_API_KEY, SHOPIFY_API_SECRET, SHOPIFY_APP_URL } = env()
  const ours = {
    apiKey: SHOPIFY_API_KEY,
    apiSecretKey: SHOPIFY_API_SECRET,
    apiVersion: ApiVersion.October26,
    logger: { level: LogSeverity.Warning, log: logLibrary },
  }
  const app = shopifyApp({
    ...ours,
    appUrl: SHOPIFY_APP_URL,
    authPathPrefix: '/auth',
    distribution: AppDistribution.AppStore,
    sessionStorage: new SessionTable(pool),
    future: { unstable_newEmbeddedAuthStrategy: true, expiringOfflineAccessTokens: true },
    hooks: {
      afterAuth: async ({ session, admin }) => {
        await renewShop(session.shop, admin.graphql)
      },
    },
  })
  // What the library above keeps to itself: a signature or a token without the session behind it.
  const { utils, session } = shopifyApi({
    ...ours,
    hostName: new URL(SHOPIFY_APP_URL).host,
    isEmbeddedApp: true,
  })
  return { app, utils, decode: session.decodeSessionToken, close: () => pool.end() }
}

/** It repeats what was asked for, behind a bar, and strangers can have it do so. */
const LONGEST_OF_LIBRARY = 300
const sayOfLibrary = seldomOfKind<{ severity: LogSeverity; message: string }>(
  ({ message }) => message.split(' | ', 1)[0]?.slice(0, 80) ?? '',
  ({ severity, message, ...rest }) => {
    const level = severity === LogSeverity.Error ? 'error' : 'warn'
    logger[level]({ from: 'shopify-library', ...rest }, message.slice(0, LONGEST_OF_LIBRARY))
  },
)

async function logLibrary(severity: LogSeverity, message: string) {
  sayOfLibrary({ severity, message })
}

type Created = ReturnType<typeof create>
const registry = globalThis as { [key: symbol]: Created | undefined }
const KEY = Symbol.for('stammgast.shopify')

/** Made at the first use: importing this module needs no environment. */
function created(): Created {
  registry[KEY] ??= create()
  return registry[KEY]
}

export const shopify = (): Created['app'] => created().app

/** Ends the connections to the session table. */
export async function closeShopify(): Promise<void> {
  await registry[KEY]?.close()
  registry[KEY] = undefined
}

/**
 * The library takes every token that is signed for the app, also one of a customer's: here it has to be the admin's.
 * What it would not take itself is left to it, which sends a page for a new token.
 * @throws Response 401 (a token from elsewhere), 400 (an address that no page is led to), what `outOfReach` says when
 * Shopify lets nobody sign in, and the library's own
 */
const admin: Created['app']['authenticate']['admin'] = async (request) => {
  const sent = request.headers.get('authorization')?.replace('Bearer ', '')
  const token = sent || new URL(request.url).searchParams.get('id_token')
  const claims = token
    ? await created()
        .decode(token)
        .catch(() => null)
    : null
  if (claims && !isOfAdmin({ ...claims }, env().SHOPIFY_API_KEY)) throw new Response(null, { status: 401 })
  const last: { status: number | null } = { status: null }
  try {
    return await heard.run(last, () => shopify().authenticate.admin(request))
  } catch (error) {
    // To whatever Shopify answers where a session token is exchanged, the library says 500.
    const failed = last.status !== null && (last.status === 0 || last.status >= 400)
    if (error instanceof Response && error.status === 500 && failed)
      throw outOfReach(claims?.dest ?? '', last.status ?? 0)
    // Of no kind of its own: the library will not lead a page to the address that it was asked for.
    if (error instanceof ShopifyError && error.constructor === ShopifyError)
      throw new Response(error.message, { status: 400 })
    throw error
  }
}

/** `authenticate.admin(request)`, `.public.checkout(request)`, … as in Shopify's documentation. */
export const authenticate: Pick<Created['app']['authenticate'], 'admin' | 'public'> = {
  get admin() {
    return admin
  },
  get public() {
    return shopify().authenticate.public
  },
}

/**
 * Whether Shopify's app proxy signed this query, within the last 90 seconds. `authenticate.public.appProxy` asks that,
 * too, but then loads the shop's session and renews its token: a shopper's page needs neither, must not fail with
 * them, and only one process at a time may renew (`shopify/shop-admin.ts`).
 */
export async function isSignedByProxy(query: URLSearchParams): Promise<boolean> {
  try {
    return await created().utils.validateHmac(query, { signator: 'appProxy' })
  } catch (error) {
    if (error instanceof InvalidHmacError) return false
    throw error
  }
}
