-- Hot tables know no key to the shop (each insert would lock its row), so a delivery that came while the shop was erased, or
-- an order that was settled then, can stay behind it. See docs/decisions/0044-a-redaction-beside-others.md.

-- Takes every row of a shop away, and the shop. Only erase_shop and erase_remains call it, which know that it may go.
CREATE FUNCTION erase_rows(gone bigint) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE t text;
BEGIN
  PERFORM set_config('app.erasing_shop', gone::text, true);
  FOREACH t IN ARRAY ARRAY['data_request', 'reconciliation', 'member_to_sync', 'redemption', 'dispute', 'order_state',
    'hold_lot', 'hold', 'lot', 'entry', 'posting', 'balance', 'account', 'inbox', 'delivery_outcome', 'delivery', 'product_label', 'program_draft',
    'program', 'shop']
  LOOP
    EXECUTE format('DELETE FROM %I WHERE shop_id = $1', t) USING gone;
  END LOOP;
  PERFORM set_config('app.erasing_shop', '', true);
END $$;
REVOKE ALL ON FUNCTION erase_rows(bigint) FROM PUBLIC;

CREATE OR REPLACE FUNCTION erase_shop(gone bigint, uninstalled_until timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM FROM shop WHERE shop_id = gone AND uninstalled_at <= uninstalled_until FOR UPDATE;
  IF NOT FOUND THEN RETURN false; END IF;
  PERFORM erase_rows(gone);
  RETURN true;
END $$;

-- Erases what stayed behind shops that are no more, and tells their numbers. Numbers of shops are given once. It leaps from
-- shop to shop along the index and reads no table.
CREATE FUNCTION erase_remains() RETURNS SETOF bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE t text; gone bigint; found_here bigint[]; remains bigint[] := '{}';
BEGIN
  FOREACH t IN ARRAY ARRAY['member_to_sync', 'dispute', 'order_state', 'hold_lot', 'hold', 'lot', 'entry', 'posting', 'inbox',
    'delivery_outcome', 'delivery', 'product_label']
  LOOP
    EXECUTE format(
      'WITH RECURSIVE each AS (
         (SELECT shop_id FROM %1$I ORDER BY shop_id LIMIT 1)
         UNION ALL
         SELECT (SELECT n.shop_id FROM %1$I n WHERE n.shop_id > each.shop_id ORDER BY n.shop_id LIMIT 1)
           FROM each WHERE each.shop_id IS NOT NULL)
       SELECT array_agg(shop_id) FROM each
        WHERE shop_id <> 0 AND NOT EXISTS (SELECT FROM shop s WHERE s.shop_id = each.shop_id)', t)
      INTO found_here;
    remains := remains || coalesce(found_here, '{}');
  END LOOP;
  FOR gone IN SELECT DISTINCT unnest(remains) LOOP
    PERFORM erase_rows(gone);
    RETURN NEXT gone;
  END LOOP;
END $$;
REVOKE ALL ON FUNCTION erase_remains() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION erase_remains() TO stammgast_jobs;
