import { withShop } from '../../db/db.server.ts'
import type { Tx } from '../../db/tx.ts'
import { DomainError } from '../../domain/text/errors.ts'
import type { Shop } from '../shop/shop-of-request.ts'
import { keepGivenDays } from './given-days.ts'
import { readBatch, type SameFile } from './read-batch.ts'
import { enqueueBatch } from './run-batch.ts'

/** What a merchant decides about a batch. Each is safe to press twice. */
interface Decision {
  shop: Shop
  batchId: number
  actor: string
}

/** A file of the same content posts or has posted, and whoever confirmed did not say that it is to be repeated. */
export class SameFilePosted extends DomainError {
  readonly sameFile: SameFile

  constructor(batchId: number, sameFile: SameFile) {
    super('same-file', `batch ${sameFile.batchId} posts the same file as batch ${batchId}`)
    this.sameFile = sameFile
  }
}

/**
 * Has the correct lines posted. A batch that runs or has run is left as it is.
 * @param despite the batch of the same file that the merchant was shown and wants repeated all the same. It is named, so
 *   that two who read the same hint do not both repeat it.
 * @param version the program's version by which the page showed the last days of lines that name none
 * @throws DomainError batch-unknown, batch-state (still being checked, or put away)
 * @throws SameFilePosted same-file
 * @throws DaysChanged batch-state
 */
export async function confirmBatch({
  shop,
  batchId,
  actor,
  despite,
  version,
}: Decision & { despite?: number | undefined; version?: number | null | undefined }): Promise<void> {
  const { shopId } = shop
  await withShop(shopId, async (tx) => {
    const status = await lockStatus(tx, shopId, batchId)
    if (status === 'running' || status === 'done') return
    if (status !== 'ready') throw new DomainError('batch-state', `the batch is ${status}, not ready`)
    await refuseSameFile(tx, shopId, batchId, despite)
    await keepGivenDays(tx, shop, batchId, version)
    // The clock, not the begin of the transaction, which may lie before the wait: the order is that of the lock.
    await tx.query(
      `UPDATE bulk_batch SET status = 'running', confirmed_by = $3, confirmed_at = clock_timestamp(), touched_at = now()
        WHERE shop_id = $1 AND batch_id = $2`,
      [shopId, batchId, actor],
    )
    await enqueueBatch(tx, shopId, batchId)
  })
}

/**
 * Puts a batch away that was not confirmed; its lines go.
 * @throws DomainError batch-unknown, or batch-state (it posts already)
 */
export async function discardBatch({ shop, batchId }: Decision): Promise<void> {
  const { shopId } = shop
  await withShop(shopId, async (tx) => {
    const status = await lockStatus(tx, shopId, batchId)
    if (status === 'discarded') return
    if (status !== 'ready' && status !== 'checking')
      throw new DomainError('batch-state', `the batch is ${status}: it can only be undone`)
    await tx.query(
      `UPDATE bulk_batch SET status = 'discarded', finished_at = now() WHERE shop_id = $1 AND batch_id = $2`,
      [shopId, batchId],
    )
    await tx.query('DELETE FROM bulk_line WHERE shop_id = $1 AND batch_id = $2', [shopId, batchId])
  })
}

/**
 * Takes a whole batch back by a second one with the opposite of every line that was posted. What a member has spent
 * meanwhile stays spent and is reported; nobody gets a debt by it.
 * @returns the id of the reversing batch, the same one however often it is asked for
 * @throws DomainError batch-unknown, or batch-state (it is not finished, or itself an undo)
 */
export async function undoBatch({ shop, batchId, actor }: Decision): Promise<number> {
  const { shopId } = shop
  return withShop(shopId, async (tx) => {
    const status = await lockStatus(tx, shopId, batchId)
    const { rows: known } = await tx.query<{ id: number }>(
      'SELECT batch_id AS id FROM bulk_batch WHERE shop_id = $1 AND undoes = $2',
      [shopId, batchId],
    )
    if (known[0]) return known[0].id
    const { rows } = await tx.query<{ id: number }>(
      `INSERT INTO bulk_batch (shop_id, kind, undoes, status, file_name, created_by, confirmed_by, confirmed_at, lines)
       SELECT shop_id, kind, batch_id, 'running', file_name, $3, $3, now(),
              (SELECT count(*) FROM bulk_line l WHERE l.shop_id = $1 AND l.batch_id = $2 AND l.status = 'posted')
         FROM bulk_batch WHERE shop_id = $1 AND batch_id = $2 AND status = 'done' AND undoes IS NULL
       RETURNING batch_id AS id`,
      [shopId, batchId, actor],
    )
    const [undo] = rows
    if (!undo) throw new DomainError('batch-state', `the batch is ${status} and cannot be undone`)
    await tx.query(
      `INSERT INTO bulk_line (shop_id, batch_id, line, status, customer_id, points, reason, earned_on, posting_id)
       SELECT shop_id, $3, line, 'ready', customer_id, -posted, reason, earned_on, own_posting_id
         FROM bulk_line
        WHERE shop_id = $1 AND batch_id = $2 AND status = 'posted' AND customer_id IS NOT NULL`,
      [shopId, batchId, undo.id],
    )
    await enqueueBatch(tx, shopId, undo.id)
    return undo.id
  })
}

/**
 * Two confirmations of one file, uploaded twice, have each a row of their own to lock: a lock on the content lets one
 * after the other look. What the first has committed, the second one sees.
 */
async function refuseSameFile(
  tx: Tx,
  shopId: number,
  batchId: number,
  despite: number | undefined,
): Promise<void> {
  await tx.query(
    `SELECT pg_advisory_xact_lock(hashtextextended(concat_ws(':', 'bulk-file', shop_id, kind, digest), 0))
       FROM bulk_batch WHERE shop_id = $1 AND batch_id = $2`,
    [shopId, batchId],
  )
  const sameFile = (await readBatch(tx, shopId, batchId))?.sameFile
  if (sameFile && sameFile.batchId !== despite) throw new SameFilePosted(batchId, sameFile)
}

async function lockStatus(tx: Tx, shopId: number, batchId: number): Promise<string> {
  const { rows } = await tx.query<{ status: string }>(
    'SELECT status FROM bulk_batch WHERE shop_id = $1 AND batch_id = $2 FOR UPDATE',
    [shopId, batchId],
  )
  if (!rows[0]) throw new DomainError('batch-unknown', `there is no batch ${batchId}`)
  return rows[0].status
}
