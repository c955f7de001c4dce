import { TryAgain, type Tx } from '../../db/tx.ts'
import { REDACTED } from '../../domain/text/redacted.ts'
import { type AccountKey, openAccounts } from '../../ledger/accounts.ts'
import { lockPersons, noteForgotten, noteFormer } from '../../ledger/forgotten-persons.ts'
import type { Holder } from '../../ledger/holder.ts'
import { type Json, object } from '../../shopify/payload.ts'
import type { Delivery } from '../inbox/inbox.ts'
import { accountsOf, type FoundPerson, OWN, type OwnAccount, personOf } from './person-of-request.ts'
import { mergeIsBefore } from './requests-before.ts'
import { isNew, restOfSearch, type Search, type Searched } from './search-first.ts'
import {
  deliveriesThatName,
  ordersThatName,
  quotesThatName,
  SEARCHED,
  type SearchedColumn,
  textsThatName,
} from './texts-that-name.ts'
import { forgottenInExport } from './words-of-export.ts'

/**
 * Cuts the link between a person and the points: the customer's id, the ids that were merged into it, the hash of the
 * e-mail address, what people wrote about the person, and what deliveries said. Nothing can be traced back; sums stay.
 * A second time finds nothing.
 *
 * The first attempt cuts the link, whatever still waits. What is tried again looks for words alone: by then she may be
 * back, and what she has since is hers.
 *
 * Words are searched for before the link is cut, while it still says under which numbers she is to be looked for: whatever
 * ends the search, the next one finds as much.
 * @param searched what was done of it before; undefined: nothing, and all of it is done in the open transaction
 * @returns what is to be done again: nothing; the search for words, while deliveries about the person still wait; or all of
 *   it, when a merge of hers that came before is to be worked off first
 * @throws SearchFirst
 */
