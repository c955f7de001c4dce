import { elementsOf } from '../../db/stored-json.ts'
import { TryAgain, type Tx } from '../../db/tx.ts'
import { REDACTED } from '../../domain/text/redacted.ts'
import { type AccountKey, openAccounts } from '../../ledger/accounts.ts'
import { lockPersons, noteForgotten } from '../../ledger/forgotten-persons.ts'
import type { Holder } from '../../ledger/holder.ts'
import { type Json, object } from '../../shopify/payload.ts'
import { type Delivery, MOST_ATTEMPTS } from '../inbox/inbox.ts'
import { accountsOf, type FoundPerson, OWN, type OwnAccount, personOf } from './person-of-request.ts'
import {
  deliveriesThatName,
  ordersThatName,
  quotesThatName,
  SEARCHED,
  type SearchedColumn,
  textsThatName,
} from './texts-that-name.ts'

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
  const person = await personOf(tx, delivery.shopId, object(payload.customer, 'customer'))
  // Asked before anything is looked at: what still waits then may make an account that is not seen below.
  const waiting = await waits(tx, person, delivery)
  await forgetPerson(tx, person, now)
  await forgetInBook(tx, person)
  await forgetInOrders(tx, person)
  await forgetOccasions(tx, person)
  await forgetInFiles(tx, person)
  await forgetInExports(tx, person)
  for (const column of MARKED) await forgetIn(tx, person, column)
  await forgetInDeliveries(tx, person)
  const again = waiting && delivery.attempts + 1 < MOST_ATTEMPTS
  if (!again) await empty(tx, delivery)
  return !again
}

/**
 * What began before and writes afterwards makes no account for her any more (ensureAccounts), and no job that names her
 * waits. Whoever is making one is waited for; cutLinks sees it.
 */
async function forgetPerson(tx: Tx, person: FoundPerson, now: number): Promise<void> {
  const { shopId, customerIds, accounts } = person
  // Those, too, that she had earlier and has claimed.
  const hashes = new Set([...person.hashes, ...accounts.flatMap(({ guestHash }) => guestHash ?? [])])
  const holders: Holder[] = [
    ...customerIds.map((customerId) => ({ shopId, customerId, guestHash: null })),
    ...[...hashes].map((guestHash) => ({ shopId, customerId: null, guestHash })),
  ]
  await tx.query('SELECT forget_jobs($1, $2)', [shopId, customerIds])
  await lockPersons(tx, holders)
  await cutLinks(tx, person, now)
  await noteForgotten(tx, holders, now)
}

/**
 * Under the locks of the balances, as everything that writes an order: whoever waits for one of them meanwhile sees the
 * mark on it and finds out anew whose the order is (openAccounts).
 * @throws TryAgain when one of the accounts was merged meanwhile, or made
 */
async function cutLinks(tx: Tx, person: FoundPerson, now: number): Promise<void> {
  const { shopId, customerId, hashes, accounts } = person
  const keys = accounts.flatMap(({ accountId, headId }): AccountKey[] => [
    { shopId, accountId },
    { shopId, accountId: headId },
  ])
  await openAccounts(tx, keys, 'leave-out')
  const same = (one: OwnAccount, i: number) =>
    one.accountId === accounts[i]?.accountId && one.headId === accounts[i]?.headId
  const found = await accountsOf(tx, person)
  if (found.length !== accounts.length || !found.every(same))
    throw new TryAgain('Accounts of the customer were merged or made')
  await tx.query(
    `WITH cut AS (
       UPDATE account a SET customer_id = NULL, guest_hash = NULL, redacted_at = to_timestamp($4 / 1000.0)
        WHERE ${OWN} RETURNING a.account_id)
     UPDATE balance b SET redacted = true FROM cut WHERE b.shop_id = $1 AND b.account_id = cut.account_id`,
    [shopId, customerId, hashes, now],
  )
  // Of a customer who was merged away the orders are with the one who stayed, and only some of them are this one's.
  await tx.query(
    `UPDATE order_state SET facts = (facts::jsonb || '{"customerId": null, "guestHash": null}')::json, forgotten = true
      WHERE shop_id = $1
        AND (account_id = ANY($2::bigint[]) OR (account_id = ANY($3::bigint[]) AND facts ->> 'customerId' = $4))`,
    [shopId, accounts.map((one) => one.accountId), accounts.map((one) => one.headId), customerId],
  )
}

