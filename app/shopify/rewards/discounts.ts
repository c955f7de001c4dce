import type { CodeInShopify } from '../../domain/rewards/code-in-shopify.ts'
import type { Goods, Purchases } from '../../domain/rewards/goods.ts'
import { type AdminGraphql, askAdmin } from '../ask-admin.ts'
import { digitsOf, gidOf } from '../gid.ts'
import {
  CodesInForce,
  DeactivateDiscountCode,
  DiscountByCode,
  DiscountsByIds,
  NumbersInForce,
} from '../graphql/discounts.ts'
import type { DiscountStateFragment } from '../graphql/generated/types.ts'
import { MoveDiscountCode, MoveFreeShippingCode } from '../graphql/move-discounts.ts'
import { nextAnswered, orRefused, Unreadable } from '../refused-question.ts'

export interface FoundDiscount extends CodeInShopify {
  /** The gid. */
  id: string
  type: State['__typename']
  endsAt: Date | null
}

/** Null when Shopify has none of this code. */
export async function findDiscount(graphql: AdminGraphql, code: string): Promise<FoundDiscount | null> {
  const { codeDiscountNodeByCode: node } = await askAdmin(graphql, DiscountByCode, { code })
  return node && asFound(node)
}

/** So many discounts may be asked for at once. */
export const DISCOUNTS_AT_ONCE = 25

/** Discounts by their gids, at most `DISCOUNTS_AT_ONCE`; what was deleted is missing in the answer. */
export async function findDiscounts(
  graphql: AdminGraphql,
  ids: readonly string[],
): Promise<Map<string, FoundDiscount>> {
  const found = new Map<string, FoundDiscount>()
  if (ids.length === 0) return found
  const { nodes } = await askAdmin(graphql, DiscountsByIds, { ids: [...ids] })
  for (const node of nodes) {
    // Only discounts were asked for: the other side of the type is any other node.
    const discount = node && 'codeDiscount' in node ? asFound(node as DiscountStateFragment) : null
    if (discount) found.set(discount.id, discount)
  }
  return found
}

/** A code that somebody can use, whoever made it. */
export interface CodeInForce {
  /** Shopify's number of the discount, in digits. */
  id: string
  code: string
  title: string
}

/** So many discounts come with one question. It costs some seventy points of the thousand that one may cost. */
export const CODES_AT_ONCE = 250

/**
 * The shop's code discounts in force behind this number, ordered by it, `first` at most.
 * @returns those with uses left, and the last number looked at; null: there are no more
 */
export async function codesInForce(
  graphql: AdminGraphql,
  afterId: number,
  first = CODES_AT_ONCE,
): Promise<{ codes: CodeInForce[]; last: number | null }> {
  const { discountNodes } = await askAdmin(graphql, CodesInForce, { first, query: inForceBehind(afterId) })
  const codes = discountNodes.nodes.flatMap(({ id, discount }) => {
    if (discount.__typename !== 'DiscountCodeBasic' && discount.__typename !== 'DiscountCodeFreeShipping')
      return []
    const { usageLimit, asyncUsageCount: uses, title, codes } = discount
    const code = codes.nodes[0]?.code
    return code && (usageLimit === null || uses < usageLimit) ? [{ id: digitsOf(id), code, title }] : []
  })
  const last = Number(digitsOf(discountNodes.nodes.at(-1)?.id ?? '0'))
  const goesOn = discountNodes.pageInfo.hasNextPage && last > afterId
  return { codes, last: goesOn ? last : null }
}

const inForceBehind = (afterId: number) => `status:active method:code id:>${afterId}`

/** Above every number that Shopify gives; exact as a number. */
const HIGHEST_ID = Number.MAX_SAFE_INTEGER

/**
 * Where the list of `codesInForce` goes on behind a discount that cannot be read: behind this one where Shopify tells at
 * least its number, else where the list can be read again.
 * @returns the last number that is left out; null: there is nothing behind it. Undefined: the list cannot be read at all
 */
export async function pastUnreadCode(
  graphql: AdminGraphql,
  afterId: number,
): Promise<number | null | undefined> {
  const next = (id: number) =>
    orRefused(graphql, () => askAdmin(graphql, NumbersInForce, { first: 1, query: inForceBehind(id) }))
  const { answer } = { answer: undefined, ...(await next(afterId)) }
  if (answer) {
    const [node] = answer.discountNodes.nodes
    return node ? Number(digitsOf(node.id)) : null
  }
  const isAnswered = async (id: number) => (await next(id)).refused === undefined
  return (await nextAnswered(isAnswered, { from: afterId, end: HIGHEST_ID, grain: 1 })) ?? undefined
}

type State = DiscountStateFragment['codeDiscount']

/** The kinds of discounts with a code that Shopify has. Rewards are some of them, others a merchant may have made. */
const KNOWN: ReadonlySet<State['__typename']> = new Set([
  'DiscountCodeBasic',
  'DiscountCodeFreeShipping',
  'DiscountCodeBxgy',
  'DiscountCodeApp',
])

