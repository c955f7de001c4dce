import { TryAgain, type Tx } from '../db/tx.ts'
import type { AccountKey, NamedAccount } from './accounts.ts'
import { type AddressRow, certainlyAt, IN_TIME, isLast } from './addresses-in-time.ts'
import { bigints, texts } from './arrays.ts'
import {
  holdOffRedactions,
  isForgotten,
  MARK,
  type Mark,
  type Marks,
  noteBack,
  readMarks,
  type ToldHolder,
} from './forgotten-persons.ts'
import { type Holder, holderKey } from './holder.ts'

export interface HeldAccount extends NamedAccount {
  /** The account that was made for the holder: this one, or the one that was merged into it. */
  ownId: number
  /** Whom it was found for, where theirs was merged into it. */
  alias: ToldHolder | null
}

/**
 * The accounts of these holders, made with an empty balance where they are missing (a paid order may be earlier
 * than its customer). A merged customer's account is the one it was merged into. Who was redacted since it was told has
 * none: what began before does not bring her back, and does not reach her when she is.
 */
export async function ensureAccounts(tx: Tx, holders: ToldHolder[]): Promise<Map<string, HeldAccount>> {
  const accountOf = await ensureForEach(tx, holders)
  const found = new Map<string, HeldAccount>()
  for (const holder of holders) {
    const account = accountOf(holder)
    if (account) found.set(holderKey(holder), account)
  }
  return found
}

/**
 * The same where one person is told of at several times, of which some may lie before a redaction.
 * @returns the account for one of these tellings; null: the person was redacted since
 */
export async function ensureForEach(
  tx: Tx,
  holders: ToldHolder[],
): Promise<(told: ToldHolder) => HeldAccount | null> {
  if (holders.length === 0) return () => null
  // Of one who is named twice the later telling decides whether there is an account.
  const inOrder = [...holders].sort((a, b) => a.toldAt - b.toldAt)
  const wanted = new Map(inOrder.map((holder) => [holderKey(holder), holder]))
  const { found, marks } = await find(tx, [...wanted.values()])
  const missing = [...wanted.values()].filter((holder) => rowAt(found, holder) === undefined)
  if (missing.length > 0) await makeMissing(tx, missing, found, marks)
  return (told) => accountAt(found, marks, told)
}

/** Of a customer one, of an address one for each who had it. */
type Found = Map<string, FoundRow[]>

/** Which of an address's accounts it is, as far as nobody was redacted. */
function rowAt(found: Found, told: ToldHolder): FoundRow | undefined {
  const rows = found.get(holderKey(told)) ?? []
  return certainlyAt(rows, told.toldAt) ?? rows.find(isLast)
}

function accountAt(found: Found, marks: Marks, told: ToldHolder): HeldAccount | null {
  const row = certainlyAt(found.get(holderKey(told)) ?? [], told.toldAt)
  if (!row && isForgotten(marks, told)) return null
  const { shopId, accountId, ownId } = row ?? rowAt(found, told) ?? {}
  if (shopId === undefined || accountId === undefined || ownId === undefined) return null
  return { shopId, accountId, ownId, named: true, alias: ownId === accountId ? null : told }
}

/** Enters in `found` and `marks` what there is of these. */
async function makeMissing(tx: Tx, missing: ToldHolder[], found: Found, marks: Marks): Promise<void> {
  await holdOffRedactions(tx, missing)
  for (const [key, mark] of await readMarks(tx, missing)) marks.set(key, mark)
  const born = missing.filter((holder) => !isForgotten(marks, holder))
  if (born.length === 0) return
  await noteBack(tx, marks, born)
  await create(tx, born)
  for (const [key, rows] of (await find(tx, born)).found) found.set(key, rows)
}

