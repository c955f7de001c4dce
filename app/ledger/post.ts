import { hash } from 'node:crypto'
import type { Tx } from '../db/tx.ts'
import { assertSound, type Move } from '../domain/account/account.ts'
import type { Lot } from '../domain/account/lots.ts'
import { DomainError } from '../domain/text/errors.ts'
import type { AccountKey, OpenAccount } from './accounts.ts'
import { bigints, floats, ints, jsons, texts } from './arrays.ts'

export type PostingKind =
  | 'order'
  | 'maturity'
  | 'redemption'
  | 'dispute'
  | 'adjustment'
  | 'expiry'
  | 'reinstatement'
  | 'merge'
  | 'claim'
  | 'import'
  | 'award'

/** One business event in the book. (shop, kind, sourceId, part, version) is its key and exists once. */
export interface Posting extends AccountKey {
  kind: PostingKind
  sourceId: string
  part: string
  version: number
  programVersion: number | null
  /** Epoch milliseconds: when the thing happened, not when we learnt of it. */
  eventAt: number
  /** "system", "shopper", or the merchant's user. */
  actor: string
  reason: string | null
  /** Codes and numbers that explain the amount; see domain/explain.ts. */
  why: unknown
  moves: Move[]
}

/**
 * Writes postings, their entries, and the state of the accounts they touched. The accounts must be locked by
 * `openAccounts` in this transaction; `moves` come from domain/account.ts on those same drafts.
 * @throws DomainError key-conflict when a key is already taken (nothing is written: the transaction must roll back).
 * @throws Error when an account would be unsound.
 */
export async function post(tx: Tx, accounts: Iterable<OpenAccount>, postings: Posting[]): Promise<void> {
  const touched = [...accounts]
  for (const account of touched) assertSound(account)
  const effective = postings.filter((posting) => posting.moves.length > 0)
  if (effective.length > 0) {
    const entries = effective.reduce((sum, { moves }) => sum + moves.length, 0)
    const ids = await nextIds(tx, effective.length + entries)
    await insertPostings(tx, effective, ids)
    await insertEntries(tx, effective, ids)
  }
  await saveBalances(tx, touched)
  await saveLots(tx, touched)
}

async function insertPostings(tx: Tx, postings: Posting[], ids: number[]): Promise<void> {
  try {
    await tx.query(
      `INSERT INTO posting (shop_id, posting_id, account_id, kind, source_id, part, version, program_version,
                            event_at, actor, reason, why, digest)
       SELECT unnest($1::bigint[]), unnest($2::bigint[]), unnest($3::bigint[]), unnest($4::text[]), unnest($5::text[]),
              unnest($6::text[]), unnest($7::int[]), unnest($8::int[]), to_timestamp(unnest($9::float8[]) / 1000.0),
              unnest($10::text[]), unnest($11::text[]), unnest($12::json[]), unnest($13::bigint[])`,
      [
        bigints(postings.map((posting) => posting.shopId)),
        bigints(ids.slice(0, postings.length)),
        bigints(postings.map((posting) => posting.accountId)),
        texts(postings.map((posting) => posting.kind)),
        texts(postings.map((posting) => posting.sourceId)),
        texts(postings.map((posting) => posting.part)),
        ints(postings.map((posting) => posting.version)),
        ints(postings.map((posting) => posting.programVersion)),
        floats(postings.map((posting) => posting.eventAt)),
        texts(postings.map((posting) => posting.actor)),
        texts(postings.map((posting) => posting.reason)),
        jsons(postings.map((posting) => posting.why)),
        bigints(postings.map(digestOf)),
      ],
    )
  } catch (error) {
    throw asKeyConflict(error, postings)
  }
}

/** The increment of `posting_id_seq`: each of its values is the first of so many ids. */
const BLOCK = 500

/**
 * Ids of postings and entries. The database's sequence gives them in blocks; it also orders the entries of an
 * account, whose lock we hold. What is left of a block is never used.
 */
async function nextIds(tx: Tx, count: number): Promise<number[]> {
  const { rows } = await tx.query<{ first: number }>(
    `SELECT nextval('posting_id_seq') AS first FROM generate_series(1, $1)`,
    [Math.ceil(count / BLOCK)],
  )
  return Array.from({ length: count }, (_, i) => (rows[Math.floor(i / BLOCK)]?.first as number) + (i % BLOCK))
}

async function insertEntries(tx: Tx, postings: Posting[], ids: number[]): Promise<void> {
  const rows = postings.flatMap((posting, n) =>
    posting.moves.map((move) => ({ posting, move, id: ids[n] as number })),
  )
  await tx.query(
    `INSERT INTO entry (shop_id, account_id, posting_id, source, destination, amount, available_after, pending_after,
                        event_at, entry_id)
     SELECT unnest($1::bigint[]), unnest($2::bigint[]), unnest($3::bigint[]), unnest($4::text[])::bucket,
            unnest($5::text[])::bucket, unnest($6::bigint[]), unnest($7::bigint[]), unnest($8::bigint[]),
            to_timestamp(unnest($9::float8[]) / 1000.0), unnest($10::bigint[])`,
    [
      bigints(rows.map((row) => row.posting.shopId)),
      bigints(rows.map((row) => row.posting.accountId)),
      bigints(rows.map((row) => row.id)),
      texts(rows.map((row) => row.move.from)),
      texts(rows.map((row) => row.move.to)),
      bigints(rows.map((row) => row.move.amount)),
      bigints(rows.map((row) => row.move.availableAfter)),
      bigints(rows.map((row) => row.move.pendingAfter)),
      floats(rows.map((row) => row.posting.eventAt)),
      bigints(ids.slice(postings.length)),
    ],
  )
}

