import { withShop } from '../../db/db.server.ts'
import type { PointName } from '../../domain/document/point-name.ts'
import { DEFAULT_POINT_NAME } from '../../wording.ts'
import { programVersions } from '../program/program-store.ts'
import { currentProgram } from '../program/programs.ts'
import type { Shop } from '../shop/shop-of-request.ts'

/** What every page of the admin says of its shop. */
export interface ShopView extends Omit<Shop, 'shopId' | 'settings'> {
  /** The live program's word for points. */
  pointName: PointName
}

export async function openAdmin(shop: Shop): Promise<ShopView> {
  const program = await withShop(shop.shopId, (tx) => currentProgram(tx, shop))
  const { domain, name, currency, timeZone, taxesIncluded, locale } = shop
  const pointName = program?.document.pointName ?? DEFAULT_POINT_NAME
  return { domain, name, currency, timeZone, taxesIncluded, locale, pointName }
}

export interface SettingsView {
  guideDismissed: boolean
  /** Number of the published version that is in force. */
  live: number | null
}

export async function openSettings({ shopId, settings }: Shop): Promise<SettingsView> {
  const [live] = await withShop(shopId, (tx) => programVersions(tx, shopId))
  return { guideDismissed: settings.guideDismissed === true, live: live?.version ?? null }
}
