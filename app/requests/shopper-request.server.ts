import type { AppLoadContext } from '@remix-run/node'
import { z } from 'zod'
import { DomainError } from '../domain/text/errors.ts'
import { env } from '../env.server.ts'
import { answer, errorResponse } from '../http/http-errors.ts'
import { senderIsKnown } from '../http/known-sender.ts'
import { type Asker, countRequest, mayLookUp } from '../http/shopper-limits.server.ts'
import { logger } from '../logger.server.ts'
import { forgetShop, type Shop, shopByDomain, shopById } from '../loyalty/shop/shop-of-request.ts'
import { seldom } from '../seldom.ts'
import type { AdminGraphql } from '../shopify/ask-admin.ts'
import { promptShopAdmin } from '../shopify/shop-admin.ts'
import { authenticate, isSignedByProxy } from '../shopify.server.ts'
import { faultOfText } from '../storable-text.ts'
import { type Locale, localeOf, type Wording, wording } from '../wording.ts'
import { type ProxyParameter, readProxyQuery } from './proxy-query.ts'
import { bodyText } from './request-body.server.ts'
import { buyerOf } from './token-claims.ts'

/**
 * Who asks, on the shopper's side: a storefront page through the app proxy, or an extension with its session token.
 * Shop and customer come from what Shopify signed and from nowhere else, so no parameter can name another one.
 */
export interface ShopperRequest {
  shop: Shop
  /** Shopify's customer id in digits; null while nobody is signed in. */
  customerId: string | null
  locale: Locale
  /** Epoch milliseconds, read once. */
  now: number
  url: URL
  /** For error messages: in the shopper's language, without the program's own names. */
  words: () => Wording
  /** The shop's Admin API, for what only Shopify knows. */
  admin: () => Promise<AdminGraphql>
  /** Whether it may be asked for so many products more on this shopper's behalf. */
  mayLookUp: (products: number) => Promise<boolean>
  /** Runs the route's one use case and answers JSON; errors become words in the shopper's language. */
  answer(work: () => Promise<unknown>): Promise<Response>
}

/** Worth knowing: what Shopify or a theme adds to a query one day is refused until it is declared. */
const unknown = seldom((facts) => logger.warn(facts, 'a proxied request was refused'))

/**
 * A request that came through Shopify's app proxy (signature over the query, at most 90 seconds old).
 * @param declared the parameters that the route reads beside `locale`; any other is refused
 * What changes something has to come as JSON: a form on another site can send neither that nor, without asking first,
 * a header of its own, and cookies that follow it would sign the shopper in.
 * Guests are not counted: what they read costs a query, and the address they come from is Shopify's.
 * @throws Response 400 (parameters, signature, time), 404 (no such shop), 415 (no JSON), 429
 */
export async function proxyRequest(
  request: Request,
  declared: readonly ProxyParameter[] = [],
): Promise<ShopperRequest> {
  const url = new URL(request.url)
  const query = readProxyQuery(url.searchParams, declared)
  if ('fault' in query) unknown(query)
  if ('fault' in query || !(await isSignedByProxy(url.searchParams)))
    throw new Response(null, { status: 400 })
  const shopper = await identified(
    { url, domain: query.shop, customerId: query.customerId },
    (response) => response,
  )
  const reads = request.method === 'GET' || request.method === 'HEAD'
  const type = request.headers.get('content-type') ?? ''
  if (!reads && !/^application\/json\s*(?:;|$)/i.test(type))
    throw errorResponse('invalid-payload', 415, shopper.words())
  return shopper
}

/**
 * A request of a checkout or customer account extension (bearer session token). Answers OPTIONS by throwing.
 * @param context of the route: the web process puts the address into it
 * @throws Response 401 (token), 404 (no such shop), 410 (bots), 429
 */
export async function extensionRequest(request: Request, context: AppLoadContext): Promise<ShopperRequest> {
  const { sessionToken, cors } = await authenticate.public.checkout(request)
  const buyer = buyerOf({ ...sessionToken }, env().SHOPIFY_API_KEY)
  if (!buyer) throw cors(new Response(null, { status: 401 }))
  // What is signed: the header could say the same in other letters.
  const token = JSON.stringify(sessionToken)
  const { address } = context as { address?: string }
  const { shop: domain, customerId } = buyer
  return identified({ url: new URL(request.url), domain, customerId, token, address }, cors)
}

/** What is known of a request of an extension before its shop is looked up. */
interface Identity extends Omit<Asker, 'shopId'> {
  url: URL
  /** "kontor-lindental.myshopify.com" */
  domain: string
}

/** @throws Response 404 (no such shop), 429 */
export async function identified(
  { url, domain, ...who }: Identity,
  finish: (response: Response) => Response,
): Promise<ShopperRequest> {
  const shop = await shopByDomain(domain)
  if (!shop) throw finish(new Response(null, { status: 404 }))
  senderIsKnown()
  const now = Date.now()
  const locale = localeOf(url.searchParams.get('locale') ?? shop.locale)
  const words = () => plainWording(shop, locale)
  const asker = { shopId: shop.shopId, ...who }
  const wait = await countRequest(asker)
  if (wait > 0) throw finish(tooMany(words(), wait))
  return {
    shop,
    customerId: who.customerId,
    locale,
    now,
    url,
    words,
    admin: () => promptShopAdmin(shop.domain),
    mayLookUp: (products) => mayLookUp(asker, products),
    answer: async (use) => finish(await answer(words, () => whileItStands(shop, use))),
  }
}

/**
 * What was begun while the shop was being erased finds its rows gone when it has waited for them, wherever it is by then:
 * that is no fault of ours.
 * @throws Response 404 as for every shop that is not there, when `work` fails for no reason of the domain's
 */
async function whileItStands(shop: Shop, work: () => Promise<unknown>): Promise<unknown> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Response || error instanceof DomainError) throw error
    // A database that does not answer says nothing of the shop.
    const stands = await shopById(shop.shopId).then(Boolean, () => true)
    if (stands) throw error
    forgetShop(shop.domain)
    throw new Response(null, { status: 404 })
  }
}

export function tooMany(words: Wording, wait: number): Response {
  const refused = errorResponse('too-many-requests', 429, words)
  refused.headers.set('Retry-After', String(wait))
  return refused
}

/** @throws Response 401 with words, while nobody is signed in */
export function signedIn(shopper: ShopperRequest): ShopperRequest & { customerId: string } {
  const { customerId } = shopper
  if (customerId === null) throw errorResponse('sign-in', 401, shopper.words())
  return { ...shopper, customerId }
}

/** Error messages need no program: they say "Punkte" where the program's word is not at hand. */
function plainWording(shop: Shop, locale: Locale): Wording {
  return wording(locale, { timeZone: shop.timeZone, currency: shop.currency })
}

/**
 * The body as JSON of this shape.
 * @throws DomainError invalid-payload when it is no JSON or has another shape, Response 413 when it is too long
 */
export async function bodyJson<T>(request: Request, limit: number, shape: z.ZodType<T>): Promise<T> {
  let value: unknown
  try {
    value = JSON.parse(await bodyText(request, limit))
  } catch (error) {
    if (error instanceof Response) throw error
    throw new DomainError('invalid-payload', 'the body is not JSON')
  }
  const fault = faultOfText(value)
  if (fault !== null) throw new DomainError('invalid-payload', fault)
  const sent = shape.safeParse(value)
  if (!sent.success) throw new DomainError('invalid-payload', z.prettifyError(sent.error))
  return sent.data
}
