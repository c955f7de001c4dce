import type { Tx } from '../../db/tx.ts'
import type { Occurred } from '../../domain/earning/source.ts'
import type { SourceName } from '../../domain/earning/sources.ts'
import type { AccountKey } from '../../ledger/accounts.ts'

/** What was given for a behaviour, as `earning_award` keeps it. */
export interface StoredAward {
  awardId: number
  accountId: number
  /** The account whose occasions gave it; another one after a merge. */
  earnedBy: number
  source: SourceName
  /** What the book gave for it in all. */
  given: number
  /** What of that went back in all; null: nothing ever had to. */
  takenBack: number | null
  /** What it comes to by all that is known; 0: nothing. */
  due: number
  /** Why it comes to nothing; null: it stands. */
  because: Exclude<TakenBecause, 'corrected'> | null
  /** When it was earned; epoch ms. */
  givenAt: number
  /** How many it has; the next one's version is one more. */
  postings: number
}

/** Why points of a source were taken back; see the texts `sources:because`. */
export type TakenBecause =
  | 'withdrawn'
  | 'not-due'
  | 'merged'
  /** They were earned at another time than was known. */
  | 'corrected'

const COLUMNS = `award_id AS "awardId", account_id AS "accountId", earned_by AS "earnedBy", source, points AS given,
            taken_back AS "takenBack", due, taken_because AS because,
            (extract(epoch FROM given_at) * 1000)::float8 AS "givenAt", postings`

/** Of accounts of one shop that are locked, the earliest first; of one source, or of all. */
export async function readAwards(
  tx: Tx,
  accounts: readonly AccountKey[],
  source: SourceName | null = null,
): Promise<StoredAward[]> {
  const { rows } = await tx.query<StoredAward>(
    `SELECT ${COLUMNS}
       FROM earning_award
      WHERE shop_id = $1 AND account_id = ANY($2::bigint[]) AND ($3::text IS NULL OR source = $3)
      ORDER BY given_at, award_id`,
    [accounts[0]?.shopId, accounts.map(({ accountId }) => accountId), source],
  )
  return rows
}

/** The accounts that have them are locked. */
export async function awardsById(tx: Tx, shopId: number, ids: number[]): Promise<StoredAward[]> {
  if (ids.length === 0) return []
  const { rows } = await tx.query<StoredAward>(
    `SELECT ${COLUMNS}
       FROM earning_award WHERE shop_id = $1 AND award_id = ANY($2::bigint[]) ORDER BY award_id`,
    [shopId, ids],
  )
  return rows
}

export async function writeAward(
  tx: Tx,
  { shopId, accountId }: AccountKey,
  one: { source: SourceName; points: number; at: number; programVersion: number },
): Promise<number> {
  const { rows } = await tx.query<{ awardId: number }>(
    `INSERT INTO earning_award (shop_id, account_id, earned_by, source, points, due, given_at, program_version)
     VALUES ($1, $2, $2, $3, $4, $4, to_timestamp($5 / 1000.0), $6) RETURNING award_id AS "awardId"`,
    [shopId, accountId, one.source, one.points, one.at, one.programVersion],
  )
  if (!rows[0]) throw new Error('The award was not written')
  return rows[0].awardId
}

/** @param programVersion the one that gave it; absent: the same as before */
export async function saveAward(
  tx: Tx,
  { shopId }: AccountKey,
  { awardId, given, takenBack, due, because, givenAt, postings }: StoredAward,
  programVersion: number | null = null,
): Promise<void> {
  await tx.query(
    `UPDATE earning_award
        SET points = $3, taken_back = $4, due = $5, taken_because = $6, given_at = to_timestamp($7 / 1000.0), postings = $8,
            program_version = coalesce($9, program_version)
      WHERE shop_id = $1 AND award_id = $2`,
    [shopId, awardId, given, takenBack, due, because, givenAt, postings, programVersion],
  )
}

/** What is known of an account's occasions of one source. */
export async function readOccasions(
  tx: Tx,
  { shopId, accountId }: AccountKey,
  source: SourceName,
): Promise<Occurred<Record<string, unknown>>[]> {
  const { rows } = await tx.query<{ at: number; told: Record<string, unknown> }>(
    `SELECT (extract(epoch FROM at) * 1000)::float8 AS at, told FROM earning_occasion
      WHERE shop_id = $1 AND account_id = $2 AND source = $3 ORDER BY at, key`,
    [shopId, accountId, source],
  )
  return rows.map(({ at, told }) => ({ ...told, at }))
}
