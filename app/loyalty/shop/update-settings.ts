import type { Tx } from '../../db/tx.ts'
import { forgetShop, type Shop, type ShopSettings } from './shop-of-request.ts'

/** Sets some of the shop's settings and leaves the others. */
export async function updateSettings(tx: Tx, shop: Shop, changed: ShopSettings): Promise<void> {
  await tx.query('UPDATE shop SET settings = settings || $2::jsonb WHERE shop_id = $1', [
    shop.shopId,
    JSON.stringify(changed),
  ])
  forgetShop(shop.domain)
}
