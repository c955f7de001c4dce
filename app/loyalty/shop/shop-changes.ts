import type { Tx } from '../../db/tx.ts'
import { isTimeZone } from '../../domain/time/time-window.ts'
import { flag, type Json, refuse, text } from '../../shopify/payload.ts'
import { shopify } from '../../shopify.server.ts'
import type { Delivery } from '../inbox/inbox.ts'
import { forgetShop } from './shop-of-request.ts'

/** The merchant changed the shop's name, zone or language. The currency of a shop that has orders never changes. */
export async function updateShopFacts(tx: Tx, delivery: Delivery, payload: Json): Promise<void> {
  await tx.query(
    `UPDATE shop SET name = $2, time_zone = coalesce($3, time_zone), taxes_included = $4, locale = $5 WHERE shop_id = $1`,
    [
      delivery.shopId,
      text(payload.name, 'name'),
      timeZone(payload.iana_timezone),
      flag(payload.taxes_included, 'taxes_included'),
      text(payload.primary_locale, 'primary_locale', 'en'),
    ],
  )
  forgetShop(delivery.shopDomain)
}

/** Absent: the zone stays as it is. A zone that nobody knows would stop every program of the shop. */
function timeZone(value: unknown): string | null {
  if (value === undefined || value === null) return null
  const zone = text(value, 'iana_timezone')
  return isTimeZone(zone) ? zone : refuse('iana_timezone', zone, 'an IANA time zone like "Europe/Berlin"')
}

/**
 * The app was removed: its tokens are dead. Points stay, for a merchant who comes back; erasure follows by
 * `shop/redact` after 48 hours.
 * @returns false when the shop was installed again after this happened
 */
export async function uninstallShop(tx: Tx, delivery: Delivery): Promise<boolean> {
  const { rowCount } = await tx.query(
    `UPDATE shop SET uninstalled_at = coalesce($2, now())
      WHERE shop_id = $1 AND uninstalled_at IS NULL AND installed_at <= coalesce($2, now())`,
    [delivery.shopId, delivery.triggeredAt === null ? null : new Date(delivery.triggeredAt)],
  )
  if (rowCount === 0) return false
  forgetShop(delivery.shopDomain)
  const storage = shopify().sessionStorage
  const sessions = await storage.findSessionsByShop(delivery.shopDomain)
  await storage.deleteSessions(sessions.map((session) => session.id))
  return true
}
