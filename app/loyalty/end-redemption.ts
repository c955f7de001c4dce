import { awardAvailable, capture, type Move, release } from '../domain/account.ts'
import type { OpenAccount } from '../ledger/accounts.ts'
import { endHold, originsOfHold } from '../ledger/holds.ts'
import type { Posting } from '../ledger/post.ts'
import type { Tx } from '../ledger/tx.ts'
import { enqueue } from '../queue/enqueue.ts'
import { changeRedemption, type Redemption } from './redemption-record.ts'

/**
 * The three ends of a redemption. Each takes the locked account with its lots, changes it, and returns the posting
 * to write, or null when that end had come before. Redeemed points come back at most once.
 */

/** The order with the code is paid: the held points are spent. */
export async function captureRedemption(
  tx: Tx,
  account: OpenAccount,
  redemption: Redemption,
  order: { orderId: string; at: number },
): Promise<Posting | null> {
  if (redemption.status !== 'preparing' && redemption.status !== 'ready') return null
  const shares = await endHold(tx, account, redemption.holdId, 'captured', order.at)
  if (shares === null) return null
  await changeRedemption(tx, redemption, { status: 'used', orderId: order.orderId })
  return posting(redemption, 'capture', order.at, { order: order.orderId }, capture(account, shares))
}

/** The code was never used and never will be: the held points are free again. */
export async function releaseRedemption(
  tx: Tx,
  account: OpenAccount,
  redemption: Redemption,
  reason: NonNullable<Redemption['returnReason']>,
  at: number,
): Promise<Posting | null> {
  if (redemption.status !== 'preparing' && redemption.status !== 'ready') return null
  const shares = await endHold(
    tx,
    account,
    redemption.holdId,
    reason === 'lapsed' ? 'expired' : 'released',
    at,
  )
  if (shares === null) return null
  await changeRedemption(tx, redemption, { status: 'returned', returnReason: reason })
  return posting(redemption, 'release', at, { reason }, release(account, shares))
}

/** The order that used the code was cancelled: the spent points come back as they were, with their old expiry. */
export async function returnRedemption(
  tx: Tx,
  account: OpenAccount,
  redemption: Redemption,
  at: number,
): Promise<Posting | null> {
  if (redemption.status !== 'used') return null
  const moves: Move[] = []
  for (const { amount, ...origin } of await originsOfHold(tx, redemption.shopId, redemption.holdId)) {
    moves.push(...awardAvailable(account, amount, origin, 'redeemed'))
  }
  await changeRedemption(tx, redemption, { status: 'returned', returnReason: 'order-cancelled' })
  return posting(redemption, 'return', at, { reason: 'order-cancelled', order: redemption.orderId }, moves)
}

/** Has the code ended in Shopify: its points went back, or are about to. */
export async function withdrawLater(
  tx: Tx,
  { shopId, redemptionId }: Pick<Redemption, 'shopId' | 'redemptionId'>,
): Promise<void> {
  const key = `withdraw-reward:${shopId}:${redemptionId}`
  await enqueue(tx, 'withdraw-reward', { shopId, redemptionId }, { key })
}

/** The points of a redemption that has just been asked for. */
export function reservePosting(redemption: Redemption, moves: Move[]): Posting {
  return posting(redemption, 'reserve', redemption.createdAt.getTime(), {}, moves, 'shopper')
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
    version: 1,
    programVersion: redemption.programVersion,
    eventAt: at,
    actor,
    reason: null,
    why: { v: 1, reward: redemption.rewardId, name: redemption.reward.name, code: redemption.code, ...why },
    moves,
  }
}
