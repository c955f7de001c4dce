import { DomainError } from '../text/errors.ts'
import {
  chooseLots,
  freeLotsOf,
  type Lot,
  type LotOrigin,
  type LotShare,
  type Lots,
  type Preference,
  sumOf,
  takeFromLots,
} from './lots.ts'

/**
 * The arithmetic of one member's account: where points are, and how an award, a reversal, a hold or an expiry moves
 * them. Pure; the ledger loads a draft, these functions change it and say which entries to write.
 *
 * Always true: lot remainders sum to available + held; nothing is below zero; debt stands only where nothing is
 * available, because what comes in repays it first.
 */
export type Bucket =
  | 'pending'
  | 'available'
  | 'held'
  | 'debt'
  | 'issued'
  | 'redeemed'
  | 'expired'
  | 'adjusted'
  | 'merged'

/** One entry: `amount` points (> 0) leave `from` and arrive at `to`. */
export interface Move {
  from: Bucket
  to: Bucket
  amount: number
  /** The account after this move: available minus debt, and pending. */
  availableAfter: number
  pendingAfter: number
}

export interface Account extends Lots {
  pending: number
  available: number
  held: number
  debt: number
}

/** New points, spendable later. */
export function awardPending(account: Account, amount: number): Move[] {
  return amount === 0 ? [] : [move(account, 'issued', 'pending', amount)]
}

/** New points, spendable now. `from` tells the program's side: issued by an order, adjusted by a person, merged. */
export function awardAvailable(
  account: Account,
  amount: number,
  origin: LotOrigin,
  from: Extract<Bucket, 'issued' | 'adjusted' | 'merged' | 'redeemed' | 'expired'> = 'issued',
): Move[] {
  if (amount === 0) return []
  return arrive(account, from, amount, origin)
}

/** Pending points become spendable. */
export function mature(account: Account, amount: number, origin: LotOrigin): Move[] {
  return amount === 0 ? [] : arrive(account, 'pending', amount, origin)
}

function arrive(account: Account, from: Bucket, amount: number, origin: LotOrigin): Move[] {
  const moves = [move(account, from, 'available', amount)]
  const repaid = Math.min(amount, account.debt)
  if (repaid > 0) moves.push(move(account, 'available', 'debt', repaid))
  if (amount > repaid) {
    account.newLots.push({
      lotId: null,
      ...origin,
      earned: amount,
      remaining: amount - repaid,
      held: 0,
      changed: true,
    })
  }
  return moves
}

/** Takes back points of an order that are still pending. */
export function reversePending(account: Account, amount: number): Move[] {
  return amount === 0 ? [] : [move(account, 'pending', 'issued', amount)]
}

/**
 * Takes back spendable points: the order's own lot first, then the others in the order they would lapse; what is no
 * longer there becomes debt.
 */
export function reverseAvailable(account: Account, amount: number, orderId: string | null): Move[] {
  const there = Math.min(amount, account.available)
  const moves: Move[] = []
  if (there > 0) {
    takeFromLots(account, there, orderId === null ? null : (lot) => lot.orderId === orderId)
    moves.push(move(account, 'available', 'issued', there))
  }
  if (amount > there) moves.push(move(account, 'debt', 'issued', amount - there))
  return moves
}

/**
 * Reserves points for a redemption, first those that lapse first.
 * @throws DomainError in-debt, not-enough-points; the account is then unchanged.
 */
export function reserve(account: Account, amount: number): { moves: Move[]; shares: LotShare[] } {
  requirePoints(account, amount)
  const shares = chooseLots(account, amount, null)
  for (const { lot, amount: part } of shares) {
    lot.held += part
    lot.changed = true
  }
  return { moves: [move(account, 'available', 'held', amount)], shares }
}

/** Reserves what is left of one order's points, if anything is. */
export function reserveOfOrder(account: Account, orderId: string): { moves: Move[]; shares: LotShare[] } {
  if (account.lots === null) throw new Error('The lots of the account are not loaded')
  const shares = account.lots.flatMap((lot) =>
    lot.orderId === orderId && lot.remaining > lot.held ? [{ lot, amount: lot.remaining - lot.held }] : [],
  )
  for (const { lot, amount } of shares) {
    lot.held += amount
    lot.changed = true
  }
  return { moves: shares.length === 0 ? [] : [move(account, 'available', 'held', sumOf(shares))], shares }
}

/** The reserved points are spent for good. */
export function capture(account: Account, shares: LotShare[]): Move[] {
  const amount = sumOf(shares)
  for (const { lot, amount: part } of shares) {
    lot.held -= part
    lot.remaining -= part
    lot.changed = true
  }
  return [move(account, 'held', 'redeemed', amount)]
}

/** The reserved points are free again; debt that arose meanwhile is repaid from them first. */
export function release(account: Account, shares: LotShare[]): Move[] {
  const amount = sumOf(shares)
  for (const { lot, amount: part } of shares) {
    lot.held -= part
    lot.changed = true
  }
  return [move(account, 'held', 'available', amount), ...repayDebt(account)]
}

