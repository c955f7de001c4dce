import { jobsPool } from '../../db/db.server.ts'

/** What the merchant chose beside the program. Every field may be absent. */
export interface ShopSettings {
  /** The first-run guide was put away. */
  guideDismissed?: boolean
  /** The merchant has said that the points block is in the theme. */
  themeBlockDone?: boolean
}

export interface Shop {
  shopId: number
  /** "kontor-lindental.myshopify.com" */
  domain: string
  name: string
  /** ISO 4217 */
  currency: string
  /** IANA */
  timeZone: string
  taxesIncluded: boolean
  /** The shop's first language, "de" or "en-GB". */
  locale: string
  settings: ShopSettings
}

const SELECT_SHOP = `
  SELECT shop_id AS "shopId", domain, name, currency, time_zone AS "timeZone", taxes_included AS "taxesIncluded",
         locale, CASE jsonb_typeof(settings) WHEN 'object' THEN settings ELSE '{}' END AS settings
  FROM shop WHERE uninstalled_at IS NULL AND `

/** So long may another process' change stay unseen. */
const FRESH_MS = 10_000
const LIMIT = 5_000

interface Cached {
  shop: Shop
  until: number
}
// One cache for the bundled routes and the plain modules, which are two module graphs in one process.
const registry = globalThis as { [key: symbol]: Map<string, Cached> | undefined }
const KEY = Symbol.for('stammgast.shops')
function cache(): Map<string, Cached> {
  registry[KEY] ??= new Map()
  return registry[KEY]
}

/** The shop of a `*.myshopify.com` domain; null when the app is not installed there. */
export async function shopByDomain(domain: string): Promise<Shop | null> {
  const known = cache().get(domain)
  if (known && known.until > Date.now()) return known.shop
  // A domain is all that is known before the tenant is: the one read that cannot run inside withShop().
  const { rows } = await jobsPool().query<Shop>(`${SELECT_SHOP} domain = $1`, [domain])
  const shop = rows[0] ?? null
  if (shop) remember(shop)
  else cache().delete(domain)
  return shop
}

/** The same by our own id, for jobs. */
export async function shopById(shopId: number): Promise<Shop | null> {
  const { rows } = await jobsPool().query<Shop>(`${SELECT_SHOP} shop_id = $1`, [shopId])
  return rows[0] ?? null
}

function remember(shop: Shop) {
  const shops = cache()
  if (shops.size >= LIMIT) shops.clear()
  shops.set(shop.domain, { shop, until: Date.now() + FRESH_MS })
}

/** After a change of the shop's row. */
export function forgetShop(domain: string): void {
  cache().delete(domain)
}
