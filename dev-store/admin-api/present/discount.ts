/** Discounts: code and automatic, amounts, percentages and free shipping. */
import { discountClass, discountStatus } from '../../commerce/discounts.ts'
import { type DiscountNode, gid } from '../../model.ts'
import { connection, type PageArguments } from '../connection.ts'
import type { ApiContext, Presented } from '../context.ts'
import type { SearchFields } from '../search.ts'
import { presentCollection, presentProduct, presentVariant } from './catalogue.ts'
import { presentCustomer, presentSegment } from './customer.ts'
import { moneyV2 } from './money.ts'

export type DiscountNodeType = 'DiscountCodeNode' | 'DiscountAutomaticNode' | 'DiscountNode'

export function discountSearch({ store }: ApiContext): SearchFields<DiscountNode> {
  return {
    id: (row) => row.id,
    title: (row) => row.title,
    code: (row) => row.codes.map((one) => one.code),
    status: (row) => discountStatus(row, store.time()).toLowerCase(),
    method: (row) => row.method,
    times_used: (row) => row.uses.length,
    starts_at: (row) => row.startsAt,
    ends_at: (row) => row.endsAt,
    created_at: (row) => row.createdAt,
    updated_at: (row) => row.updatedAt,
  }
}

export const discountText = (row: DiscountNode) => [row.title, ...row.codes.map((one) => one.code)].join(' ')

/** The id keeps its own kind, also when it is read through the general `discountNode`. */
export function presentDiscountNode(row: DiscountNode, type: DiscountNodeType): Presented {
  const id = gid(row.method === 'code' ? 'DiscountCodeNode' : 'DiscountAutomaticNode', row.id)
  const discount = (_: unknown, context: ApiContext) => presentDiscount(row, context)
  const field = {
    DiscountCodeNode: 'codeDiscount',
    DiscountAutomaticNode: 'automaticDiscount',
    DiscountNode: 'discount',
  }
  return { __typename: type, id, [field[type]]: discount }
}

const TYPES = {
  code: { basic: 'DiscountCodeBasic', free_shipping: 'DiscountCodeFreeShipping' },
  automatic: { basic: 'DiscountAutomaticBasic', free_shipping: 'DiscountAutomaticFreeShipping' },
} as const

function presentDiscount(row: DiscountNode, context: ApiContext): Presented {
  const { store, shop } = context
  return {
    __typename: TYPES[row.method][row.kind],
    title: row.title,
    status: discountStatus(row, store.time()),
    summary: summary(row),
    shortSummary: summary(row).split(' • ')[0],
    startsAt: row.startsAt,
    endsAt: row.endsAt,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    asyncUsageCount: row.uses.length,
    usageLimit: row.usageLimit,
    recurringCycleLimit: row.purchases?.cycles ?? 1,
    appliesOncePerCustomer: row.oncePerCustomer,
    appliesOnOneTimePurchase: row.purchases?.once ?? true,
    appliesOnSubscription: row.purchases?.subscription ?? false,
    hasTimelineComment: false,
    tags: [],
    discountClass: discountClass(row),
    discountClasses: [discountClass(row)],
    combinesWith: {
      __typename: 'DiscountCombinesWith',
      orderDiscounts: row.combinesWith.order,
      productDiscounts: row.combinesWith.product,
      shippingDiscounts: row.combinesWith.shipping,
    },
    codes: (args: PageArguments) =>
      connection(row.codes, args, ({ id, code }) => ({
        __typename: 'DiscountRedeemCode',
        id: gid('DiscountRedeemCode', id),
        code,
        asyncUsageCount: row.uses.filter((use) => use.code?.toLowerCase() === code.toLowerCase()).length,
        createdBy: null,
      })),
    codesCount: { __typename: 'Count', count: row.codes.length, precision: 'EXACT' },
    context: () => presentBuyers(row, context),
    customerGets: () => presentGets(row, context),
    minimumRequirement: presentMinimum(row, shop.currency),
  }
}

