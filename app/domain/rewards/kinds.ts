import { z } from 'zod'
import { documentId, moneyText, whole } from '../document/document-fields.ts'
import { localText } from '../document/local-text.ts'
import type { Words } from '../document/words.ts'
import type { RewardKind, TermField, TermsOf } from './kind.ts'
import { amountOff } from './kinds/amount-off.ts'
import { percentOff } from './kinds/percent-off.ts'

/** Every kind of reward, in the order in which a merchant is offered them. */
export const REWARD_KINDS = [amountOff, percentOff] as const

type Kind = (typeof REWARD_KINDS)[number]
export type RewardKindName = Kind['kind']

export const REWARD_LIMITS = {
  cost: { min: 1, max: 100_000_000, decimals: 0 },
  validDays: { min: 1, max: 730, decimals: 0 },
} as const

/** What rewards of every kind have. */
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
type Common = TermsOf<typeof common>

/** A reward of one kind, as it stands in the program document. */
export type RewardOf<Name extends RewardKindName> = { kind: Name } & TermsOf<
  Extract<Kind, { kind: Name }>['terms']
> &
  Common
export type Reward = { [Name in RewardKindName]: RewardOf<Name> }[RewardKindName]

export const reward = z.discriminatedUnion(
  'kind',
  REWARD_KINDS.map(({ kind, terms }) => z.object({ kind: z.literal(kind), ...terms, ...common })) as never,
) as unknown as z.ZodType<Reward>

type AnyKind = RewardKind<string, Record<string, z.ZodType>>

/**
 * @throws Error for a kind that is not in the list: what is stored was read by its schema, so only a program older than
 *   its data meets one, and guessing would cost somebody points
 */
export function kindOf(name: RewardKindName): AnyKind {
  const found = REWARD_KINDS.find(({ kind }) => kind === name)
  if (!found) throw new Error(`There is no reward of the kind "${name}"`)
  return found as unknown as AnyKind
}

/** "5,00 € Rabatt auf eine Bestellung" */
export const rewardText = (one: Reward, words: Words): string => kindOf(one.kind).text({ ...one }, words)

/** Decimal money; null: it depends on what is bought. */
export const rewardWorth = (one: Reward): string | null => kindOf(one.kind).worth({ ...one })

/** The terms of money that a reward has, with their amounts as decimal text. */
export function moneyTerms(one: Reward): { term: string; amount: string | null }[] {
  const terms = one as unknown as Record<string, string | null>
  const fields = Object.entries(kindOf(one.kind).fields) as [string, TermField][]
  const own = fields.filter(([, { as }]) => as === 'money').map(([term]) => term)
  return [...own, 'minimumSpend'].map((term) => ({ term, amount: terms[term] ?? null }))
}

/** What every kind has of a reward, and the terms of another kind as a form begins with them. */
export function asKind(one: Reward, name: RewardKindName): Reward {
  const kept = Object.fromEntries(Object.keys(common).map((key) => [key, one[key as keyof Common]]))
  return { kind: name, ...kindOf(name).blank, ...kept } as Reward
}
