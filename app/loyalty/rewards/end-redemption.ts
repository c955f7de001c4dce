import type { Tx } from '../../db/tx.ts'
import { awardAvailable, capture, type Move, release, reserve } from '../../domain/account/account.ts'
import { DomainError } from '../../domain/text/errors.ts'
import { type AccountKey, keyOf, loadLots, type OpenAccount, openAccounts } from '../../ledger/accounts.ts'
import { endHold, originsOfHold, writeHold } from '../../ledger/holds.ts'
import { type Posting, post } from '../../ledger/post.ts'
import { enqueue } from '../../queue/enqueue.ts'
import { takeFreed } from '../earning/settle-award.ts'
import {
  type ByPeople,
  changeRedemption,
  type EndingReason,
  isByPeople,
  isOpen,
  noteClosed,
  type Redemption,
  type ReturnReason,
} from './redemption-record.ts'

/**
 * The ends of a redemption. Each takes the locked account with its lots, changes it, and returns the posting to write,
 * or null when that end had come before. Points that were taken come back at most once.
 */

/**
 * The order with the code is paid, or what the member takes without one is made or done: the held points are spent.
 * @param done by whom
 */
export async function captureRedemption(
  tx: Tx,
  account: OpenAccount,
  redemption: Redemption,
  order: { orderId: string | null; at: number },
  done?: string,
): Promise<Posting | null> {
  if (!isOpen(redemption)) return null
  const shares = await endHold(tx, account, redemption.holdId, 'captured', order.at)
  if (shares === null) return null
  const doneAt = isByPeople(redemption) ? new Date(order.at) : null
  await changeRedemption(tx, redemption, { status: 'used', orderId: order.orderId, ending: null, doneAt })
  const why = order.orderId === null ? {} : { order: order.orderId }
  return posting(redemption, 'capture', order.at, why, capture(account, shares), done)
}

/**
 * The code was never used and nobody can use it any more: the held points are free again, and those of a gift that was
 * taken back meanwhile go back.
 */
export async function releaseRedemption(
  tx: Tx,
  account: OpenAccount,
  redemption: Redemption,
  reason: ReturnReason,
  at: number,
  actor = redemption.endingBy ?? 'system',
): Promise<Posting[] | null> {
  if (!isOpen(redemption)) return null
  const outcome = reason === 'lapsed' ? 'expired' : 'released'
  const shares = await endHold(tx, account, redemption.holdId, outcome, at)
  if (shares === null) return null
  await changeRedemption(tx, redemption, {
    status: 'returned',
    returnReason: reason,
    ending: null,
    orderId: null,
  })
  const released = posting(redemption, 'release', at, { reason }, release(account, shares), actor)
  return [released, ...(await takeFreed(tx, account, at))]
}

/**
 * The order that had used the code does so no more: the spent points come back as they were, with their old expiry. What
 * of them is of a gift that was taken back goes back once it is clear that no other order takes them.
 */
export async function returnRedemption(
  tx: Tx,
  account: OpenAccount,
  redemption: Redemption,
  reason: ReturnReason,
  at: number,
): Promise<Posting | null> {
  if (redemption.status !== 'used') return null
  const moves = await spentPoints(tx, account, redemption)
  const { orderId: order } = redemption
  await changeRedemption(tx, redemption, { status: 'returned', returnReason: reason })
  await withdrawLater(tx, redemption)
  return posting(redemption, 'return', at, { reason, order }, moves)
}

/**
 * Staff take back what is the shop's own and was spent when it was made: nothing of it lies in Shopify. Its points come
 * back as they were; what of them is of a gift that was taken back meanwhile goes back.
 */
export async function revokeRedemption(
  tx: Tx,
  account: OpenAccount,
  redemption: Redemption,
  actor: string,
  at: number,
): Promise<Posting[]> {
  const moves = await spentPoints(tx, account, redemption)
  await changeRedemption(tx, redemption, { status: 'returned', returnReason: 'cancelled' })
  await noteClosed(tx, redemption)
  const returned = posting(redemption, 'return', at, { reason: 'cancelled' }, moves, actor)
  return [returned, ...(await takeFreed(tx, account, at))]
}

/** What was spent for it becomes available again, with its old expiry. */
async function spentPoints(tx: Tx, account: OpenAccount, { shopId, holdId }: Redemption): Promise<Move[]> {
  const moves: Move[] = []
  for (const { amount, ...origin } of await originsOfHold(tx, shopId, holdId))
    moves.push(...awardAvailable(account, amount, origin, 'redeemed'))
  return moves
}

/**
 * People have not done it after all: its points are held as they were before.
 * @throws DomainError in-debt: points that come back repay a debt first, and what is left does not suffice
 */
