-- While a chargeback is open, what is left of its order's points is held, so that nobody can spend it. Such a hold
-- has no redemption and no end of its own: the bank's decision ends it.
ALTER TABLE hold
  ADD COLUMN kind text NOT NULL DEFAULT 'redemption' CHECK (kind IN ('redemption', 'dispute')),
  ADD COLUMN order_id bigint,
  ALTER COLUMN expires_at DROP NOT NULL,
  ADD CHECK ((kind = 'dispute') = (order_id IS NOT NULL)),
  ADD CHECK ((kind = 'redemption') = (expires_at IS NOT NULL));
CREATE UNIQUE INDEX hold_of_dispute ON hold (shop_id, order_id) WHERE kind = 'dispute' AND outcome IS NULL;
