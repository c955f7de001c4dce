/** Code discounts: amounts, percentages and free shipping. */
import { type DiscountNode, idOf, isoTime } from '../../model.ts'
import type { ApiContext } from '../context.ts'
import { presentDiscountNode } from '../present/discount.ts'
import { centsOf } from '../present/money.ts'
import type { BasicInput } from './discount-input.ts'
import { problemsOf } from './discount-problems.ts'

const time = (text: string) => isoTime(Date.parse(text))

/** Ids after adding and removing, as the input says. */
function changed(
  ids: number[],
  add: string[] | null | undefined,
  remove: string[] | null | undefined,
): number[] {
  const gone = new Set((remove ?? []).map(idOf))
  return [...new Set([...ids, ...(add ?? []).map(idOf)])].filter((id) => !gone.has(id))
}

function buyersOf(input: BasicInput, known: DiscountNode['context']): DiscountNode['context'] {
  const buyers = input.context ?? input.customerSelection
  if (!buyers) return known
  if (buyers.customers) {
    const before = known.kind === 'customers' ? known.ids : []
    return { kind: 'customers', ids: changed(before, buyers.customers.add, buyers.customers.remove) }
  }
  if (buyers.customerSegments) {
    const before = known.kind === 'segments' ? known.ids : []
    return {
      kind: 'segments',
      ids: changed(before, buyers.customerSegments.add, buyers.customerSegments.remove),
    }
  }
  return { kind: 'all' }
}

function itemsOf(input: BasicInput, known: DiscountNode['items']): DiscountNode['items'] {
  const items = input.customerGets?.items
  if (!items) return known
  if (items.all) return { all: true, productIds: [], variantIds: [], collectionIds: [] }
  const { products, collections } = items
  return {
    all: false,
    productIds: changed(known.productIds, products?.productsToAdd, products?.productsToRemove),
    variantIds: changed(known.variantIds, products?.productVariantsToAdd, products?.productVariantsToRemove),
    collectionIds: changed(known.collectionIds, collections?.add, collections?.remove),
  }
}

function purchasesOf(input: BasicInput, known: DiscountNode['purchases']): DiscountNode['purchases'] {
  const { appliesOnOneTimePurchase: once, appliesOnSubscription: subscription } = input.customerGets ?? {}
  const before = known ?? { once: true, subscription: false, cycles: 1 }
  return {
    once: once ?? before.once,
    subscription: subscription ?? before.subscription,
    cycles: input.recurringCycleLimit ?? before.cycles,
  }
}

function worthOf(input: BasicInput, known: DiscountNode['value']): DiscountNode['value'] {
  const value = input.customerGets?.value
  if (value?.percentage != null)
    return { kind: 'percentage', fraction: String(Number(value.percentage.toFixed(6))) }
  if (value?.discountAmount)
    return {
      kind: 'amount',
      amount: centsOf(value.discountAmount.amount),
      onEachItem: value.discountAmount.appliesOnEachItem ?? false,
    }
  return known
}

function minimumOf(input: BasicInput, known: DiscountNode['minimum']): DiscountNode['minimum'] {
  const { minimumRequirement } = input
  if (minimumRequirement === undefined) return known
  if (minimumRequirement?.subtotal)
    return { kind: 'subtotal', amount: centsOf(minimumRequirement.subtotal.greaterThanOrEqualToSubtotal) }
  if (minimumRequirement?.quantity)
    return { kind: 'quantity', quantity: Number(minimumRequirement.quantity.greaterThanOrEqualToQuantity) }
  return null
}

function combinesOf(
  { combinesWith }: BasicInput,
  known: DiscountNode['combinesWith'],
): DiscountNode['combinesWith'] {
  return {
    order: combinesWith?.orderDiscounts ?? known.order,
    product: combinesWith?.productDiscounts ?? known.product,
    shipping: combinesWith?.shippingDiscounts ?? known.shipping,
  }
}

/** The discount with the input laid over it. */
function apply(input: BasicInput, node: DiscountNode, now = node.updatedAt): DiscountNode {
  return {
    ...node,
    title: input.title ?? node.title,
    codes: input.code && node.codes[0] ? [{ ...node.codes[0], code: input.code }] : node.codes,
    value: worthOf(input, node.value),
    items: itemsOf(input, node.items),
    purchases: purchasesOf(input, node.purchases),
    minimum: minimumOf(input, node.minimum),
    context: buyersOf(input, node.context),
    usageLimit: input.usageLimit === undefined ? node.usageLimit : input.usageLimit,
    oncePerCustomer: input.appliesOncePerCustomer ?? node.oncePerCustomer,
    combinesWith: combinesOf(input, node.combinesWith),
    startsAt: input.startsAt ? time(input.startsAt) : node.startsAt,
    endsAt: input.endsAt === undefined ? node.endsAt : input.endsAt === null ? null : time(input.endsAt),
    updatedAt: now,
  }
}

