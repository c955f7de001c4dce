import { acrossShops } from '../db.server.ts'
import { labelOrders } from './label-orders.ts'
import { settleOrders } from './settle-orders.ts'
import { loadPrograms } from './settlement/programs.ts'
import type { OrderReading } from './settlement/readings.ts'
import { readFacts, type StoredFacts } from './settlement/stored-facts.ts'

const SLICE = 200

/**
 * Judges the stored orders that no program covered when they came, now that one was published for their day. Orders
 * that a version has judged stay with it.
 * @returns how many orders were judged
 */
export async function settleAgain(shopId: number, now: () => number): Promise<number> {
  let judged = 0
  let after = '0'
  for (;;) {
    const slice = await acrossShops(async (tx) => {
      const { rows } = await tx.query<{ facts: StoredFacts; orderId: string }>(
        `SELECT o.facts, o.order_id::text AS "orderId" FROM order_state o
          WHERE o.shop_id = $1 AND o.program_version IS NULL AND o.order_id > $2
            AND o.placed_at >= (SELECT min(effective_from) FROM program WHERE shop_id = $1)
          ORDER BY o.order_id LIMIT $3`,
        [shopId, after, SLICE],
      )
      const readings: OrderReading[] = rows.map(({ facts }) => ({
        shopId,
        facts: readFacts(facts),
        origin: 'again',
      }))
      const programs = await loadPrograms(tx, [shopId])
      const [unlabelled] = (await labelOrders(readings, programs)).values()
      if (unlabelled) throw unlabelled
      await settleOrders(tx, readings, now(), { programs })
      return rows
    })
    judged += slice.length
    if (slice.length < SLICE) return judged
    after = slice.at(-1)?.orderId ?? after
  }
}
