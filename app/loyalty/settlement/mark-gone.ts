import type { Tx } from '../../db/tx.ts'
import { openAccounts } from '../../ledger/accounts.ts'
import { redemptionsOnOrders } from '../rewards/redemption-record.ts'
import { settleCodesAgain } from '../rewards/settle-redemptions.ts'

/**
 * Shopify has the order no longer. What it earned stays in the book; a reward code that it carried and never paid
 * with is free of it.
 * @returns false when the order is not known
 */
export async function markGone(tx: Tx, shopId: number, orderId: string, now: number): Promise<boolean> {
  const codes = await redemptionsOnOrders(tx, [{ shopId, orderId }])
  await openAccounts(tx, codes) // accounts are locked before orders, everywhere
  const { rowCount } = await tx.query(
    'UPDATE order_state SET gone_at = coalesce(gone_at, now()) WHERE shop_id = $1 AND order_id = $2',
    [shopId, orderId],
  )
  await settleCodesAgain(tx, codes, now)
  return (rowCount ?? 0) > 0
}
