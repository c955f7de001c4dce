import type { AuditQuery } from '../../ledger/audit.ts'

/** Of tickets and their numbers. */
export const DRAW_RULES: AuditQuery[] = [
  {
    invariant: 24,
    name: 'each ticket of a draw has a number of its own, and nobody has more or fewer than was redeemed',
    sql: `SELECT 'draw ' || draw || ': ' || count(*) || ' tickets, the last is number ' || max(number) AS what
            FROM draw_ticket GROUP BY shop_id, draw HAVING count(*) <> max(number)
          UNION ALL
          SELECT 'redemption ' || r.redemption_id || ': ' || coalesce(t.tickets, 0) || ' tickets'
            FROM redemption r
            LEFT JOIN (SELECT shop_id, redemption_id, count(*) AS tickets, min(draw) AS first, max(draw) AS last
                         FROM draw_ticket GROUP BY 1, 2) t USING (shop_id, redemption_id)
           WHERE (r.reward ->> 'kind' = 'draw-ticket' OR t.tickets IS NOT NULL)
             AND (r.reward ->> 'kind', t.tickets::text, t.first, t.last)
                 IS DISTINCT FROM ('draw-ticket', r.reward ->> 'tickets', r.reward_id, r.reward_id)`,
  },
]
