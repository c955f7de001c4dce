import type { AuditQuery } from '../../ledger/audit.ts'

/** Of points that lapsed and came back. */
export const EXPIRY_RULES: AuditQuery[] = [
  {
    invariant: 13,
    name: 'nothing expired that was held or not warned of early enough',
    sql: `SELECT 'lot ' || lot_id AS what FROM lot WHERE held > remaining
          UNION ALL
          SELECT 'entry ' || entry_id FROM entry WHERE destination = 'expired' AND source <> 'available'
          UNION ALL
          SELECT 'entry ' || e.entry_id || ': expired by ' || p.kind FROM entry e JOIN posting p USING (shop_id, posting_id)
           WHERE e.destination = 'expired' AND p.kind <> 'expiry'
          UNION ALL
          SELECT 'expiry ' || p.posting_id || CASE
                   WHEN w.warning_id IS NULL THEN ': no warning'
                   WHEN w.sent_at IS NULL THEN ': the warning was not sent'
                   ELSE ': warned at ' || w.sent_at || ' for ' || w.valid_until END
            FROM posting p
            LEFT JOIN expiry_warning w ON w.shop_id = p.shop_id AND w.account_id = p.account_id
                  AND w.warning_id = CASE WHEN p.part ~ '^[0-9]{1,18}$' THEN p.part::bigint END
                  AND CASE WHEN p.source_id ~ '^[0-9]{1,18}$' THEN p.source_id::bigint END = ANY (w.lots)
           WHERE p.kind = 'expiry'
             -- On the shop's calendar, which is at most a day from UTC's and has days of 23 hours.
             AND (w.sent_at IS NULL OR p.event_at < w.sent_at + make_interval(hours => 24 * w.warn_days - 1)
                  OR (p.event_at AT TIME ZONE 'UTC')::date < w.valid_until)
          UNION ALL
          SELECT 'reinstatement ' || r.posting_id || ' of no expiry, or of other points'
            FROM (SELECT p.shop_id, p.posting_id, p.source_id, sum(e.amount) FILTER (WHERE e.source = 'expired') AS points
                    FROM posting p JOIN entry e USING (shop_id, posting_id)
                   WHERE p.kind = 'reinstatement' GROUP BY 1, 2, 3) r
            LEFT JOIN (SELECT p.shop_id, p.posting_id, sum(e.amount) AS points
                         FROM posting p JOIN entry e USING (shop_id, posting_id)
                        WHERE p.kind = 'expiry' GROUP BY 1, 2) x
                   ON x.shop_id = r.shop_id AND x.posting_id::text = r.source_id
           WHERE x.points IS DISTINCT FROM r.points`,
  },
]