/** @throws Unreadable for a kind that Shopify has invented since: as unused it would be read, and points would go back */
function asFound({ id, codeDiscount: discount }: DiscountStateFragment): FoundDiscount {
  if (!KNOWN.has(discount.__typename))
    throw new Unreadable(`The discount ${id} is a ${discount.__typename}; known are ${[...KNOWN].join(', ')}`)
  const { context, combinesWith } = discount
  return {
    id,
    type: discount.__typename,
    code: discount.codes.nodes[0]?.code ?? null,
    status: discount.status,
    uses: discount.asyncUsageCount,
    usageLimit: discount.usageLimit,
    endsAt: discount.endsAt === null ? null : new Date(discount.endsAt),
    customerIds:
      context.__typename === 'DiscountCustomers'
        ? context.customers.map((customer) => digitsOf(customer.id))
        : null,
    value: valueOfDiscount(discount),
    combines: {
      order: combinesWith.orderDiscounts,
      product: combinesWith.productDiscounts,
      shipping: combinesWith.shippingDiscounts,
    },
  }
}

function valueOfDiscount(discount: State): FoundDiscount['value'] {
  if (discount.__typename === 'DiscountCodeFreeShipping') return { of: 'shipping' }
  if (discount.__typename !== 'DiscountCodeBasic') return null
  const { value } = discount.customerGets
  const off = { on: goodsOf(discount.customerGets.items), by: purchasesOf(discount) }
  // Off each piece it is another sum than the reward says.
  if (value.__typename === 'DiscountAmount')
    return value.appliesOnEachItem ? null : { of: 'amount', amount: value.amount.amount, ...off }
  if (value.__typename === 'DiscountPercentage')
    // A fraction: 0.1 of floating point is 10 %.
    return { of: 'percent', percent: Math.round(value.percentage * 1e6) / 1e4, ...off }
  return null
}

type Basic = Extract<State, { __typename: 'DiscountCodeBasic' }>

/** One more than a reward names is asked for: then it is known to be another one. */
function goodsOf(items: Basic['customerGets']['items']): Goods | undefined {
  const idsOf = ({ nodes }: { nodes: { id: string }[] }) => nodes.map(({ id }) => digitsOf(id))
  if (items.__typename === 'DiscountCollections')
    return { kind: 'collections', ids: idsOf(items.collections) }
  if (items.__typename !== 'DiscountProducts') return undefined
  const [products, variants] = [idsOf(items.products), idsOf(items.productVariants)]
  if (variants.length === 0) return { kind: 'products', ids: products }
  // No reward has both.
  return { kind: 'variants', ids: [...variants, ...products.map((id) => `product ${id}`)] }
}

function purchasesOf({ customerGets, recurringCycleLimit }: Basic): Purchases | undefined {
  if (!customerGets.appliesOnSubscription) return undefined
  const cycles = recurringCycleLimit || null
  return { of: customerGets.appliesOnOneTimePurchase ? 'both' : 'subscription', cycles }
}

interface Reference {
  code: string
  /** The gid; null: none was heard of. */
  madeId: string | null
}

/** The discount of a redemption. A merchant may have given it another code, so it is looked for by its id, too. */
export async function findRewardDiscount(
  graphql: AdminGraphql,
  { code, madeId }: Reference,
): Promise<FoundDiscount | null> {
  const found = await findDiscount(graphql, code)
  if (found || madeId === null) return found
  return (await findDiscounts(graphql, [madeId])).get(madeId) ?? null
}

/**
 * Nobody can use the discount any more. What Shopify does not have is as good as ended.
 * @returns the discount as it is then, with the uses that Shopify had counted by its end; null: there is none
 */
export async function endDiscount(graphql: AdminGraphql, which: Reference): Promise<FoundDiscount | null> {
  const there = await findRewardDiscount(graphql, which)
  if (!there || there.status === 'EXPIRED') return there
  const { discountCodeDeactivate: answer } = await askAdmin(graphql, DeactivateDiscountCode, { id: there.id })
  const [error] = answer?.userErrors ?? []
  if (error) throw new Error(`The discount was not ended: ${error.code} ${error.message}`)
  return (answer?.codeDiscountNode && asFound(answer.codeDiscountNode)) ?? there
}

/** Gives a discount to another customer: two have become one. Ids in digits, `from` as Shopify has them. */
export async function moveDiscount(
  graphql: AdminGraphql,
  { id, type }: Pick<FoundDiscount, 'id' | 'type'>,
  customers: { from: readonly string[]; to: string },
): Promise<void> {
  const gids = (ids: readonly string[]) => ids.map((one) => gidOf('Customer', one))
  const context = { customers: { add: gids([customers.to]), remove: gids(customers.from) } }
  const [error] = await moveErrors(graphql, type, { id, discount: { context } })
  if (error) throw new Error(`The discount was not moved: ${error.code} ${error.message}`)
}

interface Move {
  id: string
  discount: { context: { customers: { add: string[]; remove: string[] } } }
}

async function moveErrors(graphql: AdminGraphql, type: FoundDiscount['type'], move: Move) {
  if (type === 'DiscountCodeBasic')
    return (await askAdmin(graphql, MoveDiscountCode, move)).discountCodeBasicUpdate?.userErrors ?? []
  if (type === 'DiscountCodeFreeShipping')
    return (
      (await askAdmin(graphql, MoveFreeShippingCode, move)).discountCodeFreeShippingUpdate?.userErrors ?? []
    )
  throw new Error(`A ${type} is no reward's and is not moved`)
}
