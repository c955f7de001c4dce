-- Who was redacted lately: what was told or asked for before makes no account for that person any more.
-- docs/decisions/0059-what-began-before-a-redaction.md

-- One for each customer's number and each address of hers, as a hash; it goes after a month, or when she comes back.
CREATE TABLE forgotten_person (
  shop_id bigint NOT NULL REFERENCES shop (shop_id) ON DELETE CASCADE,
  who bytea NOT NULL,
  redacted_at timestamptz NOT NULL,
  PRIMARY KEY (shop_id, who)
);

ALTER TABLE forgotten_person ENABLE ROW LEVEL SECURITY;
CREATE POLICY one_shop ON forgotten_person TO stammgast_shop USING (shop_id = (SELECT current_shop_id()));
CREATE POLICY all_shops ON forgotten_person TO stammgast_jobs USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON forgotten_person TO stammgast_shop, stammgast_jobs;

-- Whose an account is, as a hash; null: nobody's.
CREATE FUNCTION person_key(of_shop bigint, customer bigint, guest text) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
  SELECT sha256(convert_to(of_shop || '/' || coalesce(customer::text, 'g:' || guest), 'UTF8'))
$$;

-- Keeps these persons from being made anew by others until the transaction ends (shared: and lets others do the same).
-- In sorted order, so that two who take the same ones wait for each other and never in a ring.
CREATE FUNCTION lock_persons(persons bytea[], shared boolean) RETURNS void LANGUAGE plpgsql AS $$
DECLARE person bytea;
BEGIN
  FOR person IN SELECT DISTINCT unnest(persons) AS who ORDER BY who LOOP
    IF shared THEN PERFORM pg_advisory_xact_lock_shared(hashtextextended('person/' || encode(person, 'hex'), 0));
    ELSE PERFORM pg_advisory_xact_lock(hashtextextended('person/' || encode(person, 'hex'), 0));
    END IF;
  END LOOP;
END $$;

-- Takes the jobs out of the queue that name these customers (digits), those too that have failed for good. One that is
-- running ends without being tried again.
CREATE FUNCTION forget_jobs(of_shop bigint, customers text[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  DELETE FROM graphile_worker._private_jobs
   WHERE payload ->> 'shopId' = of_shop::text AND payload ->> 'customerId' = ANY (customers);
END $$;
REVOKE ALL ON FUNCTION forget_jobs(bigint, text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION forget_jobs(bigint, text[]) TO stammgast_jobs;
