-- A redaction is tried until it is done: the law wants it, and nobody would do it by hand.
-- See docs/decisions/0072-requests-about-one-person.md.

-- What forgets a person has cut the link between her and the points, and waits for what still names her.
ALTER TABLE inbox ADD COLUMN link_cut boolean NOT NULL DEFAULT false;

-- Those that were set aside after twelve faults.
WITH taken AS (
  DELETE FROM delivery_outcome o USING delivery d
   WHERE d.shop_id = o.shop_id AND d.delivery_id = o.delivery_id AND d.topic = 'customers/redact' AND d.body <> '{}'
     AND o.status = 'quarantined' AND o.attempts >= 12
  RETURNING o.shop_id, o.delivery_id)
INSERT INTO inbox (shop_id, delivery_id) SELECT shop_id, delivery_id FROM taken ON CONFLICT DO NOTHING;
