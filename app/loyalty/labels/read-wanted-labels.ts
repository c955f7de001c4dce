import { acrossShops } from '../../db/db.server.ts'
import type { Tx } from '../../db/tx.ts'
import { compareIds } from '../../domain/text/compare-ids.ts'
import { bigints } from '../../ledger/arrays.ts'
import { enqueue, enqueueEach } from '../../queue/enqueue.ts'
import { shopAdmin } from '../../shopify/shop-admin.ts'
import { shopById } from '../shop/shop-of-request.ts'
import {
  distinctProducts,
  PRODUCTS_A_CALL,
  type ProductKey,
  readProductLabels,
  STALE,
} from './product-labels.ts'

/** Why an order waits in the inbox. */
export const AWAITS_LABELS = "Collections and tags of the order's products are being read from Shopify"

/** Shops whose products this process is reading. */
const underWay = new Set<number>()
const LATER_MS = 2_000

/** Notes products whose labels an order waits for; a job of each shop reads them when the transaction has committed. */
export async function wantLabels(tx: Tx, products: readonly ProductKey[]): Promise<void> {
  // Each once: PostgreSQL refuses to change a row twice in one statement. And in one order, so that two batches that want
  // the same do not wait for each other.
  const sorted = distinctProducts(products).sort(
    (a, b) => a.shopId - b.shopId || compareIds(a.productId, b.productId),
  )
  await tx.query(
    `INSERT INTO product_label (shop_id, product_id, collections, tags, read_at)
     SELECT s, p, '{}', '{}', NULL FROM unnest($1::bigint[], $2::bigint[]) AS r(s, p)
     ON CONFLICT (shop_id, product_id) DO UPDATE SET read_at = NULL WHERE ${STALE}`,
    [bigints(sorted.map(({ shopId }) => shopId)), bigints(sorted.map(({ productId }) => productId))],
  )
  const shopIds = [...new Set(sorted.map(({ shopId }) => shopId))]
  await enqueueEach(
    tx,
    'read-products',
    shopIds.map((shopId) => ({ shopId })),
  )
}

/**
 * Reads the wanted products of a shop and lets the orders that waited for them go on. When Shopify does not answer,
 * one job of the shop waits and no more: another one comes again later, as the first may fail.
 * @throws what the Admin API throws
 */
export async function readWantedLabels(shopId: number): Promise<void> {
  if (underWay.has(shopId)) {
    const runAt = new Date(Date.now() + LATER_MS)
    await acrossShops((tx) => enqueue(tx, 'read-products', { shopId }, { runAt }))
    return
  }
  underWay.add(shopId)
  try {
    await readAll(shopId)
  } finally {
    underWay.delete(shopId)
  }
}

async function readAll(shopId: number): Promise<void> {
  const shop = await shopById(shopId)
  if (!shop) return
  for (;;) {
    const wanted = await acrossShops((tx) => nextWanted(tx, shopId))
    if (wanted.length === 0) break
    await readProductLabels(shopId, wanted, () => shopAdmin(shop.domain))
  }
  // Also when nothing was wanted: another job may have read it before these orders lay in the inbox.
  await acrossShops((tx) => letGoOn(tx, shopId))
}

async function nextWanted(tx: Tx, shopId: number): Promise<string[]> {
  const { rows } = await tx.query<{ productId: string }>(
    `SELECT product_id::text AS "productId" FROM product_label WHERE shop_id = $1 AND read_at IS NULL LIMIT $2`,
    [shopId, PRODUCTS_A_CALL],
  )
  return rows.map(({ productId }) => productId)
}

async function letGoOn(tx: Tx, shopId: number): Promise<void> {
  await tx.query(
    'UPDATE inbox SET not_before = now() WHERE shop_id = $1 AND not_before > now() AND reason = $2',
    [shopId, AWAITS_LABELS],
  )
}