/** Reasons of postings and notes of programs, which people write, and what postings quote of orders. */
async function forgetInBook(tx: Tx, person: FoundPerson): Promise<void> {
  await tx.query('SELECT redact_words($1, $2, $3, $4)', [
    person.shopId,
    person.accounts.map(({ accountId }) => accountId),
    await textsThatName(tx, person, 'posting.reason'),
    await textsThatName(tx, person, 'program.note'),
  ])
  const quotes = await quotesThatName(tx, person)
  if (quotes.length > 0) await tx.query('SELECT redact_why($1, $2)', [person.shopId, quotes])
}

/** The order's own name, its lines, codes of others and its source, as text within the facts; what counts stays. */
async function forgetInOrders(tx: Tx, person: FoundPerson): Promise<void> {
  for (const { orderId, texts } of await ordersThatName(tx, person))
    for (const text of texts)
      await tx.query(
        `UPDATE order_state
            SET name = CASE WHEN name = $3 THEN $5 ELSE name END, facts = replace(facts::text, $4, to_json($5::text)::text)::json
          WHERE shop_id = $1 AND order_id = $2`,
        [person.shopId, orderId, text, JSON.stringify(text), REDACTED],
      )
}

/** What the person did, which named nobody; the points for it stay. */
async function forgetOccasions(tx: Tx, { shopId, accounts }: FoundPerson): Promise<void> {
  await tx.query('DELETE FROM earning_occasion WHERE shop_id = $1 AND account_id = ANY($2::bigint[])', [
    shopId,
    accounts.map(({ accountId }) => accountId),
  ])
}

/** Lines of files name the customer; posted ones whose account lost its id were those of merged customers. */
async function forgetInFiles(tx: Tx, person: FoundPerson): Promise<void> {
  const { shopId, customerIds } = person
  const { rows } = await tx.query<{ batchId: number }>(
    `DELETE FROM bulk_line l
      WHERE l.shop_id = $1
        AND (l.customer_id = ANY($2::bigint[]) OR l.email = ANY($3::text[]) OR l.value = ANY($4::text[])
             OR (l.status = 'posted' AND NOT EXISTS (
                   SELECT FROM account a WHERE a.shop_id = l.shop_id AND a.customer_id = l.customer_id)))
      RETURNING l.batch_id AS "batchId"`,
    [
      shopId,
      customerIds,
      await textsThatName(tx, person, 'bulk_line.email'),
      await textsThatName(tx, person, 'bulk_line.value'),
    ],
  )
  // A file about nobody else is likely to bear the person's name.
  await tx.query(
    `UPDATE bulk_batch b SET file_name = 'CSV'
      WHERE b.shop_id = $1 AND (b.file_name = ANY($2::text[]) OR (b.batch_id = ANY($3::bigint[]) AND NOT EXISTS (
              SELECT FROM bulk_line l WHERE l.shop_id = b.shop_id AND l.batch_id = b.batch_id)))`,
    [
      shopId,
      await textsThatName(tx, person, 'bulk_batch.file_name'),
      [...new Set(rows.map(({ batchId }) => batchId))],
    ],
  )
}

