import { HttpResponseError, type Session } from '@shopify/shopify-api'
import { alone } from '../db/db.server.ts'
import { shopify } from '../shopify.server.ts'
import type { AdminGraphql } from './ask-admin.ts'
import { patient } from './patient.ts'
import { type Access, renewedOnce } from './renewed-once.ts'

/**
 * An offline token is renewed when it has less than this to live. The library does so at five minutes; a few seconds
 * more, so that no token falls due for it that was not yet due here.
 */
const RENEW_BEFORE_MS = 5 * 60_000 + 5_000

/**
 * The Admin API of a shop, for jobs: it waits when Shopify throttles.
 * @throws SessionNotFoundError when the app is not installed; Error when Shopify renews no token
 */
export async function shopAdmin(domain: string): Promise<AdminGraphql> {
  return patient(await promptShopAdmin(domain))
}

/**
 * The same for requests: somebody waits, so throttling is an error at once.
 *
 * Offline tokens live an hour, and a refresh token is for one renewal: a pair that was replaced dies as soon as its
 * successor is used (https://shopify.dev/changelog/more-resilient-refreshes-for-expiring-offline-access-tokens). So
 * only one process renews at a time, and the others find the new token stored.
 *
 * A token that Shopify refuses before its time is renewed in the same way, once. If it is not renewed, the stored one
 * counts as expired from then on: the next who asks begins with the renewal and does not use it any more.
 * @throws SessionNotFoundError when the app is not installed; Error when Shopify renews no token
 */
export async function promptShopAdmin(domain: string): Promise<AdminGraphql> {
  const session = await shopify().sessionStorage.loadSession(`offline_${domain}`)
  const first = session?.refreshToken ? await firstOf(domain, session) : await open(domain)
  return renewedOnce(first, isRefusal, (refused, error) => renewedAfter(domain, refused, error))
}

/** Of a session that can be renewed. After a refusal in the merchant's admin the library keeps one without a token. */
function firstOf(domain: string, { accessToken, expires }: Session): Promise<Access> {
  if (!accessToken) return renewed(domain, { token: accessToken })
  const left = (expires?.getTime() ?? Number.POSITIVE_INFINITY) - Date.now()
  return left < RENEW_BEFORE_MS ? renewed(domain) : open(domain)
}

const isRefusal = (error: unknown) => error instanceof HttpResponseError && error.response.code === 401

/** Whoever asks in this process meanwhile waits for the same answer; one connection is enough for all. */
const renewals = new Map<string, Promise<Access>>()

function renewed(domain: string, refused?: Pick<Access, 'token'>): Promise<Access> {
  const what = `${domain} ${refused?.token ?? ''}`
  const underWay = renewals.get(what)
  if (underWay) return underWay
  const renewal = alone(`token:${domain}`, async () => {
    if (refused) await expire(domain, refused)
    return open(domain)
  }).finally(() => renewals.delete(what))
  renewals.set(what, renewal)
  return renewal
}

/** @throws the refusal itself when there is nothing that could be renewed */
async function renewedAfter(domain: string, refused: Access, refusal: unknown): Promise<Access> {
  const access = await renewed(domain, refused)
  if (access.token === refused.token) throw refusal
  return access
}

/** What was refused is due for renewal, unless another process has put a newer one in its place. */
async function expire(domain: string, { token }: Pick<Access, 'token'>): Promise<void> {
  const storage = shopify().sessionStorage
  const session = await storage.loadSession(`offline_${domain}`)
  if (!session?.refreshToken || session.accessToken !== token) return
  session.expires = new Date(0)
  await storage.storeSession(session)
}

/** The library itself renews what is due. Its refusals are answers to a browser; who asks here has none. */
async function open(domain: string): Promise<Access> {
  try {
    const { admin, session } = await shopify().unauthenticated.admin(domain)
    return { graphql: admin.graphql as AdminGraphql, token: session.accessToken }
  } catch (error) {
    if (error instanceof Response) throw new Error(`Shopify did not renew the access token of ${domain}`)
    throw error
  }
}
