/** What the resource picker lists: rows to show, and the objects that App Bridge hands to the app. */
import { decimal } from '../commerce/money.ts'
import { type Collection, type Customer, gid, type Product, type Variant } from '../model.ts'
import type { Store } from '../store.ts'
import type { AdminLocale } from './html.ts'

export type ResourceRow = { id: string; label: string; detail: string; resource: Record<string, unknown> }

export const RESOURCE_TYPES = ['product', 'variant', 'collection', 'customer'] as const
export type ResourceType = (typeof RESOURCE_TYPES)[number]

/** @param ids only these (gids), in this order; empty: all that the search finds */
export function resourceRows(
  store: Store,
  type: ResourceType,
  query: string,
  ids: string[],
  locale: AdminLocale,
): ResourceRow[] {
  const rows = ROWS[type](store, locale)
  if (ids.length > 0) return ids.flatMap((id) => rows.find((row) => row.id === id) ?? [])
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  const found = rows.filter((row) => words.every((word) => row.label.toLowerCase().includes(word)))
  return found.sort((a, b) => a.label.localeCompare(b.label, locale)).slice(0, 100)
}

const ROWS: Record<ResourceType, (store: Store, locale: AdminLocale) => ResourceRow[]> = {
  product: (store, locale) =>
    store.products.all().map((product) => ({
      id: gid('Product', product.id),
      label: product.title[locale],
      detail: product.status === 'active' ? '' : product.status,
      resource: productResource(product, store),
    })),
  variant: (store, locale) =>
    store.products.all().flatMap((product) =>
      product.variants.map((variant) => ({
        id: gid('ProductVariant', variant.id),
        label: `${product.title[locale]} · ${variant.title[locale]}`,
        detail: `${decimal(variant.price)} ${store.shop.currency}`,
        resource: variantResource(product, variant),
      })),
    ),
  collection: (store, locale) =>
    store.collections.all().map((collection) => {
      const count = store.products.filter((product) => product.collectionIds.includes(collection.id)).length
      return {
        id: gid('Collection', collection.id),
        label: collection.title[locale],
        detail: String(count),
        resource: collectionResource(collection, count),
      }
    }),
  customer: (store) =>
    store.customers.all().map((customer) => ({
      id: gid('Customer', customer.id),
      label: customerLabel(customer),
      detail: customer.email,
      resource: { id: gid('Customer', customer.id), displayName: customerLabel(customer) },
    })),
}

const customerLabel = (customer: Customer) => `${customer.firstName} ${customer.lastName}`.trim()

/** Titles come in the shop's own language, whatever the merchant reads. */
function productResource(product: Product, store: Store): Record<string, unknown> {
  const language = store.shop.locales[0] ?? 'de'
  return {
    id: gid('Product', product.id),
    title: product.title[language],
    handle: product.handle,
    status: product.status.toUpperCase(),
    tags: product.tags,
    vendor: product.vendor,
    productType: product.productType,
    descriptionHtml: product.description[language],
    hasOnlyDefaultVariant: product.variants.length === 1,
    totalVariants: product.variants.length,
    images: [],
    options: [],
    variants: product.variants.map((variant) => variantResource(product, variant)),
    createdAt: product.createdAt,
    updatedAt: product.updatedAt,
  }
}

function variantResource(product: Product, variant: Variant): Record<string, unknown> {
  const title = product.variants.length === 1 ? 'Default Title' : variant.title.de
  return {
    id: gid('ProductVariant', variant.id),
    title,
    displayName: `${product.title.de} - ${title}`,
    sku: variant.sku,
    price: decimal(variant.price),
    product: { id: gid('Product', product.id) },
  }
}

function collectionResource(collection: Collection, productsCount: number): Record<string, unknown> {
  return {
    id: gid('Collection', collection.id),
    title: collection.title.de,
    handle: collection.handle,
    description: collection.description.de,
    productsCount,
    updatedAt: collection.updatedAt,
  }
}
