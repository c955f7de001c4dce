import type { AuditQuery } from '../../ledger/audit.ts'

/** Of donations, and what was paid out of them. */
export const CAUSE_RULES: AuditQuery[] = [
  {
    invariant: 23,
    name: 'a cause is given what its captured donations say, and a payment is taken back at most once, as a whole',
    sql: `SELECT 'redemption ' || redemption_id || ': ' || coalesce(donated::text, 'nothing') || ' donated' AS what
            FROM redemption
           WHERE CASE WHEN reward ->> 'kind' = 'donation'
                      THEN donated IS NULL OR donated <> CASE WHEN reward ->> 'amount' ~ '^[0-9]{1,9}([.][0-9]{1,3})?$'
                                                                             THEN (reward ->> 'amount')::numeric ELSE 0 END
                      ELSE donated IS NOT NULL END
          UNION ALL
          SELECT 'donation ' || r.redemption_id || ': ' || r.status || ', its points ' || coalesce(h.outcome, 'held')
            FROM redemption r JOIN hold h USING (shop_id, hold_id)
           WHERE r.donated IS NOT NULL AND h.outcome IS DISTINCT FROM 'captured'
          UNION ALL
          SELECT 'payment ' || c.payment_id || ' corrects payment ' || c.corrects
            FROM cause_payment c JOIN cause_payment p ON p.shop_id = c.shop_id AND p.payment_id = c.corrects
           WHERE c.amount <> -p.amount OR c.cause <> p.cause OR p.corrects IS NOT NULL`,
  },
]
