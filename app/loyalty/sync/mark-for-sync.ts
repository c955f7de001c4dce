import type { Tx } from '../../db/tx.ts'
import { type AccountKey, sortedKeys } from '../../ledger/accounts.ts'
import { bigints } from '../../ledger/arrays.ts'
import { enqueueEach } from '../../queue/enqueue.ts'

/** Members whose points changed: their metafields are written soon, one job per shop however many there are. */
export async function markForSync(tx: Tx, keys: Iterable<AccountKey>): Promise<void> {
  const sorted = sortedKeys(keys)
  if (sorted.length === 0) return
  await tx.query(
    `INSERT INTO member_to_sync (shop_id, account_id)
     SELECT unnest($1::bigint[]), unnest($2::bigint[])
     ON CONFLICT (shop_id, account_id) DO UPDATE SET since = excluded.since`,
    [bigints(sorted.map((key) => key.shopId)), bigints(sorted.map((key) => key.accountId))],
  )
  const shopIds = [...new Set(sorted.map((key) => key.shopId))]
  await enqueueEach(
    tx,
    'sync-members',
    shopIds.map((shopId) => ({ shopId })),
  )
}
