import { compareCode } from '../../domain/rewards/code-in-shopify.ts'
import type { AccountKey } from '../../ledger/accounts.ts'
import { DISCOUNTS_AT_ONCE, moveDiscount } from '../../shopify/rewards/discounts.ts'
import { shopAdmin } from '../../shopify/shop-admin.ts'
import { shopById } from '../shop/shop-of-request.ts'
import { openCodesOf } from './code-comparison.ts'
import { discountsOf } from './discounts-of-codes.ts'

/**
 * Gives the discounts of a member's open codes to the customer that is left of a merge. What Shopify has given over
 * itself, or somebody to another customer, stays; so a second run finds nothing to do. All else that differs is left to
 * the nightly comparison, which waits until Shopify has counted what was used.
 * @throws what the Admin API throws; also when Shopify has refused one or says nothing of it, after all the others were looked at
 */
export async function moveCodes(member: AccountKey, now: () => number): Promise<void> {
  const shop = await shopById(member.shopId)
  let codes = await openCodesOf(member, 0, DISCOUNTS_AT_ONCE)
  if (!shop || codes.length === 0) return
  const asking = { graphql: await shopAdmin(shop.domain), left: Number.POSITIVE_INFINITY }
  let refusal: unknown
  while (codes.length > 0) {
    const discounts = await discountsOf(asking, codes)
    for (const [i, looked] of discounts.entries()) {
      const code = codes[i]
      if (!code || code.customerId === null) continue
      if (looked.unread !== undefined) refusal = new Error(`The code ${code.code}: ${looked.unread}`)
      const discount = looked.unread === undefined ? looked.discount : null
      if (!discount) continue
      if (compareCode(code, discount, now())?.repair !== 'move') continue
      const customers = { from: discount.customerIds ?? [], to: code.customerId }
      await moveDiscount(asking.graphql, discount, customers).catch((error) => {
        refusal = error
      })
    }
    codes = await openCodesOf(member, codes.at(-1)?.redemptionId ?? 0, DISCOUNTS_AT_ONCE)
  }
  if (refusal) throw refusal
}
