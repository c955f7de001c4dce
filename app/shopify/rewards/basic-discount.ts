import type { Reward } from '../../domain/rewards/kinds.ts'
import { askAdmin } from '../ask-admin.ts'
import { CreateDiscountCode } from '../graphql/discounts.ts'
import { codeMaker } from './code-maker.ts'

type Basic = Extract<Reward, { kind: 'amount-off' | 'percent-off' }>

/** An amount or a share of the whole order. */
export const basicDiscount = codeMaker<Basic>(async (graphql, reward, input) => {
  const discount = {
    ...input,
    customerGets: { items: { all: true }, value: takenOff(reward) },
  }
  return (await askAdmin(graphql, CreateDiscountCode, { discount })).discountCodeBasicCreate
})

function takenOff(reward: Basic) {
  return reward.kind === 'amount-off'
    ? { discountAmount: { amount: reward.amount, appliesOnEachItem: false } }
    : { percentage: reward.percent / 100 }
}
