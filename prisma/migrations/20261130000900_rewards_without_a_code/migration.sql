-- A redemption is no longer always a code: it becomes something in Shopify, and its points are spent with an order that
-- uses it, or as soon as it is made (docs/decisions/0054).
ALTER TABLE redemption
  ALTER COLUMN code DROP NOT NULL,
  -- for what Shopify does not know again by a code of ours: what was there before the first try to make it
  ADD COLUMN made_mark text,
  -- a try to make it is under way; by then it is over, whatever became of the worker
  ADD COLUMN making_until timestamptz,
  ADD CONSTRAINT redemption_without_code CHECK
    (code IS NOT NULL OR (order_id IS NULL AND ending IS NULL AND uncovered_at IS NULL AND status <> 'ready')) NOT VALID;
ALTER TABLE redemption VALIDATE CONSTRAINT redemption_without_code;
COMMENT ON COLUMN redemption.discount_id IS 'what Shopify calls the thing that was made: of a code its discount';
-- One thing that was made is one redemption's.
CREATE UNIQUE INDEX redemption_made ON redemption (shop_id, discount_id) WHERE code IS NULL;
