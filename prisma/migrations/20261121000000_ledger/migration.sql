-- Stammgast's tables. shop_id leads every primary, unique and foreign key, so that the tables can be distributed by
-- shop. Hot tables (delivery, order_state, posting, entry, lot) have no foreign key to shop: each insert would lock
-- the shop's row, and one busy shop would queue behind itself.

-- Roles: what serves a request can see one shop only; what works across shops is another role. Both are NOLOGIN:
-- the connecting user is a member and takes the role when it connects.
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'stammgast_shop') THEN CREATE ROLE stammgast_shop NOLOGIN; END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'stammgast_jobs') THEN CREATE ROLE stammgast_jobs NOLOGIN; END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; -- another database of the cluster made them meanwhile
END $$;
DO $$ BEGIN
  IF NOT pg_has_role(current_user, 'stammgast_shop', 'member') THEN EXECUTE format('GRANT stammgast_shop TO %I', current_user); END IF;
  IF NOT pg_has_role(current_user, 'stammgast_jobs', 'member') THEN EXECUTE format('GRANT stammgast_jobs TO %I', current_user); END IF;
END $$;

-- The shop a request works for; null outside withShop(), and then no row is visible.
CREATE FUNCTION current_shop_id() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT nullif(current_setting('app.shop_id', true), '')::bigint $$;

-- ── Shopify's sessions (table of the session storage library) ────────────────────────────────────────────────────
CREATE TABLE "Session" (
  "id" text PRIMARY KEY,
  "shop" text NOT NULL,
  "state" text NOT NULL,
  "isOnline" boolean NOT NULL DEFAULT false,
  "scope" text,
  "expires" timestamp(3),
  "accessToken" text NOT NULL,
  "userId" bigint,
  "firstName" text,
  "lastName" text,
  "email" text,
  "accountOwner" boolean NOT NULL DEFAULT false,
  "locale" text,
  "collaborator" boolean DEFAULT false,
  "emailVerified" boolean DEFAULT false,
  "refreshToken" text,
  "refreshTokenExpires" timestamp(3)
);
CREATE INDEX "Session_shop_idx" ON "Session" ("shop");

-- ── Shops and their programs ─────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE shop (
  shop_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  domain text NOT NULL UNIQUE,
  name text NOT NULL,
  currency text NOT NULL,
  time_zone text NOT NULL,
  taxes_included boolean NOT NULL,
  locale text NOT NULL,
  settings jsonb NOT NULL DEFAULT '{}',
  installed_at timestamptz NOT NULL DEFAULT now(),
  uninstalled_at timestamptz,
  -- reading changed orders (reconciliation) goes on from here
  orders_read_until timestamptz
);

CREATE TABLE program (
  shop_id bigint NOT NULL REFERENCES shop,
  version integer NOT NULL CHECK (version > 0),
  document jsonb NOT NULL,
  -- orders placed from here on are judged by this version, until the next one begins
  effective_from timestamptz NOT NULL,
  published_at timestamptz NOT NULL DEFAULT now(),
  published_by text NOT NULL,
  note text,
  PRIMARY KEY (shop_id, version)
);

CREATE TABLE program_draft (
  shop_id bigint PRIMARY KEY REFERENCES shop,
  document jsonb NOT NULL,
  based_on integer,
  revision integer NOT NULL DEFAULT 1,
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text NOT NULL
);

-- Collections and tags of products that campaigns ask for; a cache of the Admin API, dropped when a product changes.
CREATE TABLE product_label (
  shop_id bigint NOT NULL,
  product_id bigint NOT NULL,
  collections bigint[] NOT NULL,
  tags text[] NOT NULL,
  read_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (shop_id, product_id)
);

-- ── Deliveries: every webhook, stored once and never changed ─────────────────────────────────────────────────────
CREATE TABLE delivery (
  shop_id bigint NOT NULL, -- 0: no shop of this name has the app installed
  delivery_id bigint GENERATED ALWAYS AS IDENTITY,
  webhook_id text NOT NULL,
  topic text NOT NULL,
  shop_domain text NOT NULL,
  api_version text,
  triggered_at timestamptz,
  received_at timestamptz NOT NULL DEFAULT now(),
  body text NOT NULL,
  PRIMARY KEY (shop_id, delivery_id),
  UNIQUE (shop_id, webhook_id)
);

