import type { Tx } from '../../db/tx.ts'

/** Drops the cached collections and tags of one product, or (a collection changed) of all; they are read anew. */
export async function forgetProductLabels(tx: Tx, shopId: number, productId: string | null): Promise<void> {
  await tx.query(
    `DELETE FROM product_label
      WHERE shop_id = $1 AND ($2::bigint IS NULL OR product_id = $2) AND read_at IS NOT NULL`,
    [shopId, productId],
  )
}