export async function redactCustomer(
  tx: Tx,
  delivery: Delivery,
  payload: Json,
  now: number,
  searched?: Searched,
): Promise<'nothing' | 'words' | 'all'> {
  const customer = object(payload.customer, 'customer')
  const person = await personOf(tx, delivery.shopId, customer, delivery.linkCut ? 'none' : 'all')
  const search = restOfSearch(tx, person, searched, findAndForget)
  // Asked before anything is looked at: what still waits then may make an account that is not seen below.
  await findDeliveries(search)
  if (!delivery.linkCut && (await mergeIsBefore(tx, delivery, search.naming))) return 'all'
  const waiting = await waits(tx, search, delivery)
  // The request itself, be it a merge that comes to one, is needed until it ends.
  search.naming.delete(delivery.deliveryId)
  if (!delivery.linkCut) {
    await forgetPerson(tx, person, now)
    await forgetOccasions(tx, person)
  }
  await forgetWords(search)
  if (waiting) return 'words'
  await empty(tx, delivery)
  return 'nothing'
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
  const former = accounts.flatMap(({ guestHash, guestUntil: until }) =>
    guestHash !== null && Number.isFinite(until) ? [{ shopId, guestHash, until }] : [],
  )
  await noteFormer(tx, former, now)
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
    one.accountId === accounts[i]?.accountId &&
    one.headId === accounts[i]?.headId &&
    one.guestUntil === accounts[i]?.guestUntil
  const found = await accountsOf(tx, person)
  if (found.length !== accounts.length || !found.every(same))
    throw new TryAgain('Accounts of the customer were merged or made, or an address went to somebody else')
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

async function findAndForget(search: Search): Promise<void> {
  await findDeliveries(search)
  await forgetWords(search)
}

/** Whatever anybody wrote, wherever it names her. Each part may run by itself, and as often as it likes. */
async function forgetWords(search: Search): Promise<void> {
  await forgetInBook(search)
  await forgetInOrders(search)
  await forgetInFiles(search)
  await forgetInExports(search)
  for (const column of MARKED) await forgetIn(search, column)
  await forgetInDeliveries(search)
}

/** Reasons of postings and notes of programs, which people write, and what postings quote of orders. */
async function forgetInBook(search: Search): Promise<void> {
  const { person, within } = search
  const words = [
    person.shopId,
    person.accounts.map(({ accountId }) => accountId),
    await textsThatName(search, 'posting.reason'),
    await textsThatName(search, 'program.note'),
  ]
  await within((tx) => tx.query('SELECT redact_words($1, $2, $3, $4)', words))
  const quotes = await quotesThatName(search)
  if (quotes.length > 0) await within((tx) => tx.query('SELECT redact_why($1, $2)', [person.shopId, quotes]))
}

/** The order's own name, its lines, codes of others and its source, as text within the facts; what counts stays. */
async function forgetInOrders(search: Search): Promise<void> {
  const { person, within } = search
  for (const { orderId, texts } of await ordersThatName(search))
    for (const text of texts)
      await within((tx) =>
        tx.query(
          `UPDATE order_state
              SET name = CASE WHEN name = $3 THEN $5 ELSE name END, facts = replace(facts::text, $4, to_json($5::text)::text)::json
            WHERE shop_id = $1 AND order_id = $2`,
          [person.shopId, orderId, text, JSON.stringify(text), REDACTED],
        ),
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
async function forgetInFiles(search: Search): Promise<void> {
  const { shopId, customerIds } = search.person
  const emails = await textsThatName(search, 'bulk_line.email')
  const values = await textsThatName(search, 'bulk_line.value')
  const names = await textsThatName(search, 'bulk_batch.file_name')
  await search.within(async (tx) => {
    const { rows } = await tx.query<{ batchId: number }>(
      `DELETE FROM bulk_line l
        WHERE l.shop_id = $1
          AND (l.customer_id = ANY($2::bigint[]) OR l.email = ANY($3::text[]) OR l.value = ANY($4::text[])
               OR (l.status = 'posted' AND NOT EXISTS (
                     SELECT FROM account a WHERE a.shop_id = l.shop_id AND a.customer_id = l.customer_id)))
        RETURNING l.batch_id AS "batchId"`,
      [shopId, customerIds, emails, values],
    )
    // A file about nobody else is likely to bear the person's name.
    await tx.query(
      `UPDATE bulk_batch b SET file_name = 'CSV'
        WHERE b.shop_id = $1 AND (b.file_name = ANY($2::text[]) OR (b.batch_id = ANY($3::bigint[]) AND NOT EXISTS (
                SELECT FROM bulk_line l WHERE l.shop_id = b.shop_id AND l.batch_id = b.batch_id)))`,
      [shopId, names, [...new Set(rows.map(({ batchId }) => batchId))]],
    )
  })
}

/** The person's own, and of those of others what names the person. Each is read once. */
async function forgetInExports(search: Search): Promise<void> {
  const { person, within, since } = search
  const { shopId, accounts } = person
  await within((tx) =>
    tx.query('DELETE FROM data_request WHERE shop_id = $1 AND account_id = ANY($2::bigint[])', [
      shopId,
      accounts.map(({ accountId }) => accountId),
    ]),
  )
  for (let after: string | undefined = '-1'; after !== undefined; ) {
    const { rows } = await within((tx) =>
      tx.query<{ id: string; text: string }>(
        `SELECT request_id::text AS id, export::text AS text FROM data_request
          WHERE shop_id = $1 AND request_id > $2 AND ${isNew('$3')} ORDER BY request_id LIMIT 1`,
        [shopId, after, since],
      ),
    )
    const [one] = rows
    after = one?.id
    if (one) await forgetInExport(search, one.id, await forgottenInExport(one.text, person))
  }
}

/** @param rest what is left of it: null when it is her own, undefined when it stays as it is */
async function forgetInExport(
  { person: { shopId }, within }: Search,
  requestId: string,
  rest: string | null | undefined,
): Promise<void> {
  if (rest === undefined) return
  await within((tx) =>
    rest === null
      ? tx.query('DELETE FROM data_request WHERE shop_id = $1 AND request_id = $2', [shopId, requestId])
      : tx.query('UPDATE data_request SET export = $3::json WHERE shop_id = $1 AND request_id = $2', [
          shopId,
          requestId,
          rest,
        ]),
  )
}

/** A fault's message may quote what it stumbled over, and a list of findings an order whose name says whose it is. */
const MARKED = (Object.keys(SEARCHED) as SearchedColumn[]).filter((column) => SEARCHED[column].marked)

async function forgetIn(search: Search, of: SearchedColumn): Promise<void> {
  const texts = await textsThatName(search, of)
  if (texts.length === 0) return
  const [table, column] = of.split('.')
  const { shopId } = search.person
  await search.within((tx) =>
    tx.query(`UPDATE ${table} SET ${column} = $3 WHERE shop_id = $1 AND ${column} = ANY($2::text[])`, [
      shopId,
      texts,
      REDACTED,
    ]),
  )
}

const WAITS = 'EXISTS (SELECT FROM inbox i WHERE i.shop_id = d.shop_id AND i.delivery_id = d.delivery_id)'
const WAITS_FOR_OTHERS =
  'EXISTS (SELECT FROM inbox i WHERE i.shop_id = d.shop_id AND i.delivery_id = d.delivery_id AND NOT i.link_cut)'
const HAS_ENDED =
  'EXISTS (SELECT FROM delivery_outcome o WHERE o.shop_id = d.shop_id AND o.delivery_id = d.delivery_id)'

async function findDeliveries(search: Search): Promise<void> {
  for (const id of await deliveriesThatName(search, 'true')) search.naming.add(id)
}

/** What waits is still needed, and goes when it has ended. What was set aside is empty now, and nobody can try it again. */
async function forgetInDeliveries({ person, within, naming }: Search): Promise<void> {
  await within((tx) =>
    tx.query(
      `WITH emptied AS (
         UPDATE delivery d SET body = '{}'
          WHERE d.shop_id = $1 AND d.delivery_id = ANY($2::bigint[]) AND d.body <> '{}'
            AND NOT ${WAITS} AND (d.topic <> 'customers/redact' OR ${HAS_ENDED})
         RETURNING d.delivery_id)
       UPDATE delivery_outcome o SET status = 'ignored', reason = $3
         FROM emptied e WHERE o.shop_id = $1 AND o.delivery_id = e.delivery_id`,
      [person.shopId, [...naming], REDACTED],
    ),
  )
}

/** Another one that redacts waits for this one: two that wait for each other would never end. */
async function waits(tx: Tx, { person, naming }: Search, { deliveryId }: Delivery): Promise<boolean> {
  const { rowCount } = await tx.query(
    `SELECT FROM delivery d
      WHERE shop_id = $1 AND delivery_id = ANY($2::bigint[]) AND topic <> 'customers/redact' AND ${WAITS_FOR_OTHERS}`,
    [person.shopId, [...naming].filter((id) => id !== deliveryId)],
  )
  return (rowCount ?? 0) > 0
}

/** The request itself names the person. */
async function empty(tx: Tx, { shopId, deliveryId }: Delivery): Promise<void> {
  await tx.query(`UPDATE delivery SET body = '{}' WHERE shop_id = $1 AND delivery_id = $2`, [
    shopId,
    deliveryId,
  ])
}
