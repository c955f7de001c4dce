-- Codes of which Shopify says nothing, and discounts of its list that cannot be read.
ALTER TABLE code_finding DROP CONSTRAINT code_finding_why_check;
ALTER TABLE code_finding ADD CONSTRAINT code_finding_why_check CHECK (why IN ('missing', 'ended', 'used', 'usable',
  'usable-again', 'other-code', 'other-customer', 'for-everybody', 'other-terms', 'unread')) NOT VALID;
ALTER TABLE code_finding VALIDATE CONSTRAINT code_finding_why_check;
-- why it could not be read
ALTER TABLE code_finding ADD COLUMN problem text;
ALTER TABLE code_finding ADD CONSTRAINT code_finding_problem_check
  CHECK ((why = 'unread') = (problem IS NOT NULL)) NOT VALID;
ALTER TABLE code_finding VALIDATE CONSTRAINT code_finding_problem_check;
-- why it could not be read; its code is then not known, or an empty text
ALTER TABLE unknown_discount ADD COLUMN problem text;
