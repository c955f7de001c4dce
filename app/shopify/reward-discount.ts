import { inLocale, type Reward } from '../domain/program.ts'
import { type AdminGraphql, askAdmin } from './ask-admin.ts'
import { CreateDiscountCode, DeactivateDiscountCode, DiscountByCode } from './graphql/discounts.ts'

/** The shop refuses the discount for good: trying again would not help. */
export class DiscountRefused extends Error {}

interface Wanted {
  code: string
  reward: Reward
  /** Digits. */
  customerId: string
  /** The shop's language, for the title that the merchant sees. */
  locale: string
  startsAt: Date
  endsAt: Date
}

/**
 * Makes the discount of a reward in Shopify, for this one customer and one use. The code was chosen before, so a call
 * that was answered into the void is found again by its code: never two discounts for one redemption.
 * @returns the discount's gid
 * @throws DiscountRefused when Shopify says no; anything else is worth another try
 */
export async function makeRewardDiscount(graphql: AdminGraphql, wanted: Wanted): Promise<string> {
  const there = await findDiscount(graphql, wanted.code)
  if (there) return there.id
  const { discountCodeBasicCreate: answer } = await askAdmin(graphql, CreateDiscountCode, {
    discount: discountInput(wanted),
  })
  const id = answer?.codeDiscountNode?.id
  if (id) return id
  const errors = answer?.userErrors ?? []
  if (errors.some((error) => error.code === 'TAKEN')) {
    const made = await findDiscount(graphql, wanted.code)
    if (made) return made.id
    throw new Error(`The code ${wanted.code} exists and cannot be found yet`)
  }
  throw new DiscountRefused(
    errors.map((error) => `${error.code}: ${error.message}`).join('; ') || 'no answer',
  )
}

export async function findDiscount(
  graphql: AdminGraphql,
  code: string,
): Promise<{ id: string; uses: number } | null> {
  const { codeDiscountNodeByCode: node } = await askAdmin(graphql, DiscountByCode, { code })
  if (!node) return null
  const discount = node.codeDiscount
  return { id: node.id, uses: discount.__typename === 'DiscountCodeBasic' ? discount.asyncUsageCount : 0 }
}

/**
 * Nobody can use the code any more. A code that Shopify does not have is as good as ended.
 * @returns whether there was one
 */
export async function endDiscount(graphql: AdminGraphql, code: string): Promise<boolean> {
  const there = await findDiscount(graphql, code)
  if (!there) return false
  const { discountCodeDeactivate: answer } = await askAdmin(graphql, DeactivateDiscountCode, { id: there.id })
  const [error] = answer?.userErrors ?? []
  if (error) throw new Error(`The discount was not ended: ${error.code} ${error.message}`)
  return true
}

function discountInput({ code, reward, customerId, locale, startsAt, endsAt }: Wanted) {
  return {
    title: `${inLocale(reward.name, locale)} (${code})`,
    code,
    startsAt: startsAt.toISOString(),
    endsAt: endsAt.toISOString(),
    context: { customers: { add: [`gid://shopify/Customer/${customerId}`] } },
    customerGets: {
      items: { all: true },
      value:
        reward.kind === 'amount-off'
          ? { discountAmount: { amount: reward.amount, appliesOnEachItem: false } }
          : { percentage: reward.percent / 100 },
    },
    ...(reward.minimumSpend === null
      ? {}
      : { minimumRequirement: { subtotal: { greaterThanOrEqualToSubtotal: reward.minimumSpend } } }),
    usageLimit: 1,
    appliesOncePerCustomer: true,
    combinesWith: { orderDiscounts: false, productDiscounts: true, shippingDiscounts: true },
  }
}
