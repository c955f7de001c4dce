import { acrossShops } from '../../db/db.server.ts'
import type { AdminGraphql } from '../../shopify/ask-admin.ts'
import { keepTitles, titlesFor } from '../program/campaign-titles.ts'
import { loadPrograms, programAt } from '../program/programs.ts'
import { asksForLabels } from './label-orders.ts'
import { PRODUCTS_A_CALL, readAnew } from './product-labels.ts'

/** So many products a night; what is left grows old and is read when an order asks for it. */
const MOST = 5_000
/** What was read since then is left alone. */
const YOUNG = '12 hours'

/** Reads anew what the categories and products are called that the program in force names: somebody may rename them. */
export async function refreshTitles(shopId: number, graphql: AdminGraphql, now: number): Promise<void> {
  const program = await acrossShops(async (tx) =>
    programAt((await loadPrograms(tx, [shopId])).get(shopId), now),
  )
  if (!program) return
  const titles = await titlesFor(graphql, [program.document])
  await acrossShops((tx) => keepTitles(tx, shopId, program.document, titles))
}

/**
 * Reads again what the cache holds of a shop's products, the oldest first: a lost message of a change does no harm
 * for longer than a day. Without campaigns that ask for labels nothing is read.
 * @returns how many products were read
 * @throws what the Admin API throws
 */
export async function refreshLabels(
  shopId: number,
  graphql: AdminGraphql,
  most: number = MOST,
): Promise<number> {
  const oldest = await acrossShops(async (tx) => {
    if (!asksForLabels((await loadPrograms(tx, [shopId])).get(shopId))) return []
    const { rows } = await tx.query<{ productId: string }>(
      `SELECT product_id::text AS "productId" FROM product_label
        WHERE shop_id = $1 AND read_at < now() - interval '${YOUNG}' ORDER BY read_at LIMIT $2`,
      [shopId, most],
    )
    return rows.map(({ productId }) => productId)
  })
  for (let at = 0; at < oldest.length; at += PRODUCTS_A_CALL)
    await readAnew(shopId, oldest.slice(at, at + PRODUCTS_A_CALL), graphql)
  return oldest.length
}
