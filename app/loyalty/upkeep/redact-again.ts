import { acrossShops } from '../../db/db.server.ts'
import { idIn } from '../../db/stored-json.ts'
import { openAccounts } from '../../ledger/accounts.ts'
import { logger } from '../../logger.server.ts'

/** What the audit would find of rule 16: an account that names nobody, and yet it does, or an order of it; one that was made anew. */
const NAMED_AGAIN = `
  SELECT a.shop_id AS "shopId", a.account_id AS "accountId"
    FROM account a
   WHERE a.redacted_at IS NOT NULL
     AND (a.customer_id IS NOT NULL OR a.guest_hash IS NOT NULL
          OR EXISTS (SELECT FROM order_state o WHERE o.shop_id = a.shop_id AND o.account_id = a.account_id
                      AND coalesce(o.facts ->> 'customerId', o.facts ->> 'guestHash') IS NOT NULL))
   UNION ALL
  SELECT a.shop_id, a.account_id FROM forgotten_person f
    JOIN account a ON a.shop_id = f.shop_id AND person_key(a.shop_id, a.customer_id, a.guest_hash) = f.who`

/**
 * Takes names away that came to redacted accounts after all (by an older version, or a hand in the database). Safe at
 * any time: it holds the locks that everything holds which writes an order.
 * @returns how many accounts had one
 */
export async function redactAgain(): Promise<number> {
  return acrossShops(async (tx) => {
    const { rows: accounts } = await tx.query<{ shopId: number; accountId: number }>(NAMED_AGAIN)
    if (accounts.length === 0) return 0
    await openAccounts(tx, accounts, 'leave-out')
    const keys = [accounts.map(({ shopId }) => shopId), accounts.map(({ accountId }) => accountId)]
    const among = '(shop_id, account_id) IN (SELECT * FROM unnest($1::bigint[], $2::bigint[]))'
    await tx.query(
      `UPDATE account SET customer_id = NULL, guest_hash = NULL, redacted_at = coalesce(redacted_at, now()) WHERE ${among}`,
      keys,
    )
    await tx.query(`UPDATE balance SET redacted = true WHERE ${among}`, keys)
    await tx.query(
      `UPDATE order_state o SET facts = (facts::jsonb || '{"customerId": null, "guestHash": null}')::json
        WHERE coalesce(facts ->> 'customerId', facts ->> 'guestHash') IS NOT NULL
          AND (${among} OR (shop_id = ANY($1::bigint[]) AND EXISTS (
                SELECT FROM forgotten_person f WHERE f.shop_id = o.shop_id
                   AND f.who = person_key(o.shop_id, ${idIn(`facts ->> 'customerId'`)}, facts ->> 'guestHash'))))`,
      keys,
    )
    await tx.query(`DELETE FROM earning_occasion WHERE ${among}`, keys)
    logger.warn({ accounts }, 'redacted accounts named somebody again; the names were taken away')
    return accounts.length
  })
}
