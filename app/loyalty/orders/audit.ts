import type { AuditQuery } from '../../ledger/audit.ts'

/** Of orders and the book. */
export const ORDER_RULES: AuditQuery[] = [
  {
    invariant: 6,
    name: "what the book holds of an order is the order's worth",
    sql: `SELECT 'order ' || o.order_id || ': worth ' || o.worth || ', in the book ' || coalesce(f.points, 0) AS what
            FROM order_state o
            LEFT JOIN (SELECT p.shop_id, p.source_id::bigint AS order_id,
                              sum(CASE WHEN e.source = 'issued' THEN e.amount ELSE -e.amount END) AS points
                         FROM posting p JOIN entry e USING (shop_id, posting_id)
                        WHERE p.kind = 'order' AND (e.source = 'issued' OR e.destination = 'issued')
                        GROUP BY 1, 2) f USING (shop_id, order_id)
           WHERE o.posted_pending + o.posted_available <> coalesce(f.points, 0)
              OR (o.account_id IS NOT NULL AND o.worth <> coalesce(f.points, 0)
                  AND NOT EXISTS (SELECT FROM dispute d WHERE d.shop_id = o.shop_id AND d.order_id = o.order_id AND d.standing = 'open'))`,
  },
]