export async function reopenRedemption(
  tx: Tx,
  account: OpenAccount,
  redemption: ByPeople,
  actor: string,
  at: number,
): Promise<void> {
  const back = await spentPoints(tx, account, redemption)
  await post(tx, [account], [posting(redemption, 'return', at, { reason: 'undone' }, back, actor)])
  // The lots that were born just now have ids only when they are read again.
  account.lots = null
  account.newLots = []
  await loadLots(tx, [account])
  if (account.debt > 0 || account.available < redemption.cost)
    throw new DomainError('in-debt', 'The points that come back repay a debt', { debt: account.debt })
  const { cost, holdId, formerHolds, endsAt } = redemption
  const { moves, shares } = reserve(account, cost)
  const again = await writeHold(tx, account, { shares, createdAt: at, expiresAt: endsAt.getTime() })
  await changeRedemption(tx, redemption, {
    status: 'ready',
    doneAt: null,
    holdId: again,
    formerHolds: [...formerHolds, holdId],
  })
  await post(tx, [account], [posting(redemption, 'reserve', at, {}, moves, actor)])
}

/** Points to be taken a second time, for an order that was placed at `at` (epoch ms). */
export type Retake = AccountKey & { redemption: Redemption; orderId: string; at: number; paid: boolean }

/**
 * Points that had gone back are taken again, because an order with the code is paid after all, or can still be. Where
 * they are not there any more nothing is taken, and for a paid one that is noted for the merchant: a redemption never
 * makes debt.
 */
export async function retakeRedemptions(tx: Tx, retakes: Retake[], now: number): Promise<void> {
  if (retakes.length === 0) return
  // Locked before; read again, because lots that were born in this transaction have ids now.
  const accounts = await openAccounts(tx, retakes)
  await loadLots(tx, accounts.values())
  for (const one of retakes) {
    const account = accounts.get(keyOf(one))
    if (!account) continue
    const taken = await retake(tx, account, one, now)
    if (taken.length === 0) continue
    await post(tx, [account], taken)
    account.lots = null
    account.newLots = []
    await loadLots(tx, [account])
  }
  for (const account of accounts.values()) {
    const freed = await takeFreed(tx, account, now)
    if (freed.length > 0) await post(tx, [account], freed)
  }
}

async function retake(
  tx: Tx,
  account: OpenAccount,
  { redemption, orderId, at, paid }: Retake,
  now: number,
): Promise<Posting[]> {
  const { cost, holdId, formerHolds, uncoveredAt } = redemption
  if (account.debt > 0 || account.available < cost) {
    if (paid) await changeRedemption(tx, redemption, { orderId, uncoveredAt: uncoveredAt ?? new Date(now) })
    return []
  }
  const { moves, shares } = reserve(account, cost)
  const again = await writeHold(tx, account, {
    shares,
    createdAt: at,
    expiresAt: redemption.endsAt.getTime(),
  })
  await changeRedemption(tx, redemption, {
    status: 'ready',
    returnReason: null,
    orderId,
    uncoveredAt: null,
    holdId: again,
    formerHolds: [...formerHolds, holdId],
  })
  const reserved = posting(redemption, 'reserve', at, { order: orderId }, moves)
  const captured = paid ? await captureRedemption(tx, account, redemption, { orderId, at }) : null
  return captured ? [reserved, captured] : [reserved]
}

/** Has the code ended in Shopify and then its points go back, for this reason. `by`: who asked for it, if anybody. */
export async function endLater(
  tx: Tx,
  redemption: Redemption,
  reason: EndingReason,
  by: string | null = null,
): Promise<void> {
  if (redemption.ending !== reason || redemption.orderId !== null)
    await changeRedemption(tx, redemption, { ending: reason, endingBy: by, orderId: null })
  await withdrawLater(tx, redemption)
}

/** Has the code ended in Shopify: its points went back, or are about to. */
export async function withdrawLater(
  tx: Tx,
  { shopId, redemptionId }: Pick<Redemption, 'shopId' | 'redemptionId'>,
): Promise<void> {
  await enqueue(tx, 'withdraw-reward', { shopId, redemptionId })
}

/** Shopify counts uses, and finds orders by their codes, a little later than it tells of them. */
const PATIENCE_MS = 10 * 60_000

/** Has Shopify asked, once it must know, what became of a code that no order of ours carries. */
export async function askShopifyLater(
  tx: Tx,
  { shopId, redemptionId }: Pick<Redemption, 'shopId' | 'redemptionId'>,
  now: number,
): Promise<void> {
  const options = { runAt: new Date(now + PATIENCE_MS) }
  await enqueue(tx, 'check-code', { shopId, redemptionId }, options)
}

/** The points of a redemption that has just been asked for. */
export function reservePosting(redemption: Redemption, moves: Move[], actor: string): Posting {
  return posting(redemption, 'reserve', redemption.createdAt.getTime(), {}, moves, actor)
}

function posting(
  redemption: Redemption,
  part: 'reserve' | 'capture' | 'release' | 'return',
  at: number,
  why: Record<string, unknown>,
  moves: Move[],
  actor = 'system',
): Posting {
  return {
    shopId: redemption.shopId,
    accountId: redemption.accountId,
    kind: 'redemption',
    sourceId: String(redemption.redemptionId),
    part,
    version: 1 + redemption.formerHolds.length,
    programVersion: redemption.programVersion,
    eventAt: at,
    actor,
    reason: null,
    why: {
      v: 1,
      reward: redemption.rewardId,
      name: redemption.reward.name,
      ...(redemption.code !== null && { code: redemption.code }),
      ...why,
    },
    moves,
  }
}
