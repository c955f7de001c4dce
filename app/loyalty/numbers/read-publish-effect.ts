import type { Tx } from '../../db/tx.ts'
import { sameDocument } from '../../domain/document/same-document.ts'
import { type CompiledProgram, compileProgram } from '../../domain/program/compiled-program.ts'
import type { Program } from '../../domain/program/program.ts'
import { priceOf } from '../../domain/rewards/price.ts'
import type { CompiledLadder } from '../../domain/tiers/ladder.ts'
import { entryLevel } from '../../domain/tiers/tiers.ts'
import { keyOf } from '../../ledger/accounts.ts'
import type { ProgramShop } from '../program/programs.ts'
import { tiersAt } from '../tiers/renew-tiers.ts'

/** What publishing would change for the members of today. Guests are not counted: nobody can redeem for them yet. */
export interface PublishEffect {
  members: number
  /** Points of members that can be redeemed, wait or are reserved. */
  points: number
  /** By a reward's cost in points: members who have so many. */
  canAfford: Record<number, number>
  tiers: TierEffect
}

export type TierEffect =
  | { kind: 'same' }
  /** Judging everybody takes longer than a page may. */
  | { kind: 'too-many' }
  /** Members on each level before and after, by id; "" is below the first. */
  | { kind: 'judged'; moved: number; before: Record<string, number>; after: Record<string, number> }

const SLICE = 2_000
const MOST_JUDGED = 10_000

/** @param now epoch ms */
export async function readPublishEffect(
  tx: Tx,
  shop: ProgramShop,
  { live, draft }: { live: Program; draft: Program },
  now: number,
): Promise<PublishEffect> {
  const costs = [...new Set([...live.rewards, ...draft.rewards].map((reward) => priceOf(reward).least))].sort(
    (a, b) => a - b,
  )
  const { members, points, canAfford } = await readHoldings(tx, shop.shopId, costs)
  const ladder = compileProgram(live, shop, 0).ladder
  const program = compileProgram(draft, shop, 0)
  const tiers: TierEffect = sameDocument(placesOf(ladder), placesOf(program.ladder))
    ? { kind: 'same' }
    : members > MOST_JUDGED
      ? { kind: 'too-many' }
      : await judgeAll(tx, shop, { ladder, program }, now)
  return { members, points, canAfford, tiers }
}

/** What decides where a member stands: neither the names of the levels nor what they multiply by. */
const placesOf = ({ basis, window, levels }: CompiledLadder) => ({
  basis,
  window,
  levels: levels.map(({ id, threshold }) => ({ id, threshold })),
})

const MEMBERS = `
  FROM balance b JOIN account a USING (shop_id, account_id)
 WHERE b.shop_id = $1 AND b.unit = 'points' AND a.customer_id IS NOT NULL AND a.merged_into IS NULL
   AND a.redacted_at IS NULL`

/** One look at every balance, however many rewards there are. */
async function readHoldings(tx: Tx, shopId: number, costs: number[]) {
  const { rows } = await tx.query<{ reached: number; members: number; points: number }>(
    `SELECT width_bucket(b.available - b.debt, $2::bigint[]) AS reached, count(*)::int AS members,
            sum(b.available + b.held + b.pending)::bigint AS points ${MEMBERS} GROUP BY 1`,
    [shopId, [0, ...costs]],
  )
  const sum = (of: 'members' | 'points', from = -1) =>
    rows.reduce((total, row) => total + (row.reached >= from ? row[of] : 0), 0)
  // The first bound is 0: who has reached the cost at place i lies in a bucket from i + 2 on.
  const canAfford = Object.fromEntries(costs.map((cost, i) => [cost, sum('members', i + 2)]))
  return { members: sum('members'), points: sum('points'), canAfford }
}

/** @param ladder of today: as in the list, who has no level yet stands on the one that asks for nothing */
async function judgeAll(
  tx: Tx,
  shop: ProgramShop,
  { ladder, program }: { ladder: CompiledLadder; program: CompiledProgram },
  now: number,
): Promise<TierEffect> {
  const entry = entryLevel(ladder)?.id ?? null
  const before: Record<string, number> = {}
  const after: Record<string, number> = {}
  const count = (where: Record<string, number>, id: string) => {
    where[id] = (where[id] ?? 0) + 1
  }
  let moved = 0
  for (let last = 0, more = true; more; ) {
    const { rows } = await tx.query<{ accountId: number; tierId: string | null }>(
      `SELECT b.account_id AS "accountId", b.tier_id AS "tierId" ${MEMBERS} AND b.account_id > $2
        ORDER BY b.account_id LIMIT $3`,
      [shop.shopId, last, SLICE],
    )
    const keys = rows.map((row) => ({ ...row, shopId: shop.shopId }))
    const tiers = await tiersAt(tx, program, keys, now)
    for (const key of keys) {
      const [was, will] = [key.tierId ?? entry, tiers.get(keyOf(key)) ?? null]
      if (was !== will) moved++
      count(before, was ?? '')
      count(after, will ?? '')
    }
    last = rows.at(-1)?.accountId ?? last
    more = rows.length === SLICE
  }
  return { kind: 'judged', moved, before, after }
}
