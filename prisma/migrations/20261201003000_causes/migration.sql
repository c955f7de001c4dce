-- Points that become donations: what they come to, and what the merchant has paid out of it.
-- docs/decisions/0078-donations.md
ALTER TABLE redemption
  -- money that goes to the cause for it, in the shop's currency
  ADD COLUMN donated numeric,
  ADD CONSTRAINT redemption_donated CHECK
    (donated IS NULL OR (donated > 0 AND code IS NULL AND shown_code IS NULL)) NOT VALID;

-- Rows are written once: one that was wrong is corrected by its opposite. Only words that name a person are taken away.
CREATE TABLE cause_payment (
  shop_id bigint NOT NULL REFERENCES shop ON DELETE CASCADE,
  payment_id bigint GENERATED ALWAYS AS IDENTITY,
  -- the reward whose donations it pays
  cause text NOT NULL,
  -- in the shop's currency; of a correction below zero
  amount numeric NOT NULL,
  paid_on date NOT NULL,
  note text,
  -- a link, https
  proof text,
  actor text NOT NULL,
  created_at timestamptz NOT NULL,
  -- chosen by the form: sent twice it is one payment
  request_key text NOT NULL,
  -- the payment that it takes back
  corrects bigint,
  PRIMARY KEY (shop_id, payment_id),
  UNIQUE (shop_id, request_key),
  FOREIGN KEY (shop_id, corrects) REFERENCES cause_payment (shop_id, payment_id) ON DELETE CASCADE,
  CONSTRAINT cause_payment_sign CHECK (CASE WHEN corrects IS NULL THEN amount > 0 ELSE amount < 0 END)
);
CREATE UNIQUE INDEX cause_payment_corrected ON cause_payment (shop_id, corrects) WHERE corrects IS NOT NULL;
CREATE INDEX cause_payment_of_cause ON cause_payment (shop_id, cause, payment_id);
ALTER TABLE cause_payment ENABLE ROW LEVEL SECURITY;
CREATE POLICY one_shop ON cause_payment TO stammgast_shop USING (shop_id = (SELECT current_shop_id()));
CREATE POLICY all_shops ON cause_payment TO stammgast_jobs USING (true);
GRANT SELECT, INSERT ON cause_payment TO stammgast_shop, stammgast_jobs;
GRANT UPDATE (note, proof) ON cause_payment TO stammgast_jobs;
