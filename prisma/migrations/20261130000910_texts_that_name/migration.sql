-- Whether a text names a person is said in one place, app/domain/text/names-person.ts, and no more here: see
-- docs/decisions/0046-one-search-for-a-person.md. The database is handed the texts that do.
DROP FUNCTION redact_reasons(bigint, bigint[], text);
DROP FUNCTION names_person(text, text);
DROP FUNCTION says_person(text, text);
DROP FUNCTION unescaped(text);

-- Two words may go that the merchant wrote: of a posting the reason, of a published program the note. Only by this mark.
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND current_setting('app.erasing_shop', true) = OLD.shop_id::text THEN RETURN OLD; END IF;
  IF TG_OP = 'UPDATE' AND current_setting('app.redacting_shop', true) = OLD.shop_id::text THEN
    IF TG_TABLE_NAME = 'posting' THEN OLD.reason := '[redacted]'; END IF;
    IF TG_TABLE_NAME = 'program' THEN OLD.note := '[redacted]'; END IF;
    IF TG_TABLE_NAME IN ('posting', 'program') AND OLD::text = NEW::text THEN RETURN NEW; END IF;
  END IF;
  RAISE EXCEPTION '% of % refused: rows here are never changed; correct with a new one', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END $$;

-- Takes away the reasons of these accounts' postings and those of anybody's that are one of `reasons`, and the notes of
-- programs that are one of `notes`. A person writes a reason with these three kinds only, and the index leads to them.
CREATE FUNCTION redact_words(of_shop bigint, accounts bigint[], reasons text[], notes text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM set_config('app.redacting_shop', of_shop::text, true);
  UPDATE posting SET reason = '[redacted]'
   WHERE shop_id = of_shop AND kind IN ('adjustment', 'import', 'reinstatement') AND reason <> '[redacted]'
     AND (account_id = ANY (accounts) OR reason = ANY (reasons));
  UPDATE program SET note = '[redacted]' WHERE shop_id = of_shop AND note = ANY (notes);
  PERFORM set_config('app.redacting_shop', '', true);
END $$;
REVOKE ALL ON FUNCTION redact_words(bigint, bigint[], text[], text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION redact_words(bigint, bigint[], text[], text[]) TO stammgast_jobs;
