import type { AdminGraphql } from '../../shopify/ask-admin.ts'
import { type FoundDiscount, findDiscount, findDiscounts } from '../../shopify/rewards/discounts.ts'
import type { ComparedCode } from './code-comparison.ts'

export interface Asking {
  graphql: AdminGraphql
  /** Questions that may still be asked. */
  left: number
}

/**
 * The discounts of codes, in their order, `DISCOUNTS_AT_ONCE` codes at most. Those that Shopify does not have under the
 * id that we know, and those of which no id was ever heard, are asked for by their codes, one by one.
 * @returns fewer than codes when no question is left
 */
export async function discountsOf(
  asking: Asking,
  codes: Pick<ComparedCode, 'code' | 'discountId'>[],
): Promise<(FoundDiscount | null)[]> {
  const ids = codes.flatMap(({ discountId }) => discountId ?? [])
  if (ids.length > 0) asking.left--
  const byId = await findDiscounts(asking.graphql, ids)
  const answers: (FoundDiscount | null)[] = []
  for (const { code, discountId } of codes) {
    const known = discountId === null ? undefined : byId.get(discountId)
    if (!known && asking.left <= 0) break
    if (!known) asking.left--
    answers.push(known ?? (await findDiscount(asking.graphql, code)))
  }
  return answers
}
