import { idIn } from '../../db/stored-json.ts'
import type { AuditQuery } from '../../ledger/audit.ts'

/**
 * Of accounts that were merged or redacted. An order that was placed while an address was surely somebody's is that one's
 * whoever was redacted (certainlyAt in app/ledger/addresses-in-time.ts).
 */
export const MEMBER_RULES: AuditQuery[] = [
  {
    invariant: 12,
    name: 'a merged account is empty and leads straight to the one that stayed',
    sql: `SELECT 'account ' || a.account_id AS what
            FROM account a JOIN balance b USING (shop_id, account_id)
            JOIN account k ON k.shop_id = a.shop_id AND k.account_id = a.merged_into
           WHERE k.merged_into IS NOT NULL OR NOT b.closed OR b.pending + b.available + b.held + b.debt <> 0`,
  },
  {
    invariant: 16,
    name: 'a redacted account names nobody, and nobody was brought back by what was before the redaction',
    sql: `SELECT 'account ' || a.account_id AS what FROM account a
           WHERE a.redacted_at IS NOT NULL
             AND (a.customer_id IS NOT NULL OR a.guest_hash IS NOT NULL
                  OR EXISTS (SELECT FROM order_state o WHERE o.shop_id = a.shop_id AND o.account_id = a.account_id
                              AND coalesce(o.facts ->> 'customerId', o.facts ->> 'guestHash') IS NOT NULL))
          UNION ALL
          SELECT 'account ' || a.account_id || ' of a person who was redacted' FROM forgotten_person f
            JOIN account a ON a.shop_id = f.shop_id AND person_key(a.shop_id, a.customer_id, a.guest_hash) = f.who
           WHERE f.back_at IS NULL AND a.guest_until = 'infinity'
          UNION ALL
          SELECT 'order ' || o.order_id || ' of a person who was redacted after it' FROM forgotten_person f
            JOIN account a ON a.shop_id = f.shop_id AND person_key(a.shop_id, a.customer_id, a.guest_hash) = f.who
            JOIN order_state o ON o.shop_id = a.shop_id AND o.account_id = coalesce(a.merged_into, a.account_id)
           WHERE f.back_at IS NOT NULL AND a.guest_until = 'infinity' AND o.placed_at <= f.redacted_at AND o.placed_at < f.back_at
             AND person_key(o.shop_id, ${idIn(`o.facts ->> 'customerId'`)}, o.facts ->> 'guestHash') = f.who
             AND NOT EXISTS (SELECT FROM account p WHERE p.shop_id = o.shop_id AND p.merged_into = o.account_id
                                AND p.guest_hash = o.facts ->> 'guestHash' AND o.placed_at >= p.guest_since AND o.placed_at < p.guest_until
                                AND (p.guest_since > '-infinity' OR p.guest_until < 'infinity'))
          UNION ALL
          SELECT 'order ' || order_id || ': forgotten, and names somebody' FROM order_state o
           WHERE forgotten AND coalesce(facts ->> 'customerId', facts ->> 'guestHash') IS NOT NULL
             AND NOT EXISTS (SELECT FROM account a WHERE a.shop_id = o.shop_id AND a.account_id = o.account_id
                                AND a.redacted_at IS NOT NULL)`,
  },
]
