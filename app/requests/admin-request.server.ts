import { senderIsKnown } from '../http/known-sender.ts'
import { type Language, languageOf } from '../i18n/languages.ts'
import { installShop } from '../loyalty/shop/install-shop.ts'
import { type Shop, shopByDomain } from '../loyalty/shop/shop-of-request.ts'
import type { AdminGraphql } from '../shopify/ask-admin.ts'
import { outOfReach, statusIn } from '../shopify/out-of-reach.ts'
import { renewedOnce } from '../shopify/renewed-once.ts'
import { authenticate } from '../shopify.server.ts'

/** Who asks, in the merchant's admin. The shop comes from the signed session token and from nowhere else. */
export interface AdminRequest {
  shop: Shop
  /** "staff:42": who changes something, for the book and the history. A Shopify id, no name. */
  actor: string
  language: Language
  /** The shop's Admin API. */
  graphql: AdminGraphql
}

/**
 * @throws Response when the library has to ask for a session token first, or refuses (401, 410), or when Shopify does
 * not serve the shop (`outOfReach`)
 */
export async function adminRequest(request: Request): Promise<AdminRequest> {
  const { admin, session, sessionToken } = await authenticate.admin(request)
  let shop = await shopByDomain(session.shop)
  if (!shop) {
    // A session that outlived the shop's row: a database put back from a backup, a reinstallation within the hour.
    await installShop(session.shop, admin.graphql).catch((error) => {
      const status = asksToSignIn(error) ? null : statusIn(error)
      throw status === null ? error : outOfReach(session.shop, status)
    })
    shop = await shopByDomain(session.shop)
  }
  if (!shop) throw new Response(null, { status: 503 })
  senderIsKnown()
  const graphql = withRenewal(request, admin.graphql)
  return { shop, actor: `staff:${sessionToken.sub}`, language: languageOf(request), graphql }
}

/**
 * When Shopify refuses the access token the library throws it away and sends the browser for another session token: a
 * page would come back to the same refusal for ever, a change is lost. The session token at hand serves to get another
 * access token here; what is refused then too is out of reach (503).
 */
function withRenewal(request: Request, first: AdminGraphql): AdminGraphql {
  return renewedOnce({ graphql: first, token: undefined }, asksToSignIn, async () => {
    const { admin } = await authenticate.admin(request)
    const graphql: AdminGraphql = async (document, options) => {
      try {
        return await admin.graphql(document, options)
      } catch (error) {
        throw asksToSignIn(error) ? new Response(null, { status: 503 }) : error
      }
    }
    return { graphql, token: undefined }
  })
}

/** The library's answer to a refused access token: a redirect for a page, 401 for what a page asks. */
const asksToSignIn = (error: unknown) =>
  error instanceof Response && (error.status === 401 || (error.status >= 300 && error.status < 400))

/** What a page has sent, once who sent it is known; see there for the limit. */
export { bodyOfShape as sentJson } from './request-body.server.ts'
