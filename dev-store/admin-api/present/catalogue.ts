/** Products, variants, collections: titles in the shop's primary language. */
import { decimal } from '../../commerce/money.ts'
import { type Collection, gid, idOf, type Product, type Variant } from '../../model.ts'
import { connection, type PageArguments } from '../connection.ts'
import type { ApiContext, Presented } from '../context.ts'
import { parseSearch, type SearchFields } from '../search.ts'
import { metafieldFields } from './metafield.ts'
import { moneyV2 } from './money.ts'

const primary = ({ shop }: ApiContext) => shop.locales[0] ?? 'de'

export const PRODUCT_SEARCH: SearchFields<Product> = {
  id: (row) => row.id,
  title: (row) => Object.values(row.title),
  handle: (row) => row.handle,
  tag: (row) => row.tags,
  status: (row) => row.status,
  vendor: (row) => row.vendor,
  product_type: (row) => row.productType,
  sku: (row) => row.variants.map((variant) => variant.sku),
  collection_id: (row) => row.collectionIds,
  gift_card: (row) => row.giftCard,
  created_at: (row) => row.createdAt,
  updated_at: (row) => row.updatedAt,
}

export const productText = (row: Product) =>
  [
    ...Object.values(row.title),
    row.vendor,
    row.productType,
    ...row.tags,
    ...row.variants.map((one) => one.sku),
  ].join(' ')

export const COLLECTION_SEARCH: SearchFields<Collection> = {
  id: (row) => row.id,
  title: (row) => Object.values(row.title),
  handle: (row) => row.handle,
  updated_at: (row) => row.updatedAt,
}

export const collectionText = (row: Collection) => Object.values(row.title).join(' ')

export function presentProduct(row: Product): Presented {
  const prices = row.variants.map((variant) => variant.price)
  return {
    __typename: 'Product',
    id: gid('Product', row.id),
    legacyResourceId: String(row.id),
    title: (_: unknown, context: ApiContext) => row.title[primary(context)],
    handle: row.handle,
    description: (_: unknown, context: ApiContext) => row.description[primary(context)],
    descriptionHtml: (_: unknown, context: ApiContext) => row.description[primary(context)],
    status: row.status.toUpperCase(),
    tags: row.tags,
    vendor: row.vendor,
    productType: row.productType,
    isGiftCard: row.giftCard,
    requiresSellingPlan: false,
    onlineStoreUrl: (_: unknown, { shop }: ApiContext) =>
      row.status === 'active' ? `https://${shop.domain}/products/${row.handle}` : null,
    hasOnlyDefaultVariant: row.variants.length === 1,
    priceRangeV2: (_: unknown, { shop }: ApiContext) => ({
      __typename: 'ProductPriceRangeV2',
      minVariantPrice: moneyV2(Math.min(...prices), shop.currency),
      maxVariantPrice: moneyV2(Math.max(...prices), shop.currency),
    }),
    collections: (args: PageArguments & { query?: string | null }, { store }: ApiContext) => {
      const rows = row.collectionIds.flatMap((id) => store.collections.get(id) ?? [])
      const { matches } = parseSearch(args.query, COLLECTION_SEARCH, collectionText)
      return connection(rows.filter(matches), args, presentCollection)
    },
    inCollection: ({ id }: { id: string }) => row.collectionIds.includes(idOf(id)),
    variants: (args: PageArguments) =>
      connection(row.variants, args, (variant) => presentVariant(row, variant)),
    variantsCount: { __typename: 'Count', count: row.variants.length, precision: 'EXACT' },
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    publishedAt: row.status === 'active' ? row.createdAt : null,
    ...metafieldFields('PRODUCT', row.id),
  }
}

export function presentVariant(product: Product, row: Variant): Presented {
  const title = (_: unknown, context: ApiContext) =>
    product.variants.length === 1 ? 'Default Title' : row.title[primary(context)]
  return {
    __typename: 'ProductVariant',
    id: gid('ProductVariant', row.id),
    legacyResourceId: String(row.id),
    title,
    displayName: (_: unknown, context: ApiContext) =>
      `${product.title[primary(context)]} - ${title(_, context)}`,
    sku: row.sku,
    price: decimal(row.price),
    compareAtPrice: null,
    taxable: !product.giftCard,
    availableForSale: product.status === 'active' && !row.soldOut,
    position: product.variants.indexOf(row) + 1,
    product: () => presentProduct(product),
  }
}

export function presentCollection(row: Collection): Presented {
  const products = (store: ApiContext['store']) =>
    store.products.filter((product) => product.collectionIds.includes(row.id))
  return {
    __typename: 'Collection',
    id: gid('Collection', row.id),
    legacyResourceId: String(row.id),
    title: (_: unknown, context: ApiContext) => row.title[primary(context)],
    handle: row.handle,
    description: (_: unknown, context: ApiContext) => row.description[primary(context)],
    descriptionHtml: (_: unknown, context: ApiContext) => row.description[primary(context)],
    sortOrder: 'MANUAL',
    updatedAt: row.updatedAt,
    productsCount: (_: unknown, { store }: ApiContext) => ({
      __typename: 'Count',
      count: products(store).length,
      precision: 'EXACT',
    }),
    products: (args: PageArguments, { store }: ApiContext) =>
      connection(products(store), args, presentProduct),
    hasProduct: ({ id }: { id: string }, { store }: ApiContext) =>
      store.products.get(idOf(id))?.collectionIds.includes(row.id) ?? false,
    ...metafieldFields('COLLECTION', row.id),
  }
}
