import { withShop } from '../../db/db.server.ts'
import { DomainError } from '../../domain/text/errors.ts'
import { enqueueImport, isUnderWay, lockImport, putAway } from './import-record.ts'

/** Stops after the page that is being read, or puts an estimate away. What was taken over stays. */
export async function cancelImport(shopId: number): Promise<void> {
  await withShop(shopId, (tx) => putAway(tx, shopId, ['estimating', 'estimated', 'running']))
}

/** A decision of a merchant's about one import. Each is safe to send twice. */
export interface ImportDecision {
  shopId: number
  importId: number
  actor: string
}

/**
 * Has the reckoned orders taken over. One that runs or has run is left as it is.
 * @throws DomainError batch-unknown, batch-state (not reckoned to the end, put away, or another one is under way)
 */
export async function confirmImport({ shopId, importId, actor }: ImportDecision): Promise<void> {
  await withShop(shopId, async (tx) => {
    const status = await lockImport(tx, shopId, importId)
    if (status === 'running' || status === 'done') return
    if (status !== 'estimated' || (await isUnderWay(tx, shopId)))
      throw new DomainError('batch-state', `the import is ${status}, or another one is under way`)
    await tx.query(
      `UPDATE order_import
          SET status = 'running', expected_taken = taken, expected_points = points, confirmed_by = $3, cursor = NULL,
              checked = 0, taken = 0, points = 0, error = NULL, touched_at = now(), finished_at = NULL
        WHERE shop_id = $1 AND import_id = $2`,
      [shopId, importId, actor],
    )
    await enqueueImport(tx, shopId)
  })
}

/**
 * Takes back what an import gave: each of its orders becomes history, which counts towards tiers and is worth nothing,
 * by a posting of its own. What a member has spent meanwhile stays spent: nobody gets a debt by it.
 * @throws DomainError batch-unknown, batch-state (it gave no points, has not ended, or another one is under way)
 */
export async function undoImport({ shopId, importId, actor }: ImportDecision): Promise<void> {
  await withShop(shopId, async (tx) => {
    const status = await lockImport(tx, shopId, importId)
    if (status === 'undoing' || status === 'undone') return
    const { rowCount } = await tx.query(
      `SELECT 1 FROM order_import_order WHERE shop_id = $1 AND import_id = $2 AND state = 'given' LIMIT 1`,
      [shopId, importId],
    )
    const ended = status === 'done' || status === 'cancelled'
    if (!ended || rowCount === 0 || (await isUnderWay(tx, shopId)))
      throw new DomainError(
        'batch-state',
        `the import is ${status}, gave nothing, or another one is under way`,
      )
    await tx.query(
      `UPDATE order_import SET status = 'undoing', undone_by = $3, touched_at = now(), finished_at = NULL, error = NULL
        WHERE shop_id = $1 AND import_id = $2`,
      [shopId, importId, actor],
    )
    await enqueueImport(tx, shopId)
  })
}
