-- A settlement finds out whose an order is before it waits for the balance's lock. This mark stands on the row that it
-- waits for, like the one of a merge: only there does PostgreSQL show it what was changed meanwhile.
ALTER TABLE balance
  -- the person was redacted: the points are nobody's, and nothing that names anybody comes to them
  ADD COLUMN redacted boolean NOT NULL DEFAULT false;

UPDATE balance b SET redacted = true
  FROM account a WHERE a.shop_id = b.shop_id AND a.account_id = b.account_id AND a.redacted_at IS NOT NULL;
