-- A redemption may be something that people do: its points are held until they have done it (docs/decisions/0066).
ALTER TABLE redemption
  -- what the member shows them; no cart takes it
  ADD COLUMN shown_code text,
  -- when they said that it was done
  ADD COLUMN done_at timestamptz,
  ADD CONSTRAINT redemption_done CHECK
    (CASE WHEN shown_code IS NULL THEN done_at IS NULL ELSE code IS NULL AND (done_at IS NOT NULL) = (status = 'used') END) NOT VALID,
  DROP CONSTRAINT redemption_without_code,
  ADD CONSTRAINT redemption_without_code CHECK
    (code IS NOT NULL OR (order_id IS NULL AND ending IS NULL AND uncovered_at IS NULL
                          AND (status <> 'ready' OR shown_code IS NOT NULL))) NOT VALID;
ALTER TABLE redemption VALIDATE CONSTRAINT redemption_done;
ALTER TABLE redemption VALIDATE CONSTRAINT redemption_without_code;
CREATE UNIQUE INDEX redemption_shown ON redemption (shop_id, shown_code) WHERE shown_code IS NOT NULL;
-- The list of what is to be done, and of what was.
CREATE INDEX redemption_by_people ON redemption (shop_id, status, redemption_id) WHERE shown_code IS NOT NULL;
