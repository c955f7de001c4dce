import { alone } from '../db.server.ts'
import { shopify } from '../shopify.server.ts'
import type { AdminGraphql } from './ask-admin.ts'
import { patient } from './patient.ts'

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
 * @throws SessionNotFoundError when the app is not installed; Error when Shopify renews no token
 */
export async function promptShopAdmin(domain: string): Promise<AdminGraphql> {
  const session = await shopify().sessionStorage.loadSession(`offline_${domain}`)
  const left = (session?.expires?.getTime() ?? Number.POSITIVE_INFINITY) - Date.now()
  return session?.refreshToken && left < RENEW_BEFORE_MS ? renewed(domain) : open(domain)
}

/** Whoever asks in this process meanwhile waits for the same answer; one connection is enough for all. */
const renewals = new Map<string, Promise<AdminGraphql>>()

function renewed(domain: string): Promise<AdminGraphql> {
  const underWay = renewals.get(domain)
  if (underWay) return underWay
  const renewal = alone(`token:${domain}`, () => open(domain)).finally(() => renewals.delete(domain))
  renewals.set(domain, renewal)
  return renewal
}

/** The library itself renews what is due. Its refusals are answers to a browser; who asks here has none. */
async function open(domain: string): Promise<AdminGraphql> {
  try {
    return (await shopify().unauthenticated.admin(domain)).admin.graphql as AdminGraphql
  } catch (error) {
    if (error instanceof Response) throw new Error(`Shopify did not renew the access token of ${domain}`)
    throw error
  }
}
