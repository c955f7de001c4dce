import { acrossShops, withShop } from '../../db/db.server.ts'
import type { Tx } from '../../db/tx.ts'
import { DomainError } from '../../domain/text/errors.ts'
import { logger } from '../../logger.server.ts'
import { findMember } from '../members/read-member.ts'
import { endLater } from '../rewards/end-redemption.ts'
import {
  isByPeople,
  isCoded,
  isOpen,
  lockRedemption,
  type Redemption,
  redemptionById,
} from '../rewards/redemption-record.ts'
import { withdrawReward } from '../rewards/withdraw-reward.ts'
import type { Shop } from '../shop/shop-of-request.ts'
import { cancelByPeople } from './done-by-people.ts'

interface Cancelling {
  shop: Shop
  /** Whose code it is, in digits: nobody else's can be taken back. */
  customerId: string
  redemptionId: string
  /** "shopper", or the merchant's user; who asks first stands in the book. */
  actor: string
  /** Epoch milliseconds. */
  now: number
}

/**
 * Takes an open code back: it is ended in Shopify, and then its points are available again. Twice is as good as once.
 * While Shopify cannot be asked the code is being ended, and a job goes on with it. What people do is cancelled at once.
 * @returns whether the points are back already
 * @throws DomainError code-unknown; code-used: an order has used it, or is using it right now; code-on-order (with the
 *   `order`'s name): one that is not paid yet carries it; reward-done: people have done it
 */
export async function cancelCode({
  shop,
  customerId,
  redemptionId,
  actor,
  now,
}: Cancelling): Promise<boolean> {
  const which = await withShop(shop.shopId, async (tx) => {
    const redemption = await ownRedemption(tx, shop.shopId, customerId, redemptionId)
    const locked = await lockRedemption(tx, redemption)
    if (!locked) return redemption
    if (!isByPeople(locked.redemption)) await begin(tx, locked.redemption, actor)
    else await cancelByPeople(tx, locked.account, locked.redemption, actor, now)
    return redemption
  })
  if (isByPeople(which)) return true
  try {
    if ((await withdrawReward(which, now)) === 'used') throw used()
  } catch (error) {
    // What Shopify throws is no answer to who asks: the job that was put into the queue tries again.
    if (error instanceof DomainError) throw error
    logger.warn({ ...keyOfCode(which), reason: (error as Error).message }, 'a code could not be ended yet')
  }
  const after = await acrossShops((tx) => redemptionById(tx, which.shopId, which.redemptionId))
  if (after?.status === 'used' || (after?.status === 'ready' && after.ending === null)) throw used()
  return after?.status === 'returned'
}

async function ownRedemption(
  tx: Tx,
  shopId: number,
  customerId: string,
  redemptionId: string,
): Promise<Redemption> {
  const found = /^\d{1,15}$/.test(redemptionId) ? await findMember(tx, shopId, customerId) : null
  const redemption = found && (await redemptionById(tx, shopId, Number(redemptionId)))
  if (
    !redemption ||
    !(isCoded(redemption) || isByPeople(redemption)) ||
    !found.family.includes(redemption.accountId)
  )
    throw new DomainError('code-unknown', `This customer has no code "${redemptionId.slice(0, 20)}"`)
  return redemption
}

async function begin(tx: Tx, redemption: Redemption, actor: string): Promise<void> {
  if (redemption.status === 'used') throw used()
  if (redemption.orderId !== null && isOpen(redemption)) {
    const { rows } = await tx.query<{ name: string }>(
      'SELECT name FROM order_state WHERE shop_id = $1 AND order_id = $2',
      [redemption.shopId, redemption.orderId],
    )
    throw new DomainError('code-on-order', 'An unpaid order carries the code', { order: rows[0]?.name ?? '' })
  }
  if (isOpen(redemption) && redemption.ending === null) await endLater(tx, redemption, 'cancelled', actor)
}

const keyOfCode = ({ shopId, redemptionId }: Redemption) => ({ shopId, redemptionId })

function used(): DomainError {
  return new DomainError('code-used', 'An order has used the code')
}
