import { acrossShops } from '../db.server.ts'
import { shopify } from '../shopify.server.ts'
import type { AdminGraphql } from './ask-admin.ts'
import { patient } from './patient.ts'

/** An offline token is renewed when it has less than this to live. */
const RENEW_BEFORE_MS = 5 * 60_000

/**
 * The Admin API of a shop, for jobs: it waits when Shopify throttles. Offline tokens live an hour; a refresh token works once, so only one process
 * renews at a time and the others find the new token stored.
 * @throws SessionNotFoundError when the app is not installed
 */
export async function shopAdmin(domain: string): Promise<AdminGraphql> {
  const open = async () =>
    patient((await shopify().unauthenticated.admin(domain)).admin.graphql as AdminGraphql)
  const session = await shopify().sessionStorage.loadSession(`offline_${domain}`)
  if (!session?.expires || session.expires.getTime() - Date.now() > RENEW_BEFORE_MS) return open()
  return acrossShops(async (tx) => {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, [`token:${domain}`])
    return open()
  })
}
