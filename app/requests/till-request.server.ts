import type { AppLoadContext } from '@remix-run/node'
import { z } from 'zod'
import { env } from '../env.server.ts'
import { authenticate } from '../shopify.server.ts'
import { identified, type ShopperRequest } from './shopper-request.server.ts'
import { staffOf } from './token-claims.ts'

/** Who asks at the till: staff, for a customer whom they name. */
export interface TillRequest extends Omit<ShopperRequest, 'customerId'> {
  /** "till:42@4", for the book and the history. */
  actor(location: number | undefined): string
}

/** Where the till stands, as it says itself: told in the history, and nothing hangs on it. */
export const location = z.int().positive().optional()

/** Shopify's id in digits, as the cart has it. */
export const customer = z.string().regex(/^[1-9]\d{0,17}$/)

/**
 * A request of the till's extension. Its token is one that opens the admin, too (docs/decisions/0081-the-till.md), so
 * nothing is done here that the same person could not do there. Answers OPTIONS by throwing.
 * @param context of the route: the web process puts the address into it
 * @throws Response 401 (token), 404 (no such shop), 410 (bots), 429
 */
export async function tillRequest(request: Request, context: AppLoadContext): Promise<TillRequest> {
  const { sessionToken, cors } = await authenticate.public.pos(request)
  const found = staffOf({ ...sessionToken }, env().SHOPIFY_API_KEY)
  if (!found) throw cors(new Response(null, { status: 401 }))
  const { shop: domain, staff } = found
  const { address } = context as { address?: string }
  const asked = await identified(
    { url: new URL(request.url), domain, customerId: null, staff, address },
    cors,
  )
  return { ...asked, actor: (at) => (at === undefined ? `till:${staff}` : `till:${staff}@${at}`) }
}

/** Of an address to which things are only sent. Answers OPTIONS by throwing, as `tillRequest` does. */
export async function nothingToGet(request: Request, context: AppLoadContext): Promise<Response> {
  await tillRequest(request, context)
  return new Response(null, { status: 405, headers: { Allow: 'POST, OPTIONS' } })
}
