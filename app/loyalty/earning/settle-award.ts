import type { Tx } from '../../db/tx.ts'
import { awardAvailable, takeBackGift } from '../../domain/account/account.ts'
import type { OpenAccount } from '../../ledger/accounts.ts'
import type { Posting } from '../../ledger/post.ts'
import { awardsById, type StoredAward, saveAward, type TakenBecause, writeAward } from './stored-awards.ts'

/**
 * Brings the book to what a gift comes to. A gift is the points of its own lots: what of them was spent or has lapsed
 * stays so, what a hold reserves goes back when it comes free (`takeFreed`), and other points are never asked. So nobody
 * gets into debt by it. The account is locked and its lots are loaded; the postings returned are still to be written.
 */

/** What a gift comes to that stands. */
export interface Worth {
  points: number
  /** When they were earned; epoch ms. */
  at: number
  /** The same as a day in the shop's zone. */
  day: string
  expiresOn: string | null
  programVersion: number
}

export async function give(
  tx: Tx,
  account: OpenAccount,
  { source, earnedBy }: Pick<StoredAward, 'source' | 'earnedBy'>,
  worth: Worth,
  now: number,
): Promise<Posting[]> {
  const awardId = await writeAward(tx, account, { source, earnedBy, ...worth })
  return [givenPosting(account, { awardId, source, postings: 1 }, worth, worth.points, now)]
}

/**
 * The gift stands, with this worth. What is missing is given, what is too much goes back; points that should have been
 * earned on another day are booked anew, so that they lapse when they should.
 * @param before what it was worth at the moment at which it is booked
 */
export async function bringTo(
  tx: Tx,
  account: OpenAccount,
  one: StoredAward,
  { before, worth }: { before: Worth | null; worth: Worth },
  now: number,
): Promise<Posting[]> {
  const isMoved = before?.day !== worth.day || before.expiresOn !== worth.expiresOn
  Object.assign(one, { due: worth.points, because: null, givenAt: worth.at })
  const postings = take(account, one, { most: isMoved ? one.given : owedOf(one), because: 'corrected' }, now)
  const missing = -owedOf(one)
  if (missing > 0) {
    one.given += missing
    one.postings += 1
    postings.push(givenPosting(account, one, worth, missing, now))
  }
  await saveAward(tx, account, one, worth.programVersion)
  return postings
}

/** The gift comes to nothing. */
export async function takeBack(
  tx: Tx,
  account: OpenAccount,
  one: StoredAward,
  because: Exclude<TakenBecause, 'corrected'>,
  now: number,
): Promise<Posting[]> {
  Object.assign(one, { due: 0, because, takenBack: one.takenBack ?? 0 })
  const postings = take(account, one, { most: owedOf(one), because }, now)
  await saveAward(tx, account, one)
  return postings
}

/**
 * Points came free, or back, that are of a gift which was taken back: they go back, too. To be called wherever a hold is
 * released or spent points return.
 */
export async function takeFreed(tx: Tx, account: OpenAccount, now: number): Promise<Posting[]> {
  const free = [...(account.lots ?? []), ...account.newLots].filter((lot) => lot.remaining > lot.held)
  const ids = new Set(free.flatMap(({ awardId }) => awardId ?? []))
  const postings: Posting[] = []
  for (const one of await awardsById(tx, account.shopId, [...ids])) {
    const because = one.because ?? 'corrected'
    const taken = take(account, one, { most: owedOf(one), because, isFreed: true }, now)
    if (taken.length === 0) continue
    postings.push(...taken)
    await saveAward(tx, account, one)
  }
  return postings
}

/** What the member has of a gift beyond what it comes to; below 0: what is missing. */
function owedOf({ given, takenBack, due }: StoredAward): number {
  return given - (takenBack ?? 0) - due
}

interface Taking {
  most: number
  because: TakenBecause
  /** It was not there when it was asked for the first time. */
  isFreed?: true
}

function take(
  account: OpenAccount,
  one: StoredAward,
  { most, because, isFreed }: Taking,
  now: number,
): Posting[] {
  const moves = most <= 0 ? [] : takeBackGift(account, one.awardId, most)
  const taken = moves.reduce((sum, { amount }) => sum + amount, 0)
  if (taken === 0) return []
  one.takenBack = (one.takenBack ?? 0) + taken
  one.postings += 1
  const told = isFreed ? { of: taken, freed: true } : { of: taken + left(one), held: heldOf(account, one) }
  const why = { v: 1, source: one.source, because, ...told }
  return [postingOf(account, one, { part: 'taken-back', why, moves }, now)]
}

const left = (one: StoredAward) => Math.max(0, owedOf(one))

/** How many of those that are left a code still keeps: they may come free. */
function heldOf({ lots }: OpenAccount, one: StoredAward): number {
  const held = (lots ?? []).reduce((sum, lot) => sum + (lot.awardId === one.awardId ? lot.held : 0), 0)
  return Math.min(held, left(one))
}

type Named = Pick<StoredAward, 'awardId' | 'source' | 'postings'>

function givenPosting(
  account: OpenAccount,
  one: Named,
  { at, expiresOn, programVersion }: Worth,
  points: number,
  now: number,
): Posting {
  const origin = { orderId: null, awardId: one.awardId, earnedAt: at, expiresOn }
  const moves = awardAvailable(account, points, origin)
  const why = { v: 1, source: one.source }
  return {
    ...postingOf(account, one, { part: 'given', why, moves }, Math.min(at, now)),
    programVersion,
  }
}

function postingOf(
  { shopId, accountId }: OpenAccount,
  { awardId, postings }: Named,
  rest: Pick<Posting, 'why' | 'moves'> & { part: 'given' | 'taken-back' },
  eventAt: number,
): Posting {
  const key = { shopId, accountId, kind: 'award' as const, sourceId: String(awardId), version: postings }
  return { ...key, ...rest, programVersion: null, eventAt, actor: 'system', reason: null }
}
