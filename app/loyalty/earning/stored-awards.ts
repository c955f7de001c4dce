import type { Tx } from '../../db/tx.ts'
import type { AccountHistory, Due, SourceName } from '../../domain/earning/sources.ts'
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
  one: { earnedBy: number; source: SourceName; points: number; at: number; programVersion: number },
): Promise<number> {
  const { rows } = await tx.query<{ awardId: number }>(
    `INSERT INTO earning_award (shop_id, account_id, earned_by, source, points, due, given_at, program_version)
     VALUES ($1, $2, $7, $3, $4, $4, to_timestamp($5 / 1000.0), $6) RETURNING award_id AS "awardId"`,
    [shopId, accountId, one.source, one.points, one.at, one.programVersion, one.earnedBy],
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

/**
 * What is known of a source of all accounts that were merged into these or are these.
 * @param awards of these accounts and the source: what of a redacted customer's occasions is left
 */
export async function readHistories(
  tx: Tx,
  heads: readonly AccountKey[],
  source: SourceName,
  awards: readonly StoredAward[],
): Promise<AccountHistory[]> {
  const { rows } = await tx.query<{ accountId: number; erased: boolean } & OccasionRow>(
    `SELECT a.account_id AS "accountId", a.redacted_at IS NOT NULL AS erased,
            (extract(epoch FROM c.at) * 1000)::float8 AS at, c.told
       FROM account a
       LEFT JOIN earning_occasion c ON c.shop_id = a.shop_id AND c.account_id = a.account_id AND c.source = $3
      WHERE a.shop_id = $1 AND (a.account_id = ANY($2::bigint[]) OR a.merged_into = ANY($2::bigint[]))
      ORDER BY c.at, c.key`,
    [heads[0]?.shopId, heads.map(({ accountId }) => accountId), source],
  )
  const isErased = rows.some(({ erased }) => erased)
  return [...new Set(rows.map(({ accountId }) => accountId))].map((accountId) => {
    const own = rows.filter((row) => row.accountId === accountId)
    const award = awards.find(({ earnedBy }) => earnedBy === accountId)
    const had =
      award && isErased
        ? leftOf(
            award,
            own.some(({ erased }) => erased),
          )
        : null
    const occasions = own.flatMap(({ at, told }) => (at === null ? [] : [{ ...told, at }]))
    return { accountId, occasions, ...(had && { had }) }
  })
}

interface OccasionRow {
  /** Null: it has none. */
  at: number | null
  told: Record<string, unknown>
}

/**
 * Where occasions of the person were erased, what they had come to stays: a gift whose occasions are gone as it is, and
 * one that was withdrawn stays so, since the withdrawal may be among what has gone.
 */
function leftOf({ givenAt, because }: StoredAward, itself: boolean): Due | null {
  if (because === 'withdrawn') return { at: givenAt, withdrawnAt: givenAt }
  return itself && because !== 'not-due' ? { at: givenAt, withdrawnAt: null } : null
}
