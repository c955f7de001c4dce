/** Code discounts: amounts and percentages. Messages and codes are those of recorded answers where there are any. */
import { type DiscountNode, idOf, isoTime } from '../../model.ts'
import type { ApiContext } from '../context.ts'
import { badRequest } from '../errors.ts'
import { presentDiscountNode } from '../present/discount.ts'
import { centsOf } from '../present/money.ts'

type UserError = { field: string[]; message: string; code: string; extraInfo: null }
type Ids = { add?: string[] | null; remove?: string[] | null }

type CombinesWith = {
  orderDiscounts?: boolean | null
  productDiscounts?: boolean | null
  shippingDiscounts?: boolean | null
  productDiscountsWithTagsOnSameCartLine?: { add?: string[] | null; remove?: string[] | null } | null
}

type BasicInput = {
  title?: string | null
  code?: string | null
  startsAt?: string | null
  endsAt?: string | null
  usageLimit?: number | null
  appliesOncePerCustomer?: boolean | null
  combinesWith?: CombinesWith | null
  context?: { all?: string; customers?: Ids; customerSegments?: Ids; markets?: unknown } | null
  customerSelection?: { all?: boolean; customers?: Ids; customerSegments?: Ids } | null
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
    items?: {
      all?: boolean | null
      products?: {
        productsToAdd?: string[]
        productsToRemove?: string[]
        productVariantsToAdd?: string[]
        productVariantsToRemove?: string[]
      } | null
      collections?: Ids | null
    } | null
  } | null
}

const ROOT = 'basicCodeDiscount'

function fail(path: string[], message: string, code: string): UserError {
  return { field: [ROOT, ...path], message, code, extraInfo: null }
}

/** Everything that is wrong with the input; `known` is the discount that is being changed. */
function problemsOf(input: BasicInput, context: ApiContext, known: DiscountNode | null): UserError[] {
  const errors: UserError[] = []
  const create = known === null
  if (input.title === undefined ? create : !input.title?.trim())
    errors.push(fail(['title'], "Title can't be blank", 'BLANK'))
  if (input.code === undefined ? create : !input.code?.trim())
    errors.push(fail(['code'], "Code can't be blank", 'BLANK'))
  if (create && !input.startsAt) errors.push(fail(['startsAt'], "Starts at can't be blank", 'BLANK'))
  if (create && !input.customerGets)
    errors.push(fail(['customerGets'], "Customer gets can't be blank", 'BLANK'))
  if (create && !input.context && !input.customerSelection)
    errors.push(fail(['context'], "Context can't be blank", 'BLANK'))
  const other = input.code ? context.store.discountByCode(input.code) : undefined
  if (other && other.id !== known?.id)
    errors.push(fail(['code'], 'Code must be unique. Please try a different code.', 'TAKEN'))
  const startsAt = input.startsAt ?? known?.startsAt
  const endsAt = input.endsAt === undefined ? known?.endsAt : input.endsAt
  if (startsAt && endsAt && Date.parse(endsAt) <= Date.parse(startsAt))
    errors.push(fail(['endsAt'], 'Ends at needs to be after starts_at', 'END_DATE_BEFORE_START_DATE'))
  if (input.usageLimit !== undefined && input.usageLimit !== null && input.usageLimit < 1)
    errors.push(fail(['usageLimit'], 'Usage limit must be greater than 0', 'GREATER_THAN'))
  errors.push(...valueProblems(input), ...reachProblems(input, context), ...combinesProblems(input))
  return errors
}

function valueProblems({ customerGets, minimumRequirement }: BasicInput): UserError[] {
  const errors: UserError[] = []
  const path = ['customerGets', 'value']
  const { percentage, discountAmount } = customerGets?.value ?? {}
  if (percentage != null && (percentage < 0 || percentage > 1))
    errors.push(fail([...path, 'percentage'], 'Value must be between 0.0 and 1.0', 'VALUE_OUTSIDE_RANGE'))
  // Shopify's own wording, though it says the contrary of what it means.
  if (discountAmount && Number(discountAmount.amount) < 0)
    errors.push(
      fail(
        [...path, 'discountAmount', 'amount'],
        'Value must be less than or equal to 0',
        'LESS_THAN_OR_EQUAL_TO',
      ),
    )
  if (minimumRequirement?.subtotal && minimumRequirement.quantity)
    errors.push(
      fail(
        ['minimumRequirement', 'subtotal', 'greaterThanOrEqualToSubtotal'],
        'Minimum subtotal cannot be defined when minimum quantity is.',
        'CONFLICT',
      ),
    )
  return errors
}

