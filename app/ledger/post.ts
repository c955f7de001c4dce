import { createHash } from 'node:crypto'
import { assertSound, type Lot, type Move } from '../domain/account.ts'
import { DomainError } from '../domain/errors.ts'
import type { AccountKey, OpenAccount } from './accounts.ts'
import type { Tx } from './tx.ts'

export type PostingKind =
  | 'order'
  | 'maturity'
  | 'redemption'
  | 'adjustment'
  | 'expiry'
  | 'merge'
  | 'claim'
  | 'import'

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
    const ids = await insertPostings(tx, effective)
    await insertEntries(tx, effective, ids)
  }
  await saveBalances(tx, touched)
  await saveLots(tx, touched)
}

/** The database's sequence gives the ids; it also orders the entries of an account, whose lock we hold. */
async function insertPostings(tx: Tx, postings: Posting[]): Promise<number[]> {
  try {
    const { rows } = await tx.query<{ ids: number[] }>(
      `WITH input AS (
         SELECT nextval('posting_id_seq') AS posting_id, r.*
           FROM json_to_recordset($1) AS r(n int, s bigint, a bigint, k text, i text, p text, v int, pv int, e bigint,
                                           c text, r text, w json, d bigint)
       ), written AS (
         INSERT INTO posting (shop_id, posting_id, account_id, kind, source_id, part, version, program_version,
                              event_at, actor, reason, why, digest)
         SELECT s, posting_id, a, k, i, p, v, pv, to_timestamp(e / 1000.0), c, r, w, d FROM input
       )
       SELECT array_agg(posting_id ORDER BY n)::float8[] AS ids FROM input`,
      [
        JSON.stringify(
          postings.map((posting, n) => ({
            n,
            s: posting.shopId,
            a: posting.accountId,
            k: posting.kind,
            i: posting.sourceId,
            p: posting.part,
            v: posting.version,
            pv: posting.programVersion,
            e: posting.eventAt,
            c: posting.actor,
            r: posting.reason,
            w: posting.why,
            d: digestOf(posting),
          })),
        ),
      ],
    )
    return rows[0]?.ids ?? []
  } catch (error) {
    throw asKeyConflict(error)
  }
}

async function insertEntries(tx: Tx, postings: Posting[], ids: number[]): Promise<void> {
  const rows = postings.flatMap((posting, n) => posting.moves.map((move) => ({ posting, move, id: ids[n] })))
  await tx.query(
    `INSERT INTO entry (shop_id, account_id, posting_id, source, destination, amount, available_after, pending_after,
                        event_at)
     SELECT s, a, p, f, t, n, av, pe, to_timestamp(e / 1000.0)
       FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bucket[], $5::bucket[], $6::bigint[], $7::bigint[],
                   $8::bigint[], $9::float8[]) AS r(s, a, p, f, t, n, av, pe, e)`,
    [
      rows.map((row) => row.posting.shopId),
      rows.map((row) => row.posting.accountId),
      rows.map((row) => row.id),
      rows.map((row) => row.move.from),
      rows.map((row) => row.move.to),
      rows.map((row) => row.move.amount),
      rows.map((row) => row.move.availableAfter),
      rows.map((row) => row.move.pendingAfter),
      rows.map((row) => row.posting.eventAt),
    ],
  )
}

async function saveBalances(tx: Tx, accounts: OpenAccount[]): Promise<void> {
  if (accounts.length === 0) return
  await tx.query(
    `UPDATE balance b
        SET pending = r.p, available = r.a, held = r.h, debt = r.d, changed_at = now()
       FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])
            AS r(shop_id, account_id, p, a, h, d)
      WHERE b.shop_id = r.shop_id AND b.account_id = r.account_id AND b.unit = 'points'`,
    [
      accounts.map((account) => account.shopId),
      accounts.map((account) => account.accountId),
      accounts.map((account) => account.pending),
      accounts.map((account) => account.available),
      accounts.map((account) => account.held),
      accounts.map((account) => account.debt),
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
       FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[]) AS r(shop_id, lot_id, m, h)
      WHERE l.shop_id = r.shop_id AND l.lot_id = r.lot_id`,
    [
      changed.map(({ account }) => account.shopId),
      changed.map(({ lot }) => lot.lotId),
      changed.map(({ lot }) => lot.remaining),
      changed.map(({ lot }) => lot.held),
    ],
  )
}

async function insertLots(tx: Tx, born: { account: OpenAccount; lot: Lot }[]): Promise<void> {
  await tx.query(
    `INSERT INTO lot (shop_id, account_id, order_id, earned_at, expires_on, earned, remaining, held, closed)
     SELECT s, a, o, to_timestamp(t / 1000.0), x, e, m, h, m = 0
       FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::float8[], $5::date[], $6::bigint[], $7::bigint[],
                   $8::bigint[]) AS r(s, a, o, t, x, e, m, h)`,
    [
      born.map(({ account }) => account.shopId),
      born.map(({ account }) => account.accountId),
      born.map(({ lot }) => lot.orderId),
      born.map(({ lot }) => lot.earnedAt),
      born.map(({ lot }) => lot.expiresOn),
      born.map(({ lot }) => lot.earned),
      born.map(({ lot }) => lot.remaining),
      born.map(({ lot }) => lot.held),
    ],
  )
}

/** Fingerprint of what a posting moves: 52 bits of a SHA-256. */
export function digestOf(posting: Posting): number {
  const content = posting.moves.map((move) => `${move.from}>${move.to}:${move.amount}`).join(',')
  const hash = createHash('sha256').update(`${posting.accountId}|${content}`).digest()
  return Number(hash.readBigUInt64BE() >> 12n)
}

const UNIQUE_VIOLATION = '23505'
const KEY_CONSTRAINT = 'posting_shop_id_kind_source_id_part_version_key'

function asKeyConflict(error: unknown): unknown {
  const { code, constraint, detail } = error as { code?: string; constraint?: string; detail?: string }
  if (code !== UNIQUE_VIOLATION || constraint !== KEY_CONSTRAINT) return error
  return new DomainError('key-conflict', `This posting stands in the book already: ${detail ?? ''}`, {})
}
