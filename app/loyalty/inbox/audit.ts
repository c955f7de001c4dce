import type { AuditQuery } from '../../ledger/audit.ts'

/** Of what Shopify sent. */
export const DELIVERY_RULES: AuditQuery[] = [
  {
    invariant: 17,
    name: 'every acknowledged delivery ends, with a reason where it did nothing',
    sql: `SELECT 'delivery ' || delivery_id || ': waits since ' || received_at AS what FROM inbox JOIN delivery USING (shop_id, delivery_id)
           WHERE received_at < now() - interval '24 hours'
          UNION ALL
          SELECT 'delivery ' || delivery_id || ': no reason' FROM delivery_outcome WHERE reason = ''`,
  },
]
