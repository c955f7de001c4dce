-- Whoever posts takes a block of ids with one call and counts on from there (see app/ledger/post.ts, which knows the
-- size); entries take theirs from the same numbers.
DO $$
BEGIN
  PERFORM setval('posting_id_seq', greatest((SELECT coalesce(max(posting_id), 0) FROM posting),
                                            (SELECT coalesce(max(entry_id), 0) FROM entry)) + 1, false);
END $$;
ALTER SEQUENCE posting_id_seq INCREMENT BY 500;
ALTER TABLE entry ALTER COLUMN entry_id DROP IDENTITY;
ALTER TABLE entry ALTER COLUMN entry_id SET DEFAULT nextval('posting_id_seq');
