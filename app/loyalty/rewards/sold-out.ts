import type { Tx } from '../../db/tx.ts'
import type { Reward } from '../../domain/rewards/kinds.ts'
import { limitsOf } from '../../domain/rewards/limits.ts'
import { DomainError } from '../../domain/text/errors.ts'

/** Those of reward `id` that nobody gave back, counted no further than its stock. */
const TAKEN = (id: string, stock: string) => `
  SELECT count(*)::int FROM (
    SELECT FROM redemption r WHERE r.shop_id = $1 AND r.reward_id = ${id} AND r.status <> 'returned'
     LIMIT ${stock}) counted`

/** Ids of the rewards of which none is left. */
export async function soldOutRewards(
  tx: Tx,
  shopId: number,
  program: { rewards: ReadonlyMap<string, Reward> } | null,
): Promise<ReadonlySet<string>> {
  const stocked = [...(program?.rewards.values() ?? [])].flatMap((reward) => {
    const { stock } = limitsOf(reward)
    return stock === null ? [] : [{ id: reward.id, stock }]
  })
  if (stocked.length === 0) return new Set()
  const { rows } = await tx.query<{ id: string }>(
    `SELECT id FROM unnest($2::text[], $3::int[]) AS asked(id, stock)
      WHERE (${TAKEN('asked.id', 'asked.stock')}) >= stock`,
    [shopId, stocked.map(({ id }) => id), stocked.map(({ stock }) => stock)],
  )
  return new Set(rows.map(({ id }) => id))
}

/**
 * The last word on a reward's stock, with the redemption already written: those who take the same reward at once wait for
 * each other from here to the end of the transaction, so nothing may follow. What is given back needs no such turn: a
 * count that does not see it yet is too high, never too low.
 * @throws DomainError reward-unavailable (sold-out)
 */
export async function assertInStock(tx: Tx, shopId: number, reward: Reward): Promise<void> {
  const { stock } = limitsOf(reward)
  if (stock === null) return
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`stock:${shopId}:${reward.id}`])
  const { rows } = await tx.query<{ count: number }>(TAKEN('$2', '$3'), [shopId, reward.id, stock + 1])
  if ((rows[0]?.count ?? 0) > stock) throw soldOut(reward.id)
}

const soldOut = (rewardId: string) =>
  new DomainError('reward-unavailable', `Of the reward "${rewardId}" none is left`, { reason: 'sold-out' })
