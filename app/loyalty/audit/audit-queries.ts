/**
 * The rules that never bend, as queries: each selects what breaks the rule, one row a violation, with a text that
 * says which. Set-based, so that a long book is read once and not row by row. Row-level security limits them to the
 * shop of the transaction. `clock.now` is the time.
 */
export interface AuditQuery {
  invariant: number
  name: string
  /** Selects `what text` for each violation. */
  sql: string
}

/** What an entry does to the member's own side. */
const EFFECT = (bucket: string) =>
  `sum(CASE WHEN destination = '${bucket}' THEN amount WHEN source = '${bucket}' THEN -amount ELSE 0 END)`

/** What one entry alone does to the sum of these places. */
const STEP = (...buckets: string[]) => {
  const among = (side: string) => `${side} IN (${buckets.map((bucket) => `'${bucket}'`).join(', ')})`
  return `((CASE WHEN ${among('destination')} THEN amount ELSE 0 END) - (CASE WHEN ${among('source')} THEN amount ELSE 0 END))`
}

const FOLD = `
  SELECT shop_id, account_id, unit, ${EFFECT('pending')} AS pending, ${EFFECT('available')} AS available,
         ${EFFECT('held')} AS held, -${EFFECT('debt')} AS debt
    FROM entry GROUP BY shop_id, account_id, unit`

/** The holds of each redemption in the order of its rounds: points that went back may have been taken again. */
const HOLDS = `
  SELECT r.shop_id, r.redemption_id, k.hold_id, k.round
    FROM redemption r CROSS JOIN unnest(r.former_holds || r.hold_id) WITH ORDINALITY AS k(hold_id, round)`

/** Of order `o` nothing is left: the rule of domain/given-back.ts. Lines are lists, and objects in rows of an older form. */
const GIVEN_BACK = `
  o.facts ->> 'kept' = '0'
  AND EXISTS (SELECT FROM json_array_elements(o.facts -> 'refunds') AS f(refund) WHERE (refund ->> 'paidBack')::numeric > 0)
  AND NOT EXISTS (SELECT FROM json_array_elements(o.facts -> 'lines') AS l(line)
                   WHERE coalesce(line ->> 4, line ->> 'currentQuantity') <> '0')`

/** What each order that carries the code of redemption `r` is to it: the rules of domain/code-standing.ts, told a second time. */
const CLAIMS = `
  SELECT c.order_id,
         CASE WHEN o.facts ->> 'test' = 'true' OR o.facts ->> 'cancelledAt' IS NOT NULL OR (${GIVEN_BACK})
                OR EXISTS (SELECT FROM json_array_elements_text(o.facts -> 'idleCodes') AS i(code) WHERE upper(i.code) = r.code)
                OR NOT EXISTS (SELECT FROM json_array_elements_text(o.facts -> 'discountCodes') AS d(code)
                                WHERE upper(d.code) = r.code) THEN 'dead'
              WHEN o.facts ->> 'paid' IS DISTINCT FROM 'false' THEN 'paid'
              WHEN o.gone_at IS NOT NULL THEN 'dead' ELSE 'unpaid' END AS claim
    FROM redemption_order c JOIN order_state o ON o.shop_id = c.shop_id AND o.order_id = c.order_id
   WHERE c.shop_id = r.shop_id AND c.redemption_id = r.redemption_id`

