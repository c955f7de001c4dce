-- Orders whose products are not in the cache wait until a job has read them: no transaction waits for Shopify. A row
-- without `read_at` is a product that is wanted and not read yet. One that Shopify does not know is read, too: it has
-- no labels. Gift cards are kept like all others.
ALTER TABLE product_label ALTER COLUMN read_at DROP NOT NULL;
ALTER TABLE product_label ADD COLUMN gift_card boolean NOT NULL DEFAULT false;
CREATE INDEX product_label_wanted ON product_label (shop_id) WHERE read_at IS NULL;