/**
 * Takes spendable points by a person's decision. Never creates debt.
 * @param own of an undo: the lot that is taken from first
 * @throws DomainError in-debt, not-enough-points
 */
export function deduct(account: Account, amount: number, own: Preference = null): Move[] {
  requirePoints(account, amount)
  takeFromLots(account, amount, own)
  return [move(account, 'available', 'adjusted', amount)]
}

/**
 * Takes back points that were given by hand or brought along: first from the lots that they made, then from the others.
 * What is no longer there stays spent: at most `amount`, never a debt, none from an account that owes.
 */
export function takeBackGiven(account: Account, amount: number, own: (lot: Lot) => boolean): Move[] {
  const there = Math.min(amount, account.available)
  if (there === 0) return []
  takeFromLots(account, there, own)
  return [move(account, 'available', 'adjusted', there)]
}

/**
 * Takes back at most so much of a gift for a behaviour, from its own lots alone: what was spent of it, lapsed or is held
 * is not asked of other points.
 */
export function takeBackGift(account: Account, awardId: number, most: number): Move[] {
  const left = freeLotsOf(account, awardId).reduce((sum, lot) => sum + lot.remaining - lot.held, 0)
  const amount = Math.min(most, left)
  if (amount === 0) return []
  takeFromLots(account, amount, (lot) => lot.awardId === awardId)
  return [move(account, 'available', 'issued', amount)]
}

/** Lets a lot lapse: only what no hold reserves. */
export function expireLot(account: Account, lot: Lot): Move[] {
  const amount = lot.remaining - lot.held
  if (amount === 0) return []
  lot.remaining -= amount
  lot.changed = true
  return [move(account, 'available', 'expired', amount)]
}

/**
 * Puts everything of one account into another. What left is what arrived, to the point; a debt on either side is
 * then repaid from what is available. `gone` ends empty.
 */
export function mergeInto(kept: Account, gone: Account): { out: Move[]; into: Move[] } {
  if (kept.lots === null || gone.lots === null) throw new Error('The lots of the accounts are not loaded')
  const out: Move[] = []
  const into: Move[] = []
  for (const place of ['pending', 'available', 'held'] as const) {
    const amount = gone[place]
    if (amount === 0) continue
    out.push(move(gone, place, 'merged', amount))
    into.push(move(kept, 'merged', place, amount))
  }
  const owed = gone.debt
  if (owed > 0) {
    out.push(move(gone, 'merged', 'debt', owed))
    into.push(move(kept, 'debt', 'merged', owed))
  }
  kept.lots.push(...gone.lots)
  gone.lots = []
  into.push(...repayDebt(kept))
  return { out, into }
}

/** Debt is repaid as soon as there is something to repay it from. */
function repayDebt(account: Account): Move[] {
  const repaid = Math.min(account.debt, account.available)
  if (repaid === 0) return []
  takeFromLots(account, repaid, null)
  return [move(account, 'available', 'debt', repaid)]
}

/** @throws Error when the account breaks a rule that never bends; nothing may be written then. */
export function assertSound(account: Account): void {
  const { pending, available, held, debt } = account
  if (![pending, available, held, debt].every((n) => Number.isSafeInteger(n) && n >= 0)) {
    throw new Error(`Unsound account: pending ${pending}, available ${available}, held ${held}, debt ${debt}`)
  }
  if (debt > 0 && available > 0)
    throw new Error(`Unsound account: debt ${debt} beside available ${available}`)
  if (account.lots === null) return
  const lots = [...account.lots, ...account.newLots]
  const inLots = lots.reduce((total, lot) => total + lot.remaining, 0)
  const heldInLots = lots.reduce((total, lot) => total + lot.held, 0)
  if (account.someLots) {
    if (inLots > available + held || heldInLots > held)
      throw new Error(
        `Unsound account: some lots hold ${inLots} (${heldInLots} held), balance ${available} + ${held}`,
      )
    return
  }
  if (inLots !== available + held || heldInLots !== held) {
    throw new Error(
      `Unsound account: lots hold ${inLots} (${heldInLots} held), balance ${available} + ${held}`,
    )
  }
}

function requirePoints(account: Account, amount: number): void {
  if (!Number.isSafeInteger(amount) || amount <= 0) {
    throw new DomainError('invalid-amount', `${amount} is not a number of points above 0`, { value: amount })
  }
  if (account.debt > 0)
    throw new DomainError('in-debt', `The account owes ${account.debt} points`, { debt: account.debt })
  if (account.available < amount) {
    throw new DomainError('not-enough-points', `${amount} points asked, ${account.available} available`, {
      asked: amount,
      available: account.available,
    })
  }
}

function move(account: Account, from: Bucket, to: Bucket, amount: number): Move {
  shift(account, from, -amount)
  shift(account, to, amount)
  return { from, to, amount, availableAfter: account.available - account.debt, pendingAfter: account.pending }
}

function shift(account: Account, bucket: Bucket, by: number): void {
  if (bucket === 'pending' || bucket === 'available' || bucket === 'held') account[bucket] += by
  else if (bucket === 'debt') account.debt -= by // points that leave "debt" are owed
}
