import type { Tx } from '../../db/tx.ts'
import type { AccountKey } from '../../ledger/accounts.ts'
import { enqueue } from '../../queue/enqueue.ts'

/**
 * Has the open codes of a member looked at in Shopify, if other customers were merged into this one: a discount may
 * still be for one of those, and nobody could use it.
 */
export async function moveCodesLater(tx: Tx, { shopId, accountId }: AccountKey): Promise<void> {
  const { rowCount } = await tx.query(
    `SELECT FROM redemption r WHERE r.shop_id = $1 AND r.account_id = $2 AND r.status = 'ready' AND r.ending IS NULL
        AND EXISTS (SELECT FROM account g
                     WHERE g.shop_id = $1 AND g.merged_into = $2 AND g.customer_id IS NOT NULL) LIMIT 1`,
    [shopId, accountId],
  )
  if (rowCount === 1) await enqueue(tx, 'move-codes', { shopId, accountId })
}
