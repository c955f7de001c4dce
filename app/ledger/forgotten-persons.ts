import type { Tx } from '../db/tx.ts'
import { bigints, texts } from './arrays.ts'
import { type Holder, holderKey } from './holder.ts'

/** Somebody for whom an account is to be made. */
export interface ToldHolder extends Holder {
  /** When that was told or asked for of which points or orders are to be written, epoch ms. */
  toldAt: number
}

/** Clocks of several machines differ, and a redaction takes its time: what was told so soon after it began is told before it. */
const LATE_MS = 10 * 60_000

const HOLDERS = `unnest($1::bigint[], $2::bigint[], $3::text[]) AS r(shop_id, customer_id, guest_hash)`
const columns = (holders: Holder[]) => [
  bigints(holders.map(({ shopId }) => shopId)),
  bigints(holders.map(({ customerId }) => customerId)),
  texts(holders.map(({ customerId, guestHash }) => (customerId === null ? guestHash : null))),
]

/**
 * Which of these persons may have an account made: all but those who were redacted since it was told. They stay so until
 * the transaction ends. Who was redacted before it was told is back, and forgotten no longer.
 */
export async function notForgotten(tx: Tx, holders: ToldHolder[]): Promise<ToldHolder[]> {
  const asked = columns(holders)
  // In a statement of its own: the next one sees what a redaction has written that was waited for.
  await tx.query(
    `SELECT lock_persons(array_agg(person_key(shop_id, customer_id, guest_hash)), true) FROM ${HOLDERS}`,
    asked,
  )
  const { rows } = await tx.query<Holder & { who: string; redactedAt: number }>(
    `SELECT r.shop_id AS "shopId", r.customer_id::text AS "customerId", r.guest_hash AS "guestHash", encode(f.who, 'hex') AS who,
            (extract(epoch FROM f.redacted_at) * 1000)::float8 AS "redactedAt"
       FROM ${HOLDERS} JOIN forgotten_person f
         ON f.shop_id = r.shop_id AND f.who = person_key(r.shop_id, r.customer_id, r.guest_hash)`,
    asked,
  )
  if (rows.length === 0) return holders
  const forgotten = new Map(rows.map((row) => [holderKey(row), row]))
  const isBack = ({ toldAt }: ToldHolder, redactedAt: number) => toldAt > redactedAt + LATE_MS
  const back = holders.flatMap((holder) => {
    const mark = forgotten.get(holderKey(holder))
    return mark && isBack(holder, mark.redactedAt) ? [mark] : []
  })
  if (back.length > 0)
    await tx.query(
      `DELETE FROM forgotten_person f USING unnest($1::bigint[], $2::text[]) AS r(shop_id, who)
        WHERE f.shop_id = r.shop_id AND f.who = decode(r.who, 'hex')`,
      [bigints(back.map(({ shopId }) => shopId)), texts(back.map(({ who }) => who))],
    )
  return holders.filter((holder) => {
    const mark = forgotten.get(holderKey(holder))
    return !mark || isBack(holder, mark.redactedAt)
  })
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
 * @param at epoch ms; a later redaction counts from its own time
 */
export async function noteForgotten(tx: Tx, holders: Holder[], at: number): Promise<void> {
  await tx.query(
    `INSERT INTO forgotten_person (shop_id, who, redacted_at)
     SELECT DISTINCT shop_id, person_key(shop_id, customer_id, guest_hash), to_timestamp($4 / 1000.0) FROM ${HOLDERS}
      WHERE NOT EXISTS (SELECT FROM account a WHERE a.shop_id = r.shop_id AND a.customer_id = r.customer_id)
        AND NOT EXISTS (SELECT FROM account a WHERE a.shop_id = r.shop_id AND a.guest_hash = r.guest_hash)
     ON CONFLICT (shop_id, who) DO UPDATE SET redacted_at = greatest(forgotten_person.redacted_at, excluded.redacted_at)`,
    [...columns(holders), at],
  )
}