function blankDiscount({ store }: ApiContext): DiscountNode {
  const now = store.time()
  return {
    id: store.nextId('Discount'),
    method: 'code',
    kind: 'basic',
    title: '',
    codes: [{ id: store.nextId('DiscountRedeemCode'), code: '' }],
    value: { kind: 'amount', amount: 0, onEachItem: false },
    items: { all: false, productIds: [], variantIds: [], collectionIds: [] },
    purchases: { once: true, subscription: false, cycles: 1 },
    minimum: null,
    context: { kind: 'all' },
    usageLimit: null,
    oncePerCustomer: false,
    combinesWith: { order: false, product: false, shipping: false },
    startsAt: now,
    endsAt: null,
    uses: [],
    byApp: true,
    createdAt: now,
    updatedAt: now,
  }
}

function create({ basicCodeDiscount: input }: { basicCodeDiscount: BasicInput }, context: ApiContext) {
  const userErrors = problemsOf(input, 'basicCodeDiscount', context, null)
  if (userErrors.length > 0) return { codeDiscountNode: null, userErrors }
  const node = context.store.discounts.put(apply(input, blankDiscount(context)))
  return { codeDiscountNode: presentDiscountNode(node, 'DiscountCodeNode'), userErrors: [] }
}

/** As a discount of the goods would be put, with all of the shipping as what it takes off. */
const asBasic = (input: BasicInput): BasicInput => ({
  ...input,
  customerGets: { value: { percentage: 1 }, items: { all: true } },
})

type ById = { id: string }

function codeDiscount(id: string, { store }: ApiContext): DiscountNode | undefined {
  const node = store.discounts.get(idOf(id))
  return node?.method === 'code' ? node : undefined
}

const unknown = () => ({
  codeDiscountNode: null,
  userErrors: [{ field: ['id'], message: 'Code discount does not exist.', code: 'INVALID', extraInfo: null }],
})

function update(
  { id, basicCodeDiscount: input }: ById & { basicCodeDiscount: BasicInput },
  context: ApiContext,
) {
  return change(id, 'basic', input, 'basicCodeDiscount', context)
}

function updateFreeShipping(
  { id, freeShippingCodeDiscount: input }: ById & { freeShippingCodeDiscount: BasicInput },
  context: ApiContext,
) {
  return change(id, 'free_shipping', asBasic(input), 'freeShippingCodeDiscount', context)
}

function change(
  id: string,
  kind: DiscountNode['kind'],
  input: BasicInput,
  root: string,
  context: ApiContext,
) {
  const node = codeDiscount(id, context)
  if (node?.kind !== kind)
    return {
      codeDiscountNode: null,
      userErrors: [{ field: ['id'], message: 'Discount does not exist', code: null, extraInfo: null }],
    }
  const userErrors = problemsOf(input, root, context, node)
  if (userErrors.length > 0) return { codeDiscountNode: null, userErrors }
  const next = context.store.discounts.put(apply(input, node, context.store.time()))
  return { codeDiscountNode: presentDiscountNode(next, 'DiscountCodeNode'), userErrors: [] }
}

/** Ends the discount now, or starts it now: what the buttons in the merchant's admin do. */
function setActive(active: boolean) {
  return ({ id }: ById, context: ApiContext) => {
    const node = codeDiscount(id, context)
    if (!node) return unknown()
    const now = context.store.time()
    const ended = node.endsAt !== null && node.endsAt <= now
    const next = active
      ? { ...node, startsAt: node.startsAt > now ? now : node.startsAt, endsAt: ended ? null : node.endsAt }
      : { ...node, endsAt: ended ? node.endsAt : now }
    context.store.discounts.put({ ...next, updatedAt: now })
    return {
      codeDiscountNode: presentDiscountNode({ ...next, updatedAt: now }, 'DiscountCodeNode'),
      userErrors: [],
    }
  }
}

function remove({ id }: ById, context: ApiContext) {
  const node = codeDiscount(id, context)
  if (!node) return { deletedCodeDiscountId: null, userErrors: unknown().userErrors }
  context.store.discounts.delete(node.id)
  return { deletedCodeDiscountId: id, userErrors: [] }
}

function createFreeShipping(
  { freeShippingCodeDiscount: input }: { freeShippingCodeDiscount: BasicInput },
  context: ApiContext,
) {
  const whole = asBasic(input)
  const userErrors = problemsOf(whole, 'freeShippingCodeDiscount', context, null)
  if (userErrors.length > 0) return { codeDiscountNode: null, userErrors }
  const node = context.store.discounts.put(apply(whole, { ...blankDiscount(context), kind: 'free_shipping' }))
  return { codeDiscountNode: presentDiscountNode(node, 'DiscountCodeNode'), userErrors: [] }
}

export const discountMutations = {
  discountCodeBasicCreate: create,
  discountCodeBasicUpdate: update,
  discountCodeFreeShippingCreate: createFreeShipping,
  discountCodeFreeShippingUpdate: updateFreeShipping,
  discountCodeActivate: setActive(true),
  discountCodeDeactivate: setActive(false),
  discountCodeDelete: remove,
}
