-- How far the search for discounts that the book does not know has come.
ALTER TABLE code_comparison
  -- the last of Shopify's discounts that was looked at; 0: a search begins
  ADD COLUMN searched_id bigint NOT NULL DEFAULT 0,
  ADD COLUMN search_begun_at timestamptz;

-- Discounts in Shopify that look like reward codes of ours, can be used, and stand in no redemption.
CREATE TABLE unknown_discount (
  shop_id bigint NOT NULL REFERENCES shop ON DELETE CASCADE,
  -- Shopify's number
  discount_id bigint NOT NULL,
  code text NOT NULL,
  found_at timestamptz NOT NULL DEFAULT now(),
  -- when a search last met it
  seen_at timestamptz NOT NULL DEFAULT now(),
  -- when a whole search did not meet it any more: it ended, was used, or the book knows it
  settled_at timestamptz,
  PRIMARY KEY (shop_id, discount_id)
);

ALTER TABLE unknown_discount ENABLE ROW LEVEL SECURITY;
CREATE POLICY one_shop ON unknown_discount TO stammgast_shop USING (shop_id = (SELECT current_shop_id()));
CREATE POLICY all_shops ON unknown_discount TO stammgast_jobs USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON unknown_discount TO stammgast_shop, stammgast_jobs;
