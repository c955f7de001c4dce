import { withShop } from '../db.server.ts'
import { type AdminGraphql, askAdmin } from '../shopify/ask-admin.ts'
import { ProductTraits } from '../shopify/graphql/products.ts'

/** What campaigns ask of a product. Collections as Shopify ids in digits. */
export interface ProductLabels {
  collections: string[]
  tags: string[]
  giftCard: boolean
}

/** The Admin API answers at most so many products with their collections in one call. */
const PRODUCTS_A_CALL = 50

/**
 * Labels of products: from the cache, and from Shopify for those that are not in it. A product that Shopify does not
 * know is missing in the answer. Gift cards are not cached: nothing there says that they are.
 * @throws what the Admin API throws
 */
export async function readProductLabels(
  shopId: number,
  productIds: readonly string[],
  admin: () => Promise<AdminGraphql>,
): Promise<Map<string, ProductLabels>> {
  const wanted = [...new Set(productIds)]
  const labels = await withShop(shopId, async (tx) => {
    const { rows } = await tx.query<Omit<ProductLabels, 'giftCard'> & { productId: string }>(
      `SELECT product_id::text AS "productId", collections::text[] AS collections, tags
         FROM product_label WHERE shop_id = $1 AND product_id = ANY ($2::bigint[])`,
      [shopId, wanted],
    )
    return new Map<string, ProductLabels>(
      rows.map(({ productId, ...row }) => [productId, { ...row, giftCard: false }]),
    )
  })
  const missing = wanted.filter((id) => !labels.has(id))
  if (missing.length === 0) return labels
  const graphql = await admin()
  for (let at = 0; at < missing.length; at += PRODUCTS_A_CALL) {
    const read = await askLabels(graphql, missing.slice(at, at + PRODUCTS_A_CALL))
    await keep(shopId, read)
    for (const [id, label] of read) labels.set(id, label)
  }
  return labels
}

async function askLabels(graphql: AdminGraphql, productIds: string[]): Promise<Map<string, ProductLabels>> {
  const { nodes } = await askAdmin(graphql, ProductTraits, {
    ids: productIds.map((id) => `gid://shopify/Product/${id}`),
  })
  const labels = new Map<string, ProductLabels>()
  for (const node of nodes) {
    if (!node || !('tags' in node)) continue
    labels.set(digits(node.id), {
      collections: node.collections.nodes.map(({ id }) => digits(id)),
      tags: node.tags,
      giftCard: node.isGiftCard,
    })
  }
  return labels
}

async function keep(shopId: number, labels: Map<string, ProductLabels>): Promise<void> {
  const rows = [...labels]
    .filter(([, label]) => !label.giftCard)
    .map(([p, { collections: c, tags: t }]) => ({ p, c, t }))
    // Two carts with the same products take the rows in the same order.
    .sort((a, b) => a.p.length - b.p.length || (a.p < b.p ? -1 : 1))
  if (rows.length === 0) return
  await withShop(shopId, (tx) =>
    tx.query(
      `INSERT INTO product_label (shop_id, product_id, collections, tags)
       SELECT $1, p, c, t FROM json_to_recordset($2) AS r(p bigint, c bigint[], t text[])
       ON CONFLICT (shop_id, product_id) DO UPDATE
          SET collections = excluded.collections, tags = excluded.tags, read_at = now()`,
      [shopId, JSON.stringify(rows)],
    ),
  )
}

function digits(gid: string): string {
  return gid.split('/').pop() as string
}
