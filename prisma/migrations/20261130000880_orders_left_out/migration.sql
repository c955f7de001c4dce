-- An order taken off its customer, and one that a reconciliation read and had to leave as the book has it.
ALTER TABLE reconciliation_finding DROP CONSTRAINT reconciliation_finding_why_check;
ALTER TABLE reconciliation_finding ADD CONSTRAINT reconciliation_finding_why_check CHECK (why IN (
  'unknown', 'moved', 'taken-off', 'cancelled', 'paid', 'unpaid', 'refunded', 'disputed', 'edited', 'left')) NOT VALID;
ALTER TABLE reconciliation_finding VALIDATE CONSTRAINT reconciliation_finding_why_check;
-- why it was left
ALTER TABLE reconciliation_finding ADD COLUMN problem text;
ALTER TABLE reconciliation_finding ADD CONSTRAINT reconciliation_finding_problem_check
  CHECK ((why = 'left') = (problem IS NOT NULL)) NOT VALID;
ALTER TABLE reconciliation_finding VALIDATE CONSTRAINT reconciliation_finding_problem_check;

-- The orders that an import could not take over, each with its reason.
CREATE TABLE order_import_problem (
  shop_id bigint NOT NULL,
  import_id bigint NOT NULL,
  order_id bigint NOT NULL,
  order_name text NOT NULL,
  problem text NOT NULL,
  PRIMARY KEY (shop_id, import_id, order_id),
  FOREIGN KEY (shop_id, import_id) REFERENCES order_import ON DELETE CASCADE
);
ALTER TABLE order_import_problem ENABLE ROW LEVEL SECURITY;
CREATE POLICY one_shop ON order_import_problem TO stammgast_shop USING (shop_id = (SELECT current_shop_id()));
CREATE POLICY all_shops ON order_import_problem TO stammgast_jobs USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON order_import_problem TO stammgast_shop, stammgast_jobs;
