-- What a person or a shop asks for reads much: it is worked off beside the orders and not among them.
-- docs/decisions/0063-requests-beside-orders.md

-- Set when a delivery has come to its turn and waits on for that.
ALTER TABLE inbox ADD COLUMN apart boolean NOT NULL DEFAULT false;
CREATE INDEX inbox_apart ON inbox (delivery_id) WHERE apart;
