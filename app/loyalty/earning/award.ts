import type { Tx } from '../../db/tx.ts'
import { awardAvailable, takeBackGiven } from '../../domain/account/account.ts'
import { isLotOf } from '../../domain/account/lots.ts'
import type { Occurred } from '../../domain/earning/source.ts'
import { dueOf, type Source, type SourceName, withdrawnAfter } from '../../domain/earning/sources.ts'
import { expiresOn } from '../../domain/expiry/expiry.ts'
import { type OpenAccount, openAccount } from '../../ledger/accounts.ts'
import { confirmAliases, ensureAccounts } from '../../ledger/ensure-accounts.ts'
import { type Posting, post } from '../../ledger/post.ts'
import { loadPrograms, programAt, type ShopPrograms } from '../program/programs.ts'
import { markForSync } from '../sync/mark-for-sync.ts'
import { markTaken, readAwards, readOccasions, type StoredAward, writeAward } from './stored-awards.ts'

/** Something that a customer did, as `occasions.ts` reads it. */
export interface Occasion {
  /** Shopify's id in digits; merges are followed. */
  customerId: string
  source: SourceName
  /** What makes it this occasion and no other: the same key is the same thing, told once more. */
  key: string
  /** Epoch ms. */
  at: number
  /** As the source's schema for occasions. */
  told: Record<string, unknown>
}

export type Awarded =
  | 'given'
  | 'taken-back'
  /** It is noted, and moves no points. */
  | 'noted'
  /** It was told before. */
  | 'known'
  /** No program of the shop ever gave points for it: then it is nobody's business, and not kept. */
  | 'off'
  /** The customer was redacted since. */
  | 'redacted'

/** Why points of a source were taken back; see the texts `sources:because`. */
export type TakenBecause = 'withdrawn' | 'not-due' | 'merged'

/**
 * Points for a behaviour, once a person. What an account has of a source is a function of all its occasions, however
 * often and in whatever order they are told; the book gets the difference, under the lock of the account, so that two
 * who tell at once come here one after the other.
 * @param now epoch ms; nothing happens later than that
 * @throws TryAgain when the account was merged or redacted meanwhile
 */
export async function award(tx: Tx, shopId: number, occasion: Occasion, now: number): Promise<Awarded> {
  const { customerId, source } = occasion
  const programs = (await loadPrograms(tx, [shopId])).get(shopId)
  if (!programs?.versions.some(({ program }) => program.sources.has(source))) return 'off'
  const holder = { shopId, customerId, guestHash: null, toldAt: occasion.at }
  const [found] = (await ensureAccounts(tx, [holder])).values()
  if (!found) return 'redacted'
  const account = await openAccount(tx, found)
  await confirmAliases(tx, [found])
  if (!(await note(tx, account, { ...occasion, at: Math.min(occasion.at, now) }))) return 'known'
  return settleSource(tx, account, source, programs, now)
}

async function note(tx: Tx, { shopId, accountId }: OpenAccount, occasion: Occasion): Promise<boolean> {
  const { source, key, at, told } = occasion
  const { rowCount } = await tx.query(
    `INSERT INTO earning_occasion (shop_id, account_id, source, key, at, told)
     VALUES ($1, $2, $3, $4, to_timestamp($5 / 1000.0), $6) ON CONFLICT DO NOTHING`,
    [shopId, accountId, source, key, at, told],
  )
  return rowCount === 1
}

async function settleSource(
  tx: Tx,
  account: OpenAccount,
  source: SourceName,
  programs: ShopPrograms,
  now: number,
): Promise<Awarded> {
  const occasions = await readOccasions(tx, account, source)
  const termsAt = (at: number) => programAt(programs, at)?.sources.get(source) ?? null
  const due = dueOf(source, occasions, termsAt)
  const awards = await readAwards(tx, [account], source)
  // Whatever became of them: whoever had them once has had them.
  if (awards.length === 0)
    return due && due.withdrawnAt === null ? give(tx, account, source, due.at, programs, now) : 'noted'
  const standing = awards.find(({ takenBack }) => takenBack === null)
  const because = standing ? whyTaken(standing, account, due, occasions) : null
  if (!standing || because === null) return 'noted'
  await post(tx, [account], [await takeBack(tx, account, standing, because, now)])
  await markForSync(tx, [account])
  return 'taken-back'
}

/** Points that came along with a merge are judged by the account that stayed only as far as they are withdrawn. */
function whyTaken(
  { source, earnedBy, givenAt }: StoredAward,
  { accountId }: OpenAccount,
  due: ReturnType<typeof dueOf>,
  occasions: Occurred<Record<string, unknown>>[],
): TakenBecause | null {
  if (earnedBy !== accountId) return withdrawnAfter(source, occasions, givenAt) === null ? null : 'withdrawn'
  if (due === null) return 'not-due'
  return due.withdrawnAt === null ? null : 'withdrawn'
}

async function give(
  tx: Tx,
  account: OpenAccount,
  source: SourceName,
  at: number,
  programs: ShopPrograms,
  now: number,
): Promise<Awarded> {
  const program = programAt(programs, at)
  const points = (program?.sources.get(source) as Source | undefined)?.points
  if (!program || points === undefined) return 'noted'
  const awardId = await writeAward(tx, account, { source, points, at, programVersion: program.version })
  const origin = { orderId: null, earnedAt: at, expiresOn: expiresOn(program.expiry, at, program.timeZone) }
  const moves = awardAvailable(account, points, origin)
  const given = postingOf(account, awardId, 'given', { v: 1, source }, moves, Math.min(at, now))
  await post(tx, [account], [{ ...given, programVersion: program.version }])
  await markForSync(tx, [account])
  return 'given'
}

/** As far as they are still there: nobody gets into debt by that. The account is locked and its lots are loaded. */
export async function takeBack(
  tx: Tx,
  account: OpenAccount,
  one: StoredAward,
  because: TakenBecause,
  at: number,
): Promise<Posting> {
  const own = (lot: Parameters<typeof isLotOf>[0]) => isLotOf(lot, one.givenAt, one.points)
  const moves = takeBackGiven(account, one.points, own, 'issued')
  const taken = moves.reduce((sum, { amount }) => sum + amount, 0)
  await markTaken(tx, account.shopId, one.awardId, taken)
  const why = { v: 1, source: one.source, because, of: one.points }
  return postingOf(account, one.awardId, 'taken-back', why, moves, at)
}

function postingOf(
  { shopId, accountId }: OpenAccount,
  awardId: number,
  part: 'given' | 'taken-back',
  why: object,
  moves: Posting['moves'],
  eventAt: number,
): Posting {
  const sourceId = String(awardId)
  const key = { shopId, accountId, kind: 'award' as const, sourceId, part, version: 1, programVersion: null }
  return { ...key, eventAt, actor: 'system', reason: null, why, moves }
}
