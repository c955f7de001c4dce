import { useRouteLoaderData } from '@remix-run/react'
import type { ShopView } from '../loyalty/pages/open-admin.ts'

/** Money, zone and the word for points of the shop whose pages these are. Below `routes/app` only. */
export function useShop(): ShopView {
  const data = useRouteLoaderData<{ shop: ShopView }>('routes/app')
  if (!data) throw new Error('useShop() is for pages below /app')
  return data.shop
}
