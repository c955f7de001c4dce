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
  points: number
  /** Epoch ms. */
  givenAt: number
  /** How many of them went back; null: they stand. */
  takenBack: number | null
}

/** Of accounts of one shop that are locked, the earliest first; of one source, or of all. */
export async function readAwards(
  tx: Tx,
  accounts: readonly AccountKey[],
  source: SourceName | null = null,
): Promise<StoredAward[]> {
  const { rows } = await tx.query<StoredAward>(
    `SELECT award_id AS "awardId", account_id AS "accountId", earned_by AS "earnedBy", source, points,
            (extract(epoch FROM given_at) * 1000)::float8 AS "givenAt", taken_back AS "takenBack"
       FROM earning_award
      WHERE shop_id = $1 AND account_id = ANY($2::bigint[]) AND ($3::text IS NULL OR source = $3)
      ORDER BY given_at, award_id`,
    [accounts[0]?.shopId, accounts.map(({ accountId }) => accountId), source],
  )
  return rows
}

export async function writeAward(
  tx: Tx,
  { shopId, accountId }: AccountKey,
  one: { source: SourceName; points: number; at: number; programVersion: number },
): Promise<number> {
  const { rows } = await tx.query<{ awardId: number }>(
    `INSERT INTO earning_award (shop_id, account_id, earned_by, source, points, given_at, program_version)
     VALUES ($1, $2, $2, $3, $4, to_timestamp($5 / 1000.0), $6) RETURNING award_id AS "awardId"`,
    [shopId, accountId, one.source, one.points, one.at, one.programVersion],
  )
  if (!rows[0]) throw new Error('The award was not written')
  return rows[0].awardId
}

export async function markTaken(tx: Tx, shopId: number, awardId: number, points: number): Promise<void> {
  await tx.query('UPDATE earning_award SET taken_back = $3 WHERE shop_id = $1 AND award_id = $2', [
    shopId,
    awardId,
    points,
  ])
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
