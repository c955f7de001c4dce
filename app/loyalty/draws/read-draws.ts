import { withShop } from '../../db/db.server.ts'
import type { Tx } from '../../db/tx.ts'
import type { Reward } from '../../domain/rewards/kinds.ts'

/** What is known of a draw by the tickets that were given for it. */
export interface DrawRow {
  draw: string
  /** As it was when its last ticket was given. */
  reward: Reward
  /** Those that take part. */
  tickets: number
  members: number
  takenBack: number
}

/** Every draw for which a ticket was given. */
export async function readDraws(tx: Tx, shopId: number): Promise<DrawRow[]> {
  const { rows } = await tx.query<DrawRow>(
    `SELECT d.draw, d.tickets, d.members, d."takenBack",
            (SELECT r.reward FROM draw_ticket t JOIN redemption r ON r.shop_id = t.shop_id AND r.redemption_id = t.redemption_id
              WHERE t.shop_id = $1 AND t.draw = d.draw ORDER BY t.number DESC LIMIT 1) AS reward
       FROM (SELECT t.draw, count(*) FILTER (WHERE r.status = 'used')::int AS tickets,
                    count(DISTINCT r.account_id) FILTER (WHERE r.status = 'used')::int AS members,
                    count(*) FILTER (WHERE r.status <> 'used')::int AS "takenBack"
               FROM draw_ticket t JOIN redemption r ON r.shop_id = t.shop_id AND r.redemption_id = t.redemption_id
              WHERE t.shop_id = $1 GROUP BY t.draw) d
      ORDER BY d.draw`,
    [shopId],
  )
  return rows
}

export interface TicketRow {
  number: number
  /** Digits; null: the customer is gone. */
  customerId: string | null
  redeemedAt: Date
}

const PAGE = 2_000

/** The tickets that take part in a draw, by their numbers, a page at a time. */
export async function* ticketsOfDraw(shopId: number, draw: string): AsyncGenerator<TicketRow[]> {
  for (let after = 0, more = true; more; ) {
    const { rows } = await withShop(shopId, (tx) =>
      tx.query<TicketRow & { taken: boolean }>(
        `SELECT t.number, a.customer_id::text AS "customerId", r.created_at AS "redeemedAt", r.status = 'used' AS taken
           FROM draw_ticket t JOIN redemption r ON r.shop_id = t.shop_id AND r.redemption_id = t.redemption_id
           JOIN account a ON a.shop_id = r.shop_id AND a.account_id = r.account_id
          WHERE t.shop_id = $1 AND t.draw = $2 AND t.number > $3
          ORDER BY t.number LIMIT ${PAGE}`,
        [shopId, draw, after],
      ),
    )
    yield rows.filter(({ taken }) => taken)
    after = rows.at(-1)?.number ?? after
    more = rows.length === PAGE
  }
}
