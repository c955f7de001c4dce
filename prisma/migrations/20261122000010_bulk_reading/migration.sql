-- A reading of very many changed orders is one of Shopify's bulk operations: which one, how many orders of its file are
-- in the book, and how many there are. Null while pages are read.
ALTER TABLE reconciliation ADD COLUMN cursor text, ADD COLUMN total integer;
