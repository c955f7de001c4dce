import { withShop } from '../../db/db.server.ts'
import type { Tx } from '../../db/tx.ts'
import { drawEndOf } from '../../domain/rewards/given/draws.ts'
import type { Reward } from '../../domain/rewards/kinds.ts'
import { DomainError } from '../../domain/text/errors.ts'
import { DAY_MS } from '../../domain/time/time-window.ts'
import { post } from '../../ledger/post.ts'
import { isUnpaid } from '../causes/cause-totals.ts'
import { loadPrograms, programAt } from '../program/programs.ts'
import { revokeRedemption } from '../rewards/end-redemption.ts'
import { lockRedemption, type Redemption } from '../rewards/redemption-record.ts'
import { markForSync } from '../sync/mark-for-sync.ts'

/** So long a donation can be taken back. */
const DONATION_MS = DAY_MS

interface Taking {
  shopId: number
  redemptionId: number
  /** The merchant's user. */
  actor: string
  /** Epoch milliseconds. */
  now: number
}

/**
 * Takes back a donation or tickets of a draw, for a member who asks staff to: her points come back. Twice is as good as
 * once.
 * @throws DomainError code-unknown; reward-not-open: the draw is over, or the day in which a donation could be taken back;
 *   donation-paid: without it the cause would have been paid more than it was given
 */
export async function takeBack({ shopId, redemptionId, actor, now }: Taking): Promise<void> {
  await withShop(shopId, async (tx) => {
    const locked = await lockRedemption(tx, { shopId, redemptionId })
    if (!locked || !canEver(locked.redemption))
      throw new DomainError('code-unknown', `Redemption ${redemptionId} is nothing that staff take back`)
    const { redemption, account } = locked
    if (redemption.status !== 'used') return
    await assertOpen(tx, redemption, now)
    await post(tx, [account], await revokeRedemption(tx, account, redemption, actor, now))
    await markForSync(tx, [account])
  })
}

const canEver = ({ donated, reward }: Redemption): boolean => donated !== null || drawEndOf(reward) !== null

async function assertOpen(tx: Tx, redemption: Redemption, now: number): Promise<void> {
  const { shopId, rewardId, donated, createdAt } = redemption
  if (donated === null) {
    if (now >= (await endOfDraw(tx, redemption, now))) throw over()
    return
  }
  if (now > createdAt.getTime() + DONATION_MS) throw over()
  if (!(await isUnpaid(tx, shopId, rewardId, donated)))
    throw new DomainError('donation-paid', `The donations to "${rewardId}" are paid out`)
}

/** The merchant may have given it another end since; of one that is no longer in the program the end that was told holds. */
async function endOfDraw(tx: Tx, { shopId, reward }: Redemption, now: number): Promise<number> {
  const program = programAt((await loadPrograms(tx, [shopId])).get(shopId), now)
  const current = program?.rewards.get(reward.id)
  return (current && drawEndOf(current)) ?? drawEndOf(reward) ?? now
}

/** As far as a page can tell: the payments of its cause are asked when it is taken back. */
export function canTakeBack(
  { reward, createdAt, status }: { reward: Reward; createdAt: Date; status: string },
  current: Reward | undefined,
  now: number,
): boolean {
  if (status !== 'used') return false
  if (reward.kind === 'donation') return now <= createdAt.getTime() + DONATION_MS
  const end = (current && drawEndOf(current)) ?? drawEndOf(reward)
  return end !== null && now < end
}

const over = () => new DomainError('reward-not-open', 'It can no longer be taken back')