/** With the marks of those who are back. Customers and guests are asked for apart: one condition for both would read the whole table. */
async function find(tx: Tx, holders: Holder[]): Promise<{ found: Found; marks: Marks }> {
  const customers = holders.filter((holder) => holder.customerId !== null)
  const guests = holders.filter((holder) => holder.customerId === null)
  const found: Found = new Map()
  const marks: Marks = new Map()
  const put = (holder: Holder, row: FoundRow) => {
    const key = holderKey(holder)
    const { redactedAt, backAt } = row
    found.set(key, [...(found.get(key) ?? []), row])
    if (redactedAt !== null) marks.set(key, { redactedAt, backAt })
  }
  if (customers.length > 0) {
    for (const row of await findBy(tx, 'customer_id', 'bigint', customers))
      put({ shopId: row.shopId, customerId: row.id, guestHash: null }, row)
  }
  if (guests.length > 0) {
    for (const row of await findBy(tx, 'guest_hash', 'text', guests))
      put({ shopId: row.shopId, customerId: null, guestHash: row.id }, row)
  }
  return { found, marks }
}

/**
 * Of who was merged away and redacted only the alias is cut, while the account that stayed is somebody else's: its lock
 * does not tell. Asked under that lock, and of aliases alone.
 * @throws TryAgain when one of them leads nowhere, or elsewhere, by now
 */
export async function confirmAliases(tx: Tx, accounts: Iterable<AccountKey | HeldAccount>): Promise<void> {
  const led = [...accounts].flatMap((account) =>
    'alias' in account && account.alias ? [{ ...account, alias: account.alias }] : [],
  )
  if (led.length === 0) return
  const aliases = new Map(led.map(({ alias }) => [holderKey(alias), alias]))
  const { found: now } = await find(tx, [...aliases.values()])
  for (const { alias, accountId, ownId } of led) {
    const row = rowAt(now, alias)
    if (row?.accountId !== accountId || row.ownId !== ownId)
      throw new TryAgain(`The alias ${holderKey(alias)} was cut off`)
  }
}

interface FoundRow extends AccountKey, AddressRow {
  id: string
  ownId: number
  /** Of the mark on this person, if any. */
  redactedAt: number | null
  backAt: Mark['backAt']
}

async function findBy(
  tx: Tx,
  column: 'customer_id' | 'guest_hash',
  type: 'bigint' | 'text',
  holders: Holder[],
): Promise<FoundRow[]> {
  const { rows } = await tx.query<FoundRow>(
    `SELECT a.shop_id AS "shopId", a.${column}::text AS id, coalesce(a.merged_into, a.account_id) AS "accountId",
            a.account_id AS "ownId", ${IN_TIME}, ${MARK}
       FROM (SELECT unnest($1::bigint[]) AS shop_id, unnest($2::${type}[]) AS id) r
       JOIN account a ON a.shop_id = r.shop_id AND a.${column} = r.id
       LEFT JOIN forgotten_person f
         ON f.shop_id = a.shop_id AND f.who = person_key(a.shop_id, a.customer_id, a.guest_hash)`,
    [
      bigints(holders.map((holder) => holder.shopId)),
      column === 'customer_id'
        ? bigints(holders.map((holder) => holder.customerId))
        : texts(holders.map((holder) => holder.guestHash)),
    ],
  )
  return rows
}

/** In sorted order, so that two transactions that make the same accounts wait for each other and never in a ring. */
async function create(tx: Tx, holders: Holder[]): Promise<void> {
  await tx.query(
    `WITH born AS (
       INSERT INTO account (shop_id, customer_id, guest_hash)
       SELECT shop_id, customer_id, guest_hash
         FROM unnest($1::bigint[], $2::bigint[], $3::text[]) AS r(shop_id, customer_id, guest_hash)
        ORDER BY shop_id, customer_id, guest_hash
       ON CONFLICT DO NOTHING
       RETURNING shop_id, account_id
     )
     INSERT INTO balance (shop_id, account_id) SELECT shop_id, account_id FROM born`,
    columns(holders),
  )
}

function columns(holders: Holder[]) {
  return [
    holders.map((holder) => holder.shopId),
    holders.map((holder) => holder.customerId),
    holders.map((holder) => (holder.customerId === null ? holder.guestHash : null)),
  ]
}
