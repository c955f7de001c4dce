import { elementsOf, textsOf } from '../../db/stored-json.ts'
import { REWARD_KINDS } from '../../domain/rewards/kinds.ts'
import type { AuditQuery } from '../../ledger/audit.ts'

/** Redemption `r` is of a kind that is made in Shopify. */
const IN_SHOPIFY = `r.reward ->> 'kind' NOT IN (${REWARD_KINDS.filter((kind) => 'ours' in kind)
  .map(({ kind }) => `'${kind}'`)
  .join(', ')})`

/** The holds of each redemption in the order of its rounds: points that went back may have been taken again. */
const HOLDS = `
  SELECT r.shop_id, r.redemption_id, k.hold_id, k.round
    FROM redemption r CROSS JOIN unnest(r.former_holds || r.hold_id) WITH ORDINALITY AS k(hold_id, round)`

/** Of order `o` nothing is left: the rule of domain/given-back.ts. Lines are lists, and objects in rows of an older form. */
const GIVEN_BACK = `
  o.facts ->> 'kept' = '0'
  AND EXISTS (SELECT FROM ${elementsOf(`o.facts -> 'refunds'`)} AS f(refund) WHERE refund ->> 'paidBack' ~ '^[0-9]*[1-9]')
  AND NOT EXISTS (SELECT FROM ${elementsOf(`o.facts -> 'lines'`)} AS l(line)
                   WHERE coalesce(line ->> 4, line ->> 'currentQuantity') <> '0')`

/** What each order that carries the code of redemption `r` is to it: the rules of domain/code-standing.ts, told a second time. */
const CLAIMS = `
  SELECT c.order_id,
         CASE WHEN o.facts ->> 'test' = 'true' OR o.facts ->> 'cancelledAt' IS NOT NULL OR (${GIVEN_BACK})
                OR EXISTS (SELECT FROM ${textsOf(`o.facts -> 'idleCodes'`)} AS i(code) WHERE upper(i.code) = r.code)
                OR NOT EXISTS (SELECT FROM ${textsOf(`o.facts -> 'discountCodes'`)} AS d(code)
                                WHERE upper(d.code) = r.code) THEN 'dead'
              WHEN o.facts ->> 'paid' IS DISTINCT FROM 'false' THEN 'paid'
              WHEN o.gone_at IS NOT NULL THEN 'dead' ELSE 'unpaid' END AS claim
    FROM redemption_order c JOIN order_state o ON o.shop_id = c.shop_id AND o.order_id = c.order_id
   WHERE c.shop_id = r.shop_id AND c.redemption_id = r.redemption_id`

/** A number within a stored reward, if it is one. */
const limitOf = (path: string) => `CASE WHEN ${path} ~ '^[0-9]{1,9}$' THEN (${path})::int END`

/** What each redemption was limited to when it was taken. One whose points were taken a second time had its turn long ago. */
const LIMITED = `
  SELECT r.shop_id, r.account_id, r.redemption_id, r.reward_id, r.created_at,
         ${limitOf(`r.reward -> 'limits' ->> 'stock'`)} AS stock,
         CASE WHEN r.reward ->> 'oncePerMember' = 'true' THEN 'ever'
              ELSE r.reward -> 'limits' -> 'perMember' ->> 'per' END AS per,
         CASE WHEN r.reward ->> 'oncePerMember' = 'true' THEN 1
              ELSE ${limitOf(`r.reward -> 'limits' -> 'perMember' ->> 'times'`)} END AS times
    FROM redemption r WHERE r.status <> 'returned' AND r.former_holds = '{}'`

/** Of redemptions, their holds and what was made for them. */
export const REDEMPTION_RULES: AuditQuery[] = [
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
             AND EXISTS (SELECT FROM ${textsOf(`o.facts -> 'discountCodes'`)} AS d(code) WHERE upper(d.code) = r.code)
             AND NOT EXISTS (SELECT FROM redemption_order c WHERE c.shop_id = r.shop_id
                              AND c.redemption_id = r.redemption_id AND c.order_id = o.order_id)
          UNION ALL
          SELECT 'redemption ' || r.redemption_id || ': ' || r.status || coalesce(', made ' || r.discount_id, ', nothing made')
            FROM redemption r
           WHERE r.code IS NULL AND ${IN_SHOPIFY} AND (r.status = 'used') <> (r.discount_id IS NOT NULL)
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
    invariant: 22,
    name: 'no more of a reward is taken than there is, and no more by a member than she may',
    sql: `SELECT 'reward ' || reward_id || ': redemption ' || redemption_id || ' is number ' || nth || ' of ' || stock AS what
            FROM (SELECT *, row_number() OVER (PARTITION BY shop_id, reward_id ORDER BY redemption_id) AS nth
                    FROM (${LIMITED}) l
                   WHERE (shop_id, reward_id) IN (SELECT shop_id, reward_id FROM (${LIMITED}) s WHERE stock IS NOT NULL)) n
           WHERE nth > stock
          UNION ALL
          SELECT 'account ' || account_id || ': redemption ' || redemption_id || ' is number ' || nth || ' of ' || times
            FROM (SELECT l.*, row_number() OVER (
                           PARTITION BY l.shop_id, l.account_id, l.reward_id, l.per,
                                        CASE WHEN l.per IN ('day', 'week', 'month', 'year')
                                             THEN date_trunc(l.per, l.created_at AT TIME ZONE s.time_zone) END
                           ORDER BY l.redemption_id) AS nth
                    FROM (${LIMITED}) l JOIN shop s ON s.shop_id = l.shop_id
                   WHERE l.times IS NOT NULL
                     -- Of two accounts that became one each had what it was entitled to.
                     AND NOT EXISTS (SELECT FROM account a WHERE a.shop_id = l.shop_id AND a.merged_into = l.account_id)) n
           WHERE nth > times`,
  },
]
