import { z } from 'zod'
import { tooManyDecimals } from '../document/currency-decimals.ts'
import { coded, unique } from '../document/document-fields.ts'
import { byItem, section } from '../document/section.ts'
import { unknownTiers } from '../document/unknown-tiers.ts'
import { isPayable } from '../money/money.ts'
import { unreadableWindow } from '../time/unreadable-window.ts'
import { checkTerms, moneyTerms, type Reward, reward } from './kinds.ts'

/** Not active, too, where the shop's currency lacks the decimals of its amounts: no code could carry them. */
export type CompiledReward = Reward

/** @throws DomainError invalid-amount when an amount is no decimal */
export function compileReward(one: Reward, currency: string): CompiledReward {
  const payable = moneyTerms(one).every(({ amount }) => amount === null || isPayable(amount, currency))
  return { ...one, active: one.active && payable }
}

export const rewardsSection = section({
  key: 'rewards',
  schema: z.array(reward).max(100).refine(unique, coded('duplicate-id', 'two rewards have the same id')),
  check: (rewards, { tierIds, currency }) => [
    ...unknownTiers(rewards, tierIds),
    ...rewards.flatMap((one, i) =>
      moneyTerms(one).flatMap(({ term, amount }) => tooManyDecimals(`${i}.${term}`, amount, currency)),
    ),
    ...rewards.flatMap((one, i) =>
      checkTerms(one).map((issue) => ({ ...issue, path: `${i}.${issue.path}` })),
    ),
    ...rewards.flatMap(({ limits }, i) =>
      limits?.offered ? unreadableWindow(limits.offered, `${i}.limits.offered`) : [],
    ),
  ],
  compile: (rewards, { currency }) => ({
    rewards: new Map(rewards.map((one) => [one.id, compileReward(one, currency)])) as ReadonlyMap<
      string,
      CompiledReward
    >,
  }),
  changes: byItem,
})
