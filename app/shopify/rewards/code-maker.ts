import { inLocale } from '../../domain/document/local-text.ts'
import type { CodeTerms } from '../../domain/rewards/code-terms.ts'
import { combinesOf } from '../../domain/rewards/combines.ts'
import { classOf } from '../../domain/rewards/discount-value.ts'
import { kindOf, type Reward } from '../../domain/rewards/kinds.ts'
import { discountTitle } from '../../domain/rewards/reward-code.ts'
import type { AdminGraphql } from '../ask-admin.ts'
import { gidOf } from '../gid.ts'
import type { DiscountErrorsFragment } from '../graphql/generated/types.ts'
import { endDiscount, type FoundDiscount, findDiscount, findRewardDiscount } from './discounts.ts'
import { type Made, type Maker, RewardRefused, type Wanted } from './maker.ts'

/** Rewards that are a code. */
type CodeReward = Extract<Reward, CodeTerms>

interface Answer {
  codeDiscountNode: { id: string } | null
  userErrors: DiscountErrorsFragment[]
}

/** What all discounts of rewards have in common, as Shopify wants it. */
export type CommonInput = ReturnType<typeof commonInput>

/**
 * The maker of a kind that is a discount code. The code was chosen before, so a call that was answered into the void is
 * found again by its code: never two discounts for one redemption.
 * @param create Shopify's mutation for this kind of discount
 */
export function codeMaker<R extends CodeReward>(
  create: (graphql: AdminGraphql, reward: R, input: CommonInput) => Promise<Answer | null>,
): Maker<R> {
  return {
    async make(graphql, wanted) {
      const code = codeOf(wanted)
      const there = await findDiscount(graphql, code)
      if (there) return there.id
      const answer = await create(graphql, wanted.reward, commonInput(wanted, code))
      return answer?.codeDiscountNode?.id ?? (await afterRefusal(graphql, code, answer?.userErrors ?? []))
    },
    async find(graphql, wanted) {
      return made(await findRewardDiscount(graphql, referenceOf(wanted)))
    },
    async withdraw(graphql, wanted) {
      return made(await endDiscount(graphql, referenceOf(wanted)))
    },
  }
}

async function afterRefusal(
  graphql: AdminGraphql,
  code: string,
  errors: DiscountErrorsFragment[],
): Promise<string> {
  if (errors.some((error) => error.code === 'TAKEN')) {
    const there = await findDiscount(graphql, code)
    if (there) return there.id
    throw new Error(`The code ${code} exists and cannot be found yet`)
  }
  throw new RewardRefused(errors.map((error) => `${error.code}: ${error.message}`).join('; ') || 'no answer')
}

function made(discount: FoundDiscount | null): Made | null {
  return discount && { id: discount.id, uses: discount.uses, open: discount.status !== 'EXPIRED' }
}

function codeOf({ code }: Wanted): string {
  if (code === null) throw new Error('A reward that is a code has none')
  return code
}

const referenceOf = (wanted: Wanted) => ({ code: codeOf(wanted), madeId: wanted.madeId })

/** For this one customer, and one use. */
function commonInput({ reward, customerId, locale, startsAt, endsAt }: Wanted<CodeReward>, code: string) {
  if (customerId === null) throw new RewardRefused('the customer is gone')
  return {
    title: discountTitle(inLocale(reward.name, locale), code),
    code,
    startsAt: startsAt.toISOString(),
    endsAt: endsAt.toISOString(),
    context: { customers: { add: [gidOf('Customer', customerId)] } },
    ...(reward.minimumSpend === null
      ? {}
      : { minimumRequirement: { subtotal: { greaterThanOrEqualToSubtotal: reward.minimumSpend } } }),
    usageLimit: 1,
    appliesOncePerCustomer: true,
    combinesWith: combinesWith(reward),
  }
}

function combinesWith(reward: CodeReward) {
  const takenOff = kindOf(reward.kind).discount?.({ ...reward })
  const { order, product, shipping } = combinesOf(reward.combines, takenOff ? classOf(takenOff) : 'order')
  return { orderDiscounts: order, productDiscounts: product, shippingDiscounts: shipping }
}
