import { z } from 'zod'
import { tooManyDecimals } from './currency-decimals.ts'
import { coded, documentId, moneyText, unique, whole } from './document-fields.ts'
import { localText } from './local-text.ts'
import { isPayable, toMinor } from './money.ts'
import { byItem, section } from './section.ts'
import { unknownTiers } from './unknown-tiers.ts'

export const REWARD_LIMITS = {
  cost: { min: 1, max: 100_000_000, decimals: 0 },
  percent: { min: 1, max: 100, decimals: 0 },
  validDays: { min: 1, max: 730, decimals: 0 },
} as const

const common = {
  id: documentId,
  name: localText,
  /** Points. */
  cost: whole(REWARD_LIMITS.cost),
  minimumSpend: moneyText.nullable(),
  /** Days the code can be used after redeeming; the points come back when it lapses unused. */
  validDays: whole(REWARD_LIMITS.validDays),
  oncePerMember: z.boolean(),
  tiers: z.array(documentId).max(20),
  active: z.boolean(),
}

export const reward = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('amount-off'), amount: moneyText, ...common }),
  z.object({ kind: z.literal('percent-off'), percent: whole(REWARD_LIMITS.percent), ...common }),
])
export type Reward = z.infer<typeof reward>

/** Not active, too, where the shop's currency lacks the decimals of its amounts: no code could carry them. */
export type CompiledReward = Reward & {
  /** Minor units; 0 for a percentage, and where the currency lacks the decimals. */
  amountMinor: number
  /** Minor units; null without a minimum, and where the currency lacks the decimals. */
  minimumSpendMinor: number | null
}

/** @throws DomainError invalid-amount when an amount is no decimal */
export function compileReward(reward: Reward, currency: string): CompiledReward {
  const { minimumSpend } = reward
  const amount = reward.kind === 'amount-off' ? reward.amount : null
  const payable = [amount, minimumSpend].every((text) => text === null || isPayable(text, currency))
  return {
    ...reward,
    active: reward.active && payable,
    amountMinor: payable && amount !== null ? toMinor(amount, currency) : 0,
    minimumSpendMinor: payable && minimumSpend !== null ? toMinor(minimumSpend, currency) : null,
  }
}

export const rewardsSection = section({
  key: 'rewards',
  schema: z.array(reward).max(100).refine(unique, coded('duplicate-id', 'two rewards have the same id')),
  check: (rewards, { tierIds, currency }) => [
    ...unknownTiers(rewards, tierIds),
    ...rewards.flatMap((reward, i) => [
      ...(reward.kind === 'amount-off' ? tooManyDecimals(`${i}.amount`, reward.amount, currency) : []),
      ...tooManyDecimals(`${i}.minimumSpend`, reward.minimumSpend, currency),
    ]),
  ],
  compile: (rewards, { currency }) => ({
    rewards: new Map(rewards.map((reward) => [reward.id, compileReward(reward, currency)])) as ReadonlyMap<
      string,
      CompiledReward
    >,
  }),
  changes: byItem,
})
