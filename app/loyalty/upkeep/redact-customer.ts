import { TryAgain, type Tx } from '../../db/tx.ts'
import { namesPerson } from '../../domain/text/names-person.ts'
import { REDACTED } from '../../domain/text/redacted.ts'
import { type AccountKey, openAccounts } from '../../ledger/accounts.ts'
import { guestHash } from '../../shopify/order-from-webhook.ts'
import { type Json, object, optionalId, text } from '../../shopify/payload.ts'
import { type Delivery, MOST_ATTEMPTS } from '../inbox/inbox.ts'

/** Whose traces go. */
interface Redacted {
  shopId: number
  customerId: string | null
  email: string | null
  /** Finds the person in a text, see namesPerson(); null: nothing is known that could be found. */
  named: string | null
  /** Accounts that were the person's. */
  accounts: number[]
}

/**
 * Cuts the link between a person and the points: the customer's id, the ids that were merged into it, the hash of the
 * e-mail address, what people wrote about the person, and what deliveries said. Nothing can be traced back; sums stay.
 * A second time finds nothing.
 * @returns false when deliveries about the person still wait: they may name the person anew, and it has to be done again
 */
export async function redactCustomer(
  tx: Tx,
  delivery: Delivery,
  payload: Json,
  now: number,
): Promise<boolean> {
  const { shopId } = delivery
  const customer = object(payload.customer, 'customer')
  const customerId = optionalId(customer.id, 'customer.id')
  const email = contactOf(customer, 'email')
  const wanted = { shopId, customerId, hash: guestHash(shopId, email) }
  const accounts = await accountsOf(tx, wanted)
  const customerIds = [...new Set([customerId, ...accounts.map((one) => one.customerId)])]
  const person: Redacted = {
    shopId,
    customerId,
    email,
    named: namesPerson({
      customerIds: customerIds.filter((id) => id !== null),
      email,
      phone: contactOf(customer, 'phone'),
    }),
    accounts: accounts.map(({ accountId }) => accountId),
  }
  // Asked before anything is looked at: what still waits then may make an account that is not seen below.
  const waiting = await waits(tx, person, delivery)
  await cutLinks(tx, wanted, accounts, now)
  await tx.query('SELECT redact_reasons($1, $2, $3)', [shopId, person.accounts, person.named])
  await forgetInFiles(tx, person)
  await forgetInExports(tx, person)
  await forgetInErrors(tx, person)
  await forgetInDeliveries(tx, person)
  const again = waiting && delivery.attempts + 1 < MOST_ATTEMPTS
  if (!again) await empty(tx, delivery)
  return !again
}

/** An address or number as the database can hold it; null where none was sent. */
export function contactOf(customer: Json, field: 'email' | 'phone'): string | null {
  const value = customer[field]
  return typeof value === 'string' ? text(value, `customer.${field}`).trim() || null : null
}

interface OwnAccount {
  accountId: number
  /** The one it was merged into, or itself. */
  headId: number
  customerId: string | null
}

interface Wanted {
  shopId: number
  customerId: string | null
  hash: string | null
}

/** Those of the customer $2 and of the guest $3 in the shop $1, and what was merged into the customer's. */
const OWN = `
  a.shop_id = $1 AND (
    a.customer_id = $2
    OR a.merged_into = (SELECT account_id FROM account WHERE shop_id = $1 AND customer_id = $2)
    OR (a.guest_hash = $3 AND a.merged_into IS NULL))`

async function accountsOf(tx: Tx, { shopId, customerId, hash }: Wanted): Promise<OwnAccount[]> {
  const { rows } = await tx.query<OwnAccount>(
    `SELECT a.account_id AS "accountId", coalesce(a.merged_into, a.account_id) AS "headId",
            a.customer_id::text AS "customerId"
       FROM account a WHERE ${OWN} ORDER BY a.account_id`,
    [shopId, customerId, hash],
  )
  return rows
}

/**
 * Under the locks of the balances, as everything that writes an order: whoever waits for one of them meanwhile sees the
 * mark on it and finds out anew whose the order is (openAccounts).
 * @throws TryAgain when one of the accounts was merged meanwhile
 */
async function cutLinks(tx: Tx, wanted: Wanted, accounts: OwnAccount[], now: number): Promise<void> {
  const { shopId, customerId, hash } = wanted
  const keys = accounts.flatMap(({ accountId, headId }): AccountKey[] => [
    { shopId, accountId },
    { shopId, accountId: headId },
  ])
  await openAccounts(tx, keys, 'leave-out')
  const same = (one: OwnAccount, i: number) =>
    one.accountId === accounts[i]?.accountId && one.headId === accounts[i]?.headId
  const found = await accountsOf(tx, wanted)
  if (found.length !== accounts.length || !found.every(same))
    throw new TryAgain(`Accounts of customer ${customerId} were merged`)
  await tx.query(
    `WITH cut AS (
       UPDATE account a SET customer_id = NULL, guest_hash = NULL, redacted_at = to_timestamp($4 / 1000.0)
        WHERE ${OWN} RETURNING a.account_id)
     UPDATE balance b SET redacted = true FROM cut WHERE b.shop_id = $1 AND b.account_id = cut.account_id`,
    [shopId, customerId, hash, now],
  )
  // Of a customer who was merged away the orders are with the one who stayed, and only some of them are this one's.
  await tx.query(
    `UPDATE order_state SET facts = (facts::jsonb || '{"customerId": null, "guestHash": null}')::json
      WHERE shop_id = $1
        AND (account_id = ANY($2::bigint[]) OR (account_id = ANY($3::bigint[]) AND facts ->> 'customerId' = $4))`,
    [shopId, accounts.map((one) => one.accountId), accounts.map((one) => one.headId), customerId],
  )
}

