-- The member's tier changes with the points and under the same lock: it lies beside them, and one update writes both.
ALTER TABLE balance ADD COLUMN tier_id text;
UPDATE balance b SET tier_id = a.tier_id
  FROM account a WHERE a.shop_id = b.shop_id AND a.account_id = b.account_id AND b.unit = 'points' AND a.tier_id IS NOT NULL;
ALTER TABLE account DROP COLUMN tier_id, DROP COLUMN tier_since;
