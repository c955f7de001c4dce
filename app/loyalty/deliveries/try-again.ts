import { withShop } from '../../db/db.server.ts'

/**
 * Puts messages back into the inbox: those that were set aside, and those that wait for a later try. Processing is
 * safe to repeat, and one that lies in the inbox already is not put there a second time.
 * @param deliveryIds null: all of the shop's
 * @returns how many will be tried
 */
export async function tryAgain(shopId: number, deliveryIds: number[] | null): Promise<number> {
  return withShop(shopId, async (tx) => {
    const { rowCount: back } = await tx.query(
      `WITH taken AS (
         DELETE FROM delivery_outcome o
          WHERE o.shop_id = $1 AND o.status = 'quarantined' AND ($2::bigint[] IS NULL OR o.delivery_id = ANY($2))
            AND EXISTS (SELECT FROM delivery d WHERE d.shop_id = o.shop_id AND d.delivery_id = o.delivery_id)
          RETURNING o.shop_id, o.delivery_id)
       INSERT INTO inbox (shop_id, delivery_id) SELECT shop_id, delivery_id FROM taken
       ON CONFLICT (shop_id, delivery_id) DO NOTHING`,
      [shopId, deliveryIds],
    )
    const { rowCount: sooner } = await tx.query(
      `UPDATE inbox SET not_before = now()
        WHERE shop_id = $1 AND not_before > now() AND ($2::bigint[] IS NULL OR delivery_id = ANY($2))`,
      [shopId, deliveryIds],
    )
    return (back ?? 0) + (sooner ?? 0)
  })
}