/** Lines of files name the customer; posted ones whose account lost its id were those of merged customers. */
async function forgetInFiles(tx: Tx, { shopId, customerId, email, named }: Redacted): Promise<void> {
  const { rows } = await tx.query<{ batchId: number }>(
    `DELETE FROM bulk_line l
      WHERE l.shop_id = $1
        AND (l.customer_id = $2 OR l.email = lower($3) OR names_person(l.value, $4)
             OR (l.status = 'posted' AND NOT EXISTS (
                   SELECT FROM account a WHERE a.shop_id = l.shop_id AND a.customer_id = l.customer_id)))
      RETURNING l.batch_id AS "batchId"`,
    [shopId, customerId, email, named],
  )
  await tx.query(`UPDATE bulk_line SET reason = $3 WHERE shop_id = $1 AND names_person(reason, $2)`, [
    shopId,
    named,
    REDACTED,
  ])
  // A file about nobody else is likely to bear the person's name. What follows an address is the ending.
  await tx.query(
    `UPDATE bulk_batch b SET file_name = 'CSV'
      WHERE b.shop_id = $1 AND (names_person(b.file_name, $2) OR position(lower($4) IN lower(b.file_name)) > 0 OR (b.batch_id = ANY($3::bigint[]) AND NOT EXISTS (
              SELECT FROM bulk_line l WHERE l.shop_id = b.shop_id AND l.batch_id = b.batch_id)))`,
    [shopId, named, [...new Set(rows.map(({ batchId }) => batchId))], email],
  )
}

/** The person's own, and of those of others what names the person: a reason, or a message about both. */
async function forgetInExports(tx: Tx, { shopId, accounts, customerId, named }: Redacted): Promise<void> {
  await tx.query(
    `DELETE FROM data_request WHERE shop_id = $1 AND (account_id = ANY($2::bigint[]) OR export ->> 'customer' = $3)`,
    [shopId, accounts, customerId],
  )
  for (const [list, field, mark] of [
    ['entries', 'reason', REDACTED],
    ['messages', 'body', '{}'],
  ])
    await tx.query(
      `UPDATE data_request SET export = (export::jsonb || jsonb_build_object($2::text, (
                SELECT jsonb_agg(CASE WHEN names_person(one ->> $3, $4) THEN one || jsonb_build_object($3, $5::text) ELSE one END
                                 ORDER BY place)
                  FROM jsonb_array_elements(export::jsonb -> $2) WITH ORDINALITY AS each (one, place))))::json
        WHERE shop_id = $1 AND json_typeof(export -> $2) = 'array'
          AND EXISTS (SELECT FROM json_array_elements(export -> $2) AS each (one) WHERE names_person(one ->> $3, $4))`,
      [shopId, list, field, named, mark],
    )
}

/** A fault's message may quote what it stumbled over. */
async function forgetInErrors(tx: Tx, { shopId, named }: Redacted): Promise<void> {
  for (const table of ['bulk_batch', 'reconciliation', 'audit_run', 'order_import'])
    await tx.query(`UPDATE ${table} SET error = $3 WHERE shop_id = $1 AND names_person(error, $2)`, [
      shopId,
      named,
      REDACTED,
    ])
  for (const table of ['reconciliation_finding', 'order_import_problem'])
    await tx.query(`UPDATE ${table} SET problem = $3 WHERE shop_id = $1 AND names_person(problem, $2)`, [
      shopId,
      named,
      REDACTED,
    ])
  for (const table of ['inbox', 'delivery_outcome'])
    await tx.query(`UPDATE ${table} SET reason = $3 WHERE shop_id = $1 AND names_person(reason, $2)`, [
      shopId,
      named,
      REDACTED,
    ])
}

/** What waits is still needed. What was set aside is empty now, and nobody can try it again. */
async function forgetInDeliveries(tx: Tx, { shopId, named }: Redacted): Promise<void> {
  await tx.query(
    `WITH emptied AS (
       UPDATE delivery d SET body = '{}'
        WHERE d.shop_id = $1 AND names_person(d.body, $2)
          AND NOT EXISTS (SELECT FROM inbox i WHERE i.shop_id = d.shop_id AND i.delivery_id = d.delivery_id)
          AND (d.topic <> 'customers/redact' OR EXISTS (
                SELECT FROM delivery_outcome o WHERE o.shop_id = d.shop_id AND o.delivery_id = d.delivery_id))
       RETURNING d.delivery_id)
     UPDATE delivery_outcome o SET status = 'ignored', reason = $3
       FROM emptied e WHERE o.shop_id = $1 AND o.delivery_id = e.delivery_id`,
    [shopId, named, REDACTED],
  )
}

/** Another request to redact waits for this one. */
async function waits(tx: Tx, { shopId, named }: Redacted, { deliveryId }: Delivery): Promise<boolean> {
  const { rows } = await tx.query(
    `SELECT FROM inbox i JOIN delivery d USING (shop_id, delivery_id)
      WHERE shop_id = $1 AND delivery_id <> $3 AND d.topic <> 'customers/redact' AND names_person(d.body, $2) LIMIT 1`,
    [shopId, named, deliveryId],
  )
  return rows.length > 0
}

/** The request itself names the person. */
async function empty(tx: Tx, { shopId, deliveryId }: Delivery): Promise<void> {
  await tx.query(`UPDATE delivery SET body = '{}' WHERE shop_id = $1 AND delivery_id = $2`, [
    shopId,
    deliveryId,
  ])
}