async function saveBalances(tx: Tx, accounts: OpenAccount[]): Promise<void> {
  if (accounts.length === 0) return
  await tx.query(
    `UPDATE balance b
        SET pending = r.p, available = r.a, held = r.h, debt = r.d, tier_id = r.t, changed_at = now()
       FROM (SELECT unnest($1::bigint[]) AS shop_id, unnest($2::bigint[]) AS account_id, unnest($3::bigint[]) AS p,
                    unnest($4::bigint[]) AS a, unnest($5::bigint[]) AS h, unnest($6::bigint[]) AS d,
                    unnest($7::text[]) AS t) r
      WHERE b.shop_id = r.shop_id AND b.account_id = r.account_id AND b.unit = 'points'`,
    [
      bigints(accounts.map((account) => account.shopId)),
      bigints(accounts.map((account) => account.accountId)),
      bigints(accounts.map((account) => account.pending)),
      bigints(accounts.map((account) => account.available)),
      bigints(accounts.map((account) => account.held)),
      bigints(accounts.map((account) => account.debt)),
      texts(accounts.map((account) => account.tierId)),
    ],
  )
}

async function saveLots(tx: Tx, accounts: OpenAccount[]): Promise<void> {
  const born: { account: OpenAccount; lot: Lot }[] = []
  const changed: { account: OpenAccount; lot: Lot }[] = []
  for (const account of accounts) {
    for (const lot of account.newLots) born.push({ account, lot })
    for (const lot of account.lots ?? []) if (lot.changed) changed.push({ account, lot })
  }
  if (born.length > 0) await insertLots(tx, born)
  if (changed.length === 0) return
  await tx.query(
    `UPDATE lot l
        SET remaining = r.m, held = r.h, closed = (r.m = 0)
       FROM (SELECT unnest($1::bigint[]) AS shop_id, unnest($2::bigint[]) AS lot_id, unnest($3::bigint[]) AS m,
                    unnest($4::bigint[]) AS h) r
      WHERE l.shop_id = r.shop_id AND l.lot_id = r.lot_id`,
    [
      bigints(changed.map(({ account }) => account.shopId)),
      bigints(changed.map(({ lot }) => lot.lotId)),
      bigints(changed.map(({ lot }) => lot.remaining)),
      bigints(changed.map(({ lot }) => lot.held)),
    ],
  )
}

async function insertLots(tx: Tx, born: { account: OpenAccount; lot: Lot }[]): Promise<void> {
  await tx.query(
    `INSERT INTO lot (shop_id, account_id, order_id, earned_at, expires_on, earned, remaining, held, closed, award_id)
     SELECT unnest($1::bigint[]), unnest($2::bigint[]), unnest($3::bigint[]), to_timestamp(unnest($4::float8[]) / 1000.0),
            unnest($5::text[])::date, unnest($6::bigint[]), unnest($7::bigint[]), unnest($8::bigint[]),
            unnest($7::bigint[]) = 0, unnest($9::bigint[])`,
    [
      bigints(born.map(({ account }) => account.shopId)),
      bigints(born.map(({ account }) => account.accountId)),
      bigints(born.map(({ lot }) => lot.orderId)),
      floats(born.map(({ lot }) => lot.earnedAt)),
      texts(born.map(({ lot }) => lot.expiresOn)),
      bigints(born.map(({ lot }) => lot.earned)),
      bigints(born.map(({ lot }) => lot.remaining)),
      bigints(born.map(({ lot }) => lot.held)),
      bigints(born.map(({ lot }) => lot.awardId ?? null)),
    ],
  )
}

/** Fingerprint of what a posting moves: 52 bits of a SHA-256. */
export function digestOf(posting: Posting): number {
  const content = posting.moves.map((move) => `${move.from}>${move.to}:${move.amount}`).join(',')
  return Number.parseInt(hash('sha256', `${posting.accountId}|${content}`).slice(0, 13), 16)
}

const UNIQUE_VIOLATION = '23505'
const KEY_CONSTRAINT = 'posting_shop_id_kind_source_id_part_version_key'

const KEYS_NAMED = 5

function asKeyConflict(error: unknown, postings: Posting[]): unknown {
  const { code, constraint } = error as { code?: string; constraint?: string }
  if (code !== UNIQUE_VIOLATION || constraint !== KEY_CONSTRAINT) return error
  // PostgreSQL does not say which: row-level security keeps it from quoting a row.
  const keys = postings
    .slice(0, KEYS_NAMED)
    .map(({ shopId, kind, sourceId, part, version }) => [shopId, kind, sourceId, part, version].join('/'))
  const others = postings.length - keys.length
  return new DomainError(
    'key-conflict',
    `A posting stands in the book already, of ${keys.join(', ')}${others > 0 ? ` and ${others} others` : ''}`,
  )
}
