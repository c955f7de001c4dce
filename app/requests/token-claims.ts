import { SHOP_DOMAIN } from '../shop-domain.ts'

/**
 * Shopify signs the session tokens of the admin and of extensions with the same secret; what tells them apart is what
 * they claim. Signature and times are the library's business, and it looks no further.
 */
export type Claims = Readonly<Record<string, unknown>>

/** Shopify's tokens last a minute in the admin and five in extensions; one for good was not made there. */
const LONGEST_S = 3_600

/** The library checks times that a token has, and lets one without them pass. */
function isShort({ nbf, exp }: Claims): boolean {
  return Number.isSafeInteger(nbf) && Number.isSafeInteger(exp) && Number(exp) - Number(nbf) <= LONGEST_S
}

const STAFF = /^[1-9]\d{0,18}$/
const CUSTOMER = /^gid:\/\/shopify\/Customer\/([1-9]\d{0,17})$/

/** Whether the merchant's admin made this token for the app: for a person of the staff, in the admin of the shop. */
export function isOfAdmin(claims: Claims, apiKey: string): boolean {
  const { aud, sub, iss, dest } = claims
  if (!isShort(claims) || aud !== apiKey || typeof dest !== 'string' || typeof sub !== 'string') return false
  const shop = /^https:\/\/(.*)$/s.exec(dest)?.[1] ?? ''
  return STAFF.test(sub) && SHOP_DOMAIN.test(shop) && iss === `${dest}/admin`
}

/**
 * Whose token the till has sent: of the person who is signed in to Shopify POS, whoever is pinned in there. It is the
 * admin's own (docs/decisions/0081-the-till.md).
 */
export function staffOf(claims: Claims, apiKey: string): { shop: string; staff: string } | null {
  if (!isOfAdmin(claims, apiKey)) return null
  return { shop: String(claims.dest).replace(/^https:\/\//, ''), staff: String(claims.sub) }
}

/**
 * Whose token an extension at the checkout or in the customer's account has sent; `customerId` is null for an anonymous
 * buyer, whose token has no subject. Null: it was not made there, or not for this app.
 */
export function buyerOf(claims: Claims, apiKey: string): { shop: string; customerId: string | null } | null {
  const { aud, sub, iss, dest } = claims
  if (!isShort(claims) || aud !== apiKey || typeof dest !== 'string') return null
  // Shopify writes the shop with the scheme in some places and without in others.
  const shop = dest.replace(/^https:\/\//, '')
  if (!SHOP_DOMAIN.test(shop)) return null
  // Tokens of extensions name nobody who issued them, or the shop; what is no text could hide the admin's name.
  if (iss !== undefined && (typeof iss !== 'string' || iss.endsWith('/admin'))) return null
  if (sub === undefined || sub === null || sub === '') return { shop, customerId: null }
  const customerId = typeof sub === 'string' ? CUSTOMER.exec(sub)?.[1] : undefined
  return customerId ? { shop, customerId } : null
}
