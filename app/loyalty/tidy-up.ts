import { acrossShops } from '../db.server.ts'

/** Finished deliveries are kept so long, to look into and to deliver again. */
const KEEP_DELIVERIES_DAYS = 14
const KEEP_QUARANTINED_DAYS = 90

/** Removes what has served its time. @returns how many deliveries went */
export async function tidyUp(): Promise<number> {
  return acrossShops(async (tx) => {
    const { rowCount } = await tx.query(
      `DELETE FROM delivery d
        WHERE received_at < now() - make_interval(days => $1)
          AND NOT EXISTS (SELECT FROM inbox i WHERE i.shop_id = d.shop_id AND i.delivery_id = d.delivery_id)
          AND (received_at < now() - make_interval(days => $2) OR NOT EXISTS (
                SELECT FROM delivery_outcome o
                 WHERE o.shop_id = d.shop_id AND o.delivery_id = d.delivery_id AND o.status = 'quarantined'))`,
      [KEEP_DELIVERIES_DAYS, KEEP_QUARANTINED_DAYS],
    )
    await tx.query(
      `DELETE FROM delivery_outcome o
        WHERE NOT EXISTS (SELECT FROM delivery d WHERE d.shop_id = o.shop_id AND d.delivery_id = o.delivery_id)`,
    )
    return rowCount ?? 0
  })
}
