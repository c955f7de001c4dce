import type { Goods, Purchases } from '../../domain/rewards/goods.ts'
import type { Reward } from '../../domain/rewards/kinds.ts'
import { type AdminGraphql, askAdmin } from '../ask-admin.ts'
import { gidOf } from '../gid.ts'
import { CreateDiscountCode } from '../graphql/discounts.ts'
import { GoodsLeft } from '../graphql/products.ts'
import { codeMaker } from './code-maker.ts'
import { RewardRefused } from './maker.ts'

type Basic = Extract<Reward, { kind: 'amount-off' | 'percent-off' }>

/** An amount or a share: of the whole order, or of what is chosen. */
export const basicDiscount = codeMaker<Basic>(async (graphql, reward, input) => {
  const items = reward.goods ? await itemsOf(graphql, reward.goods) : { all: true }
  const discount = {
    ...input,
    customerGets: { items, value: takenOff(reward), ...(reward.purchases && boughtBy(reward.purchases)) },
    // For Shopify none is all of them.
    ...(reward.purchases && { recurringCycleLimit: reward.purchases.cycles ?? 0 }),
  }
  return (await askAdmin(graphql, CreateDiscountCode, { discount })).discountCodeBasicCreate
})

function takenOff(reward: Basic) {
  return reward.kind === 'amount-off'
    ? { discountAmount: { amount: reward.amount, appliesOnEachItem: false } }
    : { percentage: reward.percent / 100 }
}

const boughtBy = ({ of }: Purchases) => ({
  appliesOnOneTimePurchase: of === 'both',
  appliesOnSubscription: true,
})

const TYPES = { products: 'Product', collections: 'Collection', variants: 'ProductVariant' } as const

/** Shopify refuses a discount that names goods which were deleted: it is made for those that are left. */
async function itemsOf(graphql: AdminGraphql, { kind, ids }: Goods) {
  const gids = ids.map((id) => gidOf(TYPES[kind], id))
  const { nodes } = await askAdmin(graphql, GoodsLeft, { ids: gids })
  const there = new Set(nodes.flatMap((node) => (node ? [node.id] : [])))
  const left = gids.filter((gid) => there.has(gid))
  if (left.length === 0) throw new RewardRefused(`none of the ${kind} is left that it is good for`)
  if (kind === 'collections') return { collections: { add: left } }
  return { products: kind === 'products' ? { productsToAdd: left } : { productVariantsToAdd: left } }
}
