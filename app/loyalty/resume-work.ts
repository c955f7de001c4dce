import { acrossShops } from '../db.server.ts'
import { enqueueBatch } from './bulk/run-batch.ts'
import { enqueueImport } from './import-orders.ts'

/** Work in slices that stood still for so long lost its job: the process was killed and the queue still waits for it. */
const STANDS_STILL = '2 minutes'

/** Takes up imports and batches again whose worker was killed. Those that are under way are safe from a second job. */
export async function resumeWork(): Promise<void> {
  await acrossShops(async (tx) => {
    const imports = await tx.query<{ shopId: number }>(
      `SELECT shop_id AS "shopId" FROM order_import WHERE status = 'running' AND touched_at < now() - $1::interval`,
      [STANDS_STILL],
    )
    for (const { shopId } of imports.rows) await enqueueImport(tx, shopId)
    const batches = await tx.query<{ shopId: number; batchId: number }>(
      `SELECT shop_id AS "shopId", batch_id AS "batchId" FROM bulk_batch
        WHERE status IN ('checking', 'running') AND touched_at < now() - $1::interval`,
      [STANDS_STILL],
    )
    for (const { shopId, batchId } of batches.rows) await enqueueBatch(tx, shopId, batchId)
  })
}
