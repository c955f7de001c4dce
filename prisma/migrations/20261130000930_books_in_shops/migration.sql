-- The storefront shows a member's points where they are of the same book as the program that it knows. The version
-- before named no book in either. Until the program in the shop names one, nothing is compared: so members are written
-- anew now, and the program a day later, when all of them are.
-- docs/decisions/0058-data-of-the-version-before.md
INSERT INTO member_to_sync (shop_id, account_id)
SELECT a.shop_id, a.account_id
  FROM account a JOIN shop s ON s.shop_id = a.shop_id
 WHERE s.uninstalled_at IS NULL AND a.customer_id IS NOT NULL AND a.merged_into IS NULL
   AND EXISTS (SELECT FROM program p WHERE p.shop_id = a.shop_id)
 ORDER BY a.shop_id, a.account_id
ON CONFLICT (shop_id, account_id) DO NOTHING;

SELECT enqueue_jobs(json_agg(json_build_object('identifier', job.name, 'payload', json_build_object('shopId', s.shop_id),
         'job_key', job.name || ':' || s.shop_id, 'run_at', job.run_at, 'max_attempts', 25)))
  FROM shop s
 CROSS JOIN (VALUES ('sync-members', now()), ('publish-program-facts', now() + interval '1 day')) AS job (name, run_at)
 WHERE s.uninstalled_at IS NULL AND EXISTS (SELECT FROM program p WHERE p.shop_id = s.shop_id)
HAVING count(*) > 0;
