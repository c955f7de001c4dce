import { acrossShops } from '../../db/db.server.ts'
import { sweep, takeApart } from '../../db/sweep.ts'
import type { Tx } from '../../db/tx.ts'
import { labelOrders, readLabels } from '../labels/label-orders.ts'
import type { OrderReading } from '../orders/readings.ts'
import { readFacts, type StoredFacts } from '../orders/stored-facts.ts'
import { loadPrograms } from '../program/programs.ts'
import { settleOrders } from './settle-orders.ts'

const SLICE = 200
const ORDER = { what: 'an order', ids: ({ orderId }: Stored) => ({ orderId }) }

interface Stored {
  orderId: string
  facts: StoredFacts
}

/**
 * Judges the stored orders that no program covered when they came, now that one was published for their day. Orders
 * that a version has judged stay with it.
 * @returns how many orders were judged
 * @throws Error when some could not be, after all others were: the job tries them again
 */
export async function settleAgain(shopId: number, now: () => number): Promise<number> {
  let met = 0
  const failed = await sweep<Stored>({
    due: (last) => acrossShops((tx) => nextSlice(tx, shopId, last?.orderId ?? '0')),
    size: SLICE,
    work: (slice) => {
      met += slice.length
      return takeApart(slice, (some) => settleSlice(shopId, some, now), ORDER)
    },
  })
  const [first] = failed
  if (first)
    throw new Error(
      `${failed.length} orders could not be judged, the first of them ${first.one.orderId}: ${first.reason}`,
    )
  return met
}

async function nextSlice(tx: Tx, shopId: number, after: string): Promise<Stored[]> {
  const { rows } = await tx.query<Stored>(
    `SELECT o.order_id::text AS "orderId", o.facts FROM order_state o
      WHERE o.shop_id = $1 AND o.program_version IS NULL AND o.order_id > $2
        AND o.placed_at >= (SELECT min(effective_from) FROM program WHERE shop_id = $1)
      ORDER BY o.order_id LIMIT $3`,
    [shopId, after, SLICE],
  )
  return rows
}

/** What became of an order since it was read here is judged as it stands by then. */
async function settleSlice(shopId: number, stored: readonly Stored[], now: () => number): Promise<void> {
  const slice = stored.map(({ orderId, facts }) => readFacts(facts, orderId))
  const labels = await readLabels(shopId, slice)
  await acrossShops(async (tx) => {
    const readings = slice.map((facts): OrderReading => ({ shopId, facts, origin: 'again' }))
    const programs = await loadPrograms(tx, [shopId])
    labelOrders(readings, labels, programs.get(shopId))
    await settleOrders(tx, readings, now(), { programs })
  })
}
