import { acrossShops } from '../db.server.ts'

/** Finished deliveries are kept so long, to look into and to deliver again. */
const KEEP_DELIVERIES_DAYS = 14
const KEEP_QUARANTINED_DAYS = 90

/** Removes what has served its time. @returns how many deliveries went */
export async function tidyUp(): Promise<number> {
  return acrossShops(async (tx) => {
    const { rowCount } = await tx.query(
      `DELETE FROM delivery
        WHERE (status IN ('done', 'ignored') AND finished_at < now() - make_interval(days => $1))
           OR (status = 'quarantined' AND finished_at < now() - make_interval(days => $2))`,
      [KEEP_DELIVERIES_DAYS, KEEP_QUARANTINED_DAYS],
    )
    return rowCount ?? 0
  })
}
