import type { AuditQuery } from '../../ledger/audit.ts'

/** Of points that were given for a behaviour. */
export const AWARD_RULES: AuditQuery[] = [
  {
    invariant: 20,
    name: 'points for a behaviour are given once a person, and the book says the same',
    sql: `SELECT 'account ' || account_id || ': ' || source || ' twice' AS what FROM earning_award
           WHERE due > 0 GROUP BY shop_id, account_id, source HAVING count(*) > 1
          UNION ALL
          SELECT 'award ' || coalesce(a.award_id::text, p.source_id) || ': differs from the book'
            FROM earning_award a
            FULL JOIN (SELECT p.shop_id, p.source_id,
                              coalesce(sum(e.amount) FILTER (WHERE e.source = 'issued'), 0) AS given,
                              coalesce(sum(e.amount) FILTER (WHERE e.destination = 'issued'), 0) AS taken
                         FROM posting p JOIN entry e USING (shop_id, posting_id)
                        WHERE p.kind = 'award' GROUP BY 1, 2) p
                   ON p.shop_id = a.shop_id AND p.source_id = a.award_id::text
           WHERE (a.points, coalesce(a.taken_back, 0)) IS DISTINCT FROM (p.given::bigint, p.taken::bigint)
          UNION ALL
          SELECT 'award ' || w.award_id || ': of account ' || w.account_id || ', which was merged'
            FROM earning_award w JOIN account a USING (shop_id, account_id) WHERE a.merged_into IS NOT NULL
          UNION ALL
          SELECT 'award ' || w.award_id || ': went back, and lot ' || l.lot_id || ' of it can be spent'
            FROM earning_award w
            JOIN lot l ON l.shop_id = w.shop_id AND l.account_id = w.account_id AND l.award_id = w.award_id
           WHERE w.due < w.points - coalesce(w.taken_back, 0) AND NOT l.closed AND l.remaining > l.held
          UNION ALL
          SELECT 'lot ' || l.lot_id || ': of award ' || l.award_id || ', which account ' || l.account_id || ' does not have'
            FROM lot l LEFT JOIN earning_award w USING (shop_id, award_id, account_id)
           WHERE l.award_id IS NOT NULL AND w.award_id IS NULL`,
  },
]
