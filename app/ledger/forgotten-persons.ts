import type { Tx } from '../db/tx.ts'
import { bigints, floats, texts } from './arrays.ts'
import { type Holder, holderKey } from './holder.ts'

/** Somebody for whom something is to be written. */
export interface ToldHolder extends Holder {
  /** When that was told or asked for of which points or orders are to be written, epoch ms. */
  toldAt: number
  /**
   * Of an address: the customer who has shown that it is theirs. Two customers of a shop never have one address, so it is
   * no longer that of who was redacted, unless she is this customer.
   */
  shownBy?: ToldHolder
}

/** Clocks of several machines differ, and a redaction takes its time: what was told so soon after it began is told before it. */
const LATE_MS = 10 * 60_000

/** That a person was redacted lately; epoch ms. */
export interface Mark {
  redactedAt: number
  /** Since when she is back; null: she is not. */
  backAt: number | null
}
export type Marks = Map<string, Mark>

/** SQL: from when on what a person does is surely not forgotten, by the mark of this alias. */
export const atTheLatest = (f: string) =>
  `least(${f}.back_at, ${f}.redacted_at + interval '${LATE_MS} milliseconds')`

/** SQL of a mark's columns. */
export const MARK = `(extract(epoch FROM f.redacted_at) * 1000)::float8 AS "redactedAt",
            (extract(epoch FROM f.back_at) * 1000)::float8 AS "backAt"`

const HOLDERS = `unnest($1::bigint[], $2::bigint[], $3::text[]) AS r(shop_id, customer_id, guest_hash)`
const columns = (holders: Holder[]) => [
  bigints(holders.map(({ shopId }) => shopId)),
  bigints(holders.map(({ customerId }) => customerId)),
  texts(holders.map(({ customerId, guestHash }) => (customerId === null ? guestHash : null))),
]

export async function readMarks(tx: Tx, holders: Holder[]): Promise<Marks> {
  const { rows } = await tx.query<Holder & Mark>(
    `SELECT r.shop_id AS "shopId", r.customer_id::text AS "customerId", r.guest_hash AS "guestHash",
            ${MARK}
       FROM ${HOLDERS} JOIN forgotten_person f
         ON f.shop_id = r.shop_id AND f.who = person_key(r.shop_id, r.customer_id, r.guest_hash)`,
    columns(holders),
  )
  return new Map(rows.map((row) => [holderKey(row), row]))
}

/**
 * Whether the person was redacted since this was told: then nothing of it is written, whether or not she is back by now.
 * Pure; of marks that were read of this person.
 */
export function isForgotten(marks: Marks, told: ToldHolder): boolean {
  const mark = marks.get(holderKey(told))
  if (!mark) return false
  const { redactedAt, backAt } = mark
  if (told.toldAt > redactedAt + LATE_MS || (backAt !== null && told.toldAt >= backAt)) return false
  return !told.shownBy || isForgotten(marks, told.shownBy)
}

/** The same of one person, by the database. */
export async function wasForgotten(tx: Tx, told: ToldHolder): Promise<boolean> {
  return isForgotten(await readMarks(tx, [told]), told)
}

/**
 * Of these persons nobody is redacted until the transaction ends. To be called before marks are read by which an account
 * is made: a redaction that is under way is waited for, and the next statement sees what it has written.
 */
export async function holdOffRedactions(tx: Tx, holders: Holder[]): Promise<void> {
  await tx.query(
    `SELECT lock_persons(array_agg(person_key(shop_id, customer_id, guest_hash)), true) FROM ${HOLDERS}`,
    columns(holders),
  )
}

/** An account is made for them: who was redacted before is back since she was told of. Enters it in the marks, too. */
export async function noteBack(tx: Tx, marks: Marks, born: ToldHolder[]): Promise<void> {
  const back = born.flatMap((holder) => {
    const mark = marks.get(holderKey(holder))
    if (!mark || mark.backAt !== null) return []
    // A job that began before and ended afterwards brings nothing back that lies between.
    mark.backAt = Math.max(holder.toldAt, mark.redactedAt)
    return [{ holder, backAt: mark.backAt }]
  })
  if (back.length === 0) return
  await tx.query(
    `UPDATE forgotten_person f SET back_at = to_timestamp(r.back_at / 1000.0)
       FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::float8[]) AS r(shop_id, customer_id, guest_hash, back_at)
      WHERE f.shop_id = r.shop_id AND f.who = person_key(r.shop_id, r.customer_id, r.guest_hash)`,
    [...columns(back.map(({ holder }) => holder)), floats(back.map(({ backAt }) => backAt))],
  )
}

/** Waits for those who are making an account for one of these persons, and lets nobody begin until the transaction ends. */
export async function lockPersons(tx: Tx, holders: Holder[]): Promise<void> {
  await tx.query(
    `SELECT lock_persons(array_agg(person_key(shop_id, customer_id, guest_hash)), false) FROM ${HOLDERS}`,
    columns(holders),
  )
}

/**
 * Once nothing is left of them. An address that somebody else has claimed since is not forgotten: it leads there.
 * @param at epoch ms; a later redaction counts from its own time, and whoever was back is so no longer
 */
export async function noteForgotten(tx: Tx, holders: Holder[], at: number): Promise<void> {
  await tx.query(
    `INSERT INTO forgotten_person (shop_id, who, redacted_at)
     SELECT DISTINCT shop_id, person_key(shop_id, customer_id, guest_hash), to_timestamp($4 / 1000.0) FROM ${HOLDERS}
      WHERE NOT EXISTS (SELECT FROM account a WHERE a.shop_id = r.shop_id AND a.customer_id = r.customer_id)
        AND NOT EXISTS (SELECT FROM account a WHERE a.shop_id = r.shop_id AND a.guest_hash = r.guest_hash
                                                AND a.guest_until = 'infinity')
     ON CONFLICT (shop_id, who) DO UPDATE
       SET redacted_at = greatest(forgotten_person.redacted_at, excluded.redacted_at), back_at = NULL`,
    [...columns(holders), at],
  )
}

/** An address that was theirs before another customer showed it to be hers. */
export interface FormerAddress {
  shopId: number
  guestHash: string
  /** Epoch ms. */
  until: number
}

/** What was under these addresses until then is forgotten, and what came after is of who has them. */
export async function noteFormer(tx: Tx, former: FormerAddress[], at: number): Promise<void> {
  if (former.length === 0) return
  await tx.query(
    `INSERT INTO forgotten_person AS f (shop_id, who, redacted_at, back_at)
     SELECT shop_id, person_key(shop_id, NULL, guest_hash), to_timestamp($4 / 1000.0), to_timestamp(max(until) / 1000.0)
       FROM unnest($1::bigint[], $2::text[], $3::float8[]) AS r(shop_id, guest_hash, until)
      WHERE EXISTS (SELECT FROM account a WHERE a.shop_id = r.shop_id AND a.guest_hash = r.guest_hash
                                            AND a.guest_until = 'infinity')
      GROUP BY shop_id, guest_hash
     ON CONFLICT (shop_id, who) DO UPDATE
       SET redacted_at = greatest(f.redacted_at, excluded.redacted_at), back_at = greatest(f.back_at, excluded.back_at)`,
    [
      bigints(former.map(({ shopId }) => shopId)),
      texts(former.map(({ guestHash }) => guestHash)),
      floats(former.map(({ until }) => until)),
      at,
    ],
  )
}