/** Customers, segments, products and collections that do not exist. */
function reachProblems(input: BasicInput, { store }: ApiContext): UserError[] {
  const errors: UserError[] = []
  const missing = (
    ids: string[] | null | undefined,
    exists: (id: number) => boolean,
    path: string[],
    what: string,
  ) => {
    for (const id of ids ?? [])
      if (!exists(idOf(id))) errors.push(fail(path, `${what} with id: ${idOf(id)} is invalid`, 'INVALID'))
  }
  const buyers = input.context ?? input.customerSelection
  missing(
    buyers?.customers?.add,
    (id) => store.customer(id) !== undefined,
    ['context', 'customers', 'add'],
    'Customer',
  )
  missing(
    buyers?.customerSegments?.add,
    (id) => store.segments.get(id) !== undefined,
    ['context', 'customerSegments', 'add'],
    'Segment',
  )
  const items = input.customerGets?.items
  const path = ['customerGets', 'items']
  missing(
    items?.products?.productsToAdd,
    (id) => store.products.get(id) !== undefined,
    [...path, 'products', 'productsToAdd'],
    'Product',
  )
  missing(
    items?.collections?.add,
    (id) => store.collections.get(id) !== undefined,
    [...path, 'collections', 'add'],
    'Collection',
  )
  return errors
}

function combinesProblems({ combinesWith, customerGets }: BasicInput): UserError[] {
  const tags = combinesWith?.productDiscountsWithTagsOnSameCartLine
  if (!tags) return []
  if (tags.add?.some((tag) => tags.remove?.includes(tag)))
    throw badRequest(
      'The same tag is present in both `add` and `remove` fields of `productDiscountsWithTagsOnSameCartLine`.',
    )
  const path = ['combinesWith', 'productDiscountsWithTagsOnSameCartLine']
  const errors = [
    fail(
      path,
      "The shop's plan does not allow setting `productDiscountsWithTagsOnSameCartLine`.",
      'PRODUCT_DISCOUNTS_WITH_TAGS_ON_SAME_CART_LINE_NOT_ENTITLED',
    ),
  ]
  if (customerGets?.items?.all)
    errors.push(
      fail(
        path,
        'Combines with product discounts with tags on same cart line is only valid for discounts with the PRODUCT discount class',
        'INVALID_PRODUCT_DISCOUNTS_WITH_TAGS_ON_SAME_CART_LINE_FOR_DISCOUNT_CLASS',
      ),
    )
  return errors
}

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
function apply(input: BasicInput, node: DiscountNode, now: string): DiscountNode {
  return {
    ...node,
    title: input.title ?? node.title,
    codes: input.code && node.codes[0] ? [{ ...node.codes[0], code: input.code }] : node.codes,
    value: worthOf(input, node.value),
    items: itemsOf(input, node.items),
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

function create({ basicCodeDiscount: input }: { basicCodeDiscount: BasicInput }, context: ApiContext) {
  const { store } = context
  const userErrors = problemsOf(input, context, null)
  if (userErrors.length > 0) return { codeDiscountNode: null, userErrors }
  const now = store.time()
  const blank: DiscountNode = {
    id: store.nextId('Discount'),
    method: 'code',
    kind: 'basic',
    title: '',
    codes: [{ id: store.nextId('DiscountRedeemCode'), code: '' }],
    value: { kind: 'amount', amount: 0, onEachItem: false },
    items: { all: false, productIds: [], variantIds: [], collectionIds: [] },
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
  const node = store.discounts.put(apply(input, blank, now))
  return { codeDiscountNode: presentDiscountNode(node, 'DiscountCodeNode'), userErrors: [] }
}

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
  const node = codeDiscount(id, context)
  if (!node) return unknown()
  const userErrors = problemsOf(input, context, node)
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
  const rename = (errors: UserError[]) =>
    errors.map((error) => ({ ...error, field: ['freeShippingCodeDiscount', ...error.field.slice(1)] }))
  const whole: BasicInput = { ...input, customerGets: { value: { percentage: 1 }, items: { all: true } } }
  const errors = problemsOf(whole, context, null)
  if (input.combinesWith?.shippingDiscounts)
    errors.push(
      fail(
        ['combinesWith'],
        'The combinesWith settings are not valid for the discount class.',
        'INVALID_COMBINES_WITH_FOR_DISCOUNT_CLASS',
      ),
    )
  if (errors.length > 0) return { codeDiscountNode: null, userErrors: rename(errors) }
  create({ basicCodeDiscount: whole }, context)
  const node = context.store.discountByCode(input.code ?? '')
  if (!node) return { codeDiscountNode: null, userErrors: [] }
  const next = context.store.discounts.put({ ...node, kind: 'free_shipping' })
  return { codeDiscountNode: presentDiscountNode(next, 'DiscountCodeNode'), userErrors: [] }
}

export const discountMutations = {
  discountCodeBasicCreate: create,
  discountCodeBasicUpdate: update,
  discountCodeFreeShippingCreate: createFreeShipping,
  discountCodeActivate: setActive(true),
  discountCodeDeactivate: setActive(false),
  discountCodeDelete: remove,
}
