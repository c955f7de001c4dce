-- A reward code whose order was wholly given back gives its points back, as that of a cancelled one does.
ALTER TABLE redemption DROP CONSTRAINT redemption_ending;
ALTER TABLE redemption ADD CONSTRAINT redemption_ending CHECK (ending IN ('cancelled', 'withdrawn', 'code-removed',
  'order-cancelled', 'order-given-back', 'order-gone', 'order-test', 'no-discount')) NOT VALID;
ALTER TABLE redemption VALIDATE CONSTRAINT redemption_ending;
ALTER TABLE redemption DROP CONSTRAINT redemption_return_reason_check;
ALTER TABLE redemption ADD CONSTRAINT redemption_return_reason_check CHECK (return_reason IN ('lapsed', 'failed',
  'cancelled', 'withdrawn', 'order-cancelled', 'order-given-back', 'order-gone', 'order-test', 'no-discount',
  'code-removed')) NOT VALID;
ALTER TABLE redemption VALIDATE CONSTRAINT redemption_return_reason_check;
