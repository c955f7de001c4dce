-- Apart from the constraint itself: while rows are read nobody waits.
ALTER TABLE redemption VALIDATE CONSTRAINT redemption_donated;
