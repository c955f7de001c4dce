-- What a posting says of an order quotes it: titles of lines, and of chargebacks and of points that became available the
-- order's name. Merchants write addresses there, so these words may go as a reason may, by the same mark and no other.
-- docs/decisions/0046-one-search-for-a-person.md

-- The words of others in the `why` of a posting about an order; of its first form a line is an object, else a list.
CREATE FUNCTION words_of_why(why json) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
  SELECT array_remove(array_agg(word), NULL) FROM (
    SELECT why ->> 'order' UNION
    SELECT coalesce(line ->> 2, line ->> 'title')
      FROM json_array_elements(CASE json_typeof(why -> 'lines') WHEN 'array' THEN why -> 'lines' ELSE '[]' END) AS each (line)
  ) AS said (word)
$$;

-- The same `why` with the mark in the place of these words; nothing else in it changes.
CREATE FUNCTION masked_why(why jsonb, words text[]) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT why
      || CASE WHEN why ->> 'order' = ANY (words) THEN jsonb_build_object('order', '[redacted]') ELSE '{}' END
      || CASE WHEN jsonb_typeof(why -> 'lines') = 'array' THEN jsonb_build_object('lines', (
           SELECT coalesce(jsonb_agg(CASE WHEN line ->> 2 = ANY (words) THEN jsonb_set(line, '{2}', '"[redacted]"')
                                          WHEN line ->> 'title' = ANY (words) THEN jsonb_set(line, '{title}', '"[redacted]"')
                                          ELSE line END ORDER BY place), '[]')
             FROM jsonb_array_elements(why -> 'lines') WITH ORDINALITY AS each (line, place))) ELSE '{}' END
$$;

CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND current_setting('app.erasing_shop', true) = OLD.shop_id::text THEN RETURN OLD; END IF;
  IF TG_OP = 'UPDATE' AND current_setting('app.redacting_shop', true) = OLD.shop_id::text THEN
    IF TG_TABLE_NAME = 'posting' THEN
      IF NEW.reason = '[redacted]' THEN OLD.reason := NEW.reason; END IF;
      -- The words that are gone are gone by the mark, or the two are not the same.
      IF OLD.kind IN ('order', 'dispute', 'maturity') AND OLD.why::text <> NEW.why::text THEN
        OLD.why := masked_why(OLD.why::jsonb, ARRAY(SELECT unnest(words_of_why(OLD.why))
                                                    EXCEPT SELECT unnest(words_of_why(NEW.why))))::json;
      END IF;
    END IF;
    IF TG_TABLE_NAME = 'program' THEN OLD.note := '[redacted]'; END IF;
    IF TG_TABLE_NAME IN ('posting', 'program') AND OLD::text = NEW::text THEN RETURN NEW; END IF;
  END IF;
  RAISE EXCEPTION '% of % refused: rows here are never changed; correct with a new one', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END $$;

-- Takes these words away from what the shop's postings say of orders.
CREATE FUNCTION redact_why(of_shop bigint, words text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM set_config('app.redacting_shop', of_shop::text, true);
  UPDATE posting SET why = masked_why(why::jsonb, words)::json
   WHERE shop_id = of_shop AND kind IN ('order', 'dispute', 'maturity') AND words_of_why(why) && words;
  PERFORM set_config('app.redacting_shop', '', true);
END $$;
REVOKE ALL ON FUNCTION redact_why(bigint, text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION redact_why(bigint, text[]) TO stammgast_jobs;