-- What still waits. A slim table of its own: ending a delivery deletes a short row instead of rewriting a long one.
CREATE TABLE inbox (
  shop_id bigint NOT NULL,
  delivery_id bigint NOT NULL,
  attempts smallint NOT NULL DEFAULT 0,
  not_before timestamptz NOT NULL DEFAULT now(),
  -- why the last attempt failed
  reason text,
  PRIMARY KEY (shop_id, delivery_id)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0);
CREATE INDEX inbox_oldest ON inbox (delivery_id);

-- How a delivery ended that changed nothing. One that is neither here nor in the inbox did its work.
CREATE TABLE delivery_outcome (
  shop_id bigint NOT NULL,
  delivery_id bigint NOT NULL,
  status text NOT NULL CHECK (status IN ('ignored', 'quarantined')),
  reason text NOT NULL CHECK (reason <> ''),
  attempts smallint NOT NULL,
  finished_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (shop_id, delivery_id)
);
CREATE INDEX delivery_quarantined ON delivery_outcome (shop_id, delivery_id) WHERE status = 'quarantined';

-- What is stored waits: nobody can store a delivery and forget to.
CREATE FUNCTION put_into_inbox() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO inbox (shop_id, delivery_id) SELECT shop_id, delivery_id FROM stored;
  RETURN NULL;
END $$;
CREATE TRIGGER delivery_waits AFTER INSERT ON delivery REFERENCING NEW TABLE AS stored
  FOR EACH STATEMENT EXECUTE FUNCTION put_into_inbox();

-- One row a delivery, with its status: for people and tests, not for the hot path.
CREATE VIEW delivery_status WITH (security_invoker = true) AS
  SELECT d.*, CASE WHEN i.delivery_id IS NOT NULL THEN 'waiting' ELSE coalesce(o.status, 'done') END AS status,
         coalesce(o.reason, i.reason) AS reason, coalesce(o.attempts, i.attempts) AS attempts, o.finished_at
    FROM delivery d
    LEFT JOIN inbox i USING (shop_id, delivery_id)
    LEFT JOIN delivery_outcome o USING (shop_id, delivery_id);

-- ── Accounts ─────────────────────────────────────────────────────────────────────────────────────────────────────
-- One per Shopify customer, or per guest (hash of the e-mail) until a verified login claims it. No names here.
CREATE TABLE account (
  shop_id bigint NOT NULL REFERENCES shop,
  account_id bigint GENERATED ALWAYS AS IDENTITY,
  customer_id bigint,
  guest_hash text,
  merged_into bigint,
  created_at timestamptz NOT NULL DEFAULT now(),
  tier_id text,
  tier_since timestamptz,
  redacted_at timestamptz,
  PRIMARY KEY (shop_id, account_id),
  UNIQUE (shop_id, customer_id),
  UNIQUE (shop_id, guest_hash),
  FOREIGN KEY (shop_id, merged_into) REFERENCES account (shop_id, account_id),
  CHECK (merged_into IS DISTINCT FROM account_id)
);

CREATE TYPE unit AS ENUM ('points', 'status', 'credit');
-- Where points can be: four places of a member (debt counts against), and the program's side by reason.
CREATE TYPE bucket AS ENUM ('pending', 'available', 'held', 'debt', 'issued', 'redeemed', 'expired', 'adjusted', 'merged');

-- The fold of an account's entries. Debt is what a reversal took and was no longer there.
CREATE TABLE balance (
  shop_id bigint NOT NULL,
  account_id bigint NOT NULL,
  unit unit NOT NULL DEFAULT 'points',
  pending bigint NOT NULL DEFAULT 0 CHECK (pending >= 0),
  available bigint NOT NULL DEFAULT 0 CHECK (available >= 0),
  held bigint NOT NULL DEFAULT 0 CHECK (held >= 0),
  debt bigint NOT NULL DEFAULT 0 CHECK (debt >= 0),
  -- merged into another account: nothing is written here any more
  closed boolean NOT NULL DEFAULT false,
  changed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (shop_id, account_id, unit),
  FOREIGN KEY (shop_id, account_id) REFERENCES account (shop_id, account_id),
  CHECK (debt = 0 OR available = 0)
) WITH (fillfactor = 80);

