import { z } from 'zod'
import { documentId, whole } from '../document/document-fields.ts'
import { localText } from '../document/local-text.ts'
import type { ProgramIssue } from '../document/program-issue.ts'
import type { Words } from '../document/words.ts'
import type { Goods } from './goods.ts'
import type { RewardKind, TermField, TermsOf } from './kind.ts'
import { amountOff } from './kinds/amount-off.ts'
import { donation } from './kinds/donation.ts'
import { drawTicket } from './kinds/draw-ticket.ts'
import { experience } from './kinds/experience.ts'
import { flexibleAmount } from './kinds/flexible-amount.ts'
import { freeProduct } from './kinds/free-product.ts'
import { freeShipping } from './kinds/free-shipping.ts'
import { percentOff } from './kinds/percent-off.ts'
import { storeCredit } from './kinds/store-credit.ts'
import { limits } from './limits.ts'

/** Every kind of reward, in the order in which a merchant is offered them. */
export const REWARD_KINDS = [
  amountOff,
  flexibleAmount,
  percentOff,
  freeProduct,
  freeShipping,
  storeCredit,
  experience,
  donation,
  drawTicket,
] as const

type Kind = (typeof REWARD_KINDS)[number]
export type RewardKindName = Kind['kind']

export const COST_LIMITS = { min: 1, max: 100_000_000, decimals: 0 } as const

/** What rewards of every kind have. */
const common = {
  id: documentId,
  name: localText,
  /** Points. */
  cost: whole(COST_LIMITS),
  oncePerMember: z.boolean(),
  limits: limits.optional(),
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

/** Whether it has a name and the terms of a kind: of what is stored nobody knows who wrote it. */
export function isReward(stored: unknown): stored is Reward {
  const { kind, name } = (stored ?? {}) as Partial<Reward>
  const terms = REWARD_KINDS.find((one) => one.kind === kind)?.terms
  return (
    terms !== undefined &&
    z.object({ ...terms, name: localText }).safeParse(stored && { ...stored, name }).success
  )
}

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

/** What the member is told once she has what is no code; null: it is one. */
export const givenText = (one: Reward, words: Words): string | null =>
  kindOf(one.kind).given?.({ ...one }, words) ?? null

/** The same in a history; null: it is a code. */
export const bookedText = (one: Reward, words: Words): string | null =>
  kindOf(one.kind).booked?.({ ...one }, words) ?? null

/** The title of the line of a history at which she got it; null: it is a code. */
export const madeText = (one: Reward, words: Words): string | null =>
  kindOf(one.kind).made?.({ ...one }, words) ?? null

/** What she is to do to have what people do for her; null: it is nothing of the kind. */
export const noteText = (one: Reward, words: Words): string | null =>
  kindOf(one.kind).note?.({ ...one }, words) ?? null

/** What goes to a good cause for it, decimal money; null: nothing does. */
export const donationOf = (one: Reward): string | null => kindOf(one.kind).donates?.({ ...one }) ?? null

/** What cause it is, and where that is proved; null: it is none. */
export const aboutCause = (one: Reward, words: Words): { text: string; proof: string | null } | null =>
  kindOf(one.kind).about?.({ ...one }, words) ?? null

/** How many tickets of a prize draw it gives; 0: it is none. */
export const ticketsOf = (one: Reward): number => kindOf(one.kind).gives?.({ ...one }) ?? 0

/** Of what is no code: when what is left of it ends in the shop (epoch ms), if it was taken at `at`; null: it does not. */
export const lapsesAt = (one: Reward, at: number): number | null =>
  kindOf(one.kind).lapsesAt?.({ ...one }, at) ?? null

/** The same in words. */
export function lapseText(
  one: Reward,
  at: number,
  words: Pick<Words, 'say'> & { date(at: number): string },
): string | null {
  const end = lapsesAt(one, at)
  return end === null ? null : words.say('rewards:lapses', { date: words.date(end) })
}

/** What the schema of a single term cannot tell; the paths are terms. */
export const checkTerms = (one: Reward): ProgramIssue[] => kindOf(one.kind).check?.({ ...one }) ?? []

/** Which access rights the shop has not given that a kind needs: one to write reads, too. */
export function missingScopes(name: RewardKindName, granted: readonly string[]): string[] {
  const has = (scope: string) =>
    granted.includes(scope) || granted.includes(scope.replace(/^read_/, 'write_'))
  return (kindOf(name).scopes ?? []).filter((scope) => !has(scope))
}

/** Decimal money; null: it depends on what is bought. */
export const rewardWorth = (one: Reward): string | null => kindOf(one.kind).worth({ ...one })

/** "ab 30,00 € Einkaufswert", "30 Tage gültig" */
export const rewardConditions = (one: Reward, words: Words): string[] =>
  kindOf(one.kind).conditions({ ...one }, words)

/** The goods that it is good for, or that it gives; null: all of an order, or it has to do with none. */
export function rewardGoods(one: Reward): Goods | null {
  if (one.kind === 'free-product') return { kind: 'variants', ids: one.variants }
  return ('goods' in one && one.goods) || null
}

/** Of what was taken: the variant of which one piece is free; null: none is. */
export function freeVariant(one: Reward): string | null {
  const goods = 'goods' in one ? one.goods : undefined
  return goods?.kind === 'variants' ? (goods.ids[0] ?? null) : null
}

/** The terms of money that a reward has, with their amounts as decimal text. */
export function moneyTerms(one: Reward): { term: string; amount: string | null }[] {
  const terms = one as unknown as Record<string, string | null>
  const fields = Object.entries(kindOf(one.kind).fields) as [string, TermField][]
  return fields.flatMap(([term, { as }]) => (as === 'money' ? [{ term, amount: terms[term] ?? null }] : []))
}

/** Where the label of a term stands in `rewards.json`. */
export const termKey = (name: RewardKindName, term: string): string =>
  kindOf(name).fields[term]?.label ?? `${name}.term.${term}`

/** What both kinds have of a reward, and the other terms of the new kind as a form begins with them. */
export function asKind(one: Reward, name: RewardKindName): Reward {
  const { blank } = kindOf(name)
  const had = one as unknown as Record<string, unknown>
  const kept = Object.keys({ ...common, ...blank }).flatMap((key) => (key in had ? [[key, had[key]]] : []))
  return { kind: name, ...blank, ...Object.fromEntries(kept) } as Reward
}
