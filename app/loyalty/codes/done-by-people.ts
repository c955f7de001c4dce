import { withShop } from '../../db/db.server.ts'
import type { Tx } from '../../db/tx.ts'
import { DomainError } from '../../domain/text/errors.ts'
import { DAY_MS } from '../../domain/time/time-window.ts'
import type { OpenAccount } from '../../ledger/accounts.ts'
import { post } from '../../ledger/post.ts'
import { captureRedemption, releaseRedemption, reopenRedemption } from '../rewards/end-redemption.ts'
import {
  type ByPeople,
  isByPeople,
  isOpen,
  lockRedemption,
  noteClosed,
} from '../rewards/redemption-record.ts'
import { markForSync } from '../sync/mark-for-sync.ts'

/** What people do for a member: its points are held until they say that it is done. */

/** So long they can say that it was not done after all. */
export const UNDO_MS = DAY_MS

export type Deed = 'done' | 'undo' | 'cancel'

interface Doing {
  shopId: number
  redemptionId: number
  /** The merchant's user. */
  actor: string
  /** Epoch milliseconds. */
  now: number
}

/**
 * Does one of the deeds, as its button says. What is so already stays as it is: twice is as good as once.
 * @throws DomainError code-unknown; reward-done: it was done, and cannot be cancelled; reward-not-open: its points have
 *   come back, or the day in which it could be undone is over; in-debt: to undo it would need points that repay a debt
 */
export async function doByPeople(deed: Deed, { shopId, redemptionId, actor, now }: Doing): Promise<void> {
  await withShop(shopId, async (tx) => {
    const locked = await lockRedemption(tx, { shopId, redemptionId })
    if (!locked || !isByPeople(locked.redemption))
      throw new DomainError('code-unknown', `Nobody has anything to do for redemption ${redemptionId}`)
    await DEEDS[deed](tx, locked.account, locked.redemption, actor, now)
  })
}

const DEEDS = { done: markDone, undo, cancel: cancelByPeople }

async function markDone(tx: Tx, account: OpenAccount, redemption: ByPeople, actor: string, now: number) {
  if (redemption.status === 'used') return
  if (!isOpen(redemption)) throw notOpen()
  const captured = await captureRedemption(tx, account, redemption, { orderId: null, at: now }, actor)
  if (!captured) return
  await post(tx, [account], [captured])
  await markForSync(tx, [account])
}

async function undo(tx: Tx, account: OpenAccount, redemption: ByPeople, actor: string, now: number) {
  if (isOpen(redemption)) return
  const { doneAt } = redemption
  if (doneAt === null || now > doneAt.getTime() + UNDO_MS) throw notOpen()
  await reopenRedemption(tx, account, redemption, actor, now)
  await markForSync(tx, [account])
}

/** Nothing is to be ended in Shopify: the points are free at once. */
export async function cancelByPeople(
  tx: Tx,
  account: OpenAccount,
  redemption: ByPeople,
  actor: string,
  now: number,
): Promise<void> {
  if (redemption.status === 'used') throw new DomainError('reward-done', 'It was done')
  const released = await releaseRedemption(tx, account, redemption, 'cancelled', now, actor)
  if (!released) return
  await noteClosed(tx, redemption)
  await post(tx, [account], released)
  await markForSync(tx, [account])
}

const notOpen = () => new DomainError('reward-not-open', 'It is not open')
