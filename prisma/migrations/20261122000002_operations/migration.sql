-- What the merchant watches and sets going: reports of reconciliation and audit, the import of past orders, and
-- points that a file adjusts or brings along. None of these tables is hot; each goes with its shop (ON DELETE CASCADE).

-- ── Reconciliation, order by order ───────────────────────────────────────────────────────────────────────────────
ALTER TABLE reconciliation ADD COLUMN kind text NOT NULL DEFAULT 'hourly' CHECK (kind IN ('hourly', 'nightly', 'manual'));

CREATE TABLE reconciliation_finding (
  shop_id bigint NOT NULL,
  reconciliation_id bigint NOT NULL,
  order_id bigint NOT NULL,
  order_name text NOT NULL,
  -- what the book had missed
  why text NOT NULL CHECK (why IN ('unknown', 'moved', 'cancelled', 'paid', 'unpaid', 'refunded', 'disputed', 'edited')),
  -- null: the order was unknown
  points_before bigint,
  points_after bigint NOT NULL,
  PRIMARY KEY (shop_id, reconciliation_id, order_id),
  FOREIGN KEY (shop_id, reconciliation_id) REFERENCES reconciliation (shop_id, reconciliation_id) ON DELETE CASCADE
);

-- ── Audit ────────────────────────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE audit_run (
  shop_id bigint NOT NULL REFERENCES shop ON DELETE CASCADE,
  audit_id bigint GENERATED ALWAYS AS IDENTITY,
  kind text NOT NULL CHECK (kind IN ('nightly', 'manual')),
  started_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  violations integer,
  -- one object for each invariant: {invariant, name, violations, examples}
  findings json,
  error text,
  PRIMARY KEY (shop_id, audit_id)
);

-- ── Import of past orders ────────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE order_import (
  shop_id bigint NOT NULL REFERENCES shop ON DELETE CASCADE,
  import_id bigint GENERATED ALWAYS AS IDENTITY,
  from_at timestamptz NOT NULL,
  -- orders placed later come by themselves
  until_at timestamptz NOT NULL,
  -- false: the orders count towards tiers and are worth no points
  award boolean NOT NULL,
  status text NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'done', 'cancelled')),
  started_by text NOT NULL,
  started_at timestamptz NOT NULL DEFAULT now(),
  -- when a page was last read: an import that stands still is taken up again
  touched_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  -- Shopify's cursor of the last page that is in the book
  cursor text,
  total integer,
  checked integer NOT NULL DEFAULT 0,
  -- orders that were not in the book, or not judged by any program
  taken integer NOT NULL DEFAULT 0,
  points bigint NOT NULL DEFAULT 0,
  error text,
  PRIMARY KEY (shop_id, import_id)
);
CREATE UNIQUE INDEX order_import_one_at_a_time ON order_import (shop_id) WHERE status = 'running';

-- ── Points from a file ───────────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE bulk_batch (
  shop_id bigint NOT NULL REFERENCES shop ON DELETE CASCADE,
  batch_id bigint GENERATED ALWAYS AS IDENTITY,
  kind text NOT NULL CHECK (kind IN ('adjustment', 'import')),
  -- the batch that this one takes back
  undoes bigint,
  -- checking: customers are looked up. ready: waits for the merchant. running, done: posts, posted. discarded: never posts.
  status text NOT NULL CHECK (status IN ('checking', 'ready', 'running', 'done', 'discarded')),
  file_name text NOT NULL,
  -- fingerprint of the file: the same one twice is asked about
  digest text,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  confirmed_by text,
  confirmed_at timestamptz,
  finished_at timestamptz,
  touched_at timestamptz NOT NULL DEFAULT now(),
  lines integer NOT NULL,
  checked integer NOT NULL DEFAULT 0,
  done integer NOT NULL DEFAULT 0,
  error text,
  PRIMARY KEY (shop_id, batch_id),
  FOREIGN KEY (shop_id, undoes) REFERENCES bulk_batch (shop_id, batch_id),
  -- taken back once
  UNIQUE (shop_id, undoes)
);

CREATE TABLE bulk_line (
  shop_id bigint NOT NULL,
  batch_id bigint NOT NULL,
  -- as the merchant's editor counts them; the heading is line 1
  line integer NOT NULL,
  -- unchecked: the customer has not been looked up. wrong: never posts. ready, posted. refused: could not be posted.
  status text NOT NULL CHECK (status IN ('unchecked', 'wrong', 'ready', 'posted', 'refused')),
  customer_id bigint,
  -- only until the customer is found; gone when the batch ends
  email text,
  points bigint,
  reason text,
  earned_on date,
  expires_on date,
  problem text,
  -- what stood in the file at the place of the problem
  value text,
  -- what was really posted: an undo takes back what is still there
  posted bigint,
  -- of an undo: the posting that it takes back
  posting_id bigint,
  PRIMARY KEY (shop_id, batch_id, line),
  FOREIGN KEY (shop_id, batch_id) REFERENCES bulk_batch (shop_id, batch_id) ON DELETE CASCADE,
  CHECK (status NOT IN ('wrong', 'refused') OR problem IS NOT NULL),
  CHECK (status <> 'ready' OR (customer_id IS NOT NULL AND points <> 0))
);
CREATE INDEX bulk_line_problem ON bulk_line (shop_id, batch_id, line) WHERE status IN ('wrong', 'refused');
CREATE INDEX bulk_line_waiting ON bulk_line (shop_id, batch_id, line) WHERE status IN ('unchecked', 'ready');

-- ── Row-level security and grants ────────────────────────────────────────────────────────────────────────────────
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['reconciliation_finding', 'audit_run', 'order_import', 'bulk_batch', 'bulk_line']
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY one_shop ON %I TO stammgast_shop USING (shop_id = (SELECT current_shop_id()))', t);
    EXECUTE format('CREATE POLICY all_shops ON %I TO stammgast_jobs USING (true)', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO stammgast_shop, stammgast_jobs', t);
  END LOOP;
END $$;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO stammgast_shop, stammgast_jobs;
