import { acrossShops } from '../../db/db.server.ts'
import { enqueue } from '../../queue/enqueue.ts'

/** Puts the reading of changed orders of every installed shop into the queue, one job each. */
export async function reconcileAll(kind: 'hourly' | 'nightly' = 'hourly'): Promise<void> {
  await acrossShops(async (tx) => {
    const { rows } = await tx.query<{ shopId: number }>(
      'SELECT shop_id AS "shopId" FROM shop WHERE uninstalled_at IS NULL ORDER BY shop_id',
    )
    for (const { shopId } of rows) {
      await enqueue(tx, 'reconcile-orders', { shopId, kind })
    }
  })
}
