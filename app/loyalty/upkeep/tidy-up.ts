import { acrossShops } from '../../db/db.server.ts'
import { TIDYING } from '../../db/tables.ts'
import type { Tx } from '../../db/tx.ts'
import { logger } from '../../logger.server.ts'

/** Finished deliveries are kept so long, to look into and to deliver again. */
const KEEP_DELIVERIES_DAYS = 14
const KEEP_QUARANTINED_DAYS = 90
/** What a customer asked for names her, and has to be done by then: https://shopify.dev/docs/apps/build/compliance/privacy-law-compliance */
const KEEP_ASKED_DAYS = 30
/** Of a shop, as they lie in the database; the newest stay. The nightly reading finds the orders of those that go. */
const MOST_QUARANTINED = 2_000
const MOST_QUARANTINED_BYTES = 32 * 2 ** 20

/** Removes what has served its time. @returns how many deliveries went */
export async function tidyUp(): Promise<number> {
  await eraseRemains()
  return acrossShops(async (tx) => {
    const { rowCount } = await tx.query(
      `DELETE FROM delivery d
        WHERE received_at < now() - make_interval(days => $1)
          AND NOT EXISTS (SELECT FROM inbox i WHERE i.shop_id = d.shop_id AND i.delivery_id = d.delivery_id)
          AND (received_at < now() - make_interval(days => $2) OR NOT EXISTS (
                SELECT FROM delivery_outcome o
                 WHERE o.shop_id = d.shop_id AND o.delivery_id = d.delivery_id AND o.status = 'quarantined')
               OR (topic IN ('customers/redact', 'customers/data_request') AND received_at < now() - make_interval(days => $3)))`,
      [KEEP_DELIVERIES_DAYS, KEEP_QUARANTINED_DAYS, KEEP_ASKED_DAYS],
    )
    const beyond = await tidyQuarantine(tx)
    await tx.query(
      `DELETE FROM delivery_outcome o
        WHERE NOT EXISTS (SELECT FROM delivery d WHERE d.shop_id = o.shop_id AND d.delivery_id = o.delivery_id)`,
    )
    for (const statement of TIDYING) await tx.query(statement)
    await tx.query('DELETE FROM request_count WHERE expire < $1', [Date.now()])
    return (rowCount ?? 0) + beyond
  })
}

/** What was written while its shop was erased: the erasure could not see it, and nobody else ever would. */
async function eraseRemains(): Promise<void> {
  const { rows } = await acrossShops((tx) =>
    tx.query<{ shopId: number }>('SELECT erase_remains() AS "shopId"'),
  )
  if (rows.length > 0)
    logger.warn({ shops: rows.map(({ shopId }) => shopId) }, 'erased what had stayed behind erased shops')
}

async function tidyQuarantine(tx: Tx): Promise<number> {
  const { rows } = await tx.query<{ shopId: number }>(
    `WITH quarantined AS (
       SELECT d.shop_id, d.delivery_id, count(*) OVER newest_first AS place,
              sum(pg_column_size(d.body)) OVER newest_first AS bytes
         FROM delivery_outcome o JOIN delivery d USING (shop_id, delivery_id)
        WHERE o.status = 'quarantined'
       WINDOW newest_first AS (PARTITION BY d.shop_id ORDER BY d.delivery_id DESC))
     DELETE FROM delivery d USING quarantined q
      WHERE d.shop_id = q.shop_id AND d.delivery_id = q.delivery_id AND (q.place > $1 OR q.bytes > $2)
     RETURNING d.shop_id AS "shopId"`,
    [MOST_QUARANTINED, MOST_QUARANTINED_BYTES],
  )
  if (rows.length > 0) {
    const shops = [...new Set(rows.map((row) => row.shopId))]
    logger.warn(
      { deliveries: rows.length, shops },
      'more deliveries were set aside than are kept; the oldest went',
    )
  }
  return rows.length
}
