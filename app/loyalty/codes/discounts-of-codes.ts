import type { AdminGraphql } from '../../shopify/ask-admin.ts'
import { orRefused } from '../../shopify/refused-question.ts'
import { type FoundDiscount, findDiscount, findDiscounts } from '../../shopify/rewards/discounts.ts'
import type { ComparedCode } from './code-comparison.ts'

export interface Asking {
  graphql: AdminGraphql
  /** Questions that may still be asked. */
  left: number
}

/** What Shopify has for a code; `unread`: it says nothing of this one, with why. */
export type Looked = { discount: FoundDiscount | null; unread?: undefined } | { unread: string }

type Wanted = Pick<ComparedCode, 'code' | 'discountId'>

/**
 * The discounts of codes, in their order, `DISCOUNTS_AT_ONCE` codes at most. Those that Shopify does not have under the
 * id that we know, and those of which no id was ever heard, are asked for by their codes, one by one. Where the whole is
 * refused its halves are asked for, so that one that cannot be read keeps no other from being read.
 * @returns fewer than codes when no question is left
 */
export async function discountsOf(asking: Asking, codes: readonly Wanted[]): Promise<Looked[]> {
  const { graphql } = asking
  const ids = codes.flatMap(({ discountId }) => discountId ?? [])
  if (ids.length > 0) asking.left--
  const byId = await orRefused(graphql, () => findDiscounts(graphql, ids))
  if (byId.refused === undefined) return eachOf(asking, codes, byId.answer)
  if (codes.length === 1) return [{ unread: byId.refused }]
  const middle = Math.ceil(codes.length / 2)
  const looked = await discountsOf(asking, codes.slice(0, middle))
  if (looked.length < middle || asking.left <= 0) return looked
  return [...looked, ...(await discountsOf(asking, codes.slice(middle)))]
}

async function eachOf(
  asking: Asking,
  codes: readonly Wanted[],
  byId: Map<string, FoundDiscount>,
): Promise<Looked[]> {
  const looked: Looked[] = []
  for (const { code, discountId } of codes) {
    const known = discountId === null ? undefined : byId.get(discountId)
    if (!known && asking.left <= 0) break
    if (!known) asking.left--
    looked.push(known ? { discount: known } : await lookByCode(asking.graphql, code))
  }
  return looked
}

async function lookByCode(graphql: AdminGraphql, code: string): Promise<Looked> {
  const { answer, refused } = {
    answer: null,
    ...(await orRefused(graphql, () => findDiscount(graphql, code))),
  }
  return refused === undefined ? { discount: answer } : { unread: refused }
}
