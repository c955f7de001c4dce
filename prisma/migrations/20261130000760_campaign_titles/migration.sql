-- What the shop calls the products and collections that its campaigns name, as it was when the program was last told
-- to the storefront: shoppers read it, and their pages do not ask Shopify.
ALTER TABLE shop ADD COLUMN campaign_titles json;