-- ── The book ─────────────────────────────────────────────────────────────────────────────────────────────────────
CREATE SEQUENCE posting_id_seq;
CREATE TABLE posting (
  shop_id bigint NOT NULL,
  posting_id bigint NOT NULL DEFAULT nextval('posting_id_seq'),
  account_id bigint NOT NULL,
  kind text NOT NULL,
  source_id text NOT NULL,
  part text NOT NULL,
  version integer NOT NULL,
  program_version integer,
  event_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  actor text NOT NULL,
  reason text,
  why json,
  -- fingerprint of the entries: the same key with other content is an error
  digest bigint NOT NULL,
  PRIMARY KEY (shop_id, posting_id),
  UNIQUE (shop_id, kind, source_id, part, version),
  CHECK (kind <> 'adjustment' OR (actor <> '' AND reason <> ''))
);

-- Double entry: every row moves `amount` from one place to another, so every posting sums to zero.
CREATE TABLE entry (
  shop_id bigint NOT NULL,
  account_id bigint NOT NULL,
  entry_id bigint GENERATED ALWAYS AS IDENTITY,
  posting_id bigint NOT NULL,
  unit unit NOT NULL DEFAULT 'points',
  source bucket NOT NULL,
  destination bucket NOT NULL,
  amount bigint NOT NULL CHECK (amount > 0),
  -- the account after this entry: available minus debt, and pending
  available_after bigint NOT NULL,
  pending_after bigint NOT NULL,
  event_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  -- No foreign key to posting: one module writes both in one transaction, the audit looks for orphans, and the
  -- look-up for each row was two fifths of writing an entry.
  PRIMARY KEY (shop_id, account_id, entry_id),
  CHECK (source <> destination)
);
CREATE INDEX entry_by_time ON entry USING brin (event_at);

-- Points that can be spent, by the time they were earned. `held` is the part of `remaining` that a hold reserves.
CREATE TABLE lot (
  shop_id bigint NOT NULL,
  account_id bigint NOT NULL,
  lot_id bigint GENERATED ALWAYS AS IDENTITY,
  order_id bigint,
  earned_at timestamptz NOT NULL,
  expires_on date, -- the last day, in the shop's zone, on which they can be spent
  earned bigint NOT NULL CHECK (earned > 0),
  remaining bigint NOT NULL CHECK (remaining >= 0 AND remaining <= earned),
  held bigint NOT NULL DEFAULT 0 CHECK (held >= 0 AND held <= remaining),
  closed boolean NOT NULL DEFAULT false,
  CHECK (closed = (remaining = 0)),
  PRIMARY KEY (shop_id, lot_id)
) WITH (fillfactor = 90);
CREATE INDEX lot_open ON lot (shop_id, account_id, expires_on) WHERE NOT closed;
CREATE INDEX lot_expiring ON lot (expires_on) WHERE NOT closed AND expires_on IS NOT NULL;

