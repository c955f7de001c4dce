import type { ThemeContext } from '../../dev-store/liquid/render.ts'
import { type Metafield, resolveNamespace } from '../../dev-store/model.ts'

/** A page of the practice shop, with the documents that the app writes into its metafields. */

export const pointName = { de: { one: 'Punkt', many: 'Punkte' }, en: { one: 'point', many: 'points' } }

const time = '2026-11-21T10:00:00Z'

export const metafield = (namespace: string, key: string, value: unknown): Metafield => ({
  id: 1,
  ownerType: 'CUSTOMER',
  ownerId: 1,
  namespace: resolveNamespace(namespace),
  key,
  type: 'json',
  value: JSON.stringify(value),
  createdAt: time,
  updatedAt: time,
})

export const member = {
  v: 1,
  available: 1240,
  pending: 49,
  debt: 0,
  tier: { id: 'silver', name: { de: 'Silber', en: 'Silver' } },
  nextTier: {
    name: { de: 'Gold', en: 'Gold' },
    threshold: '500.00',
    missing: { basis: 'spend', amount: '120.00' },
  },
  nextReward: { name: { de: '10 € Rabatt', en: '€10 off' }, cost: 2000, missing: 760 },
  pointName,
}

export const program = {
  v: 1,
  pointsPerUnit: '1',
  rounding: 'floor',
  pointName,
  stacking: 'highest',
  campaigns: [] as object[],
  tiers: [
    { id: 'silver', name: { de: 'Silber', en: 'Silver' }, multiplier: '1' },
    { id: 'gold', name: { de: 'Gold', en: 'Gold' }, multiplier: '1.5' },
  ],
  rewards: [{ id: 'five-off', name: { de: '5 € Rabatt', en: '€5 off' }, cost: 500 }],
}

export interface PageSample {
  membership?: object | null
  program?: object | null
  locale?: 'de' | 'en'
  page?: string
  /** Hundredths. */
  price?: number
  product?: object | null
  currency?: string
  shopCurrency?: string
  now?: number
}

/** `membership`: undefined is a guest, null a customer without a metafield. */
export function page(sample: PageSample = {}): ThemeContext {
  const locale = sample.locale ?? 'de'
  const product = {
    id: 7_500_000_000_001,
    handle: 'apfelessig',
    title: { de: 'Apfelessig', en: 'Cider vinegar' },
    description: { de: '', en: '' },
    vendor: 'Kontor Lindental',
    productType: 'Vorrat',
    tags: ['bio', 'Regional'],
    collectionIds: [301, 302],
    collections: [
      {
        id: 301,
        handle: 'vorrat',
        title: { de: 'Vorrat', en: 'Pantry' },
        description: { de: '', en: '' },
        createdAt: time,
        updatedAt: time,
      },
      {
        id: 302,
        handle: 'neu',
        title: { de: 'Neu', en: 'New' },
        description: { de: '', en: '' },
        createdAt: time,
        updatedAt: time,
      },
    ],
    variants: [
      {
        id: 11,
        title: { de: '500 ml', en: '500 ml' },
        sku: 'A',
        price: sample.price ?? 4990,
        grams: 500,
        requiresShipping: true,
        inventoryItemId: 1,
      },
    ],
    taxRate: '0.07',
    giftCard: false,
    picture: 'bottle',
    pictureTint: '40',
    status: 'active' as const,
    createdAt: time,
    updatedAt: time,
    ...sample.product,
  }
  const customer = {
    id: 1,
    firstName: 'Mara',
    lastName: 'Beispiel',
    email: 'mara@example.com',
    phone: null,
    locale,
    tags: [],
    note: null,
    acceptsMarketing: false,
    address: null,
    createdAt: time,
    updatedAt: time,
    sample: true,
    metafields: sample.membership ? [metafield('$app:stammgast', 'membership', sample.membership)] : [],
  }
  return {
    shop: {
      id: 1,
      domain: 'kontor-lindental.myshopify.com',
      name: 'Kontor Lindental',
      email: 'hallo@example.com',
      currency: sample.shopCurrency ?? 'EUR',
      timeZone: 'Europe/Berlin',
      locales: ['de', 'en'],
      countryCode: 'DE',
      taxesIncluded: true,
      createdAt: time,
      updatedAt: time,
      shippingPrice: 490,
      freeShippingFrom: 5000,
    },
    customer: sample.membership === undefined ? null : customer,
    product: sample.product === null ? null : product,
    appMetafields:
      sample.program === null ? [] : [metafield('stammgast', 'program', sample.program ?? program)],
    locale,
    page: sample.page ?? 'product',
    root: locale === 'en' ? '/en' : '',
    ...(sample.currency ? { currency: sample.currency } : {}),
    ...(sample.now === undefined ? {} : { now: sample.now }),
  }
}
