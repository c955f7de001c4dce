import { withShop } from '../../db/db.server.ts'
import { forgetShop, type Shop, type ShopSettings } from './shop-of-request.ts'

/** Sets some of the shop's settings and leaves the others. */
export async function updateSettings(shop: Shop, changed: ShopSettings): Promise<void> {
  await withShop(shop.shopId, (tx) =>
    tx.query('UPDATE shop SET settings = settings || $2::jsonb WHERE shop_id = $1', [
      shop.shopId,
      JSON.stringify(changed),
    ]),
  )
  forgetShop(shop.domain)
}
