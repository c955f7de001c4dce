-- A posting about guest points that were claimed quotes the names of their orders, in a list.
-- docs/decisions/0046-one-search-for-a-person.md

-- Postings of these kinds quote words of others; the texts in all others' `why` are ours, Shopify's numbers, or the merchant's
-- words for everybody. The same list: WORDS_OF_WHY in app/loyalty/upkeep/words-of-why.ts.
CREATE FUNCTION quotes_words(kind text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT kind IN ('order', 'dispute', 'maturity', 'claim')
$$;

CREATE OR REPLACE FUNCTION words_of_why(why json) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
  SELECT array_remove(array_agg(word), NULL) FROM (
    SELECT why ->> 'order' UNION
    SELECT name FROM json_array_elements_text(CASE json_typeof(why -> 'orders') WHEN 'array' THEN why -> 'orders' ELSE '[]' END) AS each (name) UNION
    SELECT coalesce(line ->> 2, line ->> 'title')
      FROM json_array_elements(CASE json_typeof(why -> 'lines') WHEN 'array' THEN why -> 'lines' ELSE '[]' END) AS each (line)
  ) AS said (word)
$$;

CREATE OR REPLACE FUNCTION masked_why(why jsonb, words text[]) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT why
      || CASE WHEN why ->> 'order' = ANY (words) THEN jsonb_build_object('order', '[redacted]') ELSE '{}' END
      || CASE WHEN jsonb_typeof(why -> 'orders') = 'array' THEN jsonb_build_object('orders', (
           SELECT coalesce(jsonb_agg(CASE WHEN name = ANY (words) THEN '[redacted]' ELSE name END ORDER BY place), '[]')
             FROM jsonb_array_elements_text(why -> 'orders') WITH ORDINALITY AS each (name, place))) ELSE '{}' END
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
      IF quotes_words(OLD.kind) AND OLD.why::text <> NEW.why::text THEN
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

CREATE OR REPLACE FUNCTION redact_why(of_shop bigint, words text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM set_config('app.redacting_shop', of_shop::text, true);
  UPDATE posting SET why = masked_why(why::jsonb, words)::json
   WHERE shop_id = of_shop AND quotes_words(kind) AND words_of_why(why) && words;
  PERFORM set_config('app.redacting_shop', '', true);
END $$;
