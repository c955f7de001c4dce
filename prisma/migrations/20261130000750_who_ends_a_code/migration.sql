-- Who took an open code back: the book names them, also where a job ends the code later, in Shopify first.
ALTER TABLE redemption ADD COLUMN ending_by text;
