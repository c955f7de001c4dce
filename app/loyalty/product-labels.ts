import { withShop } from '../db.server.ts'
import { compareIds } from '../domain/compare-ids.ts'
import { bigints } from '../ledger/arrays.ts'
import type { Tx } from '../ledger/tx.ts'
import { type AdminGraphql, askAdmin } from '../shopify/ask-admin.ts'
import type { ResultOf } from '../shopify/graphql/document.ts'
import { ProductCollections, ProductTraits } from '../shopify/graphql/products.ts'

/** What campaigns ask of a product. Collections as Shopify ids in digits. */
export interface ProductLabels {
  collections: string[]
  tags: string[]
  giftCard: boolean
}

/** Of which shop. */
export interface ProductKey {
  shopId: number
  productId: string
}

/** The Admin API answers at most so many products with their collections in one call. */
export const PRODUCTS_A_CALL = 50

export function productKey({ shopId, productId }: ProductKey): string {
  return `${shopId}/${productId}`
}

/**
 * A message that a product has changed can get lost: labels older than that are not believed. The nightly reading
 * (refresh-labels.ts) keeps them younger. NULL: they are wanted and not read yet.
 */
export const STALE = `coalesce(product_label.read_at < now() - interval '25 hours', true)`

/** What the cache holds of these products, under `productKey`; never asks Shopify. */
export async function cachedLabels(
  tx: Tx,
  products: readonly ProductKey[],
): Promise<Map<string, ProductLabels>> {
  const { rows } = await tx.query<ProductLabels & ProductKey>(
    `SELECT shop_id AS "shopId", product_id::text AS "productId", collections::text[] AS collections, tags,
            gift_card AS "giftCard"
       FROM product_label JOIN unnest($1::bigint[], $2::bigint[]) AS r(shop_id, product_id) USING (shop_id, product_id)
      WHERE NOT ${STALE}`,
    [bigints(products.map(({ shopId }) => shopId)), bigints(products.map(({ productId }) => productId))],
  )
  return new Map(
    rows.map(({ collections, tags, giftCard, ...key }) => [productKey(key), { collections, tags, giftCard }]),
  )
}

/**
 * Labels of products: from the cache, and from Shopify for those that are not in it. Never to be called within a
 * transaction, which would wait for Shopify. A product that Shopify does not know has no labels.
 * @throws what the Admin API throws
 */
export async function readProductLabels(
  shopId: number,
  productIds: readonly string[],
  admin: () => Promise<AdminGraphql>,
): Promise<Map<string, ProductLabels>> {
  const wanted = [...new Set(productIds)]
  const cached = await withShop(shopId, (tx) =>
    cachedLabels(
      tx,
      wanted.map((productId) => ({ shopId, productId })),
    ),
  )
  const labels = new Map<string, ProductLabels>()
  const missing: string[] = []
  for (const productId of wanted) {
    const label = cached.get(productKey({ shopId, productId }))
    if (label) labels.set(productId, label)
    else missing.push(productId)
  }
  if (missing.length === 0) return labels
  const graphql = await admin()
  for (let at = 0; at < missing.length; at += PRODUCTS_A_CALL) {
    const read = await readAnew(shopId, missing.slice(at, at + PRODUCTS_A_CALL), graphql)
    for (const [id, label] of read) labels.set(id, label)
  }
  return labels
}

/**
 * Asks Shopify for at most `PRODUCTS_A_CALL` products, whatever the cache holds of them, and keeps the answer.
 * @throws what the Admin API throws
 */
export async function readAnew(
  shopId: number,
  productIds: string[],
  graphql: AdminGraphql,
): Promise<Map<string, ProductLabels>> {
  const read = await askLabels(graphql, productIds)
  await keep(shopId, read)
  return read
}

async function askLabels(graphql: AdminGraphql, productIds: string[]): Promise<Map<string, ProductLabels>> {
  const { nodes } = await askAdmin(graphql, ProductTraits, {
    ids: productIds.map((id) => `gid://shopify/Product/${id}`),
  })
  const labels = new Map<string, ProductLabels>(
    productIds.map((id) => [id, { collections: [], tags: [], giftCard: false }]),
  )
  for (const node of nodes) {
    if (!node || !('tags' in node)) continue
    const collections = await allCollections(graphql, node.id, node.collections)
    labels.set(digits(node.id), { collections, tags: node.tags, giftCard: node.isGiftCard })
  }
  return labels
}

async function allCollections(
  graphql: AdminGraphql,
  id: string,
  first: NonNullable<ResultOf<typeof ProductCollections>['product']>['collections'],
): Promise<string[]> {
  const found = [...first.nodes]
  let page = first.pageInfo
  while (page.hasNextPage) {
    const { product } = await askAdmin(graphql, ProductCollections, { id, after: page.endCursor })
    // Deleted meanwhile: its deletion is on its way here, too.
    if (!product) break
    found.push(...product.collections.nodes)
    page = product.collections.pageInfo
  }
  return found.map((collection) => digits(collection.id))
}

async function keep(shopId: number, labels: Map<string, ProductLabels>): Promise<void> {
  const rows = [...labels]
    .map(([p, { collections: c, tags: t, giftCard: g }]) => ({ p, c, t, g }))
    // Two carts with the same products take the rows in the same order.
    .sort((a, b) => compareIds(a.p, b.p))
  await withShop(shopId, (tx) =>
    tx.query(
      `INSERT INTO product_label (shop_id, product_id, collections, tags, gift_card)
       SELECT $1, p, c, t, g FROM json_to_recordset($2) AS r(p bigint, c bigint[], t text[], g boolean)
       ON CONFLICT (shop_id, product_id) DO UPDATE
          SET collections = excluded.collections, tags = excluded.tags, gift_card = excluded.gift_card, read_at = now()`,
      [shopId, JSON.stringify(rows)],
    ),
  )
}

function digits(gid: string): string {
  return gid.split('/').pop() as string
}
