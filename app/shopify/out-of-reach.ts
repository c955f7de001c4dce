import { HttpMaxRetriesError, HttpRequestError } from '@shopify/shopify-api'
import { logger } from '../logger.server.ts'
import { REFUSALS, refusalOf } from '../out-of-reach.ts'

/** For the merchant: a page, or JSON where a page asks. @param status what Shopify answered; 0: nothing */
export function outOfReach(shop: string, status: number): Response {
  const shopify = refusalOf(status)
  logger.warn({ shop, status }, 'Shopify does not serve the shop')
  return Response.json({ shopify }, { status: REFUSALS[shopify], headers: { 'Cache-Control': 'no-store' } })
}

/**
 * What Shopify said, in an error of its library.
 * @returns the status (a redirect to sign in again counts as 401); 0: no answer came; null: it is another error
 */
export function statusIn(error: unknown): number | null {
  if (error instanceof Response) return error.status < 400 ? 401 : error.status
  const silent = error instanceof HttpRequestError || error instanceof HttpMaxRetriesError
  return silent ? 0 : null
}