export const AUDIT_QUERIES: AuditQuery[] = [
  {
    invariant: 1,
    name: 'every posting has entries, and what merges move out of one account arrives in another',
    sql: `SELECT CASE WHEN e.posting_id IS NULL THEN 'posting ' || p.posting_id ELSE 'entry ' || e.entry_id || ' of no posting' END AS what
            FROM posting p
            FULL JOIN (SELECT shop_id, posting_id, min(entry_id) AS entry_id FROM entry GROUP BY 1, 2) e
                   ON e.shop_id = p.shop_id AND e.posting_id = p.posting_id
           WHERE p.posting_id IS NULL OR e.posting_id IS NULL
          UNION ALL
          SELECT 'merges leave ' || ${EFFECT('merged')} FROM entry GROUP BY shop_id, unit HAVING ${EFFECT('merged')} <> 0`,
  },
  {
    invariant: 2,
    name: 'postings and entries cannot be changed or deleted',
    sql: `SELECT 'no guard on ' || t AS what FROM unnest(ARRAY['posting', 'entry', 'program']) AS t
           WHERE NOT EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = t::regclass AND g.tgenabled IN ('O', 'A')
                              AND g.tgfoid = 'refuse_change'::regproc)
              OR has_table_privilege('stammgast_shop', t, 'UPDATE') OR has_table_privilege('stammgast_jobs', t, 'DELETE')`,
  },
  {
    invariant: 3,
    name: 'a balance is the fold of its entries; open lots hold what is available and held',
    sql: `SELECT 'account ' || b.account_id || ': balance differs from its entries' AS what
            FROM balance b LEFT JOIN (${FOLD}) f USING (shop_id, account_id, unit)
           WHERE (b.pending, b.available, b.held, b.debt) IS DISTINCT FROM
                 (coalesce(f.pending, 0), coalesce(f.available, 0), coalesce(f.held, 0), coalesce(f.debt, 0))
          UNION ALL
          SELECT 'account ' || b.account_id || ': lots differ from the balance'
            FROM balance b LEFT JOIN (SELECT shop_id, account_id, sum(remaining) AS remaining, sum(held) AS held
                                        FROM lot WHERE NOT closed GROUP BY 1, 2) l USING (shop_id, account_id)
           WHERE b.unit = 'points'
             AND (coalesce(l.remaining, 0), coalesce(l.held, 0)) IS DISTINCT FROM (b.available + b.held, b.held)`,
  },
  {
    invariant: 4,
    name: 'only reversals create debt, and nothing is below zero',
    sql: `SELECT 'account ' || account_id || ': below zero' AS what FROM balance
           WHERE least(pending, available, held, debt) < 0 OR (debt > 0 AND available > 0)
          UNION ALL
          SELECT 'entry ' || e.entry_id || ': debt by ' || p.kind FROM entry e JOIN posting p USING (shop_id, posting_id)
           WHERE e.source = 'debt' AND p.kind NOT IN ('order', 'merge', 'claim')`,
  },
  {
    invariant: 5,
    name: 'a business key stands once',
    // While the unique key stands, the database itself refuses a second one: only without it every row is compared.
    sql: `WITH guard AS MATERIALIZED (
            SELECT EXISTS (SELECT FROM pg_constraint c JOIN pg_index i ON i.indexrelid = c.conindid
                            WHERE c.conrelid = 'posting'::regclass AND c.contype = 'u' AND i.indisunique AND i.indisvalid
                              AND pg_get_constraintdef(c.oid) = 'UNIQUE (shop_id, kind, source_id, part, version)') AS stands)
          SELECT 'no unique key on posting' AS what FROM guard WHERE NOT stands
          UNION ALL
          SELECT concat_ws('/', kind, source_id, part, version) FROM posting WHERE NOT (SELECT stands FROM guard)
           GROUP BY shop_id, kind, source_id, part, version HAVING count(*) > 1`,
  },
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
  {
    invariant: 9,
    name: 'redeemed points come back at most once',
    sql: `SELECT 'redemption ' || source_id AS what FROM posting WHERE kind = 'redemption'
           GROUP BY shop_id, source_id, version
          HAVING count(*) FILTER (WHERE part IN ('release', 'return')) > count(*) FILTER (WHERE part = 'reserve')`,
  },
  {
    invariant: 10,
    name: 'every hold ends exactly once, with one posting',
    sql: `SELECT 'hold ' || h.hold_id AS what
            FROM hold h JOIN (${HOLDS}) r USING (shop_id, hold_id)
            LEFT JOIN (SELECT shop_id, source_id, version, count(*) FILTER (WHERE part = 'capture') AS captured,
                              count(*) FILTER (WHERE part = 'release') AS released
                         FROM posting WHERE kind = 'redemption' GROUP BY 1, 2, 3) p
                   ON p.shop_id = r.shop_id AND p.source_id = r.redemption_id::text AND p.version = r.round
           WHERE (coalesce(p.captured, 0), coalesce(p.released, 0)) IS DISTINCT FROM
                 (CASE WHEN h.outcome = 'captured' THEN 1 ELSE 0 END::bigint,
                  CASE WHEN h.outcome IN ('released', 'expired') THEN 1 ELSE 0 END::bigint)
          UNION ALL
          SELECT 'hold ' || h.hold_id || ' of no redemption' FROM hold h LEFT JOIN (${HOLDS}) r USING (shop_id, hold_id)
           WHERE h.kind = 'redemption' AND r.redemption_id IS NULL
          UNION ALL
          SELECT 'hold ' || h.hold_id || ': its code ended at ' || r.ends_at
            FROM redemption r JOIN hold h USING (shop_id, hold_id)
           WHERE h.outcome IS NULL AND r.ends_at < (SELECT now FROM clock) - interval '25 hours'
             -- Of a shop that cannot be asked nobody knows what came of a try to make it.
             AND (r.made_mark IS NULL OR EXISTS (SELECT FROM shop s WHERE s.shop_id = r.shop_id AND s.uninstalled_at IS NULL))
             -- One on an order that can still be paid may stay, as long as Shopify is asked whether it can; of points that
             -- were taken a second time, after the code's day, it is not asked at once.
             AND (r.order_id IS NULL OR coalesce(r.looked_at, r.changed_at) < (SELECT now FROM clock) - interval '3 days')
          UNION ALL
          SELECT 'order ' || h.order_id || ': ' || h.holds || ' holds of disputes, ' || h.ended || ' ended, in the book '
                 || coalesce(p.frozen, 0) || ' and ' || coalesce(p.released, 0)
            FROM (SELECT shop_id, order_id, count(*) AS holds, count(outcome) AS ended FROM hold
                   WHERE kind = 'dispute' GROUP BY 1, 2) h
            LEFT JOIN (SELECT shop_id, source_id, count(*) FILTER (WHERE part = 'freeze') AS frozen,
                              count(*) FILTER (WHERE part = 'release') AS released
                         FROM posting WHERE kind = 'dispute' GROUP BY 1, 2) p
                   ON p.shop_id = h.shop_id AND p.source_id = h.order_id::text
           WHERE (h.holds, h.ended) IS DISTINCT FROM (coalesce(p.frozen, 0), coalesce(p.released, 0))
          UNION ALL
          SELECT 'hold ' || h.hold_id || ': order ' || h.order_id || ' is not disputed' FROM hold h
            JOIN order_state o USING (shop_id, order_id)
           WHERE h.kind = 'dispute' AND h.outcome IS NULL AND o.facts ->> 'dispute' IS DISTINCT FROM 'open'
          UNION ALL
          SELECT 'account ' || b.account_id || ': open holds differ from held' FROM balance b
            LEFT JOIN (SELECT shop_id, account_id, sum(amount) AS amount FROM hold WHERE outcome IS NULL GROUP BY 1, 2) h
                   USING (shop_id, account_id)
           WHERE b.unit = 'points' AND b.held <> coalesce(h.amount, 0)`,
  },
  {
    invariant: 11,
    name: 'a code can be used if and only if its points are held or captured',
    sql: `SELECT 'redemption ' || r.redemption_id || ': ' || r.status || ', hold ' || coalesce(h.outcome, 'open') AS what
            FROM redemption r JOIN hold h USING (shop_id, hold_id)
           WHERE NOT CASE r.status WHEN 'used' THEN h.outcome IS NOT DISTINCT FROM 'captured'
                                   WHEN 'returned' THEN h.outcome IS NOT NULL
                                   ELSE h.outcome IS NULL END
          UNION ALL
          SELECT 'redemption ' || r.redemption_id || ': ' || r.status || coalesce(', order ' || r.order_id, '') || ', but it is on '
                 || coalesce(c.claims, 'no order')
            FROM redemption r
            -- One by one, by keys: few orders carry a code, and no figures of the planner's are needed.
            LEFT JOIN LATERAL (
              SELECT bool_or(claim = 'paid') AS paid, bool_or(claim = 'unpaid') AS unpaid,
                     bool_or(order_id = r.order_id AND claim <> 'dead') AS own,
                     bool_or(order_id = r.order_id AND claim = 'paid') AS own_paid,
                     string_agg(claim || ' order ' || order_id, ' and ' ORDER BY order_id) AS claims
                FROM (${CLAIMS}) each) c ON true
           WHERE r.code IS NOT NULL
             AND CASE WHEN r.status = 'used' THEN NOT coalesce(c.own_paid, false)
                      WHEN r.status = 'returned' THEN coalesce(c.paid, false) IS DISTINCT FROM (r.uncovered_at IS NOT NULL)
                      ELSE coalesce(c.paid, false) OR (r.order_id IS NOT NULL) IS DISTINCT FROM coalesce(c.own, false)
                           OR (r.order_id IS NULL AND c.unpaid) OR (r.ending IS NULL AND NOT c.paid AND NOT c.unpaid) END
          UNION ALL
          SELECT 'redemption ' || r.redemption_id || ': on order ' || o.order_id || ', and not taken down'
            FROM redemption r
            JOIN order_state o ON o.shop_id = r.shop_id AND o.account_id = r.account_id
                              AND o.placed_at >= r.created_at - interval '1 day'
           WHERE o.facts -> 'discountCodes' IS NOT NULL
             AND EXISTS (SELECT FROM json_array_elements_text(o.facts -> 'discountCodes') AS d(code) WHERE upper(d.code) = r.code)
             AND NOT EXISTS (SELECT FROM redemption_order c WHERE c.shop_id = r.shop_id
                              AND c.redemption_id = r.redemption_id AND c.order_id = o.order_id)
          UNION ALL
          SELECT 'redemption ' || r.redemption_id || ': ' || r.status || coalesce(', made ' || r.discount_id, ', nothing made')
            FROM redemption r
           WHERE r.code IS NULL AND (r.status = 'used') <> (r.discount_id IS NOT NULL)
          UNION ALL
          SELECT 'redemption ' || r.redemption_id || ': was to be ended in Shopify at ' || r.changed_at
            FROM redemption r JOIN shop s ON s.shop_id = r.shop_id AND s.uninstalled_at IS NULL
           WHERE (r.ending IS NOT NULL OR (r.status = 'returned' AND r.closed_at IS NULL AND r.ends_at > (SELECT now FROM clock)))
             AND r.changed_at < (SELECT now FROM clock) - interval '1 day'
          UNION ALL
          SELECT 'redemption ' || f.redemption_id || ': in Shopify "' || f.why || '" since ' || f.found_at
            FROM code_finding f JOIN shop s ON s.shop_id = f.shop_id AND s.uninstalled_at IS NULL
           -- What only a person can put right is told to the merchant; the rest is our own to mend.
           WHERE f.settled_at IS NULL AND f.repair IS NOT NULL AND f.found_at < (SELECT now FROM clock) - interval '3 days'`,
  },
  {
    invariant: 12,
    name: 'a merged account is empty and leads straight to the one that stayed',
    sql: `SELECT 'account ' || a.account_id AS what
            FROM account a JOIN balance b USING (shop_id, account_id)
            JOIN account k ON k.shop_id = a.shop_id AND k.account_id = a.merged_into
           WHERE k.merged_into IS NOT NULL OR NOT b.closed OR b.pending + b.available + b.held + b.debt <> 0`,
  },
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
  {
    invariant: 14,
    name: 'points are whole numbers and every entry moves some',
    sql: `SELECT 'entry ' || entry_id AS what FROM entry WHERE amount <= 0 OR source = destination`,
  },
  {
    invariant: 15,
    name: 'nothing belongs to an account of another shop',
    sql: ['entry', 'lot', 'posting', 'order_state', 'redemption', 'hold', 'balance']
      .map(
        (table) => `SELECT '${table} of account ' || t.account_id AS what FROM ${table} t
           WHERE t.account_id IS NOT NULL
             AND NOT EXISTS (SELECT FROM account a WHERE a.shop_id = t.shop_id AND a.account_id = t.account_id)`,
      )
      .join(' UNION ALL '),
  },
  {
    invariant: 16,
    name: 'a redacted account names nobody',
    sql: `SELECT 'account ' || a.account_id AS what FROM account a
           WHERE a.redacted_at IS NOT NULL
             AND (a.customer_id IS NOT NULL OR a.guest_hash IS NOT NULL
                  OR EXISTS (SELECT FROM order_state o WHERE o.shop_id = a.shop_id AND o.account_id = a.account_id
                              AND coalesce(o.facts ->> 'customerId', o.facts ->> 'guestHash') IS NOT NULL))`,
  },
  {
    invariant: 17,
    name: 'every acknowledged delivery ends, with a reason where it did nothing',
    sql: `SELECT 'delivery ' || delivery_id || ': waits since ' || received_at AS what FROM inbox JOIN delivery USING (shop_id, delivery_id)
           WHERE received_at < now() - interval '24 hours'
          UNION ALL
          SELECT 'delivery ' || delivery_id || ': no reason' FROM delivery_outcome WHERE reason = ''`,
  },
  {
    invariant: 18,
    name: 'entries of an account follow each other: each balance after is the one before plus its points',
    sql: `SELECT 'entry ' || entry_id AS what FROM (
            SELECT entry_id, available_after - lag(available_after, 1, 0::bigint) OVER w - ${STEP('available', 'debt')} AS off,
                   pending_after - lag(pending_after, 1, 0::bigint) OVER w - ${STEP('pending')} AS pending_off
              FROM entry WINDOW w AS (PARTITION BY shop_id, account_id, unit ORDER BY entry_id)) e
           WHERE (off, pending_off) IS DISTINCT FROM (0::bigint, 0::bigint)`,
  },
  {
    invariant: 19,
    name: 'an adjustment or reinstatement by hand carries who and why',
    sql: `SELECT 'posting ' || posting_id AS what FROM posting
           WHERE kind IN ('adjustment', 'reinstatement') AND (actor = '' OR coalesce(reason, '') = '')`,
  },
  {
    invariant: 20,
    name: 'points for a behaviour are given once a person, and the book says the same',
    sql: `SELECT 'account ' || account_id || ': ' || source || ' twice' AS what FROM earning_award
           WHERE taken_back IS NULL GROUP BY shop_id, account_id, source HAVING count(*) > 1
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
            FROM earning_award w JOIN account a USING (shop_id, account_id) WHERE a.merged_into IS NOT NULL`,
  },
]
