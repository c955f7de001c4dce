-- Who comes back after a redaction stays forgotten as far as what was before is concerned.
-- See docs/decisions/0064-who-comes-back.md.

-- The mark stays for its month, also when she is back: since when; null: she is not.
ALTER TABLE forgotten_person ADD COLUMN back_at timestamptz;

-- An order of a person who was redacted: it stays where it is and names nobody, whatever is told of it.
ALTER TABLE order_state ADD COLUMN forgotten boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN order_state.forgotten IS 'its person was redacted after it was placed: it names nobody for good';
UPDATE order_state o SET forgotten = true FROM account a
 WHERE a.shop_id = o.shop_id AND a.account_id = o.account_id AND a.redacted_at IS NOT NULL;
