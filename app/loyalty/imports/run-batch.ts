import { acrossShops } from '../../db/db.server.ts'
import type { Tx } from '../../db/tx.ts'
import { enqueue } from '../../queue/enqueue.ts'
import { shopAdmin } from '../../shopify/shop-admin.ts'
import { type Shop, shopById } from '../shop/shop-of-request.ts'
import { checkBalances, checkSlice } from './check-batch.ts'
import { postSlice, type RunningBatch } from './post-slice.ts'

/** A job works for about so long, then makes room for others. */
const TURN_MS = 20_000

export function enqueueBatch(tx: Tx, shopId: number, batchId: number): Promise<void> {
  return enqueue(tx, 'run-batch', { shopId, batchId })
}

/**
 * The job of a batch: looks up its customers, or posts its lines once the merchant has confirmed. Every slice is a
 * transaction of its own; whatever cuts the job off, the next one goes on behind the last slice.
 */
export async function runBatch(shopId: number, batchId: number, now: () => number): Promise<void> {
  const shop = await shopById(shopId)
  if (!shop) return
  const end = performance.now() + TURN_MS
  for (;;) {
    const more = await step(shop, batchId, now)
    if (!more) return
    if (performance.now() > end) break
  }
  await acrossShops((tx) => enqueueBatch(tx, shopId, batchId))
}

/** @returns false when the batch waits for the merchant or has ended */
async function step(shop: Shop, batchId: number, now: () => number): Promise<boolean> {
  const status = await statusOf(shop.shopId, batchId)
  if (status === 'running') return postNext(shop, batchId, now)
  if (status !== 'checking') return false
  try {
    if (await checkSlice(shop.shopId, batchId, await shopAdmin(shop.domain))) return true
  } catch (error) {
    await acrossShops((tx) =>
      tx.query(`UPDATE bulk_batch SET error = $3 WHERE shop_id = $1 AND batch_id = $2`, [
        shop.shopId,
        batchId,
        (error as Error).message.slice(0, 500),
      ]),
    )
    throw error
  }
  await acrossShops(async (tx) => {
    // First the batch: a second run that comes late finds it further on, and must not touch lines that are posted.
    const { rowCount } = await tx.query(
      `UPDATE bulk_batch SET status = 'ready', checked = lines, error = NULL, touched_at = now()
        WHERE shop_id = $1 AND batch_id = $2 AND status = 'checking'`,
      [shop.shopId, batchId],
    )
    if (rowCount === 1) await checkBalances(tx, shop.shopId, batchId)
  })
  return false
}

async function statusOf(shopId: number, batchId: number): Promise<string | undefined> {
  const { rows } = await acrossShops((tx) =>
    tx.query<{ status: string }>('SELECT status FROM bulk_batch WHERE shop_id = $1 AND batch_id = $2', [
      shopId,
      batchId,
    ]),
  )
  return rows[0]?.status
}

async function postNext(shop: Shop, batchId: number, now: () => number): Promise<boolean> {
  return acrossShops(async (tx) => {
    const { rows } = await tx.query<RunningBatch>(
      `SELECT batch_id AS "batchId", kind, undoes, coalesce(confirmed_by, created_by) AS actor,
              (extract(epoch FROM created_at) * 1000)::float8 AS "uploadedAt" FROM bulk_batch
        WHERE shop_id = $1 AND batch_id = $2 AND status = 'running' FOR UPDATE`,
      [shop.shopId, batchId],
    )
    const [batch] = rows
    if (!batch) return false
    const taken = await postSlice(tx, shop, batch, now())
    // The file is through: the addresses that nobody was found for have served their time.
    if (taken === 0)
      await tx.query(
        `UPDATE bulk_line SET value = NULL WHERE shop_id = $1 AND batch_id = $2 AND problem IN ('email-unknown', 'email-invalid')`,
        [shop.shopId, batchId],
      )
    await tx.query(
      `UPDATE bulk_batch SET done = done + $3, touched_at = now(), error = NULL,
              status = CASE WHEN $3 = 0 THEN 'done' ELSE status END, finished_at = CASE WHEN $3 = 0 THEN now() END
        WHERE shop_id = $1 AND batch_id = $2`,
      [shop.shopId, batchId, taken],
    )
    return taken > 0
  })
}
