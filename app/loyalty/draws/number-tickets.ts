import type { Tx } from '../../db/tx.ts'

interface Tickets {
  shopId: number
  redemptionId: number
  /** The reward that is the draw. */
  draw: string
  count: number
}

/**
 * Gives a redemption its tickets, with the next numbers of the draw. Who takes tickets of the same draw at once waits from
 * here to the end of the transaction, so as little as possible follows. A number is never given again: the tickets of a
 * redemption that was taken back keep theirs.
 */
export async function numberTickets(tx: Tx, { shopId, redemptionId, draw, count }: Tickets): Promise<void> {
  if (count === 0) return
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`draw:${shopId}:${draw}`])
  await tx.query(
    `INSERT INTO draw_ticket (shop_id, draw, number, redemption_id)
     SELECT $1, $2, last.number + n, $3
       FROM (SELECT coalesce(max(number), 0) AS number FROM draw_ticket WHERE shop_id = $1 AND draw = $2) last,
            generate_series(1, $4::int) n`,
    [shopId, draw, redemptionId, count],
  )
}
