import { acrossShops } from '../../db/db.server.ts'
import { logger } from '../../logger.server.ts'
import { enqueue } from '../../queue/enqueue.ts'
import { type AdminGraphql, askAdmin } from '../../shopify/ask-admin.ts'
import { ShopFacts } from '../../shopify/graphql/shop.ts'
import { outOfReach, statusIn } from '../../shopify/out-of-reach.ts'
import { forgetShop, shopByDomain } from './shop-of-request.ts'

/**
 * Makes (or renews) the shop's row from what Shopify says of the shop. Safe to run again: a second installation, an
 * hourly sign-in and two pages that open at once all end in the same row.
 * @returns our id of the shop
 */
export async function installShop(domain: string, graphql: AdminGraphql): Promise<number> {
  const { shop, shopLocales } = await askAdmin(graphql, ShopFacts)
  const locale = shopLocales.find((language) => language.primary)?.locale ?? 'en'
  const shopId = await acrossShops(async (tx) => {
    const { rows } = await tx.query<{ shopId: number }>(
      `INSERT INTO shop (domain, name, currency, time_zone, taxes_included, locale)
       VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (domain) DO UPDATE SET
         name = excluded.name, currency = excluded.currency, time_zone = excluded.time_zone,
         taxes_included = excluded.taxes_included, locale = excluded.locale,
         installed_at = CASE WHEN shop.uninstalled_at IS NULL THEN shop.installed_at ELSE now() END,
         uninstalled_at = NULL
       RETURNING shop_id AS "shopId"`,
      [domain, shop.name, shop.currencyCode, shop.ianaTimezone, shop.taxesIncluded, locale],
    )
    const id = rows[0]?.shopId
    if (id === undefined) throw new Error(`The shop ${domain} was not stored`)
    await enqueue(tx, 'prepare-shop', { shopId: id })
    return id
  })
  forgetShop(domain)
  return shopId
}

/**
 * After each sign-in. A shop that we know goes on without news of it where Shopify does not give them: else a page
 * whose access is refused would sign in again for ever.
 * @throws Response that says why a shop that we do not know cannot be read (`outOfReach`)
 */
export async function renewShop(domain: string, graphql: AdminGraphql): Promise<void> {
  try {
    await installShop(domain, graphql)
  } catch (error) {
    const status = statusIn(error)
    if (status === null) throw error
    if (!(await shopByDomain(domain))) throw outOfReach(domain, status)
    logger.warn({ shop: domain, reason: `status ${status}` }, 'shop not read at sign-in')
  }
}
