SET lock_timeout = '3s';

-- The book only grows, with two exceptions: a shop that left for good (erase_shop), and what people have written about
-- somebody who asked for erasure (redact_reasons): of a posting the reason and nothing else, and only by this mark.
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND current_setting('app.erasing_shop', true) = OLD.shop_id::text THEN RETURN OLD; END IF;
  IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'posting' AND current_setting('app.redacting_shop', true) = OLD.shop_id::text
  THEN
    OLD.reason := '[redacted]';
    IF OLD::text = NEW::text THEN RETURN NEW; END IF;
  END IF;
  RAISE EXCEPTION '% of % refused: rows here are never changed; correct with a new one', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END $$;

-- Takes away the reasons of these accounts' postings, and those of anybody's in which `named` finds the person.
-- A person writes a reason with these three kinds only, and the index leads to them.
CREATE FUNCTION redact_reasons(of_shop bigint, accounts bigint[], named text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM set_config('app.redacting_shop', of_shop::text, true);
  UPDATE posting SET reason = '[redacted]'
   WHERE shop_id = of_shop AND kind IN ('adjustment', 'import', 'reinstatement') AND reason <> '[redacted]'
     AND (account_id = ANY (accounts) OR reason ~* named);
  PERFORM set_config('app.redacting_shop', '', true);
END $$;
REVOKE ALL ON FUNCTION redact_reasons(bigint, bigint[], text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION redact_reasons(bigint, bigint[], text) TO stammgast_jobs;
