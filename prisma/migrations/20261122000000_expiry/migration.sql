-- Points lapse only after a warning that is recorded as sent. A warning is an event in an outbox: `due` until a sender
-- has delivered it, then `sent`, then ended: the points lapsed, or there was nothing left to lapse.
CREATE TABLE expiry_warning (
  shop_id bigint NOT NULL,
  warning_id bigint GENERATED ALWAYS AS IDENTITY,
  -- whom it was told; her points count as warned of only while they are hers
  account_id bigint NOT NULL,
  kind text NOT NULL CHECK (kind IN ('after-earning', 'after-inactivity')),
  -- the last valid day as reckoned when the warning was made; never before `warn_days` after that day
  lapses_on date NOT NULL,
  -- the lots it speaks of, and what they held then
  lots bigint[] NOT NULL CHECK (cardinality(lots) > 0),
  points bigint NOT NULL CHECK (points > 0),
  warn_days integer NOT NULL CHECK (warn_days > 0),
  due_at timestamptz NOT NULL,
  sent_at timestamptz,
  sent_by text,
  -- the last valid day that the member was told; the points stay at least so long
  valid_until date,
  ended_at timestamptz,
  outcome text CHECK (outcome IN ('lapsed', 'withdrawn')),
  PRIMARY KEY (shop_id, warning_id),
  -- a shop that is erased takes its warnings along
  FOREIGN KEY (shop_id, account_id) REFERENCES account (shop_id, account_id) ON DELETE CASCADE,
  CHECK ((sent_at IS NULL) = (sent_by IS NULL) AND (sent_at IS NULL) = (valid_until IS NULL)),
  CHECK ((ended_at IS NULL) = (outcome IS NULL)),
  CHECK (outcome IS DISTINCT FROM 'lapsed' OR sent_at IS NOT NULL),
  -- The shop's own calendar is at most a day away from UTC's; the day itself is reckoned by the rules.
  CHECK (valid_until >= (sent_at AT TIME ZONE 'UTC')::date + warn_days - 1)
);
-- One warning a member and day; a second run finds it.
CREATE UNIQUE INDEX expiry_warning_open ON expiry_warning (shop_id, account_id, lapses_on) WHERE ended_at IS NULL;
CREATE INDEX expiry_warning_due ON expiry_warning (shop_id, valid_until) WHERE ended_at IS NULL;

-- What a member was told stays what she was told.
CREATE FUNCTION refuse_change_of_sent_warning() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'warning % was sent: what it said is never changed', OLD.warning_id USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER sent_warning_stays BEFORE UPDATE ON expiry_warning FOR EACH ROW
  WHEN (OLD.sent_at IS NOT NULL AND (OLD.sent_at, OLD.valid_until, OLD.warn_days, OLD.account_id, OLD.lots)
        IS DISTINCT FROM (NEW.sent_at, NEW.valid_until, NEW.warn_days, NEW.account_id, NEW.lots))
  EXECUTE FUNCTION refuse_change_of_sent_warning();

-- One row a shop: its members are looked through once a local day, by one process at a time.
CREATE TABLE expiry_round (
  shop_id bigint PRIMARY KEY REFERENCES shop ON DELETE CASCADE,
  warned_on date,
  program_version integer
);

-- Lapsing points are looked for shop by shop.
DROP INDEX lot_expiring;
CREATE INDEX lot_expiring ON lot (shop_id, expires_on) WHERE NOT closed AND expires_on IS NOT NULL;

-- Giving expired points back is a person's decision, like an adjustment.
ALTER TABLE posting ADD CONSTRAINT posting_reinstatement_reason
  CHECK (kind <> 'reinstatement' OR (actor <> '' AND coalesce(reason, '') <> ''));

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['expiry_warning', 'expiry_round']
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY one_shop ON %I TO stammgast_shop USING (shop_id = (SELECT current_shop_id()))', t);
    EXECUTE format('CREATE POLICY all_shops ON %I TO stammgast_jobs USING (true)', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO stammgast_shop, stammgast_jobs', t);
  END LOOP;
END $$;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO stammgast_shop, stammgast_jobs;

-- All accounts that were merged into one, without reading every account.
CREATE INDEX account_merged ON account (shop_id, merged_into) WHERE merged_into IS NOT NULL;
