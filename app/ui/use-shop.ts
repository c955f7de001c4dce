import { useRouteLoaderData } from '@remix-run/react'
import type { Program } from '../domain/program/program.ts'
import type { Shop } from '../loyalty/shop/shop-of-request.ts'

export type ShopOfPage = Pick<
  Shop,
  'domain' | 'name' | 'currency' | 'timeZone' | 'taxesIncluded' | 'locale'
> & {
  /** The live program's word for points. */
  pointName: Program['pointName']
}

/** Money, zone and the word for points of the shop whose pages these are. Below `routes/app` only. */
export function useShop(): ShopOfPage {
  const data = useRouteLoaderData<{ shop: ShopOfPage }>('routes/app')
  if (!data) throw new Error('useShop() is for pages below /app')
  return data.shop
}
