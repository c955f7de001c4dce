import { inLocale, type Reward } from '../domain/program.ts'
import { type AdminGraphql, askAdmin } from './ask-admin.ts'
import { CreateDiscountCode, DeactivateDiscountCode, DiscountByCode } from './graphql/discounts.ts'
import type { DiscountStateFragment } from './graphql/generated/types.ts'

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

/** A reward's discount as Shopify has it. */
export interface FoundDiscount {
  /** The gid. */
  id: string
  code: string | null
  status: 'ACTIVE' | 'EXPIRED' | 'SCHEDULED'
  /** How often Shopify counts it as used; it counts a little later than orders come. */
  uses: number
  usageLimit: number | null
  endsAt: Date | null
  /** In digits; null: it is for others than customers named one by one. */
  customerIds: string[] | null
  value: { kind: 'amount-off'; amount: string } | { kind: 'percent-off'; percent: number } | null
}

/** Null when Shopify has none of this code, or none of the kind that rewards are. */
export async function findDiscount(graphql: AdminGraphql, code: string): Promise<FoundDiscount | null> {
  const { codeDiscountNodeByCode: node } = await askAdmin(graphql, DiscountByCode, { code })
  return node && asFound(node)
}

function asFound({ id, codeDiscount: discount }: DiscountStateFragment): FoundDiscount | null {
  if (discount.__typename !== 'DiscountCodeBasic') return null
  const { context } = discount
  return {
    id,
    code: discount.codes.nodes[0]?.code ?? null,
    status: discount.status,
    uses: discount.asyncUsageCount,
    usageLimit: discount.usageLimit,
    endsAt: discount.endsAt === null ? null : new Date(discount.endsAt),
    customerIds:
      context.__typename === 'DiscountCustomers'
        ? context.customers.map((customer) => idDigits(customer.id))
        : null,
    value: valueOfDiscount(discount.customerGets.value),
  }
}

type Basic = Extract<DiscountStateFragment['codeDiscount'], { __typename: 'DiscountCodeBasic' }>

function valueOfDiscount(value: Basic['customerGets']['value']): FoundDiscount['value'] {
  if (value.__typename === 'DiscountAmount') return { kind: 'amount-off', amount: value.amount.amount }
  if (value.__typename === 'DiscountPercentage')
    // A fraction: 0.1 of floating point is 10 %.
    return { kind: 'percent-off', percent: Math.round(value.percentage * 1e6) / 1e4 }
  return null
}

const idDigits = (gid: string) => gid.split('/').at(-1) ?? ''

/**
 * Nobody can use the code any more. A code that Shopify does not have is as good as ended.
 * @returns the discount as it is then, with the uses that Shopify had counted by its end; null: there is none
 */
export async function endDiscount(graphql: AdminGraphql, code: string): Promise<FoundDiscount | null> {
  const there = await findDiscount(graphql, code)
  if (!there || there.status === 'EXPIRED') return there
  const { discountCodeDeactivate: answer } = await askAdmin(graphql, DeactivateDiscountCode, { id: there.id })
  const [error] = answer?.userErrors ?? []
  if (error) throw new Error(`The discount was not ended: ${error.code} ${error.message}`)
  return (answer?.codeDiscountNode && asFound(answer.codeDiscountNode)) ?? there
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