/** The person's own, and of those of others what names the person: a reason, or a message about both. */
async function forgetInExports(tx: Tx, { shopId, accounts, customerId, search }: FoundPerson): Promise<void> {
  await tx.query(
    `DELETE FROM data_request WHERE shop_id = $1 AND (account_id = ANY($2::bigint[]) OR export ->> 'customer' = $3)`,
    [shopId, accounts.map(({ accountId }) => accountId), customerId],
  )
  for (const [list, field, mark] of [
    ['entries', 'reason', REDACTED],
    ['lines', 'reason', REDACTED],
    ['lines', 'value', REDACTED],
    ['orders', 'name', REDACTED],
    ['messages', 'body', '{}'],
  ]) {
    const { rows } = await tx.query<{ text: string }>(
      `SELECT DISTINCT one ->> $3::text AS text FROM data_request, ${elementsOf('export -> $2::text')} AS each (one)
        WHERE shop_id = $1 AND one ->> $3 IS NOT NULL`,
      [shopId, list, field],
    )
    const naming = rows.map(({ text }) => text).filter(search.finds)
    if (naming.length === 0) continue
    await tx.query(
      `UPDATE data_request SET export = (export::jsonb || jsonb_build_object($2::text, (
                SELECT jsonb_agg(CASE WHEN one ->> $3 = ANY($4::text[]) THEN one || jsonb_build_object($3, $5::text) ELSE one END
                                 ORDER BY place)
                  FROM jsonb_array_elements(export::jsonb -> $2) WITH ORDINALITY AS each (one, place))))::json
        WHERE shop_id = $1 AND json_typeof(export -> $2) = 'array'
          AND EXISTS (SELECT FROM ${elementsOf('export -> $2')} AS each (one) WHERE one ->> $3 = ANY($4::text[]))`,
      [shopId, list, field, naming, mark],
    )
  }
}

/** A fault's message may quote what it stumbled over, and a list of findings an order whose name says whose it is. */
const MARKED = (Object.keys(SEARCHED) as SearchedColumn[]).filter((column) => SEARCHED[column].marked)

async function forgetIn(tx: Tx, person: FoundPerson, of: SearchedColumn): Promise<void> {
  const texts = await textsThatName(tx, person, of)
  if (texts.length === 0) return
  const [table, column] = of.split('.')
  await tx.query(`UPDATE ${table} SET ${column} = $3 WHERE shop_id = $1 AND ${column} = ANY($2::text[])`, [
    person.shopId,
    texts,
    REDACTED,
  ])
}

const WAITS = 'EXISTS (SELECT FROM inbox i WHERE i.shop_id = d.shop_id AND i.delivery_id = d.delivery_id)'
const HAS_ENDED =
  'EXISTS (SELECT FROM delivery_outcome o WHERE o.shop_id = d.shop_id AND o.delivery_id = d.delivery_id)'

/** What waits is still needed. What was set aside is empty now, and nobody can try it again. */
async function forgetInDeliveries(tx: Tx, person: FoundPerson): Promise<void> {
  const mayGo = `NOT ${WAITS} AND (d.topic <> 'customers/redact' OR ${HAS_ENDED})`
  const naming = await deliveriesThatName(tx, person, 'stored', mayGo)
  await tx.query(
    `WITH emptied AS (
       UPDATE delivery d SET body = '{}'
        WHERE d.shop_id = $1 AND d.delivery_id = ANY($2::bigint[]) AND ${mayGo}
       RETURNING d.delivery_id)
     UPDATE delivery_outcome o SET status = 'ignored', reason = $3
       FROM emptied e WHERE o.shop_id = $1 AND o.delivery_id = e.delivery_id`,
    [person.shopId, naming, REDACTED],
  )
}

/** Another request to redact waits for this one. */
async function waits(tx: Tx, person: FoundPerson, { deliveryId }: Delivery): Promise<boolean> {
  const naming = await deliveriesThatName(tx, person, 'waiting', "topic <> 'customers/redact'")
  return naming.some((id) => id !== deliveryId)
}

/** The request itself names the person. */
async function empty(tx: Tx, { shopId, deliveryId }: Delivery): Promise<void> {
  await tx.query(`UPDATE delivery SET body = '{}' WHERE shop_id = $1 AND delivery_id = $2`, [
    shopId,
    deliveryId,
  ])
}
