/**
 * Fills an empty store with "Kontor Lindental": goods, customers and one year of orders.
 *
 * Deterministic: the same `today` gives the same shop to the last byte. `today` is the present day (cut to
 * midnight UTC) so that "in the last 30 days" means something whenever the shop is first started; the past ends
 * the evening before.
 */
import { type IsoTime, isoTime } from '../model.ts'
import type { Store } from '../store.ts'
import { COLLECTIONS, PRODUCTS } from './catalogue.ts'
import { people } from './people.ts'
import { seededRandom } from './random.ts'
import { seedYear } from './year.ts'

export const SEED = 20_261_121
export const DAY = 24 * 3600 * 1000

export interface SeedOptions {
  /** Epoch milliseconds of the present day's midnight in UTC. */
  today: number
  customers?: number
  orders?: number
}

export function midnight(now: number): number {
  return Math.floor(now / DAY) * DAY
}

/** 300 customers for 2,500 orders, never fewer than the samples nor more than there are names for. */
export function customersOf(orders: number): number {
  return Math.min(300, Math.max(12, Math.round((orders * 300) / 2500)))
}

/** Does nothing if the store holds a shop already. */
export function seedShop(store: Store, options: SeedOptions): void {
  if (store.document('shop')) return
  const random = seededRandom(SEED)
  const opened = isoTime(options.today - 400 * DAY)
  store.shop = {
    id: 68_100_000_001,
    domain: 'kontor-lindental.myshopify.com',
    name: 'Kontor Lindental',
    email: 'kontor@example.com',
    currency: 'EUR',
    timeZone: 'Europe/Berlin',
    locales: ['de', 'en'],
    countryCode: 'DE',
    taxesIncluded: true,
    createdAt: opened,
    updatedAt: opened,
    shippingPrice: 490,
    freeShippingFrom: 6900,
  }
  seedCatalogue(store, opened)
  seedMerchantDiscounts(store, opened)
  seedYear(store, people(options.customers ?? 300, random), {
    today: options.today,
    orders: options.orders ?? 2500,
    random,
  })
  store.history = { next: 1, total: store.historyEvents.size, done: false }
  store.flush()
}

function seedCatalogue(store: Store, at: IsoTime): void {
  const ids = new Map<string, number>()
  for (const { handle, title, description } of COLLECTIONS) {
    const id = store.nextId('Collection')
    ids.set(handle, id)
    store.collections.put({ id, handle, title, description, createdAt: at, updatedAt: at })
  }
  for (const product of PRODUCTS) {
    store.products.put({
      id: store.nextId('Product'),
      handle: product.handle,
      title: product.title,
      description: product.description,
      vendor: product.vendor,
      productType: product.type,
      tags: product.tags,
      collectionIds: product.collections.map((handle) => ids.get(handle) as number),
      variants: product.variants.map((variant, index) => ({
        id: store.nextId('ProductVariant'),
        title: variant.title,
        sku: `KL-${product.handle.slice(0, 12).toUpperCase()}-${index + 1}`,
        price: variant.price,
        grams: variant.grams,
        requiresShipping: !product.giftCard,
        inventoryItemId: store.nextId('InventoryItem'),
      })),
      taxRate: product.taxRate,
      giftCard: product.giftCard ?? false,
      picture: product.picture,
      pictureTint: product.tint,
      status: 'active',
      createdAt: at,
      updatedAt: at,
    })
  }
}

/** Codes of the merchant's own, so that some orders of the past and some carts carry discounts. */
function seedMerchantDiscounts(store: Store, at: IsoTime): void {
  const common = {
    method: 'code',
    items: { all: true, productIds: [], variantIds: [], collectionIds: [] },
    context: { kind: 'all' },
    usageLimit: null,
    startsAt: at,
    endsAt: null,
    uses: [],
    byApp: false,
    createdAt: at,
    updatedAt: at,
  } as const
  const codes = [
    {
      code: 'WILLKOMMEN10',
      kind: 'basic',
      value: { kind: 'percentage', fraction: '0.1' },
      minimum: null,
      oncePerCustomer: true,
      combinesWith: { order: false, product: true, shipping: true },
    },
    {
      code: 'FUENFER',
      kind: 'basic',
      value: { kind: 'amount', amount: 500, onEachItem: false },
      minimum: { kind: 'subtotal', amount: 4000 },
      oncePerCustomer: false,
      combinesWith: { order: true, product: true, shipping: true },
    },
    {
      code: 'VERSANDFREI',
      kind: 'free_shipping',
      value: { kind: 'percentage', fraction: '1' },
      minimum: null,
      oncePerCustomer: false,
      combinesWith: { order: true, product: true, shipping: false },
    },
  ] as const
  for (const { code, ...rest } of codes) {
    store.discounts.put({
      ...structuredClone(common),
      ...structuredClone(rest),
      id: store.nextId('Discount'),
      title: code,
      codes: [{ id: store.nextId('DiscountRedeemCode'), code }],
      items: { all: true, productIds: [], variantIds: [], collectionIds: [] },
      uses: [],
    })
  }
}
