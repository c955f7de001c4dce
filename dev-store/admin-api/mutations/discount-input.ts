/** What discount mutations take, as far as the practice store has it. */

export type UserError = { field: string[] | null; message: string; code: string | null; extraInfo: null }
export type Ids = { add?: string[] | null; remove?: string[] | null }

export type CombinesWith = {
  orderDiscounts?: boolean | null
  productDiscounts?: boolean | null
  shippingDiscounts?: boolean | null
  productDiscountsWithTagsOnSameCartLine?: Ids | null
}

export type Items = {
  all?: boolean | null
  products?: {
    productsToAdd?: string[] | null
    productsToRemove?: string[] | null
    productVariantsToAdd?: string[] | null
    productVariantsToRemove?: string[] | null
  } | null
  collections?: Ids | null
}

export type BasicInput = {
  title?: string | null
  code?: string | null
  startsAt?: string | null
  endsAt?: string | null
  usageLimit?: number | null
  appliesOncePerCustomer?: boolean | null
  recurringCycleLimit?: number | null
  combinesWith?: CombinesWith | null
  context?: { all?: string; customers?: Ids; customerSegments?: Ids; markets?: unknown } | null
  customerSelection?: { all?: boolean | null; customers?: Ids | null; customerSegments?: Ids | null } | null
  minimumRequirement?: {
    subtotal?: { greaterThanOrEqualToSubtotal: string } | null
    quantity?: { greaterThanOrEqualToQuantity: string } | null
  } | null
  customerGets?: {
    value?: {
      percentage?: number | null
      discountAmount?: { amount: string; appliesOnEachItem?: boolean | null } | null
      discountOnQuantity?: unknown
    } | null
    items?: Items | null
    appliesOnOneTimePurchase?: boolean | null
    appliesOnSubscription?: boolean | null
  } | null
}
