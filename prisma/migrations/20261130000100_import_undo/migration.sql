-- Past orders with points: what they would bring is reckoned first (estimating, estimated: waits for the merchant),
-- and what they brought can be taken back as a whole (undoing, undone).
ALTER TABLE order_import DROP CONSTRAINT order_import_status_check;
ALTER TABLE order_import ADD CONSTRAINT order_import_status_check CHECK (status IN (
  'estimating', 'estimated', 'running', 'done', 'cancelled', 'undoing', 'undone')) NOT VALID;
ALTER TABLE order_import VALIDATE CONSTRAINT order_import_status_check;
ALTER TABLE order_import
  -- as reckoned before it was confirmed
  ADD COLUMN expected_taken integer,
  ADD COLUMN expected_points bigint,
  ADD COLUMN confirmed_by text,
  ADD COLUMN undone_by text,
  -- points that the undoing took, and those that were spent or had lapsed and stay so
  ADD COLUMN taken_back bigint NOT NULL DEFAULT 0,
  ADD COLUMN kept bigint NOT NULL DEFAULT 0;
DROP INDEX order_import_one_at_a_time;
CREATE UNIQUE INDEX order_import_one_at_a_time ON order_import (shop_id)
  WHERE status IN ('estimating', 'running', 'undoing');

-- The orders that an import gave points for. An order is taken over once, so it stands here once.
CREATE TABLE order_import_order (
  shop_id bigint NOT NULL,
  order_id bigint NOT NULL,
  import_id bigint NOT NULL,
  -- taken_back: it counts as history since. kept: it could not be judged (disputed, or gone from Shopify).
  state text NOT NULL DEFAULT 'given' CHECK (state IN ('given', 'taken_back', 'kept')),
  PRIMARY KEY (shop_id, order_id),
  FOREIGN KEY (shop_id, import_id) REFERENCES order_import ON DELETE CASCADE
);
CREATE INDEX order_import_order_given ON order_import_order (shop_id, import_id, order_id) WHERE state = 'given';
ALTER TABLE order_import_order ENABLE ROW LEVEL SECURITY;
CREATE POLICY one_shop ON order_import_order TO stammgast_shop USING (shop_id = (SELECT current_shop_id()));
CREATE POLICY all_shops ON order_import_order TO stammgast_jobs USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON order_import_order TO stammgast_shop, stammgast_jobs;
