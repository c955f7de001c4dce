-- Which orders carry a reward code, by their newest known states: whose the code is follows from all of them.
CREATE TABLE redemption_order (
  shop_id bigint NOT NULL,
  redemption_id bigint NOT NULL,
  order_id bigint NOT NULL,
  PRIMARY KEY (shop_id, redemption_id, order_id),
  FOREIGN KEY (shop_id, redemption_id) REFERENCES redemption (shop_id, redemption_id) ON DELETE CASCADE
);
CREATE INDEX redemption_order_of_order ON redemption_order (shop_id, order_id);
ALTER TABLE redemption_order ENABLE ROW LEVEL SECURITY;
CREATE POLICY one_shop ON redemption_order TO stammgast_shop USING (shop_id = (SELECT current_shop_id()));
CREATE POLICY all_shops ON redemption_order TO stammgast_jobs USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON redemption_order TO stammgast_shop, stammgast_jobs;

-- What is known so far: the order that a code was bound to, and other orders of its member that carry it. Before any
-- table is locked: it reads for a while.
INSERT INTO redemption_order (shop_id, redemption_id, order_id)
SELECT r.shop_id, r.redemption_id, o.order_id
  FROM redemption r
  JOIN order_state o ON o.shop_id = r.shop_id AND o.account_id = r.account_id
                    AND o.placed_at >= r.created_at - interval '1 day'
 WHERE o.facts -> 'discountCodes' IS NOT NULL
   AND EXISTS (SELECT FROM json_array_elements_text(o.facts -> 'discountCodes') AS c(code) WHERE upper(c.code) = r.code)
UNION
SELECT r.shop_id, r.redemption_id, o.order_id
  FROM redemption r JOIN order_state o ON o.shop_id = r.shop_id AND o.order_id = r.order_id
 WHERE o.facts -> 'discountCodes' IS NOT NULL
   AND EXISTS (SELECT FROM json_array_elements_text(o.facts -> 'discountCodes') AS c(code) WHERE upper(c.code) = r.code);

ALTER TABLE redemption
  -- why the code is being ended: in Shopify first, then its points go back
  ADD COLUMN ending text CONSTRAINT redemption_ending CHECK
    (ending IN ('cancelled', 'withdrawn', 'code-removed', 'order-cancelled', 'order-gone', 'order-test', 'no-discount')),
  -- when Shopify confirmed that nobody can use the code any more
  ADD COLUMN closed_at timestamptz,
  -- when Shopify was last asked in vain whether the code, its day over, can end
  ADD COLUMN looked_at timestamptz,
  -- a paid order used the code after its points had gone back, and they could not be taken again
  ADD COLUMN uncovered_at timestamptz,
  -- holds of earlier rounds: the points went back and were taken again
  ADD COLUMN former_holds bigint[] NOT NULL DEFAULT '{}';
ALTER TABLE redemption DROP CONSTRAINT redemption_return_reason_check;
ALTER TABLE redemption ADD CONSTRAINT redemption_return_reason_check CHECK (return_reason IN ('lapsed', 'failed',
  'cancelled', 'withdrawn', 'order-cancelled', 'order-gone', 'order-test', 'no-discount', 'code-removed')) NOT VALID;
ALTER TABLE redemption VALIDATE CONSTRAINT redemption_return_reason_check;
CREATE INDEX redemption_still_there ON redemption (ends_at) WHERE status = 'returned' AND closed_at IS NULL;
CREATE INDEX redemption_uncovered ON redemption (shop_id) WHERE uncovered_at IS NOT NULL;

-- When the job that looks for a customer's guest points had its answer, whatever it was: until then they may be on
-- their way.
ALTER TABLE account ADD COLUMN guest_answered_at timestamptz;
