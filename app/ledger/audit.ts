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

/** Of the book itself: postings, entries, balances and lots. */
export const BOOK_RULES: AuditQuery[] = [
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
]
