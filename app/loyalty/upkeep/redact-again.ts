import { acrossShops } from '../../db/db.server.ts'
import { idIn } from '../../db/stored-json.ts'
import type { Tx } from '../../db/tx.ts'
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
    JOIN account a ON a.shop_id = f.shop_id AND person_key(a.shop_id, a.customer_id, a.guest_hash) = f.who
   WHERE f.back_at IS NULL AND a.guest_until = 'infinity'`

const NOBODY = `facts = (facts::jsonb || '{"customerId": null, "guestHash": null}')::json`
const NAMES_SOMEBODY = `coalesce(facts ->> 'customerId', facts ->> 'guestHash') IS NOT NULL`

/**
 * Takes names away that came to redacted accounts or their orders after all (by an older version, or a hand in the
 * database). Safe at any time: it holds the locks that everything holds which writes an order.
 * @returns how many accounts had one, and how many other orders
 */
export async function redactAgain(): Promise<number> {
  return acrossShops(async (tx) => {
    const accounts = await redactAccountsAgain(tx)
    const { rowCount: orders } = await tx.query(
      `UPDATE order_state SET ${NOBODY} WHERE forgotten AND ${NAMES_SOMEBODY}`,
    )
    if (accounts.length > 0 || orders)
      logger.warn({ accounts, orders }, 'redacted accounts named somebody again; the names were taken away')
    return accounts.length + (orders ?? 0)
  })
}

interface Account {
  shopId: number
  accountId: number
}

async function redactAccountsAgain(tx: Tx): Promise<Account[]> {
  const { rows: accounts } = await tx.query<Account>(NAMED_AGAIN)
  if (accounts.length === 0) return []
  await openAccounts(tx, accounts, 'leave-out')
  const keys = [accounts.map(({ shopId }) => shopId), accounts.map(({ accountId }) => accountId)]
  const among = '(shop_id, account_id) IN (SELECT * FROM unnest($1::bigint[], $2::bigint[]))'
  await tx.query(
    `UPDATE account SET customer_id = NULL, guest_hash = NULL, redacted_at = coalesce(redacted_at, now()) WHERE ${among}`,
    keys,
  )
  await tx.query(`UPDATE balance SET redacted = true WHERE ${among}`, keys)
  await tx.query(
    `UPDATE order_state o SET ${NOBODY}, forgotten = true
      WHERE ${NAMES_SOMEBODY}
        AND (${among} OR (shop_id = ANY($1::bigint[]) AND EXISTS (
              SELECT FROM forgotten_person f WHERE f.shop_id = o.shop_id AND f.back_at IS NULL
                 AND f.who = person_key(o.shop_id, ${idIn(`facts ->> 'customerId'`)}, facts ->> 'guestHash'))
               AND NOT EXISTS (
              SELECT FROM account p WHERE p.shop_id = o.shop_id AND p.guest_hash = facts ->> 'guestHash'
                 AND o.placed_at >= p.guest_since AND o.placed_at < p.guest_until AND p.guest_until < 'infinity')))`,
    keys,
  )
  await tx.query(`DELETE FROM earning_occasion WHERE ${among}`, keys)
  return accounts
}
