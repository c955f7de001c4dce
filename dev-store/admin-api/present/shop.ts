/** The shop, its languages and the app's installation. */

import { gid } from '../../model.ts'
import type { ApiContext, Presented } from '../context.ts'
import { metafieldFields } from './metafield.ts'

const LANGUAGES = { de: 'German', en: 'English' } as const

export function presentShop(context: ApiContext): Presented {
  const { shop } = context
  return {
    __typename: 'Shop',
    id: gid('Shop', shop.id),
    name: shop.name,
    email: shop.email,
    contactEmail: shop.email,
    myshopifyDomain: shop.domain,
    url: `https://${shop.domain}`,
    currencyCode: shop.currency,
    enabledPresentmentCurrencies: [shop.currency],
    ianaTimezone: shop.timeZone,
    taxesIncluded: shop.taxesIncluded,
    createdAt: shop.createdAt,
    updatedAt: shop.updatedAt,
    setupRequired: false,
    plan: {
      __typename: 'ShopPlan',
      publicDisplayName: 'Basic',
      displayName: 'Basic',
      partnerDevelopment: true,
      shopifyPlus: false,
    },
    ...metafieldFields('SHOP', shop.id),
  }
}

/** In the order of the shop's settings; the first is the primary language, and all are published. */
export function presentShopLocales({ shop }: ApiContext): Presented[] {
  return shop.locales.map((locale, index) => ({
    __typename: 'ShopLocale',
    locale,
    name: LANGUAGES[locale],
    primary: index === 0,
    published: true,
  }))
}

export function presentInstallation(context: ApiContext): Presented {
  const { installation } = context.store
  const { settings } = context.practice
  return {
    __typename: 'AppInstallation',
    id: gid('AppInstallation', installation.id),
    accessScopes: [...context.granted].sort().map((handle) => ({
      __typename: 'AccessScope',
      handle,
      description: handle.replace('_', ' '),
    })),
    activeSubscriptions: [],
    launchUrl: `${settings.origin}/admin/apps/stammgast`,
    uninstallUrl: null,
    app: {
      __typename: 'App',
      id: gid('App', installation.appId),
      title: 'Stammgast',
      handle: 'stammgast',
      apiKey: settings.apiKey,
      embedded: true,
    },
    ...metafieldFields('APP_INSTALLATION', installation.id),
  }
}
