-- Points for what people do beside buying. See docs/decisions/0053-points-for-what-people-do.md.

-- What happened, as far as a source of the shop asks for it. A row stays with the account that it was told of, as entries
-- do; it names nobody, and a redaction takes it away.
CREATE TABLE earning_occasion (
  shop_id bigint NOT NULL,
  account_id bigint NOT NULL,
  source text NOT NULL,
  -- what makes it this occasion and no other, so that a delivery that comes twice is one
  key text NOT NULL,
  at timestamptz NOT NULL,
  told jsonb NOT NULL,
  PRIMARY KEY (shop_id, account_id, source, key),
  FOREIGN KEY (shop_id, account_id) REFERENCES account (shop_id, account_id) ON DELETE CASCADE
);

-- What was given for it, once a person. It follows a merge.
CREATE TABLE earning_award (
  shop_id bigint NOT NULL,
  award_id bigint GENERATED ALWAYS AS IDENTITY,
  account_id bigint NOT NULL,
  -- the account whose occasions gave it, merged away or not
  earned_by bigint NOT NULL,
  source text NOT NULL,
  points bigint NOT NULL CHECK (points > 0),
  given_at timestamptz NOT NULL,
  program_version integer NOT NULL,
  -- how many of them were still there and went back; null: nothing was taken back
  taken_back bigint CHECK (taken_back >= 0 AND taken_back <= points),
  PRIMARY KEY (shop_id, award_id),
  FOREIGN KEY (shop_id, account_id) REFERENCES account (shop_id, account_id) ON DELETE CASCADE,
  FOREIGN KEY (shop_id, earned_by) REFERENCES account (shop_id, account_id) ON DELETE CASCADE
);
CREATE INDEX earning_award_of_account ON earning_award (shop_id, account_id, source);
CREATE INDEX earning_award_earned_by ON earning_award (shop_id, earned_by);
-- Nobody has the points of a source twice, whatever the program says.
CREATE UNIQUE INDEX earning_award_once ON earning_award (shop_id, account_id, source) WHERE taken_back IS NULL;

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['earning_occasion', 'earning_award'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY one_shop ON %I TO stammgast_shop USING (shop_id = (SELECT current_shop_id()))', t);
    EXECUTE format('CREATE POLICY all_shops ON %I TO stammgast_jobs USING (true)', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO stammgast_shop, stammgast_jobs', t);
  END LOOP;
END $$;
