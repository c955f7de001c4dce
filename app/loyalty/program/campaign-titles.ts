import type { Tx } from '../../db/tx.ts'
import { type GoodsScope, toldTitles } from '../../domain/document/titles.ts'
import type { Titles } from '../../domain/document/words.ts'
import type { Program } from '../../domain/program/program.ts'
import { rewardGoods } from '../../domain/rewards/kinds.ts'
import { logger } from '../../logger.server.ts'
import { type AdminGraphql, askAdmin } from '../../shopify/ask-admin.ts'
import { gidOf } from '../../shopify/gid.ts'
import { CollectionTitles, ProductTitles, VariantsToGive } from '../../shopify/graphql/products.ts'

/** Shopify takes 250 ids in one call. */
const AT_ONCE = 250

/**
 * The titles of everything that the documents' campaigns and rewards name. Never fails: without an answer of Shopify the
 * pages show ids.
 */
export async function titlesFor(graphql: AdminGraphql, documents: Program[]): Promise<Titles> {
  const ids = { products: new Set<string>(), collections: new Set<string>(), variants: new Set<string>() }
  for (const scope of documents.flatMap(scopesOf)) {
    if ('ids' in scope) for (const id of scope.ids) ids[scope.kind].add(id)
  }
  const [products, collections, variants] = await Promise.all([
    read(graphql, ProductTitles, 'Product', [...ids.products]),
    read(graphql, CollectionTitles, 'Collection', [...ids.collections]),
    read(graphql, VariantsToGive, 'ProductVariant', [...ids.variants]),
  ])
  const titles: Titles = {}
  for (const { id, title } of products) titles[`products/${digits(id)}`] = title
  for (const { id, title } of collections) titles[`collections/${digits(id)}`] = title
  for (const { id, title } of variants) titles[`variants/${digits(id)}`] = title
  return titles
}

/**
 * Keeps the titles for shoppers' pages, which do not ask Shopify. One that was not read this time stays as it was: it
 * is better than none.
 */
export async function keepTitles(tx: Tx, shopId: number, program: Program, titles: Titles): Promise<void> {
  const kept = await keptTitles(tx, shopId)
  await tx.query('UPDATE shop SET campaign_titles = $2 WHERE shop_id = $1', [
    shopId,
    JSON.stringify(toldTitles(scopesOf(program), { ...kept, ...titles })),
  ])
}

/** The titles that were kept last; null: none were. */
export async function keptTitles(tx: Tx, shopId: number): Promise<Titles | null> {
  const { rows } = await tx.query<{ titles: Titles | null }>(
    `SELECT CASE json_typeof(campaign_titles) WHEN 'object' THEN campaign_titles END AS titles
       FROM shop WHERE shop_id = $1`,
    [shopId],
  )
  return rows[0]?.titles ?? null
}

const scopesOf = ({ campaigns, rewards }: Program): GoodsScope[] => [
  ...campaigns.map(({ scope }) => scope),
  ...rewards.flatMap((reward) => rewardGoods(reward) ?? []),
]

async function read(
  graphql: AdminGraphql,
  document: typeof ProductTitles | typeof CollectionTitles | typeof VariantsToGive,
  type: 'Product' | 'Collection' | 'ProductVariant',
  ids: string[],
): Promise<{ id: string; title: string }[]> {
  const found: { id: string; title: string }[] = []
  try {
    for (let from = 0; from < ids.length; from += AT_ONCE) {
      const gids = ids.slice(from, from + AT_ONCE).map((id) => gidOf(type, id))
      const { nodes } = await askAdmin(graphql, document, { ids: gids })
      for (const node of nodes)
        if (node && 'title' in node) found.push({ id: String(node.id), title: titleOf(node as Titled) })
    }
  } catch (error) {
    // A Response asks the browser to sign in again; the page's other loaders ask for it too.
    logger.warn({ reason: error instanceof Error ? error.message : 'no answer' }, 'titles could not be read')
  }
  return found
}

interface Titled {
  title: string
  product?: { title: string }
}

/** A variant is called by its product, too; the only one of a product has no name of its own. */
function titleOf({ title, product }: Titled): string {
  if (!product) return title
  return title === 'Default Title' ? product.title : `${product.title} - ${title}`
}

function digits(gid: string): string {
  return gid.slice(gid.lastIndexOf('/') + 1)
}
