-- JSON writes one address in many ways: "tom&jerry@…" is "tom\u0026jerry@…" as well. A person is looked for in what a text
-- says, not in how it is written.

-- The text without the escapes of JSON, which it need not be: a body may be cut, or nested too deeply to be read. NUL and
-- half a surrogate pair become what a payload's text becomes (app/shopify/payload.ts).
CREATE FUNCTION unescaped(said text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
  SELECT coalesce(string_agg(
           CASE WHEN place = 1 THEN piece
                WHEN code IS NULL THEN CASE WHEN piece ~ '^[bfnrt]' THEN ' ' || substr(piece, 2) ELSE piece END
                WHEN code = 0 THEN substr(piece, 6)
                WHEN code BETWEEN 56320 AND 57343 AND high_before IS NOT NULL
                  THEN chr(65536 + (high_before - 55296) * 1024 + code - 56320) || substr(piece, 6)
                WHEN high IS NOT NULL AND code_after BETWEEN 56320 AND 57343 THEN ''
                WHEN code BETWEEN 55296 AND 57343 THEN chr(65533) || substr(piece, 6)
                ELSE chr(code) || substr(piece, 6) END, '' ORDER BY place), '')
    FROM (
      SELECT *, lag(high) OVER pieces AS high_before, lead(code) OVER pieces AS code_after
        FROM (
          -- Half a pair that the other half may follow.
          SELECT *, CASE WHEN code BETWEEN 55296 AND 56319 AND length(piece) = 5 THEN code END AS high
            FROM (
              -- An escaped backslash begins no escape: it stands aside meanwhile, as a character that JSON never holds.
              SELECT replace(piece, chr(1), '\') AS piece, place,
                     CASE WHEN place > 1 AND piece ~ '^u[0-9A-Fa-f]{4}' THEN ('x' || substr(piece, 2, 4))::bit(16)::integer END AS code
                FROM unnest(string_to_array(replace(said, '\\', chr(1)), '\')) WITH ORDINALITY AS split (piece, place)) coded) halves
      WINDOW pieces AS (ORDER BY place)) known
);

-- Whether a text names the person that `named` finds: lines of what has to occur, a tab, and an expression
-- (app/domain/text/names-person.ts).
CREATE FUNCTION says_person(said text, named text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  lowered text := lower(said);
  way text;
BEGIN
  FOREACH way IN ARRAY string_to_array(named, chr(10)) LOOP
    IF strpos(lowered, lower(split_part(way, chr(9), 1))) > 0 AND said ~* split_part(way, chr(9), 2) THEN
      RETURN true;
    END IF;
  END LOOP;
  RETURN false;
END $$;

-- The same of a text as it stands, or of what it says as JSON, or as JSON within JSON.
CREATE FUNCTION names_person(said text, named text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
  FOR depth IN 1..4 LOOP
    IF public.says_person(said, named) THEN RETURN true; END IF;
    IF strpos(said, '\') = 0 THEN RETURN false; END IF;
    said := public.unescaped(said);
  END LOOP;
  RETURN public.says_person(said, named);
END $$;

CREATE OR REPLACE FUNCTION redact_reasons(of_shop bigint, accounts bigint[], named text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM set_config('app.redacting_shop', of_shop::text, true);
  UPDATE posting SET reason = '[redacted]'
   WHERE shop_id = of_shop AND kind IN ('adjustment', 'import', 'reinstatement') AND reason <> '[redacted]'
     AND (account_id = ANY (accounts) OR names_person(reason, named));
  PERFORM set_config('app.redacting_shop', '', true);
END $$;
