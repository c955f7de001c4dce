-- How far the nightly comparison of reward codes with Shopify's discounts has come.
CREATE TABLE code_comparison (
  shop_id bigint PRIMARY KEY REFERENCES shop ON DELETE CASCADE,
  -- the last redemption of the round that was compared; 0: a round begins
  after_id bigint NOT NULL DEFAULT 0,
  -- codes compared in this round so far
  compared integer NOT NULL DEFAULT 0,
  touched_at timestamptz NOT NULL,
  -- the last round that was whole
  whole_at timestamptz,
  whole integer
);

-- Codes that are something else in Shopify than in the book. One row for a code: what was seen last.
CREATE TABLE code_finding (
  shop_id bigint NOT NULL,
  redemption_id bigint NOT NULL,
  why text NOT NULL CHECK (why IN ('missing', 'ended', 'used', 'usable', 'usable-again', 'other-code', 'other-customer',
    'for-everybody', 'other-terms')),
  -- how the app puts it right; null: somebody has to look
  repair text CHECK (repair IN ('ask', 'end', 'move')),
  -- the discount in Shopify, a gid; null: there is none
  discount_id text,
  found_at timestamptz NOT NULL,
  -- when it was last compared
  seen_at timestamptz NOT NULL,
  -- when both were found to agree again
  settled_at timestamptz,
  PRIMARY KEY (shop_id, redemption_id),
  FOREIGN KEY (shop_id, redemption_id) REFERENCES redemption (shop_id, redemption_id) ON DELETE CASCADE
);

ALTER TABLE code_comparison ENABLE ROW LEVEL SECURITY;
CREATE POLICY one_shop ON code_comparison TO stammgast_shop USING (shop_id = (SELECT current_shop_id()));
CREATE POLICY all_shops ON code_comparison TO stammgast_jobs USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON code_comparison TO stammgast_shop, stammgast_jobs;
ALTER TABLE code_finding ENABLE ROW LEVEL SECURITY;
CREATE POLICY one_shop ON code_finding TO stammgast_shop USING (shop_id = (SELECT current_shop_id()));
CREATE POLICY all_shops ON code_finding TO stammgast_jobs USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON code_finding TO stammgast_shop, stammgast_jobs;
