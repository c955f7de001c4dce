import { acrossShops } from '../../db/db.server.ts'
import { enqueueEach } from '../../queue/enqueue.ts'
import { enqueueBatch } from '../imports/run-batch.ts'
import { enqueueImport } from '../reconciliation/import-record.ts'

/** Work in slices that stood still for so long lost its job: the process was killed and the queue still waits for it. */
const STANDS_STILL = '2 minutes'

const CODES_A_ROUND = 500
/** By then every try of a code's own job is over, whatever became of it. */
const CODE_STANDS_STILL = '2 hours'

/**
 * Takes up imports and batches again whose worker was killed. Those that are under way are safe from a second job.
 * Codes whose tries all failed while Shopify could not be reached get another last one: it makes the code or gives the
 * points back, so that they are not held for a code that never comes.
 */
export async function resumeWork(): Promise<void> {
  await acrossShops(async (tx) => {
    const imports = await tx.query<{ shopId: number }>(
      `SELECT shop_id AS "shopId" FROM order_import
        WHERE status IN ('estimating', 'running', 'undoing') AND touched_at < now() - $1::interval`,
      [STANDS_STILL],
    )
    for (const { shopId } of imports.rows) await enqueueImport(tx, shopId)
    const batches = await tx.query<{ shopId: number; batchId: number }>(
      `SELECT shop_id AS "shopId", batch_id AS "batchId" FROM bulk_batch
        WHERE status IN ('checking', 'running') AND touched_at < now() - $1::interval`,
      [STANDS_STILL],
    )
    for (const { shopId, batchId } of batches.rows) await enqueueBatch(tx, shopId, batchId)
    const codes = await tx.query<{ shopId: number; redemptionId: number }>(
      `SELECT shop_id AS "shopId", redemption_id AS "redemptionId" FROM redemption
        WHERE status = 'preparing' AND changed_at < now() - $1::interval
        ORDER BY changed_at LIMIT ${CODES_A_ROUND}`,
      [CODE_STANDS_STILL],
    )
    await enqueueEach(tx, 'issue-reward', codes.rows, { attempts: 1 })
  })
}
