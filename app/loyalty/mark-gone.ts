import type { Tx } from '../ledger/tx.ts'

/** Shopify has the order no longer. What it earned stays in the book. @returns false when the order is not known */
export async function markGone(tx: Tx, shopId: number, orderId: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    'UPDATE order_state SET gone_at = coalesce(gone_at, now()) WHERE shop_id = $1 AND order_id = $2',
    [shopId, orderId],
  )
  return (rowCount ?? 0) > 0
}