-- Points reserved for a redemption. Ends exactly once.
CREATE TABLE hold (
  shop_id bigint NOT NULL,
  hold_id bigint GENERATED ALWAYS AS IDENTITY,
  account_id bigint NOT NULL,
  amount bigint NOT NULL CHECK (amount > 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  outcome text CHECK (outcome IN ('captured', 'released', 'expired')),
  ended_at timestamptz,
  CHECK ((outcome IS NULL) = (ended_at IS NULL)),
  PRIMARY KEY (shop_id, hold_id),
  FOREIGN KEY (shop_id, account_id) REFERENCES account (shop_id, account_id)
);
CREATE TABLE hold_lot (
  shop_id bigint NOT NULL,
  hold_id bigint NOT NULL,
  lot_id bigint NOT NULL,
  amount bigint NOT NULL CHECK (amount > 0),
  PRIMARY KEY (shop_id, hold_id, lot_id),
  FOREIGN KEY (shop_id, hold_id) REFERENCES hold (shop_id, hold_id),
  FOREIGN KEY (shop_id, lot_id) REFERENCES lot (shop_id, lot_id)
);

-- ── What is known of each order, and what of it is in the book ───────────────────────────────────────────────────
CREATE TABLE order_state (
  shop_id bigint NOT NULL,
  order_id bigint NOT NULL,
  account_id bigint, -- null: nobody to credit (a till order without customer)
  name text NOT NULL,
  updated_at timestamptz NOT NULL,
  placed_at timestamptz NOT NULL,
  -- frozen at first sight: the version in force when it was placed, and the tier the member had then
  program_version integer,
  tier_id text,
  facts json NOT NULL,
  digest bigint NOT NULL,
  status_steps json NOT NULL,
  worth bigint NOT NULL CHECK (worth >= 0),
  -- what the book holds of this order: still pending, and already available (whatever became of it since)
  posted_pending bigint NOT NULL DEFAULT 0 CHECK (posted_pending >= 0),
  posted_available bigint NOT NULL DEFAULT 0 CHECK (posted_available >= 0),
  postings integer NOT NULL DEFAULT 0,
  matures_at timestamptz,
  gone_at timestamptz,
  PRIMARY KEY (shop_id, order_id)
) WITH (fillfactor = 80);
CREATE INDEX order_state_of_account ON order_state (shop_id, account_id, placed_at);
CREATE INDEX order_state_maturing ON order_state (matures_at) WHERE posted_pending > 0;

-- Chargebacks as Shopify tells them; one may arrive before its order.
CREATE TABLE dispute (
  shop_id bigint NOT NULL,
  order_id bigint NOT NULL,
  dispute_id bigint NOT NULL,
  standing text NOT NULL CHECK (standing IN ('open', 'won', 'lost')),
  told_at timestamptz NOT NULL,
  PRIMARY KEY (shop_id, order_id, dispute_id)
);

-- ── Redemptions ──────────────────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE redemption (
  shop_id bigint NOT NULL,
  redemption_id bigint GENERATED ALWAYS AS IDENTITY,
  account_id bigint NOT NULL,
  -- chosen by the client: the same key never redeems twice
  request_key text NOT NULL,
  program_version integer NOT NULL,
  reward_id text NOT NULL,
  reward json NOT NULL,
  cost bigint NOT NULL CHECK (cost > 0),
  hold_id bigint NOT NULL,
  code text NOT NULL,
  -- preparing: points held, code chosen, not yet in Shopify. ready: usable. used: order paid, points captured.
  -- returned: points came back (lapsed unused, creation failed for good, order cancelled).
  status text NOT NULL DEFAULT 'preparing' CHECK (status IN ('preparing', 'ready', 'used', 'returned')),
  return_reason text CHECK (return_reason IN ('lapsed', 'failed', 'cancelled', 'order-cancelled')),
  discount_id text,
  order_id bigint,
  created_at timestamptz NOT NULL DEFAULT now(),
  ends_at timestamptz NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (shop_id, redemption_id),
  UNIQUE (shop_id, account_id, request_key),
  UNIQUE (shop_id, code),
  FOREIGN KEY (shop_id, hold_id) REFERENCES hold (shop_id, hold_id),
  FOREIGN KEY (shop_id, account_id) REFERENCES account (shop_id, account_id),
  CHECK ((status = 'returned') = (return_reason IS NOT NULL))
);
CREATE INDEX redemption_of_account ON redemption (shop_id, account_id, redemption_id);
CREATE INDEX redemption_open ON redemption (ends_at) WHERE status IN ('preparing', 'ready');

-- Members whose metafield is older than the book; a job writes them in groups and within Shopify's rate.
CREATE TABLE member_to_sync (
  shop_id bigint NOT NULL,
  account_id bigint NOT NULL,
  since timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (shop_id, account_id)
);

-- What a customer asked to see; the merchant hands it on. Gone with the customer's redaction.
CREATE TABLE data_request (
  shop_id bigint NOT NULL REFERENCES shop,
  request_id bigint NOT NULL,
  account_id bigint,
  export json NOT NULL,
  asked_at timestamptz NOT NULL,
  PRIMARY KEY (shop_id, request_id)
);

-- What the reading of changed orders found.
CREATE TABLE reconciliation (
  shop_id bigint NOT NULL REFERENCES shop,
  reconciliation_id bigint GENERATED ALWAYS AS IDENTITY,
  started_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  read_from timestamptz NOT NULL,
  checked integer NOT NULL DEFAULT 0,
  repaired integer NOT NULL DEFAULT 0,
  error text,
  PRIMARY KEY (shop_id, reconciliation_id)
);

-- ── The book only grows ──────────────────────────────────────────────────────────────────────────────────────────
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- The one exception is a shop that left for good and asked for erasure: see erase_shop().
  IF TG_OP = 'DELETE' AND current_setting('app.erasing_shop', true) = OLD.shop_id::text THEN RETURN OLD; END IF;
  RAISE EXCEPTION '% of % refused: rows here are never changed; correct with a new one', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER posting_only_grows BEFORE UPDATE OR DELETE ON posting FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER entry_only_grows BEFORE UPDATE OR DELETE ON entry FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER program_is_immutable BEFORE UPDATE OR DELETE ON program FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- ── Row-level security and grants ────────────────────────────────────────────────────────────────────────────────
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['shop', 'program', 'program_draft', 'product_label', 'delivery', 'inbox', 'delivery_outcome', 'account', 'balance',
    'posting', 'entry', 'lot', 'hold', 'hold_lot', 'order_state', 'dispute', 'redemption', 'member_to_sync', 'data_request', 'reconciliation']
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY one_shop ON %I TO stammgast_shop USING (shop_id = (SELECT current_shop_id()))', t);
    EXECUTE format('CREATE POLICY all_shops ON %I TO stammgast_jobs USING (true)', t);
    IF t IN ('posting', 'entry', 'program') THEN
      EXECUTE format('GRANT SELECT, INSERT ON %I TO stammgast_shop, stammgast_jobs', t);
    ELSE
      EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO stammgast_shop, stammgast_jobs', t);
    END IF;
  END LOOP;
END $$;
GRANT SELECT ON delivery_status TO stammgast_shop, stammgast_jobs;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO stammgast_shop, stammgast_jobs;
REVOKE ALL ON "Session" FROM stammgast_shop, stammgast_jobs;

-- Forgets a shop that was uninstalled before `uninstalled_until`. Nobody else can delete from the book.
CREATE FUNCTION erase_shop(gone bigint, uninstalled_until timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE t text;
BEGIN
  PERFORM FROM shop WHERE shop_id = gone AND uninstalled_at <= uninstalled_until FOR UPDATE;
  IF NOT FOUND THEN RETURN false; END IF;
  PERFORM set_config('app.erasing_shop', gone::text, true);
  FOREACH t IN ARRAY ARRAY['data_request', 'reconciliation', 'member_to_sync', 'redemption', 'dispute', 'order_state',
    'hold_lot', 'hold', 'lot', 'entry', 'posting', 'balance', 'account', 'inbox', 'delivery_outcome', 'delivery', 'product_label', 'program_draft',
    'program', 'shop']
  LOOP
    EXECUTE format('DELETE FROM %I WHERE shop_id = $1', t) USING gone;
  END LOOP;
  RETURN true;
END $$;
REVOKE ALL ON FUNCTION erase_shop(bigint, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION erase_shop(bigint, timestamptz) TO stammgast_jobs;

-- The queue's tables belong to the owner; everybody else puts jobs in through this door, in the own transaction.
CREATE FUNCTION enqueue_jobs(jobs json) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM graphile_worker.add_jobs(array_agg(
    json_populate_record(NULL::graphile_worker.job_spec, job) ORDER BY job ->> 'job_key'), true)
    FROM json_array_elements(jobs) AS job;
END $$;
REVOKE ALL ON FUNCTION enqueue_jobs(json) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION enqueue_jobs(json) TO stammgast_shop, stammgast_jobs;
