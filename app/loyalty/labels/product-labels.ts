import { withShop } from '../../db/db.server.ts'
import type { Tx } from '../../db/tx.ts'
import { compareIds } from '../../domain/text/compare-ids.ts'
import { bigints } from '../../ledger/arrays.ts'
import { logger } from '../../logger.server.ts'
import { seldom } from '../../seldom.ts'
import { type AdminGraphql, askAdmin } from '../../shopify/ask-admin.ts'
import { digitsOf, gidOf } from '../../shopify/gid.ts'
import type { ResultOf } from '../../shopify/graphql/document.ts'
import { ProductCollections, ProductTraits } from '../../shopify/graphql/products.ts'
import { inHalves } from '../../shopify/refused-question.ts'

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

export const NO_LABELS: ProductLabels = { collections: [], tags: [], giftCard: false }

export function productKey({ shopId, productId }: ProductKey): string {
  return `${shopId}/${productId}`
}

export function distinctProducts(keys: readonly ProductKey[]): ProductKey[] {
  return [...new Map(keys.map((key) => [productKey(key), key])).values()]
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
 * Labels of products that orders name: from the cache, and from Shopify for those that are not in it. Never to be called
 * within a transaction, which would wait for Shopify. A product that Shopify does not know (any more) has no labels; that
 * is kept, too, so that no order waits for it twice. One of which Shopify says nothing keeps the labels that it had.
 * @throws what the Admin API throws of the shop
 */
export async function readProductLabels(
  shopId: number,
  productIds: readonly string[],
  admin: () => Promise<AdminGraphql>,
): Promise<Map<string, ProductLabels>> {
  const { labels, missing } = await fromCache(shopId, productIds)
  if (missing.length === 0) return labels
  const graphql = await admin()
  for (const some of calls(missing)) {
    const { found, refused } = await askEach(graphql, some)
    const told = some.filter((id) => !refused.includes(id))
    const all = told.map((id): [string, ProductLabels] => [id, found.get(id) ?? NO_LABELS])
    await keep(shopId, new Map(all))
    for (const [id, label] of [...all, ...(await keepAsTheyWere(shopId, refused))]) labels.set(id, label)
  }
  return labels
}

/** How Shopify is asked on behalf of somebody who may name whatever she likes. */
export interface LookUp {
  admin: () => Promise<AdminGraphql>
  /** Whether it may be asked for so many products. */
  mayLookUp: (products: number) => Promise<boolean>
}

/**
 * The same for products that a stranger names: Shopify is asked once at most, and what it does not know is not kept.
 * @returns labels of all that were looked up, and what was not: because it is too much, or because Shopify gave no answer
 */
export async function lookUpLabels(
  shopId: number,
  productIds: readonly string[],
  { admin, mayLookUp }: LookUp,
): Promise<{ labels: Map<string, ProductLabels>; tooMany: string[]; unanswered: string[] }> {
  const { labels, missing } = await fromCache(shopId, productIds)
  // No cart that fits a household brings more that no cart has brought before; its next preview reads on.
  const asked = missing.slice(0, PRODUCTS_A_CALL)
  if (asked.length === 0) return { labels, tooMany: [], unanswered: [] }
  if (!(await mayLookUp(asked.length))) return { labels, tooMany: missing, unanswered: [] }
  const found = await tryToAsk(shopId, asked, admin)
  if (found) for (const id of asked) labels.set(id, found.get(id) ?? NO_LABELS)
  return { labels, tooMany: missing.slice(PRODUCTS_A_CALL), unanswered: found ? [] : asked }
}

/** Null: Shopify is out of reach, or has no time. */
async function tryToAsk(shopId: number, productIds: string[], admin: LookUp['admin']) {
  try {
    const found = await askLabels(await admin(), productIds)
    await keep(shopId, found)
    return found
  } catch (error) {
    unread({ shopId, reason: error instanceof Error ? error.message : 'no answer' })
    return null
  }
}

const unread = seldom((facts) => logger.warn(facts, 'product labels not read'))

async function fromCache(shopId: number, productIds: readonly string[]) {
  const wanted = [...new Set(productIds)]
  const keys = wanted.map((productId) => ({ shopId, productId }))
  const cached = await withShop(shopId, (tx) => cachedLabels(tx, keys))
  const labels = new Map<string, ProductLabels>()
  const missing: string[] = []
  for (const productId of wanted) {
    const label = cached.get(productKey({ shopId, productId }))
    if (label) labels.set(productId, label)
    else missing.push(productId)
  }
  return { labels, missing }
}

function calls(productIds: readonly string[]): string[][] {
  const all: string[][] = []
  for (let at = 0; at < productIds.length; at += PRODUCTS_A_CALL)
    all.push(productIds.slice(at, at + PRODUCTS_A_CALL))
  return all
}

/**
 * Asks Shopify for at most `PRODUCTS_A_CALL` products of the cache, and keeps the answer. What Shopify does not know any
 * more is dropped, unless an order waits for it; of what it says nothing is left as it is.
 * @throws what the Admin API throws of the shop
 */
export async function readAnew(shopId: number, productIds: string[], graphql: AdminGraphql): Promise<void> {
  const { found, refused } = await askEach(graphql, productIds)
  await keep(shopId, found)
  const gone = productIds.filter((id) => !found.has(id) && !refused.includes(id))
  if (gone.length === 0) return
  await withShop(shopId, (tx) =>
    tx.query(
      'DELETE FROM product_label WHERE shop_id = $1 AND product_id = ANY ($2::bigint[]) AND read_at IS NOT NULL',
      [shopId, bigints(gone)],
    ),
  )
}

/** One that cannot be read keeps no other from being read. */
async function askEach(graphql: AdminGraphql, productIds: string[]) {
  const { answers, refused } = await inHalves(graphql, productIds, async (some) => [
    ...(await askLabels(graphql, some)),
  ])
  return { found: new Map(answers), refused: refused.map(({ one }) => one) }
}

/** Of products that cannot be read: the labels that they had, or none, until they are read again. */
async function keepAsTheyWere(shopId: number, productIds: string[]): Promise<[string, ProductLabels][]> {
  if (productIds.length === 0) return []
  const { rows } = await withShop(shopId, (tx) =>
    tx.query<ProductLabels & { productId: string }>(
      `INSERT INTO product_label (shop_id, product_id, collections, tags)
       SELECT $1, p, '{}', '{}' FROM unnest($2::bigint[]) AS r(p) ORDER BY p
       ON CONFLICT (shop_id, product_id) DO UPDATE SET read_at = now()
       RETURNING product_id::text AS "productId", collections::text[] AS collections, tags, gift_card AS "giftCard"`,
      [shopId, bigints(productIds)],
    ),
  )
  return rows.map(({ productId, ...labels }) => [productId, labels])
}

/** Of the products that Shopify knows. */
async function askLabels(
  graphql: AdminGraphql,
  productIds: readonly string[],
): Promise<Map<string, ProductLabels>> {
  const { nodes } = await askAdmin(graphql, ProductTraits, {
    ids: productIds.map((id) => gidOf('Product', id)),
  })
  const labels = new Map<string, ProductLabels>()
  for (const node of nodes) {
    if (!node || !('tags' in node)) continue
    const collections = await allCollections(graphql, node.id, node.collections)
    labels.set(digitsOf(node.id), { collections, tags: node.tags, giftCard: node.isGiftCard })
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
  return found.map((collection) => digitsOf(collection.id))
}

async function keep(shopId: number, labels: Map<string, ProductLabels>): Promise<void> {
  if (labels.size === 0) return
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