function presentBuyers(row: DiscountNode, { store }: ApiContext): Presented {
  const { context } = row
  if (context.kind === 'all') return { __typename: 'DiscountBuyerSelectionAll', all: 'ALL' }
  if (context.kind === 'customers') {
    const customers = context.ids.flatMap((id) => store.customer(id) ?? [])
    return { __typename: 'DiscountCustomers', customers: customers.map(presentCustomer) }
  }
  const segments = context.ids.flatMap((id) => store.segments.get(id) ?? [])
  return { __typename: 'DiscountCustomerSegments', segments: segments.map(presentSegment) }
}

function presentGets(row: DiscountNode, context: ApiContext): Presented {
  return {
    __typename: 'DiscountCustomerGets',
    appliesOnOneTimePurchase: row.purchases?.once ?? true,
    appliesOnSubscription: row.purchases?.subscription ?? false,
    value:
      row.value.kind === 'percentage'
        ? { __typename: 'DiscountPercentage', percentage: Number(row.value.fraction) }
        : {
            __typename: 'DiscountAmount',
            amount: moneyV2(row.value.amount, context.shop.currency),
            appliesOnEachItem: row.value.onEachItem,
          },
    items: presentItems(row, context),
  }
}

function presentItems(row: DiscountNode, { store }: ApiContext): Presented {
  const { items } = row
  if (items.all) return { __typename: 'AllDiscountItems', allItems: true }
  if (items.collectionIds.length > 0) {
    const collections = items.collectionIds.flatMap((id) => store.collections.get(id) ?? [])
    return {
      __typename: 'DiscountCollections',
      collections: (args: PageArguments) => connection(collections, args, presentCollection),
    }
  }
  const products = items.productIds.flatMap((id) => store.products.get(id) ?? [])
  const variants = store.products
    .all()
    .flatMap((product) => product.variants.map((variant) => ({ id: variant.id, product, variant })))
    .filter(({ id }) => items.variantIds.includes(id))
  return {
    __typename: 'DiscountProducts',
    products: (args: PageArguments) => connection(products, args, presentProduct),
    productVariants: (args: PageArguments) =>
      connection(variants, args, ({ product, variant }) => presentVariant(product, variant)),
  }
}

function presentMinimum({ minimum }: DiscountNode, currency: string): Presented | null {
  if (minimum === null) return null
  if (minimum.kind === 'subtotal')
    return {
      __typename: 'DiscountMinimumSubtotal',
      greaterThanOrEqualToSubtotal: moneyV2(minimum.amount, currency),
    }
  return { __typename: 'DiscountMinimumQuantity', greaterThanOrEqualToQuantity: String(minimum.quantity) }
}

const euros = (cents: number) => `€${(cents / 100).toFixed(2)}`

/** Shopify's own words for what a discount does, in English as the API gives them. */
function summary(row: DiscountNode): string {
  const what =
    row.kind === 'free_shipping'
      ? 'Free shipping'
      : row.value.kind === 'percentage'
        ? `${Number((Number(row.value.fraction) * 100).toFixed(2))}% off`
        : `${euros(row.value.amount)} off`
  const parts = [
    row.kind === 'free_shipping'
      ? what
      : `${what} ${row.items.all ? 'one-time purchase products' : 'selected items'}`,
  ]
  if (row.minimum?.kind === 'subtotal') parts.push(`Minimum purchase of ${euros(row.minimum.amount)}`)
  if (row.minimum?.kind === 'quantity') parts.push(`Minimum quantity of ${row.minimum.quantity}`)
  if (row.context.kind === 'customers')
    parts.push(`For ${row.context.ids.length} ${row.context.ids.length === 1 ? 'customer' : 'customers'}`)
  if (row.context.kind === 'segments') parts.push('For specific customer segments')
  if (row.usageLimit !== null)
    parts.push(`Limited to ${row.usageLimit} ${row.usageLimit === 1 ? 'use' : 'uses'}`)
  if (row.oncePerCustomer) parts.push('One use per customer')
  return parts.join(' • ')
}
