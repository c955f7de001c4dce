import { acrossShops } from '../../db/db.server.ts'
import { enqueue } from '../../queue/enqueue.ts'
import type { AdminGraphql } from '../../shopify/ask-admin.ts'
import { type Maker, RewardRefused, type Wanted } from '../../shopify/rewards/maker.ts'
import { lockRedemption, type Redemption } from './redemption-record.ts'

/** A worker that is killed while Shopify makes it leaves the try to nobody for so long. No try takes longer. */
const A_TRY = '15 minutes'
/** What was asked of Shopify is done by then, or never will be, though its answer was lost. */
const ANSWER_LOST_MS = 60_000

/**
 * Makes what Shopify does not know again by a name of ours. Only one try at a time, and the next one begins when the
 * last one is certainly over: then what has come since the mark tells whether it was done.
 * Where another try is under way, a job of its own goes on after that.
 * @param record writes into the book what was made
 * @throws RewardRefused; anything else is worth another try
 */
export async function makeOnce(
  maker: Maker & Required<Pick<Maker, 'mark'>>,
  graphql: AdminGraphql,
  redemption: Redemption,
  wanted: Wanted,
  record: (madeId: string) => Promise<void>,
): Promise<void> {
  const found = wanted.mark ?? (await maker.mark(graphql, wanted))
  const mark = await beginTry(redemption, found)
  if (mark === null) return
  try {
    await record(await maker.make(graphql, { ...wanted, mark }))
  } catch (error) {
    // A refusal ends the try; else Shopify may be about to do what it was asked.
    await leaveTry(redemption, error instanceof RewardRefused ? 0 : ANSWER_LOST_MS)
    throw error
  }
}

/** @returns the mark that counts: that of the first try */
async function beginTry(seen: Redemption, mark: string): Promise<string | null> {
  return acrossShops(async (tx) => {
    const locked = await lockRedemption(tx, seen)
    if (locked?.redemption.status !== 'preparing') return null
    const { shopId, redemptionId, making } = locked.redemption
    if (making) {
      const options = { runAt: new Date(Date.now() + ANSWER_LOST_MS) }
      await enqueue(tx, 'issue-reward', { shopId, redemptionId }, options)
      return null
    }
    const { rows } = await tx.query<{ mark: string }>(
      `UPDATE redemption SET made_mark = coalesce(made_mark, $3), making_until = now() + interval '${A_TRY}'
        WHERE shop_id = $1 AND redemption_id = $2 RETURNING made_mark AS mark`,
      [shopId, redemptionId, mark],
    )
    return rows[0]?.mark ?? null
  })
}

async function leaveTry({ shopId, redemptionId }: Redemption, overInMs: number): Promise<void> {
  await acrossShops((tx) =>
    tx.query(
      `UPDATE redemption SET making_until = now() + make_interval(secs => $3 / 1000.0)
        WHERE shop_id = $1 AND redemption_id = $2 AND status = 'preparing'`,
      [shopId, redemptionId, overInMs],
    ),
  )
}
