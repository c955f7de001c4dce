-- A tier can change with the time alone: an order leaves the window of the ladder. One row a shop says up to when its
-- members were judged; see app/loyalty/tiers/renew-tiers.ts.
CREATE TABLE tier_round (
  shop_id bigint PRIMARY KEY REFERENCES shop ON DELETE CASCADE,
  -- every member was judged as of this moment, by this version of the program; null: not yet
  judged_at timestamptz,
  program_version integer,
  -- the round under way: as of when, by which version, and the last account it has done
  began_at timestamptz,
  began_version integer,
  after_account bigint NOT NULL DEFAULT 0,
  CHECK ((judged_at IS NULL) = (program_version IS NULL)),
  CHECK ((began_at IS NULL) = (began_version IS NULL))
);
ALTER TABLE tier_round ENABLE ROW LEVEL SECURITY;
CREATE POLICY one_shop ON tier_round TO stammgast_shop USING (shop_id = (SELECT current_shop_id()));
CREATE POLICY all_shops ON tier_round TO stammgast_jobs USING (true);
GRANT SELECT, INSERT, UPDATE ON tier_round TO stammgast_shop, stammgast_jobs;
